# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Chi distribution with implicit reparameterization gradients."""

import math as pymath

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import math, random
from tf_implicit.distributions import (
    _divergences,
    _exponential,
    _gamma_power,
    _seeds,
    _shapes,
    _tails,
    _tfp,
)

__all__ = ["Chi"]

_HALF_LOG_2 = pymath.log(2) / 2


class Chi(_tfp.SampledAtOnce, _tfp.SampledDirectly, _tails.TwoTails, tfd.Chi):
    """Chi distribution, that of sqrt(2 z) for z ~ Gamma(df / 2, 1).

    A `tfp.distributions.Chi` whose samples are exponentials of half the
    logarithms that `tf_implicit.random.stateless_loggamma` draws, with its
    implicit reparameterization gradient in `df` (Figurnov et al. 2018,
    equation 8): neither is lost where z underflows, at a `df` of 0.01 and far
    below. The density, the CDF and the quantile are those of z, in log space
    where it underflows.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        df = tf.constant([0.01, 10.0])
        with tf.GradientTape() as tape:
            tape.watch(df)
            x = tfi.distributions.Chi(df).sample(10000, seed=1)
            loss = tf.reduce_mean(x**2, axis=0)
        tape.gradient(loss, df)   # about [1, 1]
    """

    def _sample_n(self, n, seed=None):
        seed = _seeds.sanitize(seed, "chi")
        df = tf.convert_to_tensor(self.df)
        shape = _shapes.shape_of_samples(n, df)
        log_z = random.stateless_loggamma(shape, seed, df / 2)
        root_2 = tf.sqrt(tf.constant(2, df.dtype))
        return _exponential.scaled_exponential(log_z / 2, root_2)

    def _log_prob(self, value):
        return math.chi_log_prob(self.df, value)

    def _prob(self, value):
        return tf.exp(self._log_prob(value))

    def _tail(self, value, upper):
        df, two, log_t, z = self._at(value)
        tail = _gamma_power.tail(df / 2, two, log_t, z, upper)
        return _outside(value, tail, 1.0 if upper else 0.0)

    def _log_tail(self, value, upper):
        df, two, log_t, z = self._at(value)
        tail = _gamma_power.tail(df / 2, two, log_t, z, upper, logarithm=True)
        return _outside(value, tail, 0.0 if upper else -float("inf"))

    def _quantile(self, value):
        df = tf.convert_to_tensor(self.df)
        two = tf.constant(2, df.dtype)
        return tf.sqrt(two) * _gamma_power.quantile(df / 2, two, value)

    def _entropy(self):
        # x = exp(y / 2) sqrt(2): H(y) - log 2 + E log x.
        half = tf.convert_to_tensor(self.df) / 2
        entropy = math.exp_gamma_entropy(half) + math.digamma(half) / 2
        return entropy - _HALF_LOG_2

    def _at(self, value):
        df = tf.convert_to_tensor(self.df)
        value = tf.where(value < 0, tf.ones_like(value), value)
        log_t = tf.math.log(value) - _HALF_LOG_2
        return df, tf.constant(2, df.dtype), log_t, value * value / 2


def _outside(value, inside, constant):
    """`inside`, or a constant for a negative value."""
    return tf.where(value < 0, tf.constant(constant, inside.dtype), inside)


@_divergences.register_kl(Chi, tfd.Chi)
def _divergence(p, q):
    return math.chi2_divergence(p.df, q.df)
