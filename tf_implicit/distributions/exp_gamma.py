# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""ExpGamma distribution with implicit reparameterization gradients."""

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import random
from tf_implicit.distributions import _shapes, _tails

__all__ = ["ExpGamma"]


class ExpGamma(_tails.TwoTails, tfd.ExpGamma):
    """Distribution of the logarithm of a Gamma variable.

    A `tfp.distributions.ExpGamma` whose samples are drawn by
    `tf_implicit.random.stateless_loggamma`: at any concentration down to 1e-6
    they are finite, and so are their implicit reparameterization gradients
    (Figurnov et al. 2018, equation 8).

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        concentration = tf.constant([1e-3, 2.0])
        with tf.GradientTape() as tape:
            tape.watch(concentration)
            log_z = tfi.distributions.ExpGamma(concentration, rate=1.0).sample(
                1000, seed=1)
            loss = tf.reduce_mean(log_z, axis=0)
        tape.gradient(loss, concentration)   # about [1e6, 0.645]
    """

    def _sample_n(self, n, seed=None):
        seed = tfp.random.sanitize_seed(seed, salt="exp_gamma")
        concentration = tf.convert_to_tensor(self.concentration)
        if self.rate is None:
            log_rate = tf.convert_to_tensor(self.log_rate)
        else:
            log_rate = tf.math.log(tf.convert_to_tensor(self.rate))
        shape = _shapes.sample_shape(
            n, tf.shape(concentration), tf.shape(log_rate)
        )
        return random.stateless_loggamma(shape, seed, concentration) - log_rate

    def _tail(self, value, upper):
        if self.rate is None:
            z = tf.exp(value + self.log_rate)
        else:
            z = tf.exp(value) * self.rate
        return _tails.gamma_tail(self.concentration, z, upper)
