# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Generalized extreme value distribution, differentiable at concentration 0."""

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import math
from tf_implicit.distributions import _box_cox, _seeds, _shapes, _tfp
from tf_implicit.distributions.student_t import standardized
from tf_implicit.random import _uniform

__all__ = ["GeneralizedExtremeValue"]


class GeneralizedExtremeValue(
    _tfp.SampledAtOnce, _tfp.SampledDirectly, tfd.GeneralizedExtremeValue
):
    """Generalized extreme value distribution, as in `tfp.distributions`.

    The sample is the explicit function of a Gumbel sample g

        z = loc + scale (exp(concentration g) - 1) / concentration,

    which is analytic in the concentration. Its gradient, that of `log_prob`,
    of the CDF, of mean, variance and the others have the digits of their
    arguments at 0 and near 0, where the base class has the gradient 0, or few
    digits.

    Heavy tails do not end in infinity: |z - loc| / scale is at most half the
    largest finite number, divided by `scale` where that is above 1. Outside of
    the support `log_prob` is -infinity, and at its end, where the density is 0
    or infinite. A sample that would round to the end is moved inside by 4 eps
    of its distance from `loc` and of `loc`.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        concentration = tf.constant(0.0)
        with tf.GradientTape() as tape:
            tape.watch(concentration)
            z = tfi.distributions.GeneralizedExtremeValue(
                0.0, 1.0, concentration).sample(10000, seed=1)
            loss = tf.reduce_mean(z)
        tape.gradient(loss, concentration)   # about 0.989
    """

    # The methods of TFP's transformed distributions take arguments of their
    # parts.

    def _sample_n(self, n, seed=None, **kwargs):
        loc, scale, c = map(
            tf.convert_to_tensor, (self.loc, self.scale, self.concentration)
        )
        shape = _shapes.shape_of_samples(n, loc, scale, c)
        seed = _seeds.sanitize(seed, "generalized_extreme_value")
        u = _uniform.stateless_uniform(shape, seed, c.dtype)
        gumbel = -tf.math.log(-tf.math.log(u))
        ends = _box_cox.bounds(c, loc, scale)
        return loc + scale * _box_cox.box_cox(c, gumbel, ends)

    def _gumbel(self, value, scale, c):
        """The Gumbel sample of a value; where there is none, infinite."""
        x = standardized(value - self.loc, tf.convert_to_tensor(scale))
        return _box_cox.inverse_or_end(c, x)

    def _log_prob(self, value, **kwargs):
        scale = tf.convert_to_tensor(self.scale)
        c = tf.convert_to_tensor(self.concentration)
        g = _box_cox.inverse_box_cox(c, standardized(value - self.loc, scale))
        outside = tf.math.is_inf(g)
        g = tf.where(outside, tf.zeros_like(g), g)
        log_prob = -(1 + c) * g - tf.exp(-g) - tf.math.log(scale)
        minus_infinity = tf.constant(-float("inf"), log_prob.dtype)
        return tf.where(outside, minus_infinity, log_prob)

    def _log_cdf(self, value, **kwargs):
        return -tf.exp(-self._gumbel(value, self.scale, self.concentration))

    def _cdf(self, value, **kwargs):
        return tf.exp(self._log_cdf(value))

    def _survival_function(self, value, **kwargs):
        return -tf.math.expm1(self._log_cdf(value))

    def _log_survival_function(self, value, **kwargs):
        g = self._gumbel(value, self.scale, self.concentration)
        # log(1 - e^-y) for y = e^-g, log(y) where y < 1e-8.
        upper = g > 18
        y = tf.exp(-tf.where(upper, tf.zeros_like(g), g))
        return tf.where(upper, -g, tfp.math.log1mexp(y))

    def _quantile(self, p, **kwargs):
        gumbel = -tf.math.log(-tf.math.log(p))
        return self.loc + self.scale * _box_cox.box_cox(
            self.concentration, gumbel
        )

    def _mean(self, **kwargs):
        c = tf.convert_to_tensor(self.concentration)
        small, near, far = _near_zero(c, 1)
        # log Gamma(1 - c) / c.
        ratio = tf.where(
            small,
            np.euler_gamma + near * _series(near, lambda k: 1 / k),
            math.lgamma(1 - far) / far,
        )
        mean = ratio * _box_cox.box_cox(c * ratio, tf.ones_like(c))
        infinity = tf.constant(float("inf"), c.dtype)
        return self.loc + self.scale * tf.where(c < 1, mean, infinity)

    def _variance(self, **kwargs):
        concentration = tf.convert_to_tensor(self.concentration)
        small, near, far = _near_zero(concentration, 0.5)
        # (log Gamma(1 - 2 c) - 2 log Gamma(1 - c)) / c^2.
        ratio = tf.where(
            small,
            _series(near, lambda k: (2**k - 2) / k),
            (math.lgamma(1 - 2 * far) - 2 * math.lgamma(1 - far)) / far**2,
        )
        c = tf.where(small, near, far)
        one = tf.ones_like(c)
        variance = (
            tf.exp(2 * math.lgamma(1 - c))
            * ratio
            * _box_cox.box_cox(c * c * ratio, one)
        )
        infinity = tf.constant(float("inf"), c.dtype)
        variance = tf.where(concentration < 0.5, variance, infinity)
        return self.scale**2 * variance + tf.zeros_like(self.loc)

    def _stddev(self, **kwargs):
        return tf.sqrt(self._variance())

    def _mode(self, **kwargs):
        c = tf.convert_to_tensor(self.concentration)
        # Where 1 + c is negative the density has no greatest value.
        return self.loc + self.scale * _box_cox.box_cox(c, -tf.math.log1p(c))


def _near_zero(c, end):
    """Where |c| < 1/8, c there, and c elsewhere below `end`."""
    small = tf.abs(c) < 0.125
    near = tf.where(small, c, tf.zeros_like(c))
    other = small | (c >= end)
    return small, near, tf.where(other, tf.constant(-1, c.dtype), c)


def _series(c, weight):
    """sum_(k >= 2) w(k) zeta(k) c^(k - 2), which DLMF 5.7.3 is for w(k) = 1/k.

    For |c| < 1/8 and w(k) < 2^k, 28 terms are all digits of float64.
    """
    k = np.arange(2.0, 30.0)
    zeta = tf.math.zeta(tf.constant(k), tf.ones([], tf.float64))
    terms = tf.unstack(tf.cast(zeta * weight(k), c.dtype))
    total = terms[-1]
    for term in reversed(terms[:-1]):
        total = term + c * total
    return total
