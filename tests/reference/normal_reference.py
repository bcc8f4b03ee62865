# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the log density of the Normal distribution.

By the definition and its derivatives; the second method has differences of the
logarithm of mpmath's density in each argument.
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import table

DIGITS = 60


def log_prob(*point):
    with mp.workdps(DIGITS):
        loc, scale, x = (mpf(v) for v in point)
        t = (x - loc) / scale
        value = -t * t / 2 - mp.log(scale) - mp.log(2 * mp.pi) / 2
        return value, t / scale, (t * t - 1) / scale, -t / scale


def verify_log_prob(*point):
    with mp.workdps(200):
        point = [mpf(v) for v in point]
        slopes = []
        for k in range(3):
            # The scale is what all three are measured in.
            step = point[1] * mpf(10) ** -60
            ends = [
                _log_of_density(*point[:k], point[k] + h, *point[k + 1 :])
                for h in (step, -step)
            ]
            slopes.append((ends[0] - ends[1]) / (2 * step))
        return _log_of_density(*point), *slopes


def _log_of_density(loc, scale, x):
    return mp.log(mp.npdf(x, loc, scale))


def points():
    rng = np.random.default_rng(67)
    result = [
        (0.5, 2.0, 0.5),
        (0.5, 2.0**127, 2.0**126),
        (-(2.0**127), 2.0**126, 2.0**127),
        (2.0**-120, 2.0**-126, 2.0**-119),
    ]
    for _ in range(60):
        loc = rng.normal() * 10 ** rng.uniform(-3, 3)
        scale = 10 ** rng.choice([rng.uniform(-2, 2), rng.uniform(-35, 35)])
        # Next to the zero of the derivative in the scale, too.
        t = rng.choice([rng.normal(), 1 + 1e-3 * rng.normal(), 1e3, 1e-3])
        row = table.float32s([loc, scale, loc + scale * t])
        if row[2] != row[0]:
            result.append(tuple(row))
    return result


TABLES = [
    table.Table(
        "normal_log_prob.csv",
        ["loc", "scale", "sample"],
        ["log_prob", "d_loc", "d_scale", "d_sample"],
        points,
        log_prob,
        verify_log_prob,
        f"definition at {DIGITS} digits (second method: differences)",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
