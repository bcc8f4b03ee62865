# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tails and quantiles of the Rice law, in float64.

The log density of w (`_rice_density`) has a second derivative below -1. On
either side of its mode it falls at a distance t by at least |slope| t + t**2/2,
and is an entire function of t: one Gauss-Legendre panel from w into the tail on
that side has all digits, relative to the density at w.
"""

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit.distributions import _panels, _rice_density, _root, _tails

__all__ = ["LAST", "quantile", "tail"]

# No w is larger.
LAST = 1e150
# The panel ends where the density has fallen by exp(-40).
_DEPTH = 40.0
_LONGEST = 9.0  # above sqrt(2 _DEPTH)


def tail(z, noncentrality, scale, upper, logarithm):
    """The CDF, or the survival function, at z > 0, with its derivatives.

    Args:
      z: float64 tensor.
      noncentrality: float64 tensor.
      scale: float64 tensor. The three broadcast.
      upper: Whether it is the survival function.
      logarithm: Whether its logarithm is returned.

    Returns:
      Tensor.
    """

    def value(z, noncentrality, scale):
        y = (z - noncentrality) / scale
        tails = _log_tails(z / scale, y, noncentrality / scale)[:2]
        log_tail = tails[1 if upper else 0]
        return log_tail if logarithm else tf.exp(log_tail)

    def density(z, noncentrality, scale):
        log_density = _rice_density.log_prob(z, noncentrality, scale)
        if logarithm:
            # The derivative of log F is q / F.
            log_density -= tail(z, noncentrality, scale, upper, logarithm)
        return tf.exp(log_density)

    return _tails.differentiable_tail(
        value, upper, density, _rice_density.slopes, z, [noncentrality, scale]
    )


def _log_tails(w, y, b):
    """The logarithms of the CDF, of the survival function and of the density.

    Args:
      w: float64 tensor, positive.
      y: w - b.
      b: float64 tensor.

    Returns:
      Three tensors without derivatives.
    """
    log_i0e, rest = _rice_density.bessel(w * b)
    slope = 1 / w - y - b * rest
    below = slope > 0
    # Its square is a number.
    fall = tf.minimum(tf.abs(slope), tf.constant(LAST, tf.float64))
    length = 2 * _DEPTH / (fall + tf.sqrt(fall**2 + 2 * _DEPTH))
    length = tf.where(below, tf.minimum(length, w), length)
    side = tf.where(below, -tf.ones_like(y), tf.ones_like(y))
    own = [x[..., tf.newaxis] for x in (w, y, b, side, log_i0e)]

    def integrand(t):
        w, y, b, side, log_i0e = own
        step = side * t
        other, _ = _rice_density.bessel((w + step) * b)
        exponent = other - log_i0e - step * y - t**2 / 2
        return [(1 + step / w) * tf.exp(exponent)]

    (mass,) = _panels.integrate(integrand, length, _LONGEST)
    log_density = tf.math.log(w) - y**2 / 2 + log_i0e
    # At most that above the mode, at most exp(-1/2).
    nearer = log_density + tf.math.log(mass)
    rest = tf.math.log1p(-tf.exp(nearer))
    return (
        tf.where(below, nearer, rest),
        tf.where(below, rest, nearer),
        log_density,
    )


def quantile(p, noncentrality, scale):
    """The z whose CDF is p, with first derivatives; the three broadcast."""
    fixed = tf.stop_gradient(p)
    b = tf.stop_gradient(noncentrality / scale)
    shape = tf.broadcast_dynamic_shape(tf.shape(p), tf.shape(b))
    fixed, b = tf.broadcast_to(fixed, shape), tf.broadcast_to(b, shape)
    log_p, log_rest = tf.math.log(fixed), tf.math.log1p(-fixed)

    def error(w):
        """The CDF, by the nearer tail, on a log scale."""
        lower, upper, log_density = _log_tails(w, w - b, b)
        by_lower = fixed < 0.5
        value = tf.where(by_lower, lower - log_p, log_rest - upper)
        of_tail = tf.where(by_lower, lower, upper)
        return value, tf.exp(log_density - of_tail)

    # Of Rayleigh's law, or Normal(b, 1).
    start = tf.where(b < 1, tf.sqrt(-2 * log_rest), b + tf.math.ndtri(fixed))
    zero, one = tf.zeros_like(b), tf.ones_like(b)
    w = _root.find_root(error, start, zero, LAST * one)
    infinity = tf.constant(float("inf"), tf.float64)
    w = tf.where(fixed == 0, zero, tf.where(fixed == 1, infinity, w))
    z = w * tf.stop_gradient(scale)
    wide = [tf.broadcast_to(x, shape) for x in (p, noncentrality, scale)]
    return _attach.attach_gradient(z, wide, _pull_back)


def _pull_back(upstream, z, p, noncentrality, scale):
    del p
    # None at the ends.
    inside = (z > 0) & tf.math.is_finite(z)
    z = tf.where(inside, z, scale)
    in_p = tf.exp(-_rice_density.log_prob(z, noncentrality, scale))
    slopes = [in_p, *_rice_density.slopes(z, noncentrality, scale)]
    zero = tf.zeros_like(z)
    return [tf.where(inside, upstream * slope, zero) for slope in slopes]
