# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Powers of Gamma variables: t = z**(1 / power), z ~ Gamma(concentration, 1).

The Chi, the generalized Gamma and others are such a variable and its scale.
"""

import tensorflow as tf

from tf_implicit import _tensors, math
from tf_implicit.distributions import _tails

__all__ = ["log_density", "power_of_quotient", "quantile", "tail"]

# Beyond the logarithm of every finite number.
_FAR = 1e5


def log_density(concentration, power, log_t, z):
    """The log density of t.

    Args:
      concentration: Positive floating tensor, a.
      power: Positive floating tensor, p.
      log_t: Floating tensor, log t.
      z: Floating tensor, t**p; it may underflow and overflow.

    Returns:
      (a p - 1) log t - z - log Gamma(a) + log p, without cancellation.
    """
    a, p = tf.convert_to_tensor(concentration), tf.convert_to_tensor(power)
    one = tf.ones([], a.dtype)
    # Above z = 1 the density of z at unit rate; below, it at 1 and the rest. At
    # t = 0 the density has an end, or is 1 / Gamma(a).
    density = math.gamma_log_prob(a, one, tf.maximum(z, one))
    low = tf.math.multiply_no_nan(tf.minimum(log_t, 0), a * p - 1)
    # An infinite log_t, where the density is -infinity already, is no NaN.
    high = (p - 1) * tf.clip_by_value(log_t, 0, _FAR)
    return density + low + high - tf.minimum(z, one) + (1 + tf.math.log(p))


def power_of_quotient(x, scale, power):
    """T**power of t = x / scale, which may underflow and overflow.

    Args:
      x: Floating tensor, not negative.
      scale: Positive floating tensor.
      power: Positive floating tensor. The three have one dtype and broadcast.

    Returns:
      Tensor. Its derivatives are those of the exponential of power log(t): that
      of a quotient overflows where it is large beside the scale. At 0, infinity
      and subnormal numbers they are 0.
    """
    held_x, held_scale = tf.stop_gradient(x), tf.stop_gradient(scale)
    inside = _is_normal(held_x)
    log_t = tf.math.log(tf.where(inside, x, held_scale)) - tf.math.log(scale)
    flow = tf.exp(power * log_t) * tf.cast(inside, x.dtype)
    # The power of the quotient itself has the digits.
    t = held_x / held_scale
    lost = (inside & ~_is_normal(t)) | tf.math.is_inf(flow)
    digits = tf.where(lost, tf.zeros([], x.dtype), t**power - flow)
    return flow + tf.stop_gradient(digits)


def _is_normal(x):
    return (x >= _tensors.smallest_normal(x.dtype)) & (x <= x.dtype.max)


def tail(concentration, power, log_t, z, upper, logarithm=False):
    """The CDF of t or its survival function, or its logarithm.

    Args:
      concentration: Positive floating tensor, a.
      power: Positive floating tensor, p.
      log_t: Floating tensor, log t.
      z: Floating tensor, t**p; it may underflow and overflow.
      upper: Whether it is the survival function.
      logarithm: Whether its logarithm is returned.

    Returns:
      The tail probability.
    """
    p = _tails.constant_where(
        tf.math.is_inf(log_t), tf.convert_to_tensor(power)
    )
    return _tails.log_gamma_tail(concentration, p * log_t, z, upper, logarithm)


def quantile(concentration, power, probability):
    """The quantile of t: its logarithm does not underflow where z does."""
    log_z = math.log_igammainv(concentration, probability)
    return tf.exp(log_z / power)
