# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of Euler's integral, of which quotients of Beta are made.

The integral of u^(a-1) (1 - u)^(b-1) (1 - r u)^(c-1) over 0 < u < 1 and its
derivatives, the means of log u, log(1 - u), log(1 - r u) and
-(c - 1) u / (1 - r u), by the trapezoidal rule in w for
log(u / (1 - u)) = sinh w, with four times as many nodes as suffice. The second
method is the hypergeometric series (DLMF 15.6.1) and its numerical
derivatives.
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import table

DIGITS = 40
INPUTS = ["a", "b", "c", "r"]
OUTPUTS = ["value", "d_a", "d_b", "d_c", "d_r"]


def value(*point):
    with mp.workdps(DIGITS):
        a, b, c, r = map(mpf, point)
        mass = mpf(0)
        means = [mpf(0)] * 4
        # Beyond it the integrand is below e^(-100) of itself at its knee.
        last = mp.asinh(110 / min(a, b) - 2 * mp.log(1 - r) + 20)
        count = int(last * 160)
        for k in range(-count, count + 1):
            w = last * k / count
            t = mp.sinh(w)
            e = mp.exp(-abs(t))
            log = mp.log1p(e)
            log_u, log_rest = -log - max(-t, 0), -log - max(t, 0)
            rest = (e if t > 0 else 1) / (1 + e)
            third = (1 - r) + r * rest
            log_third = mp.log(third)
            weight = mp.cosh(w) * mp.exp(
                a * log_u + b * log_rest + (c - 1) * log_third
            )
            mass += weight
            terms = log_u, log_rest, log_third, (1 - rest) / third
            means = [
                m + weight * term for m, term in zip(means, terms, strict=True)
            ]
        d_a, d_b, d_c, ratio = (m / mass for m in means)
        integral = mass * last / count
        return mp.log(integral), d_a, d_b, d_c, -(c - 1) * ratio


def verify(*point):
    with mp.workdps(60):

        def log_integral(a, b, c, r):
            series = mp.hyp2f1(1 - c, a, a + b, r, maxterms=10**6)
            return mp.log(mp.beta(a, b) * series)

        point = [mpf(v) for v in point]
        slopes = [
            mp.diff(
                log_integral,
                point,
                tuple(int(j == k) for j in range(4)),
                h=mpf(10) ** -25 * min(1, 1 - point[3]),
            )
            for k in range(4)
        ]
        return log_integral(*point), *slopes


def points():
    rng = np.random.default_rng(56)
    result = [(1.0, 1.0, 1.0, 0.5), (2.0, 3.0, 2.0, 0.0)]
    for _ in range(100):
        a, b, c = 10 ** rng.uniform(-2, 3, 3)
        less = 10 ** rng.uniform(-6, -0.1)
        r = rng.choice([1 - less, rng.uniform(), 10 ** rng.uniform(-4, 0)])
        result.append(tuple(table.float32s([a, b, c, min(r, 1 - 2.0**-20)])))
    return result


TABLES = [
    table.Table(
        "log_euler_integral.csv",
        INPUTS,
        OUTPUTS,
        points,
        value,
        verify,
        f"trapezoidal rule at {DIGITS} digits",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
