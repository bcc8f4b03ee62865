# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Quantiles: roots of the logarithm of a tail, by Newton's method."""

import tensorflow as tf

__all__ = ["RANKS", "find_root"]

# The integers that count the numbers of a floating type.
RANKS = {tf.float32: tf.int32, tf.float64: tf.int64}


def find_root(function, start, low, high, jump=0.0):
    """Solves function(z) = 0 for low <= z <= high, elementwise.

    Newton's method, within a bracket that shrinks with each evaluation. A step
    that leaves the bracket, or follows one that did not halve the value of the
    function, is replaced by one to the middle of the bracket in the order of
    the floating point numbers, so that no bound is too far away, infinite ones
    included. An element stays as it is once it is done: it does not depend on
    the others.

    A short step ends nothing, since the slope may be wrong or infinite: it is
    prolonged, so that it closes the bracket if it was right.

    A bound itself is evaluated only where the bracket closes beside it. There,
    and where z over a scale underflows, the function may go to infinity within
    a few numbers, as the logarithm of a tail does: neither its value nor its
    slope says then how far the root is. The bracket shrinks to two neighbours,
    and the function at the other one verifies it: of the right sign, if that
    is a bound, or infinite.

    Args:
      function: Function of z that returns a pair: increasing values, and
        slopes, of which Newton's method needs no more than the order of
        magnitude. A value of NaN makes z NaN.
      start: float32 or float64 tensor, the first z. Where it is outside of the
        bracket, the middle.
      low: Lower bounds, of the same shape.
      high: Upper bounds, of the same shape.
      jump: What the function may leave where the bracket is closed, as far as
        that is more than the root of eps.

    Returns:
      Tensor of z, without a gradient, at which the function is within four
      rounding errors of 1 of zero, or 256 where its noise stops Newton's
      method; or which has a number of the other sign within four rounding
      errors of z, so close that the function, by its value or its slope, may
      be 0 between them. The last number before 0 or infinity stands for all
      that are beyond, that next to a bound for what is between the two, and
      the first that does not underflow for those that do.
      NaN where there is no such z.
    """
    tolerance = tf.constant(4 * _EPS[start.dtype], start.dtype)
    noise = 64 * tolerance
    # What a closed bracket may leave: the noise of a poor function, no jump.
    least = tf.constant(_EPS[start.dtype] ** 0.5, start.dtype)
    jump = tf.maximum(tf.cast(jump, start.dtype), least)
    tiny = tf.constant(_TINY[start.dtype], start.dtype)
    small = tf.constant(_SMALL[start.dtype], start.dtype)
    close = tf.constant(4, RANKS[start.dtype])

    def step(count, z, smallest, below, above, checked, searching):
        value, slope = function(z)
        rank = _rank(z)
        below = tf.where(searching & (value < 0), rank, below)
        above = tf.where(searching & (value > 0), rank, above)
        newton = z - value / slope
        newton_rank = _rank(newton)
        usable = tf.math.is_finite(newton) & (slope > 0)
        size = tf.abs(value)
        halved = size <= smallest / 2
        closed = (above < below + close) | (above <= below)
        open_ = below < above
        neighbours = above <= below + 1
        # The other side of the bracket is a bound, of which nothing is known.
        negative = value < 0
        beside = open_ & tf.where(negative, above == last, below == first)
        # This side is a bound, of the right sign, or an argument underflows.
        edge = tf.where(negative, rank == first, rank == last)
        underflow = tf.math.is_inf(value) & (tf.abs(z) <= small)
        limit = open_ & neighbours & (edge | underflow)
        known = usable | tf.math.is_inf(slope)
        explained = known & (tf.abs(newton_rank - rank) <= 4 * close)
        vanishing = tf.abs(z) <= 2 * tiny
        extreme = vanishing | (tf.abs(z) >= z.dtype.max)
        solved = size <= tf.where(halved, tolerance, noise)
        found = explained | (size <= jump)
        sure = solved | (closed & (extreme | (found & ~beside)))
        verified = sure | limit
        doubtful = closed & ~verified
        failed = tf.math.is_nan(value) | (
            doubtful & (~open_ | (neighbours & checked))
        )
        checked = doubtful & neighbours
        other = tf.where(negative, above, below)
        z = tf.where(searching & limit & ~sure, _number(other, z.dtype), z)
        # No result is a number that some processors see as 0.
        vanished = closed & ~solved & (tf.abs(z) < tiny)
        z = tf.where(
            searching & verified & vanished,
            tf.where((z < 0) | (high <= 0), -tiny, tiny),
            z,
        )
        z = tf.where(searching & failed, tf.constant(float("nan"), z.dtype), z)
        searching &= ~(verified | failed)
        short = tf.abs(newton_rank - rank) < close
        beyond = tf.where(value < 0, rank + close, rank - close)
        newton_rank = tf.where(short, beyond, newton_rank)
        newton = tf.where(short, _number(beyond, z.dtype), newton)
        inside = (newton_rank > below) & (newton_rank < above)
        good = usable & inside & halved
        middle = tf.where(neighbours, other, _middle(below, above))
        middle = _number(middle, z.dtype)
        # After a step to the middle Newton's method is tried again.
        smallest = tf.where(good, size, infinity)
        z = tf.where(searching, tf.where(good, newton, middle), z)
        return count + 1, z, smallest, below, above, checked, searching

    largest = tf.constant(start.dtype.max, start.dtype)
    first = _rank(tf.maximum(low, -largest))
    last = _rank(tf.minimum(high, largest))
    inside = (start >= low) & (start <= high) & tf.math.is_finite(start)
    z = tf.where(inside, start, _number(_middle(first, last), start.dtype))
    infinity = tf.fill(tf.shape(z), tf.constant(float("inf"), z.dtype))
    no = tf.zeros_like(z, dtype=tf.bool)
    results = tf.while_loop(
        lambda count, *state: (count < _STEPS) & tf.reduce_any(state[-1]),
        step,
        (0, z, infinity, first, last, no, ~no),
    )
    z, searching = results[1], results[-1]
    z = tf.where(searching, tf.constant(float("nan"), z.dtype), z)
    return tf.stop_gradient(z)


# Each bisection takes one of at most 64 bits, and may be followed by a step of
# Newton's method that is of no use; those that halve the value are few.
_STEPS = 256
_EPS = {tf.float32: 2.0**-23, tf.float64: 2.0**-52}
# The smallest normal numbers: below them some processors see 0.
_TINY = {tf.float32: 2.0**-126, tf.float64: 2.0**-1022}
# Below these, z over a scale that is at most 2^64 may underflow.
_SMALL = {tf.float32: 2.0**-62, tf.float64: 2.0**-958}


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
