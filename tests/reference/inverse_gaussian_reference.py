# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the implicit derivatives of inverse Gaussian samples.

In closed form with `mpmath.erfc`, at so many digits that it may cancel. The
second method differentiates the CDF,

    F = Phi(sqrt(c / z) (z / loc - 1)) + exp(2 c / loc) Phi(-x),

x = sqrt(c / z) (z / loc + 1), numerically.
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import table

DIGITS = 80


def _tail(x):
    return mp.erfc(x / mp.sqrt(2)) / 2


def log_grad(*point):
    """Of log z in log loc, in log c, and the latter less its first term."""
    with mp.workdps(DIGITS):
        loc, c, z = map(mpf, point)
        x = mp.sqrt(c / z) * (z / loc + 1)
        mills = mp.sqrt(2 * mp.pi) * mp.exp(x * x / 2) * _tail(x)
        twice = 2 * z / (z + loc)
        excess = twice * (1 - x * mills)
        return twice * x * mills, (loc - z) / (loc + z) + excess, excess


def verify_log_grad(*point):
    with mp.workdps(DIGITS):
        loc, c, z = map(mpf, point)

        def cdf(loc, c, z):
            root = mp.sqrt(c / z)
            return _tail(root * (1 - z / loc)) + mp.exp(2 * c / loc) * _tail(
                root * (1 + z / loc)
            )

        # The logarithmic derivative of F in each argument.
        slopes = []
        for k in range(3):
            order = tuple(int(j == k) for j in range(3))
            slope = mp.diff(
                lambda *e: cdf(
                    *(v * (1 + d) for v, d in zip((loc, c, z), e, strict=True))
                ),
                (0, 0, 0),
                order,
                h=mpf(10) ** -35,
            )
            slopes.append(slope)
        return -slopes[0] / slopes[2], -slopes[1] / slopes[2], None


def points():
    rng = np.random.default_rng(53)
    result = []
    for _ in range(150):
        loc = 10 ** rng.uniform(-3, 3)
        c = loc * 10 ** rng.uniform(-4, 4)
        z = loc * rng.wald(1, c / loc)
        result.append(tuple(table.float32s([loc, c, z])))
    return result


TABLES = [
    table.Table(
        "inverse_gaussian_log_grad.csv",
        ["loc", "concentration", "sample"],
        ["d_log_loc", "d_log_concentration", "excess"],
        points,
        log_grad,
        verify_log_grad,
        f"closed form at {DIGITS} digits",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
