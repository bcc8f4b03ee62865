# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of P(a, x), Q(a, x) and their logarithms.

The density of log x times a quadrature of its ratio to the value at x, which
`gamma_reference` integrates for the derivatives:

    P = x p(x) int_{-inf}^0 e^{phi(s)} ds,  Q = x p(x) int_0^inf e^{phi(s)} ds,
    phi(s) = a s - x (e^s - 1),

one of the two, and the other from it at so many digits that nothing is lost.
The second method is `mpmath.gammainc`, or for large a a tanh-sinh quadrature.
"""

import math

import numpy as np
from mpmath import mp, mpf

from tests.reference import gamma_reference, table


def values(a_f, x_f):
    """Returns P, Q, log P and log Q."""
    with mp.workdps(gamma_reference._digits(a_f) + 20):
        a, x = mpf(a_f), mpf(x_f)
        u = mp.log(x)
        (mass, _, _), sign = gamma_reference._moments(a, u, a_f, float(u))
        log_tail = a * u - x - mp.loggamma(a) + mp.log(mass)
        tail = mp.exp(log_tail)
        log_rest = mp.log1p(-tail)
        if sign == 1:
            return tail, 1 - tail, log_tail, log_rest
        return 1 - tail, tail, log_rest, log_tail


def verify(a_f, x_f):
    if not gamma_reference._within_reach(a_f, x_f) or x_f > 40 * (1 + a_f):
        return None
    with mp.workdps(gamma_reference._verify_digits(a_f)):
        a, x = mpf(a_f), mpf(x_f)
        tail = gamma_reference._tail(a, x, x_f <= a_f)
        log_tail, log_rest = mp.log(tail), mp.log1p(-tail)
        if x_f <= a_f:
            return tail, 1 - tail, log_tail, log_rest
        return 1 - tail, tail, log_rest, log_tail


# The borders in kernels/special/gamma_regions.h, and a = 1.
A_BORDERS = (1.0, 2.0, 4.0, 8.0, 64.0)
RATIO_BORDERS = (0.05, 0.0835, 0.19, 0.29, 1.0, 2.45, 3.6, 10.0, 18.0)
X_BORDERS = (0.5, 2.5, 4.0)


def _sample(a, score):
    """About `score` standard deviations from a, for small a on a log scale."""
    return a * math.exp(min(max(score / math.sqrt(a), -60.0), 4.0))


def _border_points(dtype, rng):
    points = []
    for border in A_BORDERS:
        for a in table.neighbours(border, dtype):
            for score in rng.uniform(-4, 4, 3):
                points.append((a, float(dtype(_sample(a, score)))))
    for a in 10.0 ** rng.uniform(-6, 0.6, 5):
        a = float(dtype(a))
        for x in (*X_BORDERS, a + 0.7):
            points += [(a, y) for y in table.neighbours(x, dtype)]
    for a in (2.5, 5.0, 20.0, 100.0):
        for ratio in RATIO_BORDERS:
            points += [(a, y) for y in table.neighbours(ratio * a, dtype)]
    return points


def _random_points(rng, size):
    points = []
    for a in 10.0 ** rng.uniform(-6, 10, size):
        # In standard deviations, as far as 20 and a little beyond.
        score = rng.uniform(-21, 21) if rng.random() < 0.5 else rng.normal()
        points.append((a, _sample(a, score)))
    for a in 10.0 ** rng.uniform(-6, 1.5, size):
        points.append((a, 10.0 ** rng.uniform(-30, 2.5)))
    return points


def _tiny_points():
    """Where one of the two differs from 0 or 1 by O(a)."""
    return [
        (a, x)
        for a in (1e-6, 1e-3, 0.03)
        for x in (1e-30, 1e-3, 0.3, 0.56, 0.57, 1.1, 20.0)
    ]


def float32_points():
    rng = np.random.default_rng(11)
    points = _random_points(rng, 70) + _tiny_points()
    points = [tuple(table.float32s(p)) for p in points]
    return [
        p
        for p in points + _border_points(np.float32, rng)
        if 2.0**-126 < p[1] < 1e38
    ]


def float64_points():
    rng = np.random.default_rng(12)
    points = _random_points(rng, 60) + _border_points(np.float64, rng)
    return [
        p
        for p in table.unique(points)
        if p[1] > 1e-280 and any(float(np.float32(v)) != v for v in p)
    ]


METHOD = (
    "Gauss-Legendre quadrature at 110 and more digits (second method:"
    " mpmath.gammainc)"
)
OUTPUTS = ["lower", "upper", "log_lower", "log_upper"]
TABLES = [
    table.Table(
        "igamma.csv",
        ["a", "x"],
        OUTPUTS,
        float32_points,
        values,
        verify,
        METHOD,
    ),
    table.Table(
        "igamma_float64.csv",
        ["a", "x"],
        OUTPUTS,
        float64_points,
        values,
        verify,
        METHOD,
        float32=False,
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
