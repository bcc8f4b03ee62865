# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""ExpGamma distribution with implicit reparameterization gradients."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import math, random
from tf_implicit.distributions import (
    _divergences,
    _seeds,
    _shapes,
    _tails,
    _tfp,
)
from tf_implicit.distributions.gamma import divergence_by_rates

__all__ = ["ExpGamma"]


class ExpGamma(_tfp.SampledAtOnce, _tails.TwoTails, tfd.ExpGamma):
    """Distribution of the logarithm of a Gamma variable.

    A `tfp.distributions.ExpGamma` whose samples are drawn by
    `tf_implicit.random.stateless_loggamma`: at any concentration down to 1e-6
    they are finite, and so are their implicit reparameterization gradients
    (Figurnov et al. 2018, equation 8).

    `log_prob`, `entropy` and `kl_divergence` are those of
    `tf_implicit.math.exp_gamma_log_prob`, `exp_gamma_entropy` and
    `gamma_divergence`. With `log_rate` they are known as well as it is:
    `tfi.distributions.Gamma` says what its rounding makes.

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
        seed = _seeds.sanitize(seed, "exp_gamma")
        concentration = tf.convert_to_tensor(self.concentration)
        log_rate = self._log_rate_tensor()
        shape = _shapes.shape_of_samples(n, concentration, log_rate)
        return random.stateless_loggamma(shape, seed, concentration) - log_rate

    def _log_prob(self, value):
        use_log = self.rate is None
        rate = self.log_rate if use_log else self.rate
        return math.exp_gamma_log_prob(
            self.concentration, rate, value, log_rate=use_log
        )

    def _entropy(self):
        concentration = tf.convert_to_tensor(self.concentration)
        entropy = math.exp_gamma_entropy(concentration)
        return tf.broadcast_to(entropy, self._batch_shape_tensor())

    def _mode(self):
        concentration = tf.convert_to_tensor(self.concentration)
        if self.rate is None:
            return tf.math.log(concentration) - self.log_rate
        return tf.math.log(concentration / self.rate)

    def _tail(self, value, upper):
        log_z, z = self._logarithm_and_z(value)
        return _tails.log_gamma_tail(self.concentration, log_z, z, upper)

    def _log_tail(self, value, upper):
        log_z, z = self._logarithm_and_z(value)
        return _tails.log_gamma_tail(
            self.concentration, log_z, z, upper, logarithm=True
        )

    def _logarithm_and_z(self, value):
        """The logarithm of z = rate e^value, and z."""
        ended = tf.math.is_inf(tf.exp(value))
        z = tf.exp(_tails.constant_where(ended, value))
        if self.rate is None:
            log_rate = tf.convert_to_tensor(self.log_rate)
            z *= tf.exp(_tails.constant_where(ended, log_rate))
        else:
            rate = tf.convert_to_tensor(self.rate)
            log_rate = tf.math.log(rate)
            z *= _tails.constant_where(ended, rate)
        return value + log_rate, z

    def _log_rate_tensor(self):
        if self.rate is None:
            return tf.convert_to_tensor(self.log_rate)
        return tf.math.log(tf.convert_to_tensor(self.rate))

    def _quantile(self, value):
        log_z = math.log_igammainv(self.concentration, value)
        return log_z - self._log_rate_tensor()


_divergences.register_kl(ExpGamma, tfd.ExpGamma)(divergence_by_rates)
