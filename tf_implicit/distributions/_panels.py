# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Integrals by Gauss-Legendre panels, in float64."""

import decimal
import functools

import numpy as np
import tensorflow as tf

__all__ = ["integrate"]

# The nodes of a panel are taken in a few parts.
_NODES = 32
_PARTS = 2


@functools.cache
def _rule():
    """Nodes and weights for the interval from 0 to 1, in parts.

    Those of NumPy leave 6e-14 of the first and the last weight, where the decay
    of a tail begins: here they have one more step of Newton's method for the
    Legendre polynomials (DLMF 18.9.1) in decimals.
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    with decimal.localcontext() as context:
        context.prec = 34
        for i in range(_NODES // 2):
            x = decimal.Decimal(float(nodes[i]))
            for _ in range(2):
                before, last = decimal.Decimal(1), x
                for n in range(1, _NODES):
                    following = ((2 * n + 1) * x * last - n * before) / (n + 1)
                    before, last = last, following
                slope = _NODES * (x * last - before) / (x * x - 1)
                x -= last / slope
            weight = float(1 / ((1 - x * x) * slope * slope))
            weights[i] = weights[-1 - i] = weight
            nodes[i], nodes[-1 - i] = float((1 + x) / 2), float((1 - x) / 2)
    return np.reshape(nodes, [_PARTS, -1]), np.reshape(weights, [_PARTS, -1])


def integrate(function, length, longest):
    """Integrals over s from 0 to a length that each element has.

    Args:
      function: Function of s, float64 with an axis of nodes at the end, that
        returns a list of the integrands.
      length: float64 tensor, positive; NaN gives NaN.
      longest: The length that one panel of 32 nodes may have.

    Returns:
      List of the integrals, of the shape that the integrands have with that of
      `length`.
    """
    count = tf.math.ceil(length / longest)
    panel = length / count
    count = tf.cast(count, tf.int32)
    last = tf.reduce_max(tf.concat([tf.reshape(count, [-1]), [0]], axis=0))
    nodes, weights = (tf.constant(x, tf.float64) for x in _rule())
    panel, count = panel[..., tf.newaxis], count[..., tf.newaxis]

    def part(k):
        j, of_panel = k // _PARTS, k % _PARTS
        s = panel * (tf.cast(j, tf.float64) + nodes[of_panel])
        weight = tf.where(j < count, panel * weights[of_panel], 0.0)
        return [tf.reduce_sum(weight * value, axis=-1) for value in function(s)]

    def add(k, *totals):
        pairs = zip(totals, part(k), strict=True)
        return k + 1, *(total + more for total, more in pairs)

    _, *totals = tf.while_loop(
        lambda k, *totals: k < _PARTS * last,
        add,
        (tf.constant(1), *part(tf.constant(0))),
    )
    return totals
