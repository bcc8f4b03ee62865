# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Wishart distributions with implicit reparameterization gradients."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit.distributions import _bartlett, _shapes

__all__ = ["WishartLinearOperator", "WishartTriL"]


class WishartLinearOperator(tfd.WishartLinearOperator):
    """Wishart distribution, a `tfp.distributions.WishartLinearOperator`.

    The distribution of L A A' L' for `scale` L, A the triangular factor of
    Bartlett (1933): Chi variables in the diagonal, from
    `tf_implicit.random.stateless_loggamma` with its implicit
    reparameterization gradient in `df` (Figurnov et al. 2018, equation 8), and
    standard Normal ones below. The gradient in the scale is explicit. All else
    is that of the base class.

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
        factor = scale.matmul(
            _bartlett.bartlett_factor(
                shape, seed, df, scale.domain_dimension_tensor()
            )
        )
        if self.input_output_cholesky:
            return factor
        return tf.matmul(factor, factor, adjoint_b=True)


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
