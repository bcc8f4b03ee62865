# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Exponentially modified Gaussian distribution with whole tails."""

import math

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit._op_library import ops
from tf_implicit.distributions import (
    _mills,
    _normal_tail,
    _seeds,
    _shapes,
    _tfp,
    _unit_interval,
)
from tf_implicit.math import _gradients
from tf_implicit.random import _normal, _uniform

__all__ = ["ExponentiallyModifiedGaussian"]

_LOG_ROOT_2_PI = math.log(2 * math.pi) / 2


class ExponentiallyModifiedGaussian(
    _tfp.SampledAtOnce, tfd.ExponentiallyModifiedGaussian
):
    """Distribution of the sum of a Normal and an Exponential variable.

    A `tfp.distributions.ExponentiallyModifiedGaussian`, whose samples are an
    explicit function of noise, loc + scale n - log(u) / rate; n has the sampler
    of this package, so that a seed gives other samples than in the base class.
    With u = (x - loc) / scale, k = rate scale and
    the Mills ratio M of the Normal distribution,

        log pdf = log(rate) - u**2 / 2 + log M(k - u) - log(2 pi) / 2,  u < k
        log pdf = log(rate) - k (u - k / 2) + log Phi(u - k),           u >= k

    and the survival function is Phi(-u) + pdf / rate: nothing cancels where
    the Exponential part is small beside the Normal one (with rate scale = 1e5
    TFP's log density in float32 is 512 for -0.94). The log density is one op,
    within 2.5 eps of the largest of 1, its value and u**2 / 2 or
    k (u - k / 2), in float64, in which the tails are computed too, to 1e-13 of
    max(1, abs(value)); the CDF below `loc` is a difference, with an error of
    eps / (rate scale) relative to it.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        rate = tf.constant([0.5, 2.0])
        with tf.GradientTape() as tape:
            tape.watch(rate)
            x = tfi.distributions.ExponentiallyModifiedGaussian(
                0.0, 1.0, rate).sample(10000, seed=1)
            loss = tf.reduce_mean(x, axis=0)
        tape.gradient(loss, rate)   # -1 / rate**2
    """

    def _sample_n(self, n, seed=None):
        seeds = _seeds.split(seed, 2, "exponentially_modified_gaussian")
        loc = tf.convert_to_tensor(self.loc)
        scale = tf.convert_to_tensor(self.scale)
        rate = tf.convert_to_tensor(self.rate)
        shape = _shapes.shape_of_samples(n, loc, scale, rate)
        normal = _normal.stateless_normal(shape, seeds[0], loc.dtype)
        u = _uniform.stateless_uniform(shape, seeds[1], loc.dtype)
        return loc + scale * normal - tf.math.log(u) / rate

    def _log_prob(self, x):
        return ops.tf_implicit_exponentially_modified_gaussian_log_prob(
            loc=self.loc, scale=self.scale, rate=self.rate, value=x
        ).log_prob

    def _log_survival_function(self, x):
        u, k = self._standard(x)
        return tf.cast(_log_upper(u, k), self.dtype)

    def _log_cdf(self, x):
        u, k = self._standard(x)
        below = u < 0
        zero = tf.zeros_like(u * k)
        # Phi(u) - pdf / rate
        v = tf.where(below, -u, zero)
        difference = _mills.moments(v, 1)[0] - _mills.moments(v + k, 1)[0]
        lower = tf.math.log(difference) - v**2 / 2 - _LOG_ROOT_2_PI
        upper = _log_upper(tf.where(below, zero, u), k)
        log_cdf = tf.where(below, lower, _unit_interval.log1mexp(-upper))
        return tf.cast(log_cdf, self.dtype)

    def _cdf(self, x):
        return tf.exp(self._log_cdf(x))

    def _survival_function(self, x):
        return tf.exp(self._log_survival_function(x))

    def _standard(self, x):
        """U and k, in float64."""
        x, loc, scale, rate = (
            tf.cast(t, tf.float64) for t in (x, self.loc, self.scale, self.rate)
        )
        return (x - loc) / scale, rate * scale


def _log_upper(u, k):
    """log(1 - F)."""
    part = _log_exponential_part(u, k)
    normal = _normal_tail.log_ndtr(-u) + tf.zeros_like(part)
    return tf.reduce_logsumexp(tf.stack([normal, part]), axis=0)


def _log_exponential_part(u, k):
    """log(pdf / rate)."""
    inside = u < k
    zero = tf.zeros_like(u * k)
    t = tf.where(inside, k - u, zero)
    mills = _mills.moments(t, 1)[0]
    by_mills = tf.math.log(mills) - u**2 / 2 - _LOG_ROOT_2_PI
    beyond = tf.where(inside, zero, u - k)
    direct = k * (k / 2 - u) + _normal_tail.log_ndtr(beyond)
    return tf.where(inside, by_mills, direct)


def _log_prob_formula(loc, scale, rate, value):
    """That of kernels/special, for second derivatives."""
    part = _log_exponential_part((value - loc) / scale, rate * scale)
    return tf.math.log(rate) + part


_gradients.register_known_partials(
    "TFImplicit>ExponentiallyModifiedGaussianLogProb",
    _gradients.second_of(_log_prob_formula),
)
