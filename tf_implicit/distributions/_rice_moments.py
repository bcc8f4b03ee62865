# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Moments of the Rice law, in float64, with first derivatives.

All are those of w = z / scale, functions of b = noncentrality / scale alone.
For a function f of w, d(E f)/db = E f'(w) A(w b) (`_rice_density`); there A is
taken less its value at the mean, so that what cancels for large b is no more
than its rounding.
"""

import math

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit._op_library import ops
from tf_implicit.distributions import _panels, _rice_density, _root

__all__ = ["entropy", "mean", "mode", "variance"]

# The density has fallen by exp(-40) so far below the mode, which lies between
# b and b + 1, and above b.
_BELOW, _ABOVE = 9.0, 10.0
# Of v, where w is the cube of v from its lower end on: log w is smooth enough
# in v at w = 0 for the rule.
_LONGEST = 1 / 6


def mean(noncentrality, scale):
    """Euler's sum of its derivatives, both positive, in closed form."""
    nu, sigma, b = _split(noncentrality, scale)
    k = b**2 / 4
    log_i0e, _ = _rice_density.bessel(k)
    in_scale = math.sqrt(math.pi / 2) * tf.exp(log_i0e)
    in_noncentrality = in_scale * (b / 2) * (1 + _rice_density.mean_cosine(k))
    value = nu * in_noncentrality + sigma * in_scale
    return _attached(value, noncentrality, scale, in_noncentrality, in_scale)


def variance(noncentrality, scale):
    """The variance of z."""
    _, sigma, b = _split(noncentrality, scale)

    def square(w, y, rest, log_density, excess, rest_there):
        del w, log_density
        apart = y - excess
        return [apart**2, 2 * apart * (rest_there - rest)]

    value, slope = _expectations(square, b)
    return _attached(
        sigma**2 * value,
        noncentrality,
        scale,
        sigma * slope,
        sigma * (2 * value - b * slope),
    )


def entropy(noncentrality, scale):
    """The entropy of z."""
    _, sigma, b = _split(noncentrality, scale)

    def minus_log_density(w, y, rest, log_density, excess, rest_there):
        del excess
        slope = 1 / w - y - b[..., tf.newaxis] * rest
        return [-log_density, -slope * (rest_there - rest)]

    value, slope = _expectations(minus_log_density, b)
    return _attached(
        tf.math.log(sigma) + value,
        noncentrality,
        scale,
        slope / sigma,
        (1 - b * slope) / sigma,
    )


def mode(noncentrality, scale):
    """The z at which the density is greatest."""
    _, sigma, b = _split(noncentrality, scale)

    def fall(w):
        """Minus the derivative of the log density of w, and its slope."""
        k = w * b
        _, rest = _rice_density.bessel(k)
        curvature = ops.tf_implicit_von_mises_variance(concentration=k)
        value = (w - b) - 1 / w + b * rest
        return value, 1 + 1 / w**2 - b**2 * curvature

    w = _root.find_root(fall, tf.sqrt(b**2 + 1), b, b + 2)
    k = w * b
    curvature = ops.tf_implicit_von_mises_variance(concentration=k)
    _, rest = _rice_density.bessel(k)
    _, rise = fall(w)
    # dw/db, of the function that is 0 there, and 1 less it.
    slope = (_rice_density.mean_cosine(k) + k * curvature) / rise
    other = (rest + 1 / w**2 - (b**2 + k) * curvature) / rise
    in_scale = (w - b) + b * other
    return _attached(sigma * w, noncentrality, scale, slope, in_scale)


def _split(noncentrality, scale):
    """Both, without derivatives, and their quotient."""
    nu, sigma = tf.stop_gradient(noncentrality), tf.stop_gradient(scale)
    return nu, sigma, nu / sigma


def _attached(value, noncentrality, scale, in_noncentrality, in_scale):
    shape = tf.shape(value)
    for parameter, slope in (
        (noncentrality, in_noncentrality),
        (scale, in_scale),
    ):
        value = _attach.attach_derivative(
            value, tf.broadcast_to(parameter, shape), slope
        )
    return value


def _expectations(function, b):
    """The means of functions of w and y = w - b.

    Args:
      function: Function of w, y, 1 - A(w b), the log density, all with an axis
        of nodes at the end, of E y, and of 1 - A(w b) where y is that, which
        returns a list.
      b: float64 tensor.

    Returns:
      List of tensors of the shape of b, without derivatives.
    """
    start = tf.maximum(b - _BELOW, tf.zeros_like(b))
    shift = (b - start)[..., tf.newaxis]
    one = tf.ones_like(b)
    b, start = b[..., tf.newaxis], start[..., tf.newaxis]

    def integrate(function):
        def integrand(v):
            s = (shift + _ABOVE) * v**3
            w, y = start + s, s - shift
            log_i0e, rest = _rice_density.bessel(w * b)
            log_density = tf.math.log(w) - y**2 / 2 + log_i0e
            weight = 3 * (shift + _ABOVE) * v**2 * tf.exp(log_density)
            return [weight * f for f in function(w, y, rest, log_density)]

        return _panels.integrate(integrand, one, _LONGEST)

    (excess,) = integrate(lambda w, y, rest, log_density: [y])
    excess = excess[..., tf.newaxis]
    _, rest_there = _rice_density.bessel((b + excess) * b)
    return integrate(lambda *own: function(*own, excess, rest_there))
