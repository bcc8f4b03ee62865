# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Wishart distributions with implicit reparameterization gradients."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit.distributions import _affine, _bartlett, _products, _shapes

__all__ = ["WishartLinearOperator", "WishartTriL"]


# Scales that leave a triangular factor triangular.
_TRIANGULAR = (
    tf.linalg.LinearOperatorLowerTriangular,
    tf.linalg.LinearOperatorDiag,
    tf.linalg.LinearOperatorIdentity,
    tf.linalg.LinearOperatorScaledIdentity,
)


class WishartLinearOperator(tfd.WishartLinearOperator):
    """Wishart distribution, a `tfp.distributions.WishartLinearOperator`.

    The distribution of L A A' L' for `scale` L, A the triangular factor of
    Bartlett (1933): Chi variables in the diagonal, from
    `tf_implicit.random.stateless_loggamma` with its implicit
    reparameterization gradient in `df` (Figurnov et al. 2018, equation 8), and
    standard Normal ones below. The gradient in the scale is explicit. The
    density and the entropy are made of those of the entries of A, so that they
    keep their digits at a large `df`. The diagonal of a sample is 4 d eps
    larger, in dimension d, so that none rounds to a singular matrix, which has
    no density, at a `df` next to d; `input_output_cholesky` keeps the digits of
    matrices next to those. All else is that of the base class.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        df = tf.constant(5.0)
        tril = tf.constant([[2.0, 0.0], [1.0, 1.0]])
        scale = tf.linalg.LinearOperatorLowerTriangular(tril)
        with tf.GradientTape() as tape:
            tape.watch(df)
            law = tfi.distributions.WishartLinearOperator(df, scale)
            x = law.sample(10000, seed=1)
            loss = tf.reduce_mean(tf.linalg.trace(x))
        tape.gradient(loss, df)   # about 6, the trace of L L'
    """

    def _sample_n(self, n, seed=None):
        df = tf.convert_to_tensor(self.df)
        scale = self.scale
        shape = _shapes.sample_shape(
            n, tf.shape(df), scale.batch_shape_tensor()
        )
        # (L A)' for A' of bartlett_factor
        factor = _affine.matmul(
            _bartlett.bartlett_factor(
                shape, seed, df, scale.domain_dimension_tensor()
            ),
            scale,
        )
        if self.input_output_cholesky:
            return tf.linalg.matrix_transpose(factor)
        return _products.definite_square(factor)

    def _log_prob(self, x):
        root = x if self.input_output_cholesky else tf.linalg.cholesky(x)
        factor = self.scale.solve(root)
        if not isinstance(self.scale, _TRIANGULAR):
            # R' of A' = Q R is triangular, and R' R = A A'.
            factor = tf.linalg.matrix_transpose(
                tf.linalg.qr(tf.linalg.matrix_transpose(factor)).r
            )
        diagonal = tf.linalg.diag_part(factor)
        zeros = tf.zeros_like(diagonal)
        rest = tf.linalg.set_diag(factor, zeros) ** 2
        log_prob = _bartlett.log_prob(
            tf.abs(diagonal),
            tf.reduce_sum(rest, axis=[-2, -1]),
            tf.convert_to_tensor(self.df),
        )
        return log_prob - self._log_jacobian(diagonal)

    def _entropy(self):
        df = tf.convert_to_tensor(self.df)
        diagonal = self.scale.diag_part()
        entropy = _bartlett.entropy(diagonal, df)
        return entropy + self._log_jacobian(diagonal)

    def _log_jacobian(self, diagonal):
        """That of L W L' in W."""
        d = tf.cast(tf.shape(diagonal)[-1], self.dtype)
        return (d + 1) * self.scale.log_abs_determinant()


class WishartTriL(WishartLinearOperator, tfd.WishartTriL):
    """Wishart distribution, a `tfp.distributions.WishartTriL`.

    `WishartLinearOperator` with the lower triangular matrix `scale_tril`.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        df = tf.constant(5.0)
        with tf.GradientTape() as tape:
            tape.watch(df)
            law = tfi.distributions.WishartTriL(df, [[2.0, 0.0], [1.0, 1.0]])
            x = law.sample(10000, seed=1)
            loss = tf.reduce_mean(tf.linalg.trace(x))
        tape.gradient(loss, df)   # about 6, the trace of L L'
    """
