# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""BetaQuotient distribution with implicit reparameterization gradients."""

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit._op_library import ops
from tf_implicit.distributions import (
    _exponential,
    _seeds,
    _shapes,
    _tfp,
    _unit_interval,
)
from tf_implicit.distributions.beta import sample_logit
from tf_implicit.math import _gradients

__all__ = ["BetaQuotient"]


class BetaQuotient(_tfp.SampledAtOnce, tfd.BetaQuotient):
    """Distribution of the ratio of two independent Beta variables.

    A `tfp.distributions.BetaQuotient` whose samples are the exponentials of
    log z - log w. The logits of z and w are differences of log-Gamma samples
    (`tf_implicit.random.stateless_loggamma`) with their implicit
    reparameterization gradients (Figurnov et al. 2018, section 4), so that
    neither samples nor gradients are lost at small concentrations; samples are
    between the smallest normal number and half of the largest finite one, and
    the nearest number below 1 in place of 1, where the density is infinite if
    both `concentration0` add up to 1 at most.

    The density is an integral (that of Pham-Gia 2000, in the logit of w) by the
    trapezoidal rule around the mode of the integrand, one op; that of
    the base class is a hypergeometric series, NaN for many values already at
    concentrations of 5. Its relative error, where concentrations are at most
    1e3 and |x - 1| at least 1e-6, is below 1e-11 in float64.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        a = tf.constant([1e-3, 2.0])
        with tf.GradientTape() as tape:
            tape.watch(a)
            law = tfi.distributions.BetaQuotient(a, 2.0, 4.0, 5.0)
            loss = tf.reduce_mean(law.sample(10000, seed=1), axis=0)
        tape.gradient(loss, a)   # 8 / 3 * 2 / (a + 2)**2

    #### References

    [1]: Pham-Gia, T. Distributions of the ratios of independent beta variables
         and applications. Communications in Statistics - Theory and Methods
         29, 2000.
    """

    def _sample_n(self, n, seed=None):
        seeds = _seeds.split(seed, 4, "beta_quotient")
        parameters = self._concentrations()
        shape = _shapes.shape_of_samples(n, *parameters)
        numerator = sample_logit(shape, seeds[:2], *parameters[:2])
        denominator = sample_logit(shape, seeds[2:], *parameters[2:])
        # log z = -softplus(-logit)
        log_ratio = tf.nn.softplus(-denominator) - tf.nn.softplus(-numerator)
        ratio = _exponential.scaled_exponential(
            log_ratio, tf.ones([], log_ratio.dtype)
        )
        return _unit_interval.below_one(ratio)

    def _log_prob(self, x):
        a, b, c, d = (tf.cast(t, tf.float64) for t in self._concentrations())
        wide = tf.cast(x, tf.float64)
        outside = wide < 0
        wide = tf.where(outside, tf.ones_like(wide), wide)
        above = wide > 1
        log_x = tf.math.log(wide)
        # The slope of 1 / x overflows at the smallest x, and is not wanted.
        large = tf.where(above, wide, tf.ones_like(wide))
        # With w = u min(1, 1 / x).
        log_integral = ops.tf_implicit_log_euler_integral(
            a=a + c,
            b=tf.where(above, b, d),
            c=tf.where(above, d, b),
            r=tf.where(above, 1 / large, wide),
        ).value
        log_prob = (
            tf.math.multiply_no_nan(log_x, tf.where(above, -c - 1, a - 1))
            + log_integral
            - tfp.math.lbeta(a, b)
            - tfp.math.lbeta(c, d)
        )
        end = tf.constant(-float("inf"), log_prob.dtype)
        return tf.cast(tf.where(outside, end, log_prob), x.dtype)

    def _prob(self, x):
        return tf.exp(self._log_prob(x))

    def _concentrations(self):
        return [
            tf.convert_to_tensor(c)
            for c in (
                self.concentration1_numerator,
                self.concentration0_numerator,
                self.concentration1_denominator,
                self.concentration0_denominator,
            )
        ]


_NODES = 256  # of each sign
# The integrand has fallen by e**-45 at the last node.
_DECAY = 45.0


def _log_integral(a, b, c, r):
    """That of kernels/special/euler_integral.h, for second derivatives."""
    mode, scale = (tf.stop_gradient(t) for t in _peak(a, b, c, r))
    knee = -tf.math.log(tf.maximum(1 - r, 1e-16))
    reach = _DECAY * (1 / a + 1 / b) + 10 * scale + knee + tf.abs(mode)
    last = tf.stop_gradient(tf.asinh(reach / scale))
    k = tf.linspace(tf.constant(-1, r.dtype), 1, 2 * _NODES + 1)
    v = last[..., tf.newaxis] * k
    t = mode[..., tf.newaxis] + scale[..., tf.newaxis] * tf.sinh(v)
    h = _log_integrand(t, *(p[..., tf.newaxis] for p in (a, b, c, r)))
    log_sum = tf.reduce_logsumexp(h + tf.math.log(tf.cosh(v)), axis=-1)
    return log_sum + tf.math.log(last / _NODES * scale)


def _log_integrand(t, a, b, c, r):
    """The logarithm of the integrand in t, the logit of u."""
    # 1 - r u = (1 - r) + r (1 - u)
    rest = tf.math.log((1 - r) + r * tf.sigmoid(-t))
    return -a * tf.nn.softplus(-t) - b * tf.nn.softplus(t) + (c - 1) * rest


def _peak(a, b, c, r):
    """The mode of the integrand in t, and the scale of the peak there.

    (1 - r u) times the slope is q u**2 - p u + a.
    """
    q, p = r * (a + b + c - 1), a + b + r * (a + c - 1)
    other = p - 2 * q
    root = tf.sqrt(
        tf.where(q < 0, p * p - 4 * a * q, other * other + 4 * b * (1 - r) * q)
    )
    u = tf.where(p < 0, (p - root) / (2 * q), 2 * a / (p + root))
    rest = tf.where(
        other < 0, (root - other) / (2 * q), 2 * b * (1 - r) / (other + root)
    )
    # No wider than the logistic function.
    return tf.math.log(u / rest), tf.math.rsqrt(1 + (a + b) * u * rest)


_gradients.register_known_partials(
    "TFImplicit>LogEulerIntegral", _gradients.second_of(_log_integral)
)
