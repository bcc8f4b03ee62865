# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the truncated distributions with closed forms share."""

from typing import Any

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import _attach, _tensors
from tf_implicit.distributions import _seeds, _shapes
from tf_implicit.random import _uniform

__all__ = ["Bounded", "divide"]

# `Distribution` for a type checker; a base class before TFP's for Python.
_Mixin: Any = object


class Bounded(_Mixin):
    """Base class, before TFP's, of what has loc, scale, low and high.

    A subclass has two ops: `_invert(loc, scale, low, high, u)`, the quantile of
    u, in float64, and `_slopes(loc, scale, low, high, z)`, the derivatives of a
    sample in these four and that of the quantile.
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
        shape = _shapes.shape_of_samples(n, *parameters)
        seed = _seeds.sanitize(seed, type(self).__name__)
        u = _uniform.stateless_fraction(shape, seed, self.dtype)
        return self._attached(u, parameters)

    def _quantile(self, p):
        parameters = self._read()
        shape = tf.shape(p)
        for parameter in parameters:
            shape = tf.broadcast_dynamic_shape(shape, tf.shape(parameter))
        # An axis in front, as that of samples.
        shape = tf.concat([[1], shape], axis=0)
        u = tf.broadcast_to(tf.cast(p, tf.float64), shape)
        return self._attached(u, parameters)[0]

    def _attached(self, u, parameters):
        """The quantile of u with its gradient in u and the parameters."""
        wide = [tf.cast(tf.stop_gradient(x), tf.float64) for x in parameters]
        z = tf.cast(self._invert(*wide, tf.stop_gradient(u)), self.dtype)
        return _attach.attach_gradient(z, [*parameters, u], self._pull_back)

    def _pull_back(self, upstream, z, *inputs):
        *parameters, _ = inputs
        slopes = self._slopes(*parameters, z)
        *flows, last = [upstream * slope for slope in slopes]
        flows = _tensors.sum_to_shape(flows, parameters)
        return [*flows, tf.cast(last, tf.float64)]


def divide(x, scale):
    """The ratio, a constant of the derivatives where x is infinite."""
    infinite = tf.math.is_inf(x)
    finite = tf.where(infinite, tf.ones_like(x), x) / scale
    return tf.where(infinite, tf.stop_gradient(x), finite)
