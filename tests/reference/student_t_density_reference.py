# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the log density of Student's t with a scale.

By the definition, and its derivatives by those of the density with location 0
and scale 1 (betainc_reference.py); the second method has differences of the
definition in each argument.
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import betainc_reference, table

DIGITS = 70


def _log_prob(df, loc, scale, x):
    t = (x - loc) / scale
    return (
        mp.loggamma((df + 1) / 2)
        - mp.loggamma(df / 2)
        - mp.log(df * mp.pi) / 2
        - (df + 1) / 2 * mp.log1p(t * t / df)
        - mp.log(scale)
    )


def log_prob(*point):
    with mp.workdps(DIGITS):
        df, loc, scale, x = (mpf(v) for v in point)
        t = (x - loc) / scale
        _, in_df, in_t = betainc_reference.student_t_log_prob(df, t)
        value = _log_prob(df, loc, scale, x)
        return (
            value,
            in_df,
            -in_t / scale,
            -(1 + t * in_t) / scale,
            in_t / scale,
        )


def verify_log_prob(*point):
    with mp.workdps(200):
        point = [mpf(v) for v in point]
        value = _log_prob(*point)
        slopes = []
        for k, v in enumerate(point):
            # The scale is what the location and the sample are measured in.
            size = point[2] if k in (1, 3) else v
            step = size * mpf(10) ** -60
            ends = [
                _log_prob(*point[:k], v + sign * step, *point[k + 1 :])
                for sign in (1, -1)
            ]
            slopes.append((ends[0] - ends[1]) / (2 * step))
        return value, *slopes


def points():
    rng = np.random.default_rng(61)
    result = [
        (3.0, 0.5, 2.0, 0.5),
        (3.0, 0.5, 2.0**127, 2.0**126),
        (0.5, 2.0**100, 2.0**-120, -(2.0**100)),
        (1e4, 2.0**-120, 2.0**-126, 2.0**-119),
    ]
    for _ in range(150):
        df = 10 ** rng.uniform(-2, rng.choice([2, 10]))
        loc = rng.normal() * 10 ** rng.uniform(-3, 3)
        scale = 10 ** rng.choice([rng.uniform(-2, 2), rng.uniform(-35, 35)])
        t = rng.choice([rng.normal(), min(abs(rng.standard_t(df)), 1e3), 1e-3])
        # Next to the zero of the derivative in the scale, too.
        t = 1 + 1e-3 * rng.normal() if rng.uniform() < 0.1 else t
        row = table.float32s([df, loc, scale, loc + scale * t])
        if row[3] != row[1]:
            result.append(tuple(row))
    return result


TABLES = [
    table.Table(
        "student_t_scaled_log_prob.csv",
        ["df", "loc", "scale", "sample"],
        ["log_prob", "d_df", "d_loc", "d_scale", "d_sample"],
        points,
        log_prob,
        verify_log_prob,
        f"definition at {DIGITS} digits (second method: differences)",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
