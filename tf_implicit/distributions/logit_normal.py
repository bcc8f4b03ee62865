# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Logit-Normal distribution whose samples stay inside of (0, 1)."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit.distributions import (
    _normal_tail,
    _tails,
    _tfp,
    _unit_interval,
    normal,
)

__all__ = ["LogitNormal"]


class LogitNormal(
    _tfp.SampledAtOnce, _tfp.SampledDirectly, _tails.TwoTails, tfd.LogitNormal
):
    """Distribution of sigmoid(y) for y ~ Normal(loc, scale).

    A `tfp.distributions.LogitNormal` whose samples are the explicit function
    of noise sigmoid(loc + scale e), with a derivative that keeps its digits
    near 1, where that of `tf.sigmoid` is 0. A sample that would round to 0 or
    1, a quarter of those of LogitNormal(0, 30) in float32, is the nearest
    number inside of (0, 1), so that `log_prob` and its gradients are finite.
    Where what is lost matters, take the samples of y, those of `Normal(loc,
    scale)` with the same seed: log z is -softplus(-y) and log(1 - z) is
    -softplus(y).

    The density is right at every number in (0, 1), and the tails where they
    underflow. Outside of it `log_prob` is -infinity with a gradient of 0.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        scale = tf.constant([1.0, 30.0])
        with tf.GradientTape() as tape:
            tape.watch(scale)
            z = tfi.distributions.LogitNormal(0.5, scale).sample(
                10000, seed=1)
            loss = tf.reduce_mean(z, axis=0)
        tape.gradient(loss, scale)   # about [-0.0299, -2.2e-4]
    """

    # The methods of TFP's transformed distributions take arguments of their
    # parts.

    def _sample_n(self, n, seed=None, **kwargs):
        loc = tf.convert_to_tensor(self.loc)
        scale = tf.convert_to_tensor(self.scale)
        law = normal.Normal(loc, scale, validate_args=self.validate_args)
        y = law.sample(n, seed=seed)
        return _unit_interval.sigmoid(y)

    def _log_prob(self, value, **kwargs):
        outside, x = self._inside(value)
        y, log_x, log_rest = _unit_interval.logit_and_logs(x)
        log_prob = normal.log_prob(self.loc, self.scale, y)
        log_prob -= log_x + log_rest
        minus_infinity = tf.constant(-float("inf"), log_prob.dtype)
        return tf.where(outside, minus_infinity, log_prob)

    def _prob(self, value, **kwargs):
        return tf.exp(self._log_prob(value))

    def _tail(self, value, upper):
        return tf.exp(self._log_tail(value, upper))

    def _log_tail(self, value, upper):
        # t may be a difference, and TFP's log Phi has 11 digits in a tail.
        outside, x = self._inside(tf.cast(value, tf.float64))
        y, *_ = _unit_interval.logit_and_logs(x)
        loc = tf.cast(self.loc, tf.float64)
        t = (y - loc) / tf.cast(self.scale, tf.float64)
        log_tail = _normal_tail.log_ndtr(-t if upper else t)
        none = tf.constant(-float("inf"), tf.float64)
        all_of_it = tf.constant(0, tf.float64)
        ends = (all_of_it, none) if upper else (none, all_of_it)
        end = tf.where(value <= 0, *ends)
        return tf.cast(tf.where(outside, end, log_tail), self.dtype)

    def _inside(self, value):
        """Where a value is outside of (0, 1), and 1/2 there, else the value."""
        outside = ~((value > 0) & (value < 1))
        # NaN is no number outside.
        outside &= ~tf.math.is_nan(value)
        return outside, tf.where(outside, tf.constant(0.5, value.dtype), value)
