# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""BetaQuotient distribution with implicit reparameterization gradients."""

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit.distributions import _exponential, _shapes, _tfp
from tf_implicit.distributions.beta import sample_logit

__all__ = ["BetaQuotient"]


class BetaQuotient(_tfp.SampledAtOnce, tfd.BetaQuotient):
    """Distribution of the ratio of two independent Beta variables.

    A `tfp.distributions.BetaQuotient` whose samples are the exponentials of
    log z - log w. The logits of z and w are differences of log-Gamma samples
    (`tf_implicit.random.stateless_loggamma`) with their implicit
    reparameterization gradients (Figurnov et al. 2018, section 4), so that
    neither samples nor gradients are lost at small concentrations; samples are
    between the smallest normal number and half of the largest finite one.

    The density is an integral (that of Pham-Gia 2000, in the logit of w) by the
    trapezoidal rule around the mode of the integrand, with 513 nodes; that of
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
        seeds = tfp.random.split_seed(seed, n=4, salt="beta_quotient")
        parameters = self._concentrations()
        shape = _shapes.shape_of_samples(n, *parameters)
        numerator = sample_logit(shape, seeds[:2], *parameters[:2])
        denominator = sample_logit(shape, seeds[2:], *parameters[2:])
        # log z = -softplus(-logit)
        log_ratio = tf.nn.softplus(-denominator) - tf.nn.softplus(-numerator)
        return _exponential.scaled_exponential(
            log_ratio, tf.ones([], log_ratio.dtype)
        )

    def _log_prob(self, x):
        a, b, c, d = (tf.cast(t, tf.float64) for t in self._concentrations())
        wide = tf.cast(x, tf.float64)
        outside = wide < 0
        wide = tf.where(outside, tf.ones_like(wide), wide)
        above = wide > 1
        log_x = tf.math.log(wide)
        # With w = u min(1, 1 / x).
        log_integral = _log_integral(
            a + c,
            tf.where(above, b, d),
            tf.where(above, d, b),
            tf.where(above, 1 / wide, wide),
        )
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
_BISECTIONS = 60


def _log_integral(a, b, c, r):
    """Log of the integral of u**(a - 1) (1 - u)**(b - 1) (1 - r u)**(c - 1).

    Args:
      a: Positive float64 tensor.
      b: Positive float64 tensor.
      c: Positive float64 tensor.
      r: float64 tensor, in [0, 1].

    Returns:
      The logarithm of the integral over 0 < u < 1, differentiable in all.
    """
    held = [tf.stop_gradient(t) for t in (a, b, c, r)]
    mode = _mode(*held)
    # The scale of the peak, but no more than that of the logistic function.
    sigma = tf.sigmoid(mode)
    curvature = (held[0] + held[1]) * sigma * (1 - sigma)
    scale = tf.math.rsqrt(1 + curvature)
    knee = -tf.math.log(tf.maximum(1 - held[3], 1e-16))
    reach = _DECAY * (1 / held[0] + 1 / held[1]) + knee + tf.abs(mode)
    last = tf.asinh(reach / scale)
    k = tf.linspace(tf.constant(-1, r.dtype), 1, 2 * _NODES + 1)
    v = last[..., tf.newaxis] * k
    t = mode[..., tf.newaxis] + scale[..., tf.newaxis] * tf.sinh(v)
    step = last / _NODES * scale
    wide = [p[..., tf.newaxis] for p in (a, b, c, r)]
    h = _log_integrand(t, *wide)
    log_sum = tf.reduce_logsumexp(h + tf.math.log(tf.cosh(v)), axis=-1)
    return log_sum + tf.math.log(step)


def _log_integrand(t, a, b, c, r):
    """The logarithm of the integrand in t, the logit of u."""
    # 1 - r u = (1 - r) + r (1 - u)
    rest = tf.math.log((1 - r) + r * tf.sigmoid(-t))
    return -a * tf.nn.softplus(-t) - b * tf.nn.softplus(t) + (c - 1) * rest


def _mode(a, b, c, r):
    """Where the integrand in t is the largest, by bisection of its slope."""
    one = tf.ones_like(a + b + c + r)
    low, high = -800 * one, 800 * one
    for _ in range(_BISECTIONS):
        t = (low + high) / 2
        u, rest = tf.sigmoid(t), tf.sigmoid(-t)
        slope = a * rest - b * u
        slope -= (c - 1) * r * u * rest / ((1 - r) + r * rest)
        low, high = tf.where(slope > 0, t, low), tf.where(slope > 0, high, t)
    return (low + high) / 2
