# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""(e^(c l) - 1) / c and its inverse in l, log(1 + c x) / c, for any real c.

The transformation of G. E. P. Box, D. R. Cox, "An analysis of transformations",
J. R. Statist. Soc. B 26 (1964), of e^l. Both are entire in c at 0, where the
formulas above are 0 / 0 and their derivatives lose all digits nearby. Here

    e^t - 1 = t E(t),   h(t) = E'(t) / E(t) = (1 + L(t / 2)) / 2,

L(x) = coth(x) - 1 / x = x / (3 + x^2 / (5 + x^2 / (7 + ...))) the Langevin
function (from DLMF 4.39.1), so that for y = (e^(c l) - 1) / c

    dy/dc = y l h(c l),   dl/dc = -l^2 h(c l) E(-c l) at fixed y.
"""

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit._op_library import ops
from tf_implicit.distributions import _unit_interval
from tf_implicit.math import _gradients

__all__ = ["bounds", "box_cox", "inverse_box_cox", "inverse_or_end"]

# The last partial denominator of the continued fraction that counts for
# |x| < 1/2: the next ones change it by less than 2e-9 and 1e-17.
_LAST = {tf.float32: 9, tf.float64: 17}


def bounds(concentration, loc, scale):
    """The least and the greatest y that leave loc + scale y a usable sample.

    It is finite, and inside of the ends, where c y = -1 and densities are 0 or
    infinite, by what rounding changes: y is at least 4 eps of the end and of
    loc / scale away.

    Args:
      concentration: Floating tensor, c.
      loc: Floating tensor.
      scale: Positive floating tensor. The three broadcast.

    Returns:
      Two tensors, which `box_cox` does not differentiate.
    """
    c = concentration
    largest = c.dtype.max / 2 / tf.maximum(scale, 1)
    away = 8 * _unit_interval.gap(c.dtype)
    end = (1 - away) / tf.abs(c) - away * tf.abs(loc / scale)
    # At c = 0 it is the largest.
    end = tf.clip_by_value(end, 0, largest)
    ends_below = c > 0
    least = -tf.where(ends_below, end, largest)
    greatest = tf.where(ends_below, largest, end)
    return least, greatest


def box_cox(concentration, log_x, ends=None):
    """(exp(c l) - 1) / c with derivatives in both arguments.

    Args:
      concentration: Floating tensor, c.
      log_x: Floating tensor of the same dtype that broadcasts with it, l.
      ends: Two tensors of their common shape at most, between which the value
        is clipped, with the gradient in c of a value there.

    Returns:
      Tensor, accurate to a few eps, (1 + |c l|) eps where that is large.
    """
    c, log_x = map(tf.convert_to_tensor, (concentration, log_x))
    y, log_slope = ops.tf_implicit_box_cox(concentration=c, log_x=log_x)
    if ends is not None:
        y = tf.clip_by_value(y, *ends)
    c, log_x = (tf.broadcast_to(x, tf.shape(y)) for x in (c, log_x))
    return _attach.attach_gradient(y, [c, log_x, log_slope], _pull_back)


def _formula(c, log_x):
    """That of kernels/special/box_cox.h, for second derivatives."""
    t = c * log_x
    return [log_x * _ratio(t), log_x * _log_slope(t)]


_gradients.register_formula("TFImplicit>BoxCox", _formula)


def inverse_box_cox(concentration, x):
    """log(1 + c x) / c with derivatives in both arguments.

    Args:
      concentration: Floating tensor, c.
      x: Floating tensor of the same dtype that broadcasts with it.

    Returns:
      Tensor, accurate to 2.4 eps, for c x < 0 times 1 / (1 + c x). Where
      c x <= -1 and for infinite x, infinity of the sign of x, with derivatives
      of 0, whose product with an infinite gradient is NaN.
    """
    return ops.tf_implicit_inverse_box_cox(concentration=concentration, x=x)[0]


def inverse_or_end(concentration, x):
    """The same, with the gradient 0 at infinity whatever is made of it."""
    log_x = inverse_box_cox(concentration, x)
    return tf.where(tf.math.is_inf(log_x), tf.stop_gradient(log_x), log_x)


def _inverse_second(c, x):
    c, x = _broadcast(c, x)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([c, x])
        slopes = _inverse_slopes(c, x)
    return [[tape.gradient(slope, y) for y in (c, x)] for slope in slopes]


def _inverse_slopes(c, x):
    """dl/dc and dl/dx, for second derivatives."""
    log_x = inverse_box_cox(c, x)
    outside = tf.math.is_inf(log_x)
    inside = tf.where(outside, tf.zeros_like(x), tf.ones_like(x))
    log_x = tf.where(outside, tf.zeros_like(log_x), log_x)
    t = c * log_x
    slope = -log_x * log_x * _log_slope(t) * _ratio(-t)
    return [inside * slope, inside * tf.exp(-t)]


_gradients.register_known_partials("TFImplicit>InverseBoxCox", _inverse_second)


def _broadcast(*tensors):
    values = [tf.convert_to_tensor(x) for x in tensors]
    shape = tf.broadcast_dynamic_shape(*map(tf.shape, values))
    return [tf.broadcast_to(x, shape) for x in values]


def _pull_back(upstream, y, c, log_x, log_slope):
    # dL/dy y is of the order of L, dy/dc may overflow.
    flow = upstream * y * log_slope
    flow = tf.clip_by_value(flow, flow.dtype.min, flow.dtype.max)
    return [flow, upstream * tf.exp(c * log_x), None]


def _ratio(t):
    """E(t) = (e^t - 1) / t, whose derivative is E(t) h(t)."""
    zero = t == 0
    safe = tf.where(zero, tf.ones_like(t), t)
    ratio = tf.where(zero, tf.ones_like(t), tf.math.expm1(safe) / safe)
    return _attach.attach_gradient(
        ratio,
        [t],
        lambda upstream, ratio, t: [upstream * ratio * _log_slope(t)],
    )


def _log_slope(t):
    """h(t) = d log((e^t - 1) / t) / dt, between 0 and 1."""
    small = tf.abs(t) < 1
    x = tf.where(small, t, tf.zeros_like(t)) / 2
    square = x * x
    last = _LAST.get(t.dtype, 17)
    fraction = tf.constant(last, t.dtype)
    for denominator in range(last - 2, 1, -2):
        fraction = denominator + square / fraction
    near = 0.5 + 0.5 * x / fraction
    far = tf.where(small, tf.ones_like(t), t)
    return tf.where(small, near, -1 / tf.math.expm1(-far) - 1 / far)
