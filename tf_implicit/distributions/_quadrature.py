# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Expectations as integrals over the quantiles."""

import numpy as np
import tensorflow as tf

__all__ = ["expectation"]

# u = sigmoid(pi sinh(t)), the tanh-sinh rule of Takahasi and Mori (1974): the
# weights decay doubly exponentially, so that the trapezoidal rule in t
# converges exponentially for an integrand that is analytic inside, whatever
# its behaviour at the ends. At the last t the smaller of u and 1 - u is 1e-37.
_LAST = 4.0
_STEPS = 64  # of each sign

# Relative; the step sizes must agree by as much, and the first and the last
# term must be no larger. The errors of the result are far smaller.
_TOLERANCE = {tf.float32: 1e-4, tf.float64: 1e-9}


def expectation(function, quantile, dtype):
    """Integrates f(Q(u)) over 0 < u < 1.

    Args:
      function: f, elementwise in its last axes.
      quantile: Q as a function of log(u) and log(1 - u), [n], that returns
        [n, ...].
      dtype: float32 or float64.

    Returns:
      E f(z), [...]; NaN where the integral does not converge.
    """
    t = np.linspace(-_LAST, _LAST, 2 * _STEPS + 1)
    x = np.pi * np.sinh(t)
    log_u, log_v = -np.logaddexp(0, -x), -np.logaddexp(0, x)
    weight = np.pi * np.cosh(t) * np.exp(log_u + log_v) * (t[1] - t[0])
    z = quantile(tf.constant(log_u, dtype), tf.constant(log_v, dtype))
    value = function(z)
    shape = tf.concat([[t.size], tf.ones_like(tf.shape(value)[1:])], axis=0)
    terms = value * tf.reshape(tf.constant(weight, dtype), shape)
    total = tf.reduce_sum(terms, axis=0)
    coarse = 2 * tf.reduce_sum(terms[::2], axis=0)
    size = tf.reduce_sum(tf.abs(terms), axis=0)
    ends = tf.maximum(tf.abs(terms[0]), tf.abs(terms[-1]))
    error = tf.maximum(ends, tf.abs(coarse - total))
    converged = error <= _TOLERANCE[dtype] * size
    return tf.where(converged, total, tf.constant(float("nan"), dtype))
