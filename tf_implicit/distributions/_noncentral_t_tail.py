# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tails of the noncentral t law, in float64.

With u = chi2(df) / df and y = log(u) / 2, the survival function of t is the
mean over u of Phi(noncentrality - t e**y), the CDF that of Phi(t e**y -
noncentrality). Of either, with b +-noncentrality and r -+t, the integrand is

    C exp(-df (e**(2 y) - 1 - 2 y) / 2) Phi(b + r e**y).

The derivative of its logarithm over w = e**y,

    df (1 / w - w) + r phi(b + r w) / Phi(b + r w),

falls in w, since phi / Phi does: it has one peak, and all terms are positive.
The same sum with w phi in place of Phi is the density. The derivatives of the
CDF in the parameters are -q dt/dparameter, those of the samples.
"""

import math
import typing

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit.distributions import (
    _exp_remainder,
    _mills,
    _noncentral_t,
    _trapezoid,
)
from tf_implicit.math import gamma_log_prob

__all__ = ["log_tails", "tail"]

_DEPTH = 42.0
# Nodes are uniform in v, y = peak + v - _BEND (e**-v - 1): for a small df the
# integrand falls as e**(df y), thousands to the left.
_BEND = 0.125
_MOST = 100
_DEEPEST = 1e20
_ROOT_2_PI = math.sqrt(2 * math.pi)


class _Integrand(typing.NamedTuple):
    """An integrand, of tensors that broadcast.

    Attributes:
      df: The degrees of freedom.
      peak: The y of the peak.
      b: The argument of Phi at e**y = 0.
      x: r e**peak.
      h: b + x, with more digits.
    """

    df: tf.Tensor
    peak: tf.Tensor
    b: tf.Tensor
    x: tf.Tensor
    h: tf.Tensor

    @classmethod
    def of(cls, df, b, r):
        """The integrand, where all is finite."""
        peak = _peak(df, b, r)
        root = tf.exp(peak / 2)
        x = (r * root) * root
        small = tf.abs(peak) < 0.5
        rise = r * tf.math.expm1(tf.where(small, peak, tf.zeros_like(peak)))
        return cls(df, peak, b, x, tf.where(small, (b + r) + rise, b + x))

    def fall(self, v):
        """Minus its logarithm, less that at the peak; right within 1."""
        s = _stretched(v)
        rise, h = self._argument(s)
        zero = tf.zeros([], tf.float64)
        below = tf.where(h < 0, self._square(rise, h), -self.offset)
        below -= tf.math.asinh(tf.minimum(h, zero) / 2)
        below += tf.math.asinh(tf.minimum(self.h, zero) / 2)
        return self._of_u(s) + below

    def values(self, v):
        """It and, with e**(y - peak) phi for Phi, that of the density.

        Returns:
          List of both, times dy/dv exp(`offset`).
        """
        s = _stretched(v)
        rise, h = self._argument(s)
        of_u = self._of_u(s)
        jacobian = 1 + _BEND * tf.exp(-v)
        phi = jacobian * tf.exp(-of_u - self._square(rise, h)) / _ROOT_2_PI
        (mills,) = _mills.moments(tf.abs(h), 1)
        # The first overflows only where it is not taken.
        above = jacobian * tf.exp(self.offset - of_u) - phi * mills
        return [tf.where(h < 0, phi * mills, above), phi * tf.exp(s)]

    @property
    def offset(self):
        """About minus the logarithm of Phi at the peak."""
        return tf.minimum(self.h, tf.zeros([], tf.float64)) ** 2 / 2

    def _of_u(self, s):
        two = _exp_remainder.remainder(2 * s)
        square = tf.exp(2 * self.peak)
        linear = 2 * s * tf.math.expm1(2 * self.peak)
        return self.df * (square * two + linear) / 2

    def _argument(self, s):
        rise = self.x * tf.math.expm1(s)
        return rise, self.h + rise

    def _square(self, rise, h):
        """That of h over 2, less the offset: a difference would be seen."""
        return tf.where(self.h < 0, rise * (h + self.h), h * h) / 2


def _stretched(v):
    return v - _BEND * tf.math.expm1(-v)


def _rough_inverse_mills(h):
    """Of phi / Phi, within 1%; below, Birnbaum's bound (1942)."""
    near = tf.maximum(h, tf.constant(-5.0, tf.float64))
    ratio = tf.exp(-(near**2) / 2) / tf.math.erfc(-near * math.sqrt(0.5))
    far = (tf.sqrt(h**2 + 4) - h) / 2
    return tf.where(h > -5, math.sqrt(2 / math.pi) * ratio, far)


def _peak(df, b, r):
    """The y at which the integrand is greatest, with a few digits."""
    # phi(h) / Phi(h) is at least max(0, -h), and at most 0.8 more: the peak is
    # to the right of where it would be for one of these.
    least = tf.where(r < 0, tf.constant(0.8, tf.float64), 0.0)
    root = tf.sqrt(df)
    sine, log_length = _noncentral_t.polar(r, df)
    below = -tf.math.asinh(sine * (b - least) / (2 * root)) - log_length
    # Asinh of least |r| / (2 df), which may overflow.
    some = tf.maximum(df, tf.ones_like(df))
    above = tf.where(
        tf.abs(r) < 1e10 * some,
        tf.math.asinh(least * tf.abs(r) / (2 * df)),
        tf.math.log(tf.abs(r)) + tf.math.log(least) - tf.math.log(df),
    )
    y = tf.where(r < 0, tf.minimum(below, -above), tf.maximum(below, 0 * below))

    def step(count, y, more):
        # Newton's method in w: the derivative is convex.
        half = tf.exp(y / 2)
        x = (r * half) * half
        slope = _rough_inverse_mills(b + x)
        value = -df * tf.math.expm1(2 * y) + x * slope
        fall = df * (1 + tf.exp(2 * y)) + x * slope * (x * (slope + b + x))
        move = tf.maximum(value / fall, tf.constant(-0.9, tf.float64))
        # To a tenth of the width.
        more = tf.abs(move) * tf.sqrt(fall) > 0.1
        return count + 1, y + tf.math.log1p(move), more

    _, y, _ = tf.while_loop(
        lambda count, y, more: (count < _MOST) & tf.reduce_any(more),
        step,
        (0, y, tf.ones_like(y, tf.bool)),
    )
    return y


def _reaches(integrand, start, deep):
    """How far in v it is to a fall by 42, or up to a fifth more, on each side.

    Args:
      integrand: The integrand.
      start: Tensor, no more than that.
      deep: Where it is the result.

    Returns:
      Tensor with the left and the right one along the first axis.
    """
    start = tf.stack([start, start])
    rank = tf.ones_like(tf.shape(start)[1:])
    side = tf.constant([-1.0, 1.0], tf.float64)
    side = tf.reshape(side, tf.concat([[2], rank], axis=0))

    def step(count, length, more):
        more = (integrand.fall(side * length) < _DEPTH) & ~deep
        return count + 1, tf.where(more, 2 * length, length), more

    _, length, _ = tf.while_loop(
        lambda count, length, more: (count < _MOST) & tf.reduce_any(more),
        step,
        (0, start, tf.ones_like(start, tf.bool)),
    )
    for factor in (0.5**0.5, 0.5**0.25):
        shorter = factor * length
        enough = (integrand.fall(side * shorter) >= _DEPTH) & ~deep
        length = tf.where(enough, shorter, length)
    return length


def _log_means(df, b, r):
    """The logarithms of the means of Phi(b + r sqrt(u)) and sqrt(u) phi."""
    integrand = _Integrand.of(df, b, r)
    half = df / 2
    # The density of y at 0 is twice that of u at 1.
    log_c = gamma_log_prob(half, half, tf.ones_like(half)) + math.log(2)
    of_u = half * _exp_remainder.remainder(2 * integrand.peak)
    log_c -= integrand.offset + of_u
    # The integral is nothing in comparison, and has no digits left.
    deep = log_c < -_DEEPEST
    # The width in y of Phi is 1 / (r e**y), the least one where it is 1 / 2.
    square = df * (1 + tf.exp(2 * integrand.peak))
    size, x = tf.abs(b), tf.abs(integrand.x)
    own = tf.where(r < 0, x, tf.minimum(x, size))
    start = 4 * tf.math.rsqrt(16 + square + own**2)
    left, right = tf.unstack(_reaches(integrand, start, deep), num=2)
    crossing = tf.minimum(size, x * tf.exp(_stretched(right)))
    square += tf.where(b * r < 0, tf.maximum(own, crossing), own) ** 2
    step = tf.math.rsqrt(120 + 3 * square) / (1 + _BEND)
    nodes = _Integrand(*(x[..., tf.newaxis] for x in integrand))
    mass, density = (
        tf.math.log(tf.where(deep, tf.ones_like(x), x))
        for x in _trapezoid.integrate(nodes.values, -left, right, step)
    )
    return log_c + mass, log_c + density + integrand.peak


def log_tails(t, df, noncentrality):
    """The logarithms of the CDF, of the survival function and of the density.

    Args:
      t: float64 tensor.
      df: float64 tensor of the same shape.
      noncentrality: float64 tensor of the same shape.

    Returns:
      Three tensors without derivatives.
    """
    t, df, noncentrality = map(tf.stop_gradient, (t, df, noncentrality))
    median = tf.exp(_log_median(df / 2) / 2)
    # For a small df, most u are as good as 0. Phi may then go through 1 / 2 far
    # below the peak of the one tail, while all of the other is below it: that
    # leaves at least 2 df of 1.
    beyond = (t * noncentrality > 0) & (
        tf.abs(t) > math.e * tf.abs(noncentrality)
    )
    is_upper = tf.where(beyond, t > 0, t * median > noncentrality)
    sign = tf.where(is_upper, tf.ones_like(t), -tf.ones_like(t))
    smaller, log_density = _log_means(df, sign * noncentrality, -sign * t)
    larger = tf.math.log1p(-tf.exp(smaller))
    return (
        tf.where(is_upper, larger, smaller),
        tf.where(is_upper, smaller, larger),
        log_density,
    )


def _log_median(a):
    """About the logarithm of the median of u.

    By Wilson and Hilferty (1931), or from P(a, x) = x**a / Gamma(a + 1).
    """
    one = tf.ones([], tf.float64)
    low, high = tf.minimum(a, one), tf.maximum(a, one)
    small = (tf.math.lgamma(1 + low) - math.log(2)) / low - tf.math.log(low)
    return tf.where(a < 1, small, 3 * tf.math.log1p(-1 / (9 * high)))


def tail(t, df, noncentrality, upper, logarithm):
    """The CDF, or the survival function, with its first derivatives.

    Args:
      t: float64 tensor, finite.
      df: float64 tensor.
      noncentrality: float64 tensor. The three broadcast.
      upper: Whether it is the survival function.
      logarithm: Whether its logarithm is returned.

    Returns:
      Tensor.
    """

    @_attach.custom_gradient
    def value(t, df, noncentrality):
        lower, higher, log_density = log_tails(t, df, noncentrality)
        log_tail = higher if upper else lower
        of_tail = log_tail if logarithm else tf.zeros_like(log_tail)

        def gradient(upstream):
            own = map(tf.identity, (t, df, noncentrality, log_density, of_tail))
            flows = _noncentral_t.without_second(_flows, *own)
            sign = -upstream if upper else upstream
            return tuple(sign * flow for flow in tf.unstack(flows, num=3))

        return log_tail if logarithm else tf.exp(log_tail), gradient

    shape = tf.shape(t)
    for x in (df, noncentrality):
        shape = tf.broadcast_dynamic_shape(shape, tf.shape(x))
    return value(*(tf.broadcast_to(x, shape) for x in (t, df, noncentrality)))


def _flows(t, df, noncentrality, log_density, log_tail):
    """The derivatives of the CDF, over the tail."""
    log_density -= log_tail
    # The terms may be near overflow, the products are of the order of the tail.
    relative, of_noncentrality = _noncentral_t.slopes(
        t, df, noncentrality, log_density
    )
    scaled = tf.sign(t) * tf.exp(log_density + tf.math.log(tf.abs(t)))
    return [tf.exp(log_density), -scaled * relative, -of_noncentrality]
