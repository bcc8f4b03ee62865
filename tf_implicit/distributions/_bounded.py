# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the truncated distributions with closed forms share."""

from typing import Any

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import _attach
from tf_implicit.distributions import _shapes, _uniform

__all__ = ["Bounded", "divide"]

# `Distribution` for a type checker; a base class before TFP's for Python.
_Mixin: Any = object


class Bounded(_Mixin):
    """Base class, before TFP's, of what has loc, scale, low and high.

    A subclass has `_invert(u, v, parameters)`, the quantile of u = 1 - v, and
    `_slopes(z, parameters)`, the derivatives of a sample in the four
    parameters and that of the quantile; all in float64.
    """

    @property
    def reparameterization_type(self):
        """FULLY_REPARAMETERIZED."""
        return tfd.FULLY_REPARAMETERIZED

    def _read(self):
        return [
            tf.convert_to_tensor(x)
            for x in (self.loc, self.scale, self.low, self.high)
        ]

    def _standardized(self, value=None):
        """Value, loc, scale and bounds in float64, the latter of one shape."""
        loc, scale, low, high = (tf.cast(x, tf.float64) for x in self._read())
        a, b = (divide(bound - loc, scale) for bound in (low, high))
        if value is None:
            shape = tf.broadcast_dynamic_shape(tf.shape(a), tf.shape(b))
        else:
            value = tf.cast(value, tf.float64)
            shape = tf.shape(value + a + b)
        a, b = tf.broadcast_to(a, shape), tf.broadcast_to(b, shape)
        return value, loc, scale, a, b

    def _inside(self, value, log_prob):
        low, high = (tf.cast(x, tf.float64) for x in (self.low, self.high))
        minus_infinity = tf.constant(-float("inf"), log_prob.dtype)
        inside = (value >= low) & (value <= high)
        return tf.where(inside, log_prob, minus_infinity)

    def _sample_n(self, n, seed=None):
        parameters = self._read()
        shape = _shapes.sample_shape(n, *map(tf.shape, parameters))
        seed = tfp.random.sanitize_seed(seed, salt=type(self).__name__)
        u = _uniform.stateless_uniform(shape, seed, tf.float64)
        return self._attached(u, shape, parameters)

    def _quantile(self, p):
        parameters = self._read()
        shape = tf.shape(p)
        for parameter in parameters:
            shape = tf.broadcast_dynamic_shape(shape, tf.shape(parameter))
        # An axis in front, as that of samples.
        shape = tf.concat([[1], shape], axis=0)
        u = tf.broadcast_to(tf.cast(p, tf.float64), shape)
        return self._attached(u, shape, parameters)[0]

    def _attached(self, u, shape, parameters):
        """The quantile of u with its gradient in u and the parameters."""
        wide = [tf.cast(tf.stop_gradient(x), tf.float64) for x in parameters]
        own = tf.stop_gradient(u)
        batch = tf.shape(wide[0] + wide[1] + wide[2] + wide[3])
        z = self._invert(
            own, 1 - own, [tf.broadcast_to(x, batch) for x in wide]
        )
        z = tf.cast(z, self.dtype)
        low, high = parameters[2:]
        z = tf.minimum(tf.maximum(z, low), high)
        copies = [tf.broadcast_to(x, shape) for x in parameters]
        return _attach.attach_gradient(z, [*copies, u], self._pull_back)

    def _pull_back(self, upstream, z, *parameters):
        # The parameters are equal along the first axis: what is a function of
        # them alone is computed once.
        once = [tf.cast(x[:1], tf.float64) for x in parameters[:4]]
        slopes = self._slopes(tf.cast(z, tf.float64), once)
        flow = tf.cast(upstream, tf.float64)
        *flows, last = [flow * slope for slope in slopes]
        return [*(tf.cast(f, z.dtype) for f in flows), last]


def divide(x, scale):
    """The ratio, a constant of the derivatives where x is infinite."""
    infinite = tf.math.is_inf(x)
    finite = tf.where(infinite, tf.ones_like(x), x) / scale
    return tf.where(infinite, tf.stop_gradient(x), finite)
