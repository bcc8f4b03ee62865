# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Kumaraswamy distribution whose samples stay inside of (0, 1)."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit.distributions import (
    _seeds,
    _shapes,
    _tails,
    _tfp,
    _unit_interval,
)
from tf_implicit.random import _normal

__all__ = ["Kumaraswamy"]

# Where exp(-t) is far below all digits of log(1 - exp(-t)).
_FAR = {tf.float32: 60.0, tf.float64: 600.0}


class Kumaraswamy(
    _tfp.SampledAtOnce, _tfp.SampledDirectly, _tails.TwoTails, tfd.Kumaraswamy
):
    """Kumaraswamy distribution, a `tfp.distributions.Kumaraswamy`.

    The CDF over (0, 1) is

        F(x; concentration1, concentration0) =
            1 - (1 - x**concentration1)**concentration0

    The sample is the explicit function of an Exponential sample e

        x = (1 - exp(-e / concentration0))**(1 / concentration1),

    formed from its logarithm: neither it nor its derivatives are lost at
    concentrations of 1e-3 or 1e6, where the base class has samples of exactly 0
    and 1 and derivatives of NaN. A sample that would round to 0 or 1 is the
    nearest number inside of (0, 1), so that `log_prob` and its gradients are
    finite. The density and the tails are formed from log x, the logarithms of
    the tails right where these underflow. Outside of the support `log_prob` is
    -infinity with a gradient of 0.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        b = tf.constant([1e-3, 2.0])
        with tf.GradientTape() as tape:
            tape.watch(b)
            x = tfi.distributions.Kumaraswamy(1.0, b).sample(10000, seed=1)
            loss = tf.reduce_mean(x, axis=0)
        tape.gradient(loss, b)   # about -1 / (1 + b)**2
    """

    # The methods of TFP's transformed distributions take arguments of their
    # parts.

    def _sample_n(self, n, seed=None, **kwargs):
        a = tf.convert_to_tensor(self.concentration1)
        b = tf.convert_to_tensor(self.concentration0)
        shape = _shapes.shape_of_samples(n, a, b)
        seed = _seeds.sanitize(seed, "kumaraswamy")
        # The squares of two Normal samples sum to twice an Exponential sample,
        # in less time than a uniform sample and its logarithm.
        pair = tf.concat([[2], shape], axis=0)
        normal = _normal.stateless_normal(pair, seed, a.dtype)
        twice = tf.square(normal[0]) + tf.square(normal[1])
        # The derivative of a product takes less than that of a quotient. That
        # in `a` would underflow for samples next to the least number.
        log_x = _unit_interval.log1mexp(twice * (0.5 / b)) / a
        return _unit_interval.inside(tf.exp(log_x))

    def _log_prob(self, value, **kwargs):
        # In float64: the terms cancel.
        a = tf.cast(self.concentration1, tf.float64)
        b = tf.cast(self.concentration0, tf.float64)
        outside, x, _, rest = _at(tf.cast(value, tf.float64), a)
        log_prob = (
            (tf.math.log(a) + tf.math.log(b))
            + tf.math.xlogy(a - 1, x)
            - tf.math.multiply_no_nan(rest, b - 1)
        )
        minus_infinity = tf.constant(-float("inf"), log_prob.dtype)
        return tf.cast(tf.where(outside, minus_infinity, log_prob), self.dtype)

    def _prob(self, value, **kwargs):
        return tf.exp(self._log_prob(value))

    def _tail(self, value, upper):
        edge, s, _, _ = self._exponential(value)
        tail = tf.exp(-s) if upper else -tf.math.expm1(-s)
        zero, one = tf.zeros_like(s), tf.ones_like(s)
        low, high = (one, zero) if upper else (zero, one)
        return tf.where(edge, tf.where(value <= 0, low, high), tail)

    def _log_tail(self, value, upper):
        edge, s, tiny, log_s = self._exponential(value)
        if upper:
            log_tail = -s
        else:
            safe = tf.where(tiny, tf.ones_like(s), s)
            log_tail = tf.where(tiny, log_s, _unit_interval.log1mexp(safe))
        zero = tf.zeros_like(s)
        none = tf.constant(-float("inf"), s.dtype)
        low, high = (zero, none) if upper else (none, zero)
        return tf.where(edge, tf.where(value <= 0, low, high), log_tail)

    def _quantile(self, p, **kwargs):
        a = tf.convert_to_tensor(self.concentration1)
        b = tf.convert_to_tensor(self.concentration0)
        return tf.exp(_unit_interval.log1mexp(-tf.math.log1p(-p) / b) / a)

    def _exponential(self, value):
        """The Exponential sample s of a value: F = 1 - exp(-s).

        Returns:
          Where the value is no number inside of (0, 1); s, 1 there; where F is
          s, which may underflow; log s there.
        """
        a = tf.convert_to_tensor(self.concentration1)
        b = tf.convert_to_tensor(self.concentration0)
        edge = (value <= 0) | (value >= 1)
        x = tf.where(edge, tf.constant(0.5, value.dtype), value)
        _, _, t, rest = _at(x, a)
        cut = _FAR.get(t.dtype, 60.0)
        far = t > cut
        log_s = tf.math.log(b) - t
        tiny = far & (log_s < -cut)
        near = far & ~tiny
        s = tf.where(
            near,
            tf.exp(tf.where(near, log_s, tf.zeros_like(log_s))),
            b * rest,
        )
        edge = edge | tf.zeros_like(s, tf.bool)
        return edge, tf.where(edge, tf.ones_like(s), s), tiny, log_s


def _at(value, a):
    """Where a value is outside, else x, t = -a log x, -log(1 - exp(-t))."""
    outside = (value < 0) | (value > 1)
    x = tf.where(outside, tf.constant(0.5, value.dtype), value)
    edge = (x == 0) | (x == 1)
    t = -a * tf.math.log(tf.where(edge, tf.constant(0.5, x.dtype), x))
    # The limits at the ends, where the chain rule multiplies 0 and infinity.
    end = tf.where(x == 0, tf.zeros_like(x), tf.constant(float("inf"), x.dtype))
    return outside, x, t, tf.where(edge, end, -_unit_interval.log1mexp(t))
