# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Matrix t distribution with implicit reparameterization gradients."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit.distributions import _affine, _radial_t, _shapes

__all__ = ["MatrixTLinearOperator"]


class MatrixTLinearOperator(tfd.MatrixTLinearOperator):
    """A `tfp.distributions.MatrixTLinearOperator`.

    As in the base class, that of a matrix whose entries together are
    multivariate t distributed: the samples are
    loc + scale_row T scale_column', the entries of T those of
    `MultivariateStudentTLinearOperator` with the identity as scale, and with
    its gradient in `df`, its density and its entropy. All else is that of the
    base class.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        df = tf.constant([9.0, 1e6])
        scale = tf.linalg.LinearOperatorIdentity(2)
        with tf.GradientTape() as tape:
            tape.watch(df)
            law = tfi.distributions.MatrixTLinearOperator(
                df, tf.zeros([2, 2]), scale, scale)
            x = law.sample(10000, seed=1)
            loss = tf.reduce_mean(x**2, axis=[0, 2, 3])
        tape.gradient(loss, df)   # -2 / (df - 2)**2
    """

    def _sample_n(self, n, seed=None):
        df = tf.convert_to_tensor(self.df)
        loc = tf.convert_to_tensor(self.loc)
        rows, columns = self.scale_row, self.scale_column
        shape = _shapes.sample_shape(
            n,
            tf.shape(df),
            tf.shape(loc)[:-2],
            rows.batch_shape_tensor(),
            columns.batch_shape_tensor(),
        )
        sizes = [
            rows.domain_dimension_tensor(),
            columns.domain_dimension_tensor(),
        ]
        standard = _radial_t.sample_standard(
            shape, seed, df, sizes[0] * sizes[1]
        )
        if _affine.has_no_batch(rows) and _affine.has_no_batch(columns):
            standard = tf.reshape(standard, tf.concat([sizes, shape], axis=0))
            left = _affine.matmul_along_first(rows, standard)
            others = tf.range(2, tf.rank(left))
            left = tf.transpose(left, tf.concat([[1, 0], others], axis=0))
            # (columns (rows T)')'
            both = _affine.matmul_along_first(columns, left)
            return loc + tf.transpose(both, tf.concat([others, [1, 0]], axis=0))
        standard = _shapes.move_first_axis_last(standard)
        standard = tf.reshape(standard, tf.concat([shape, sizes], axis=0))
        # (scale_column T')' = T scale_column'
        right = tf.linalg.matrix_transpose(
            columns.matmul(standard, adjoint_arg=True)
        )
        return loc + rows.matmul(right)

    def _sample_and_log_prob(self, sample_shape, seed):
        sample = self.sample(sample_shape, seed=seed)
        return sample, self.log_prob(sample)

    def _log_prob(self, x):
        df = tf.convert_to_tensor(self.df)
        left = self.scale_row.solve(x - tf.convert_to_tensor(self.loc))
        # (scale_column**-1 left')', of the same norm as its transpose.
        right = self.scale_column.solve(left, adjoint_arg=True)
        size = tf.norm(right, axis=[-2, -1])
        log_det, dimension = self._scale_statistics()
        return _radial_t.log_prob_standard(size, df, dimension) - log_det

    def _entropy(self):
        df = tf.broadcast_to(self.df, self.batch_shape_tensor())
        log_det, dimension = self._scale_statistics()
        return _radial_t.entropy_standard(df, dimension) + log_det

    def _scale_statistics(self):
        """Log |det| of the map of all entries, and their number."""
        rows, columns = self.scale_row, self.scale_column
        n, p = rows.domain_dimension_tensor(), columns.domain_dimension_tensor()
        log_det = (
            tf.cast(p, self.dtype) * rows.log_abs_determinant()
            + tf.cast(n, self.dtype) * columns.log_abs_determinant()
        )
        return log_det, n * p
