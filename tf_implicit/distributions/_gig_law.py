# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The generalized inverse Gaussian law and its integrals, in float64.

With omega = sqrt(chi psi), w = sqrt(order**2 + omega**2) and m the mode of
log z, y = +-log(z / m), + where order >= 0, has the log-concave density

    exp(phi(y)) / I,    phi(y) = -a (e**y - 1 - y) - b (e**-y - 1 + y),

a = (w + |order|) / 2, b = omega**2 / (4 a): the exponent of the integral of the
Bessel function K (DLMF 10.32.9) less its greatest value, without cancellation.
For order < 0 it is the law of 1 / z, with chi and psi exchanged.
"""

import typing

import tensorflow as tf

from tf_implicit.distributions import _exp_remainder, _trapezoid

__all__ = [
    "DEPTH",
    "Law",
    "Sums",
    "integrals",
    "phi",
    "phi_slope",
    "reach",
    "reaches",
    "standardize",
    "sums",
]

# Integrals end where the integrand has fallen by exp(-40).
DEPTH = 40.0


class Law(typing.NamedTuple):
    """A law, of tensors that broadcast.

    Attributes:
      order: NaN where one of the three parameters is invalid.
      chi: 1 there.
      psi: 1 there.
      is_up: Whether order >= 0.
      sign: 1 or -1, accordingly.
      a: That of the exponent.
      b: That of the exponent.
      mode: That of log z, as a value of z.
    """

    order: tf.Tensor
    chi: tf.Tensor
    psi: tf.Tensor
    is_up: tf.Tensor
    sign: tf.Tensor
    a: tf.Tensor
    b: tf.Tensor
    mode: tf.Tensor

    @classmethod
    def of(cls, order, chi, psi):
        """The law of float64 tensors."""
        square = chi * psi
        # No square below overflows or underflows.
        valid = (chi > 0) & (psi > 0) & (square >= 1e-200) & (square <= 1e200)
        valid &= tf.abs(order) <= 1e100
        one = tf.ones([], tf.float64)
        order, chi, psi = (tf.where(valid, x, one) for x in (order, chi, psi))
        square = chi * psi
        is_up = order >= 0
        sign = tf.where(is_up, one, -one)
        a = (tf.sqrt(order**2 + square) + sign * order) / 2
        mode = tf.where(is_up, 2 * a / psi, chi / (2 * a))
        order = tf.where(valid, order, tf.constant(float("nan"), tf.float64))
        return cls(order, chi, psi, is_up, sign, a, square / (4 * a), mode)

    @property
    def nan(self):
        """NaN where a parameter is invalid, else 0."""
        return tf.stop_gradient(0 * self.order)


class Sums(typing.NamedTuple):
    """Log I, and the means of y, exp(y) - 1 and exp(-y) - 1."""

    log_norm: tf.Tensor
    y: tf.Tensor
    plus: tf.Tensor
    minus: tf.Tensor


def phi(y, a, b):
    """The logarithm of the density of y, 0 at its mode."""
    plus, minus = _exp_remainder.remainders(y)
    return -a * plus - b * minus


def phi_slope(y, a, b):
    """The derivative of phi in y."""
    return b * tf.math.expm1(-y) - a * tf.math.expm1(y)


def standardize(z, law):
    """Y of a positive z."""
    ratio = z / law.mode
    near = tf.abs(ratio - 1) < 0.5
    one = tf.ones([], tf.float64)
    # There z - mode is exact, but that of a large number may not be finite.
    apart = tf.where(near, z - law.mode, 0 * one) / law.mode
    usual = (ratio > 1e-300) & (ratio < 1e300)
    log = tf.where(
        usual,
        tf.math.log(tf.where(usual, ratio, one)),
        tf.math.log(z) - tf.math.log(law.mode),
    )
    return law.sign * tf.where(near, tf.math.log1p(apart), log)


def reach(slope, near, far, depth, tilt):
    """How far it is until a log density has fallen by `depth`, or a bit more.

    Args:
      slope: c, no less than about -1 / the width.
      near: p, not negative.
      far: q, positive.
      depth: D, positive.
      tilt: k.

    Returns:
      s > 0 at which c s + p (e**-s - 1 + s) + q (e**s - 1 - s) >= D + k s, by
      Newton's method, which stays on this side of the root of a convex
      function.
    """
    c = slope - tilt
    # e**s - 1 - s >= e**s / 2 from 2 on; a first bound gives a closer one.
    growth = tf.maximum(-c, tf.zeros([], tf.float64))
    first = 2 * tf.math.log1p(2 * (depth + growth) / far) + 2
    bound = tf.math.log(2 * (depth + growth * first) / far)
    bound = tf.maximum(bound, tf.constant(2.0, tf.float64))
    # Both remainders are at least s**2 / (2 + s).
    leading, linear = near + far + c, 2 * c - depth
    usable = leading > 0
    leading = tf.where(usable, leading, tf.ones([], tf.float64))
    root = tf.sqrt(linear**2 + 8 * depth * leading)
    quadratic = tf.where(
        linear > 0, 4 * depth / (root + linear), (root - linear) / (2 * leading)
    )
    s = tf.where(usable, tf.minimum(bound, quadratic), bound)
    for _ in range(4):
        up, down = tf.math.expm1(s), tf.math.expm1(-s)
        # Digits would not matter, but there must be some.
        small = s < 1e-4
        plus = tf.where(small, s**2 / 2, up - s)
        minus = tf.where(small, s**2 / 2, down + s)
        value = c * s + near * minus + far * plus - depth
        s -= value / (c - near * down + far * up)
    return s


def reaches(law, depth, tilt):
    """Of both sides from the mode: how far down, how far up."""
    zero = tf.zeros([], tf.float64)
    near, far = tf.stack([law.a, law.b]), tf.stack([law.b, law.a])
    return tf.unstack(reach(zero, near, far, depth, tilt), num=2)


def integrals(law, function):
    """The integrals of a few functions of y times exp(phi(y)).

    By the trapezoidal rule: exp(phi) is analytic, decays doubly exponentially
    for |Im y| < pi / 2, and the error is exp(-2 pi |Im y| / step).

    Args:
      law: The law.
      function: Function of the law, y, exp(y) - 1, exp(-y) - 1 and phi(y),
        each with an axis of nodes at the end, that returns a list of tensors,
        which grow as exp(2 |y|) at most.

    Returns:
      List of the integrals, without derivatives.
    """
    law = Law(*map(tf.stop_gradient, law))
    down, right = reaches(law, DEPTH, 2.0)
    left = -down
    step = tf.math.rsqrt(25 + 2.5 * (law.a + law.b))
    law = Law(*(x[..., tf.newaxis] for x in law))

    def integrand(y):
        exponent = phi(y, law.a, law.b)
        weight = tf.exp(exponent)
        plus, minus = tf.math.expm1(y), tf.math.expm1(-y)
        return [
            weight * value for value in function(law, y, plus, minus, exponent)
        ]

    return _trapezoid.integrate(integrand, left, right, step)


def sums(law):
    """The `Sums` of a law, without derivatives."""
    one, *means = integrals(
        law, lambda _, y, plus, minus, phi: [tf.ones_like(y), y, plus, minus]
    )
    return Sums(
        tf.math.log(one) + law.nan, *(mean / one + law.nan for mean in means)
    )
