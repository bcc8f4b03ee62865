# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The implicit derivative of x = log(v / a), v from Gamma(a), for a large a.

The density of x is C(a) exp(-a psi(x)), psi = exp(x) - 1 - x, and its mass does
not change along D = dx/da (Figurnov et al. 2018, equation 8, in x):

    C' / C - psi + dD/dx - a psi' D = 0.

With C' / C = log(a) - digamma(a) = sum c_k / a**k (DLMF 5.11.2) and D = sum
D_k / a**k this is D_1 = -psi / psi', D_(k+1) = (dD_k/dx + c_k) / psi'. D_1 is
-x / 2 and an even function: the mean of D, of the order of 1 / a**2 under a law
of x around 0, is that of x and those of small terms.
"""

import fractions
import functools
import math

import numpy as np
import tensorflow as tf

__all__ = ["FARTHEST", "LEAST", "scaled_remainder"]

# Where eps is reached: concentrations above and |x| below.
LEAST = 100.0
FARTHEST = 1.25
_TERMS = 9  # in 1 / a
_POWERS = 26  # of x; the poles are at +-2 pi i


@functools.cache
def _coefficients():
    """Those of x**j / a**k of a D + x / 2, [j, k]."""
    count = _POWERS + 2 * _TERMS  # A derivative and a quotient take one each.
    exact = fractions.Fraction
    # x / (exp(x) - 1) by the recurrence of the Bernoulli numbers.
    bernoulli = [exact(1)]
    for n in range(1, count):
        total = exact(0)
        for k in range(n):
            total += math.comb(n + 1, k) * bernoulli[k]
        bernoulli.append(-total / (n + 1))
    quotient = [b / math.factorial(n) for n, b in enumerate(bernoulli)]
    # psi / psi' = 1 - x / (exp(x) - 1).
    row = [exact(0), *quotient[1:]]
    rows = [[row[0], row[1] + exact(1, 2), *row[2:]]]
    for k in range(1, _TERMS):
        shift = exact(1, 2) if k == 1 else bernoulli[k] / k
        slope = [(n + 1) * x for n, x in enumerate(row[1:])]
        slope[0] += shift
        assert slope[0] == 0
        # Over psi', x over the quotient.
        above = slope[1:]
        row = [
            sum((above[i] * quotient[n - i] for i in range(n + 1)), exact(0))
            for n in range(len(above))
        ]
        rows.append(row)
    return np.array([[float(r[j]) for r in rows] for j in range(_POWERS)])


def scaled_remainder(a, x):
    """A D + x / 2.

    Args:
      a: float64 tensor, at least `LEAST`.
      x: float64 tensor with an axis of nodes at the end, at most `FARTHEST`.

    Returns:
      Tensor of the shape of x.
    """
    powers = tf.stack([a**-k for k in range(_TERMS)], axis=-1)
    table = tf.constant(_coefficients(), tf.float64)
    each = tf.unstack(
        tf.linalg.matvec(table, powers)[..., tf.newaxis], num=_POWERS, axis=-2
    )
    total = each[-1]
    for coefficient in reversed(each[:-1]):
        total = total * x + coefficient
    return total
