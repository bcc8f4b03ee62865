# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Quantiles: roots of the logarithm of a tail, by Newton's method."""

import tensorflow as tf

__all__ = ["RANKS", "find_root"]

# The integers that count the numbers of a floating type.
RANKS = {tf.float32: tf.int32, tf.float64: tf.int64}


def find_root(function, start, low, high):
    """Solves function(z) = 0 for low <= z <= high, elementwise.

    Newton's method, within a bracket that shrinks with each evaluation. A step
    that leaves the bracket, or follows one that did not halve the value of the
    function, is replaced by one to the middle of the bracket in the order of
    the floating point numbers, so that no bound is too far away, infinite ones
    included. An element stays as it is once it is done: it does not depend on
    the others.

    Args:
      function: Function of z that returns a pair: increasing values, and
        slopes, of which Newton's method needs no more than the order of
        magnitude. NaN makes z NaN.
      start: float32 or float64 tensor, the first z. Where it is outside of the
        bracket, the middle.
      low: Lower bounds, of the same shape.
      high: Upper bounds, of the same shape.

    Returns:
      Tensor of z: the function is within four rounding errors of 1 of zero, or
      256 where its noise stops Newton's method, or the next step is one of four
      rounding errors of z. No gradient.
    """
    tolerance = tf.constant(4 * _EPS[start.dtype], start.dtype)
    noise = 64 * tolerance
    one = tf.ones([], RANKS[start.dtype])

    def step(z, last, below, above, searching):
        value, slope = function(z)
        rank = _rank(z)
        below = tf.where(value < 0, rank, below)
        above = tf.where(value > 0, rank, above)
        newton = z - value / slope
        newton_rank = _rank(newton)
        inside = (newton_rank > below) & (newton_rank < above)
        halved = tf.abs(value) <= last / 2
        searching &= (
            (tf.abs(value) > tf.where(halved, tolerance, noise))
            & (above - one > below)
            & (tf.abs(newton_rank - rank) > 4 * one)
        )
        good = inside & halved
        middle = _number(_middle(below, above), z.dtype)
        better = tf.where(good, newton, middle)
        # After a step to the middle Newton's method is tried again.
        last = tf.where(good, tf.abs(value), infinity)
        z = tf.where(searching, better, z)
        z = tf.where(tf.math.is_nan(value), value, z)
        return z, last, below, above, searching

    below, above = _rank(low), _rank(high)
    inside = (start >= low) & (start <= high) & tf.math.is_finite(start)
    z = tf.where(inside, start, _number(_middle(below, above), start.dtype))
    infinity = tf.fill(tf.shape(z), tf.constant(float("inf"), z.dtype))
    z, *_ = tf.while_loop(
        lambda z, last, below, above, searching: tf.reduce_any(searching),
        step,
        (z, infinity, below, above, tf.ones_like(z, dtype=tf.bool)),
    )
    return tf.stop_gradient(z)


_EPS = {tf.float32: 2.0**-23, tf.float64: 2.0**-52}


def _rank(z):
    """Position of z among the numbers of its type, 0 for 0."""
    integer = RANKS[z.dtype]
    code = tf.bitcast(z, integer)
    return tf.where(code < 0, integer.min - code, code)


def _number(rank, dtype):
    integer = rank.dtype
    return tf.bitcast(tf.where(rank < 0, integer.min - rank, rank), dtype)


def _middle(below, above):
    """The mean of two integers, rounded down, which cannot overflow."""
    return tf.bitwise.bitwise_and(below, above) + tf.bitwise.right_shift(
        tf.bitwise.bitwise_xor(below, above), tf.ones_like(below)
    )
