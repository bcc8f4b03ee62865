# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of (e^(c l) - 1) / c and its logarithmic derivative in c.

In closed form; the second method sums the power series in c l, where it
converges fast, and differentiates numerically elsewhere.
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import table

DIGITS = 80


def box_cox(*point):
    """y, and d log|y| / dc."""
    with mp.workdps(DIGITS):
        c, log_x = map(mpf, point)
        if c * log_x == 0:
            return log_x, log_x / 2
        power = mp.exp(c * log_x)
        return (power - 1) / c, log_x * power / (power - 1) - 1 / c


def verify_box_cox(*point):
    with mp.workdps(DIGITS):
        c, log_x = map(mpf, point)
        t = c * log_x
        if abs(t) < 4:
            total, slope, term = mpf(0), mpf(0), mpf(1)
            for k in range(1, 120):
                term /= k
                total += term * t ** (k - 1)
                if k > 1:
                    slope += (k - 1) * term * t ** (k - 2)
            return log_x * total, log_x * slope / total
        slope = mp.diff(
            lambda e: mp.log(mp.expm1(t * (1 + e)) / (t * (1 + e))),
            0,
            h=mpf(10) ** -30,
        )
        return mp.expm1(t) / c, slope / c


def points():
    rng = np.random.default_rng(54)
    result = [(0.0, 1.0), (0.0, -3.0), (1e-30, 2.0), (2.0, 1e-30)]
    for c in (0.5, -0.5, 1.0, -1.0, 0.25):  # |t| = 1, where the methods change
        for log_x in table.neighbours(1 / c):
            result.append((c, log_x))
    for k in range(160):
        c, log_x = 10 ** rng.uniform(-8, 1), 10 ** rng.uniform(-4, 1)
        if k % 2:  # c l about 1
            c = 10 ** rng.uniform(-1, 1) / log_x
        signs = rng.choice([-1, 1], 2)
        result.append((c * signs[0], log_x * signs[1]))
    rows = [tuple(table.float32s(row)) for row in result]
    return [row for row in rows if row[0] * row[1] < 80]


TABLES = [
    table.Table(
        "box_cox.csv",
        ["concentration", "log_x"],
        ["value", "log_slope"],
        points,
        box_cox,
        verify_box_cox,
        f"closed form at {DIGITS} digits",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
