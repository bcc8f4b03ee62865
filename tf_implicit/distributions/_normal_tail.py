# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""log Phi and its derivative, right in both tails."""

import math

import tensorflow as tf

from tf_implicit.distributions import _mills

__all__ = ["inverse_mills", "log_ndtr"]

_LOG_ROOT_2_PI = math.log(2 * math.pi) / 2


def log_ndtr(x):
    """The logarithm of the standard Normal CDF.

    Args:
      x: float64 tensor. -log_ndtr(-x) is finite up to |x| of 1e154.

    Returns:
      Tensor, accurate to 48 eps, with derivatives to second order.
    """
    below = x < 0
    r = tf.where(below, -x, x)
    mills, *_ = _mills.moments(r, 1)
    far = tf.math.log(mills) - r * r / 2 - _LOG_ROOT_2_PI
    return tf.where(below, far, tf.math.log1p(-tf.exp(far)))


def inverse_mills(x):
    """phi(x) / Phi(x), the derivative of `log_ndtr`.

    Args:
      x: float64 tensor.

    Returns:
      Tensor, accurate to 48 eps and, for x > 0, x^2 eps.
    """
    below = x < 0
    r = tf.where(below, -x, x)
    mills, *_ = _mills.moments(r, 1)
    density = tf.exp(-r * r / 2 - _LOG_ROOT_2_PI)
    return tf.where(below, 1 / mills, density / (1 - density * mills))
