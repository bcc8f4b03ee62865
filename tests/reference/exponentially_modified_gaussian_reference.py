# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the exponentially modified Gaussian log density.

With u = (x - loc) / scale, k = rate scale, t = k - u and the Mills ratio M,

    log f = log(rate) - u^2 / 2 - log(2 pi) / 2 + log M(t),

M by `mpmath.erfc` at so many digits that all may cancel, and its derivatives by
r = -d log M / dt = 1 / M - t and V = dr / du = 1 - r / M. The second method has
M and r M as moments of exp(-t w - w^2 / 2) over w > 0, by quadrature.
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import table

DIGITS = 100
INPUTS = ["loc", "scale", "rate", "value"]
OUTPUTS = ["log_prob", "d_loc", "d_scale", "d_rate", "d_value"]


def _by_ratio(point, ratio, r):
    """The value and the derivatives, from M and r."""
    loc, scale, rate, x = point
    u, k = (x - loc) / scale, rate * scale
    value = mp.log(rate * ratio) - u * u / 2 - mp.log(2 * mp.pi) / 2
    return (
        value,
        (u - r) / scale,
        (u * u - (u + k) * r) / scale,
        (1 - k * r) / rate,
        (r - u) / scale,
    )


def _standard(point):
    loc, scale, rate, x = point
    u, k = (x - loc) / scale, rate * scale
    return u, k, k - u


def log_prob(*point):
    """The log density, its derivatives, and the sizes of their terms."""
    with mp.workdps(DIGITS):
        point = [mpf(v) for v in point]
        _, scale, rate, _ = point
        u, k, t = _standard(point)
        root = mp.sqrt(2)
        ratio = mp.sqrt(mp.pi / 2) * mp.exp(t * t / 2) * mp.erfc(t / root)
        q = 1 / ratio
        r = q - t
        v = 1 - q * r
        outputs = _by_ratio(point, ratio, r)
        # The largest terms, and what a rounding of u and of k changes.
        if t >= 0:
            exponent = u * u / 2
            terms = (
                max(abs(u), r),
                max(u * u, (abs(u) + k) * r),
                max(1 - t * r, abs(u) * r),
            )
        else:
            exponent = k * (u - k / 2)
            terms = max(q, k), max(k * k, (u + k) * q), max(mpf(1), k * r)
        slopes = (
            (v - 1, -v),
            (2 * u - r - (u + k) * v, (u + k) * v - r),
            (-k * v, k * v - r),
        )
        of_x, of_scale, of_rate = (
            term + abs(u * of_u) + abs(k * of_k)
            for term, (of_u, of_k) in zip(terms, slopes, strict=True)
        )
        return (
            *outputs,
            max(mpf(1), abs(outputs[0]), exponent),
            of_scale / scale,
            of_rate / rate,
            of_x / scale,
        )


def verify_log_prob(*point):
    with mp.workdps(60):
        point = [mpf(v) for v in point]
        _, _, t = _standard(point)
        # Relative to the largest value of the integrand, at w = peak.
        peak = max(mpf(0), -t)
        width = min(mpf(1), 1 / abs(t)) if t > 0 else mpf(1)
        ends = [peak + width * e for e in (*range(-16, 17), 30, 60, 140)]
        ends = [mpf(0), *(e for e in ends if e > 0)]

        def moment(power):
            def integrand(w):
                return w**power * mp.exp((peak - w) * (t + (peak + w) / 2))

            return mp.quad(integrand, ends)

        zeroth = moment(0)
        ratio = zeroth * mp.exp(-peak * (t + peak / 2))
        outputs = _by_ratio(point, ratio, moment(1) / zeroth)
        return (*outputs, *[None] * 4)


def points():
    rng = np.random.default_rng(55)
    result = [
        (0.0, 1.0, 1.0, 1.0),
        (0.0, 1.0, 1.0, 0.0),
        (0.0, 1.0, 2.0, 0.0),
        (0.5, 0.25, 2.0**-20, -7.0),
        (0.5, 0.25, 2.0**-20, 4096.0),
        (0.5, 4.0, 2.0**20, -7.0),
        (0.5, 4.0, 2.0**20, 4096.0),
    ]
    for _ in range(200):
        loc, scale = rng.normal(), 10 ** rng.uniform(-3, 3)
        k = 10 ** rng.uniform(-5, 4)
        u = rng.choice(
            [
                rng.normal() + rng.exponential() / k,
                k + 3 * rng.normal(),
                rng.normal() * 10 ** rng.uniform(-1, 2.5),
            ]
        )
        row = [loc, scale, k / scale, loc + scale * u]
        result.append(tuple(table.float32s(row)))
    return result


TABLES = [
    table.Table(
        "exponentially_modified_gaussian_log_prob.csv",
        INPUTS,
        OUTPUTS
        + ["scale_log_prob", "scale_d_scale", "scale_d_rate", "scale_d_value"],
        points,
        log_prob,
        verify_log_prob,
        f"closed form at {DIGITS} digits",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
