# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Matrix t distribution with implicit reparameterization gradients."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit.distributions import _affine, _radial_t, _seeds, _shapes
from tf_implicit.random import _normal

__all__ = ["MatrixTLinearOperator"]

# Entries of a sample up to which one product that leaves them in place is the
# faster one; of two, each has a transposition after it.
_SMALL = 32

# No Normal sample is greater (`BoxMuller` of random_functions.h: 8.6).
_LARGEST_NORMAL = 16


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
        n, p = rows.domain_dimension_tensor(), columns.domain_dimension_tensor()
        seeds = _seeds.split(seed, 2, "radial_t")
        normal = _normal.stateless_normal(
            tf.concat([[p * n], shape], axis=0), seeds[0], df.dtype
        )
        if _is_small(rows, columns):
            scale, reach = _product(rows.to_dense(), columns.to_dense())
            x = tf.matmul(
                tf.reshape(normal, [p * n, -1]),
                scale,
                transpose_a=True,
                transpose_b=True,
            )
            x = tf.reshape(x, tf.concat([shape, [n, p]], axis=0))
            f = _radial_t.factor(normal, seeds[1], df, reach)
            return loc + x * f[..., tf.newaxis, tf.newaxis]
        x = tf.reshape(normal, tf.concat([[p, n], shape], axis=0))
        # rows (columns x)'; the density passes both products.
        half = _affine.matvec(columns, x)
        x = _affine.matvec(rows, _affine.swapped(half))
        reach = tf.maximum(_largest(half), _largest(x))
        x *= _radial_t.factor(normal, seeds[1], df, reach)
        return _affine.moved(loc, x, 2)

    def _sample_and_log_prob(self, sample_shape, seed):
        sample = self.sample(sample_shape, seed=seed)
        return sample, self.log_prob(sample)

    def _log_prob(self, x):
        df = tf.convert_to_tensor(self.df)
        loc = tf.convert_to_tensor(self.loc)
        rows, columns = self.scale_row, self.scale_column
        if not (_affine.has_no_batch(rows) and _affine.has_no_batch(columns)):
            # So that no axis of the event meets one of the batch.
            shape = self.batch_shape_tensor(), tf.shape(loc)[-2:]
            loc = tf.broadcast_to(loc, tf.concat(shape, axis=0))
        left = _affine.solvevec(rows, _affine.moved_back(loc, x, 2))
        both = _affine.solvevec(columns, _affine.swapped(left))
        entries = tf.concat([[-1], tf.shape(both)[2:]], axis=0)
        size = _radial_t.length(tf.reshape(both, entries))
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


def _is_small(rows, columns):
    """Whether the map of all entries is known to be one small matrix."""
    if not (_affine.has_no_batch(rows) and _affine.has_no_batch(columns)):
        return False
    sizes = rows.shape[-1], columns.shape[-1]
    return None not in sizes and sizes[0] * sizes[1] <= _SMALL


def _product(rows, columns):
    """The matrix of the map of all entries, and a bound.

    Args:
      rows: Floating tensor [n, n].
      columns: Floating tensor [p, p].

    Returns:
      Tensor [n p, p n], that of a matrix whose columns follow each other to
      one whose rows do; what numbers of products of Normal samples with it, and
      with `columns` alone, are not greater than.
    """
    n, p = rows.shape[-1], columns.shape[-1]
    outer = rows[:, tf.newaxis, tf.newaxis, :] * columns[:, :, tf.newaxis]
    norm = _norm(columns) * tf.maximum(_norm(rows), 1)
    return tf.reshape(outer, [n * p, p * n]), _LARGEST_NORMAL * norm


def _norm(matrix):
    """The greatest sum of the sizes of the numbers of a row."""
    return tf.reduce_max(tf.reduce_sum(tf.abs(matrix), axis=-1))


def _largest(x):
    return tf.reduce_max(tf.abs(x), axis=[0, 1])
