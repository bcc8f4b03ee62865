# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Powers of Gamma variables: t = z**(1 / power), z ~ Gamma(concentration, 1).

The Chi, the generalized Gamma and others are such a variable and its scale.
"""

import tensorflow as tf

from tf_implicit import math
from tf_implicit.distributions import _tails

__all__ = ["log_density", "quantile", "tail"]


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
    low = z < 1
    # At t = 0 the density has an end, or is 1 / Gamma(a).
    exponent = a * p - 1
    lower = tf.math.multiply_no_nan(
        tf.where(low, log_t, tf.zeros_like(log_t)), exponent
    )
    lower = lower - z - math.lgamma(a)
    one = tf.ones([], a.dtype)
    upper = math.gamma_log_prob(a, one, tf.where(low, one, z))
    ended = low | tf.math.is_inf(log_t)
    upper += (p - 1) * tf.where(ended, tf.zeros_like(log_t), log_t)
    return tf.where(low, lower, upper) + tf.math.log(p)


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
