# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""exp(y) - 1 - y, in float64 and right around 0."""

import math

import tensorflow as tf

__all__ = ["ODD", "polynomial", "remainder", "remainders"]

# Of cosh(x) - 1 over x**2 and of sinh(x) - x over x**3, in powers of x**2 from
# the highest, enough for x < 1/2.
EVEN = [1 / math.factorial(n) for n in range(16, 0, -2)]
ODD = [1 / math.factorial(n) for n in range(15, 1, -2)]


def remainders(y):
    """The pair exp(y) - 1 - y, exp(-y) - 1 + y."""
    small, even, odd = _parts(y)
    return (
        tf.where(small, even + odd, tf.math.expm1(y) - y),
        tf.where(small, even - odd, tf.math.expm1(-y) + y),
    )


def remainder(y):
    """The first of the two."""
    small, even, odd = _parts(y)
    return tf.where(small, even + odd, tf.math.expm1(y) - y)


def _parts(y):
    """Where y is small, and the even and the odd part of both there."""
    small = tf.abs(y) < 0.5
    x = tf.where(small, y, tf.zeros([], tf.float64))
    square = x * x
    even, odd = square * polynomial(EVEN, square), polynomial(ODD, square)
    return small, even, odd * x * square


def polynomial(coefficients, x):
    """By Horner's rule, the highest coefficient first."""
    value = tf.constant(coefficients[0], tf.float64)
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value
