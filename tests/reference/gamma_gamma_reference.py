# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the GammaGamma log density.

With a, c the concentrations and r the mixing rate,

    log f = (a - 1) log x + c log r - (a + c) log(r + x) - log B(a, c)

and its derivatives at so many digits that their cancellation does not matter.
The second method has differences of the Gamma density with a Gamma rate, which
it integrates in closed form by the normalization of Gamma(a + c, r + x).
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import table

DIGITS = 80


def log_prob(*point):
    with mp.workdps(DIGITS):
        a, c, r, x = (mpf(v) for v in point)
        both = a + c
        of_both = mp.psi(0, both)
        log_share = -mp.log1p(r / x)
        log_rest = -mp.log1p(x / r)
        log_beta = mp.loggamma(a) + mp.loggamma(c) - mp.loggamma(both)
        return (
            a * log_share + c * log_rest - mp.log(x) - log_beta,
            log_share - mp.psi(0, a) + of_both,
            log_rest - mp.psi(0, c) + of_both,
            c / r - both / (r + x),
            (a - 1) / x - both / (r + x),
        )


def _normalizer(shape, rate):
    return shape * mp.log(rate) - mp.loggamma(shape)


def _by_normalizers(a, c, r, x):
    joint = (a - 1) * mp.log(x) - mp.loggamma(a) + _normalizer(c, r)
    return joint - _normalizer(a + c, r + x)


def verify_log_prob(*point):
    with mp.workdps(200):
        point = [mpf(v) for v in point]
        slopes = []
        for k, v in enumerate(point):
            step = v * mpf(10) ** -60
            ends = [
                _by_normalizers(*point[:k], v + sign * step, *point[k + 1 :])
                for sign in (1, -1)
            ]
            slopes.append((ends[0] - ends[1]) / (2 * step))
        return _by_normalizers(*point), *slopes


def points():
    rng = np.random.default_rng(62)
    result = [
        (1.0, 2.0, 3.0, 2.0**-126),
        (2.0, 0.5, 2.0**-126, 2.0**126),
        (0.5, 2.0, 2.0**126, 2.0**-126),
    ]
    for _ in range(150):
        a, c = (
            10 ** rng.choice([rng.uniform(-1, 1.5), rng.uniform(-6, 10)])
            for _ in "ac"
        )
        rate = 10 ** rng.choice([rng.uniform(-2, 2), rng.uniform(-30, 30)])
        logit = np.log(a / c) + rng.normal() * np.sqrt(1 / a + 1 / c)
        logit *= rng.choice([1, 1, 1, 3])
        x = rate * np.exp(np.clip(logit, -150, 150))
        if not 1e-37 < x < 1e37:
            x = rate
        result.append(tuple(table.float32s([a, c, rate, x])))
    return result


TABLES = [
    table.Table(
        "gamma_gamma_log_prob.csv",
        ["concentration", "mixing_concentration", "mixing_rate", "sample"],
        ["log_prob", "d_a", "d_c", "d_rate", "d_sample"],
        points,
        log_prob,
        verify_log_prob,
        f"closed form at {DIGITS} digits (second method: differences)",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
