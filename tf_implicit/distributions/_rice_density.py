# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Density of the Rice law and derivatives of its samples, in float64.

With w = z / scale, b = noncentrality / scale and A = I_1 / I_0, a ratio of
modified Bessel functions, the log density of w is
log w - (w - b)**2 / 2 + log(exp(-w b) I_0(w b)), and the implicit derivatives
of a sample (Figurnov et al. 2018, equation 8) are

    dz/dnoncentrality = A(w b),    dz/dscale = w - b A(w b),

the first because dF/dnoncentrality = -A(w b) q: differentiate Marcum's integral
by parts.
"""

import math

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit._op_library import ops
from tf_implicit.math import von_mises_log_prob, von_mises_uniform_divergence

__all__ = [
    "attach_to_sample",
    "bessel",
    "log_prob",
    "mean_cosine",
    "slopes",
]

_LOG_2_PI = math.log(2 * math.pi)


def bessel(k):
    """log(exp(-k) I_0(k)) and 1 - A(k), minus its derivative, for k >= 0."""
    with tf.GradientTape() as tape:
        tape.watch(k)
        log_density = von_mises_log_prob(k, tf.zeros_like(k))
    # At an angle of 0 the von Mises density is exp(k) / (2 pi I_0(k)).
    return -_LOG_2_PI - log_density, tape.gradient(log_density, k)


def mean_cosine(k):
    """A(k), that of a von Mises angle, which has all its digits for small k."""
    return ops.tf_implicit_von_mises_mean(concentration=k)


def log_prob(z, noncentrality, scale):
    """The log density at z > 0, with first and second derivatives."""
    w, b = z / scale, noncentrality / scale
    y = (z - noncentrality) / scale
    k = w * b
    # For small k the derivatives of y**2 and of the scaled function cancel.
    is_small = k < 1
    small = tf.where(is_small, k, tf.zeros_like(k))
    large = tf.where(is_small, tf.ones_like(k), k)
    log_i0 = small * mean_cosine(small) - von_mises_uniform_divergence(small)
    log_i0e = -_LOG_2_PI - von_mises_log_prob(large, tf.zeros_like(large))
    exponent = tf.where(
        is_small, log_i0 - (w**2 + b**2) / 2, log_i0e - y**2 / 2
    )
    return tf.math.log(z) - 2 * tf.math.log(scale) + exponent


def slopes(z, noncentrality, scale):
    """The derivatives of a sample z in the two parameters."""
    return _slopes(z, noncentrality, scale, (z - noncentrality) / scale)


def _slopes(z, noncentrality, scale, y):
    b = noncentrality / scale
    k = (z / scale) * b
    _, rest = bessel(k)
    # w - b A, of y = w - b.
    return [mean_cosine(k), y + b * rest]


def attach_to_sample(z, y, noncentrality, scale):
    """A sample with its derivatives in the parameters.

    Args:
      z: float64 tensor.
      y: (z - noncentrality) / scale, which may have more digits.
      noncentrality: float64 tensor that broadcasts to it.
      scale: float64 tensor that broadcasts to it.

    Returns:
      Tensor with the values of z.
    """
    shape = tf.shape(z)
    wide = [tf.broadcast_to(x, shape) for x in (noncentrality, scale)]
    return _attach.attach_gradient(z, [*wide, y], _pull_back)


def _pull_back(upstream, z, noncentrality, scale, y):
    # Equal to `y`, with its derivatives.
    rounded = (z - noncentrality) / scale
    y = rounded + tf.stop_gradient(y - rounded)
    both = _slopes(z, noncentrality, scale, y)
    return [*(upstream * slope for slope in both), None]
