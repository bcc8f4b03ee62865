# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Integrals of analytic functions that decay at both ends, in float64."""

import tensorflow as tf

__all__ = ["integrate"]

# Nodes that are summed at a time.
_BLOCK = 32


def integrate(function, left, right, step):
    """Integrals by the trapezoidal rule, whose ends are as good as 0.

    Args:
      function: Function of y, float64 with an axis of nodes at the end, that
        returns a list of the integrands.
      left: float64 tensor, the first node.
      right: float64 tensor that broadcasts with it: the last node is beyond.
      step: float64 tensor that broadcasts with it, positive.

    Returns:
      List of the integrals.
    """
    zero = tf.zeros([], tf.float64)
    count = tf.cast(tf.math.ceil((right - left) / step), tf.int32) + 1
    last = tf.reduce_max(tf.concat([tf.reshape(count, [-1]), [0]], axis=0))
    left, step, count = (x[..., tf.newaxis] for x in (left, step, count))

    def block(start):
        k = start + tf.range(_BLOCK)
        y = left + step * tf.cast(k, tf.float64)
        # A function may overflow where no node is.
        y = tf.where(k < count, y, left)
        weight = tf.where(k < count, step, zero)
        return [tf.reduce_sum(weight * value, axis=-1) for value in function(y)]

    def add(start, *totals):
        pairs = zip(totals, block(start), strict=True)
        return start + _BLOCK, *(total + more for total, more in pairs)

    _, *totals = tf.while_loop(
        lambda start, *totals: start < last,
        add,
        (tf.constant(_BLOCK), *block(tf.constant(0))),
    )
    return totals
