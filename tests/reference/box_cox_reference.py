# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of (e^(c l) - 1) / c, its inverse in l and derivatives.

In closed form; the second method sums the power series in c l, where it
converges fast, and differentiates numerically elsewhere. Of the inverse,
log(1 + c x) / c, it integrates 1 / (1 + c x) and its derivative in c.
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


def inverse_box_cox(*point):
    """log(1 + c x) / c and its derivatives in c and x."""
    with mp.workdps(DIGITS):
        c, x = map(mpf, point)
        if c * x == 0:
            return x, -x * x / 2, mpf(1)
        log_x, slope = mp.log(1 + c * x) / c, 1 / (1 + c * x)
        return log_x, (x * slope - log_x) / c, slope


def verify_inverse_box_cox(*point):
    with mp.workdps(DIGITS):
        c, x = map(mpf, point)
        t = c * x
        # From v = 0 to |c x|, in steps as long as half the way to the pole.
        sign = -1 if t < 0 else 1
        scale, nodes = abs(t) or mpf(1), [mpf(0)]
        while nodes[-1] < scale:
            step = (1 + sign * nodes[-1]) / 2
            nodes.append(min(nodes[-1] + step, scale))
        slope = t / scale

        def integral(f):
            return mp.quad(f, nodes, method="gauss-legendre")

        return (
            x / scale * integral(lambda v: 1 / (1 + slope * v)),
            -((x / scale) ** 2) * integral(lambda v: v / (1 + slope * v) ** 2),
            1 / (1 + t),
        )


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


def inverse_points():
    rng = np.random.default_rng(55)
    result = [(0.0, 1.0), (0.0, -3.0), (1e-30, 2.0), (2.0, 1e-30)]
    # |t| = 1, |u| = 1 and u / t = 1 in float, where the methods change.
    for t in (1.0, np.e - 1, 1 / np.e - 1, 3e-8, -3e-8, 0.5, -1 / 3):
        for c in (0.5, -0.5, 3.0):
            for x in table.neighbours(t / c):
                result.append((c, x))
    # t overflows in float, or nearly.
    for c, x in ((1e5, 8e32), (1e5, 9e32), (1e30, 1e30), (3e38, 3e38)):
        result += [(c, x), (-c, -x), (x, c)]
    for k in range(200):
        x = 10 ** rng.uniform(-6, 4)
        t = 10 ** rng.uniform(-6, 4) if k % 2 else -rng.uniform(0, 0.99)
        sign = rng.choice([-1, 1])
        result.append((sign * t / x, sign * x))
    rows = [tuple(table.float32s(row)) for row in result]
    return [row for row in rows if row[0] * row[1] > -0.999]


TABLES = [
    table.Table(
        "box_cox.csv",
        ["concentration", "log_x"],
        ["value", "log_slope"],
        points,
        box_cox,
        verify_box_cox,
        f"closed form at {DIGITS} digits",
    ),
    table.Table(
        "inverse_box_cox.csv",
        ["concentration", "x"],
        ["value", "d_concentration", "d_x"],
        inverse_points,
        inverse_box_cox,
        verify_inverse_box_cox,
        f"closed form at {DIGITS} digits",
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
