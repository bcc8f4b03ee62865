# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""InverseGamma distribution with implicit reparameterization gradients."""

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import random
from tf_implicit.distributions import _shapes, _tails

__all__ = ["InverseGamma"]


class InverseGamma(_tails.TwoTails, tfd.InverseGamma):
    """Distribution of scale / z for z ~ Gamma(concentration, 1).

    A `tfp.distributions.InverseGamma` whose samples are
    exp(log(scale) - log z) with log z drawn by
    `tf_implicit.random.stateless_loggamma` and its implicit
    reparameterization gradient (Figurnov et al. 2018, equation 8).

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        concentration = tf.constant(4.0)
        with tf.GradientTape() as tape:
            tape.watch(concentration)
            x = tfi.distributions.InverseGamma(concentration, scale=1.0).sample(
                10000, seed=1)
            loss = tf.reduce_mean(x)
        tape.gradient(loss, concentration)   # about -1/9
    """

    def _sample_n(self, n, seed=None):
        seed = tfp.random.sanitize_seed(seed, salt="inverse_gamma")
        concentration = tf.convert_to_tensor(self.concentration)
        scale = tf.convert_to_tensor(self.scale)
        shape = _shapes.sample_shape(
            n, tf.shape(concentration), tf.shape(scale)
        )
        log_z = random.stateless_loggamma(shape, seed, concentration)
        # As in the base class: a sample of a negative scale is NaN.
        nan = tf.constant(float("nan"), scale.dtype)
        return tf.where(scale < 0, nan, scale) * tf.exp(-log_z)

    def _tail(self, value, upper):
        return _tails.gamma_tail(
            self.concentration, self.scale / value, not upper
        )
