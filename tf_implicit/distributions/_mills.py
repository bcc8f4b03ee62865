# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The Mills ratio of the Normal distribution and the moments that follow it.

    W_k(x) = integral of y^k exp(-x y - y^2 / 2) over y > 0,

W_0 the Mills ratio (1 - Phi(x)) / phi(x), W_1 = 1 - x W_0, W_2 = W_0 - x W_1,
and W_k' = -W_(k+1) (integrate by parts; DLMF 7.18 has them as repeated
integrals of erfc). The differences lose x^2 and x^4 / 2 for large x: there
W_1 and W_2 are polynomials, and W_0 = (1 - W_1) / x.
"""

import math

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit.distributions import _mills_coefficients

__all__ = ["moments"]

_CUT = 2.0  # Where the polynomials begin.


def moments(x, count):
    """W_0, ..., W_(count - 1) with their derivatives.

    Args:
      x: float64 tensor, not negative.
      count: At most 3. The derivative of W_2 loses digits, x^4 eps.

    Returns:
      List of tensors, accurate to 48 eps.
    """
    values = _values(tf.stop_gradient(x), count)
    return [
        _attach.attach_gradient(
            w,
            [x],
            lambda upstream, w, x, k=k: [-upstream * _next(k, w, x)],
        )
        for k, w in enumerate(values)
    ]


def _next(k, w, x):
    """W_(k + 1), for a gradient."""
    if k < 2:
        return moments(x, k + 2)[-1]
    return 2 * moments(x, 2)[1] - x * w


def _values(x, count):
    upper = x > _CUT
    low = tf.where(upper, tf.zeros_like(x), x)
    mills = tf.exp(low * low / 2) * tf.math.erfc(low * math.sqrt(0.5))
    below = [math.sqrt(math.pi / 2) * mills]
    below.append(1 - low * below[0])
    below.append(below[0] - low * below[1])
    high = tf.where(upper, x, tf.constant(_CUT, x.dtype))
    inverse = 1 / (high + 3)
    t = 1 - 10 * inverse
    first = inverse * inverse * _polynomial(_mills_coefficients.FIRST, t)
    above = [(1 - first) / high, first]
    if count > 2:
        cube = inverse * inverse * inverse
        above.append(cube * _polynomial(_mills_coefficients.SECOND, t))
    return [
        tf.where(upper, a, b)
        for a, b in zip(above[:count], below[:count], strict=True)
    ]


def _polynomial(coefficients, t):
    total = tf.constant(coefficients[-1], t.dtype)
    for c in reversed(coefficients[:-1]):
        total = total * t + c
    return total
