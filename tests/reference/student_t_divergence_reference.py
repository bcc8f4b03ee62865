# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the divergence of two Student-t distributions.

With x the coordinate of the first, y = r x + d that of the second, r the
quotient of the scales, and psi the digamma function,

    KL = c(nu1) - c(nu2) - log r
         - (nu1 + 1)/2 (psi((nu1 + 1)/2) - psi(nu1/2))
         + (nu2 + 1)/2 E log(1 + y^2/nu2),

c the logarithm of the constant of the density. The expectation and its
derivatives, under the integral sign, are quadratures of 40-point Gauss-Legendre
rules in v, x = sqrt(nu1) sinh v, at so many digits that close pairs keep
theirs. The second method differentiates the divergence numerically.
"""

import itertools

import numpy as np
from mpmath import mp, mpf

from tests.reference import quadrature, table

DIGITS = 70


def _constant(nu):
    return (
        mp.loggamma((nu + 1) / 2) - mp.loggamma(nu / 2) - mp.log(nu * mp.pi) / 2
    )


def _constant_slope(nu):
    return (mp.psi(0, (nu + 1) / 2) - mp.psi(0, nu / 2) - 1 / nu) / 2


def _expectations(nu1, nu2, r, d):
    """E log(1 + y^2/nu2) and its derivatives in nu1, nu2, log r and d."""
    root = mp.sqrt(nu1)
    norm = mp.exp(_constant(nu1)) * root
    slope = _constant_slope(nu1)

    def integrand(v):
        x = root * mp.sinh(v)
        cosh = mp.cosh(v)
        log_u = 2 * mp.log(cosh)
        y = r * x + d
        q = nu2 + y * y
        log = mp.log1p(y * y / nu2)
        weight = norm * mp.exp(-nu1 / 2 * log_u)
        score = slope - log_u / 2 + (nu1 + 1) / (2 * nu1) * mp.tanh(v) ** 2
        return (
            weight * log,
            weight * log * score,
            -weight * y * y / (nu2 * q),
            weight * 2 * y * r * x / q,
            weight * 2 * y / q,
        )

    # The poles of the logarithm, in v, and the width of the density.
    centre = -d / r
    other = float(mp.asinh(centre / root))
    width = float(mp.sqrt(nu2) / r / mp.sqrt(nu1 + centre**2))
    own = float(min(mpf(1), 1 / root))
    far = float(150 / nu1) + 2 if nu1 < 50 else 30 * own
    ends = sorted({0.0, other, -far, far, other + far, other - far})
    ends = [e for e in ends if -far <= e <= far]
    totals = [mpf(0)] * 5
    for low, high in itertools.pairwise(ends):
        middle = (low + high) / 2
        for start, end in ((low, middle), (high, middle)):
            sign = 1 if end > start else -1
            near = min(own + abs(start), min(width, 1.0) + abs(start - other))

            def panel(s, start=start, near=near):
                distance = max(near / 2, s / 2)
                # The tail is a power: its panels may grow.
                return min(distance, max(0.4, abs(start) / 4, s / 4, own))

            values = quadrature.moments(
                lambda s, start=start, sign=sign: integrand(start + sign * s),
                abs(end - start),
                panel,
            )
            totals = [t + v for t, v in zip(totals, values, strict=True)]
    return totals


def _divergence(nu1, loc1, scale1, nu2, loc2, scale2):
    r, d = scale1 / scale2, (loc1 - loc2) / scale2
    e, e_nu1, e_nu2, e_r, e_d = _expectations(nu1, nu2, r, d)
    half = (nu1 + 1) / 2
    own = mp.psi(0, half) - mp.psi(0, nu1 / 2)
    own_slope = (mp.psi(1, half) - mp.psi(1, nu1 / 2)) / 2
    weight = (nu2 + 1) / 2
    value = (
        _constant(nu1) - _constant(nu2) - mp.log(r) - half * own + weight * e
    )
    in_r = -1 + weight * e_r
    in_d = weight * e_d if d else mpf(0)
    return (
        value,
        _constant_slope(nu1) - own / 2 - half * own_slope + weight * e_nu1,
        in_d / scale2,
        in_r / scale1,
        -_constant_slope(nu2) + e / 2 + weight * e_nu2,
        -in_d / scale2,
        -(in_r + in_d * d) / scale2,
    )


def divergence(*point):
    with mp.workdps(DIGITS):
        return _divergence(*(mpf(v) for v in point))


def verify_divergence(*point):
    """The divergence, and by differences half of its derivatives."""
    with mp.workdps(DIGITS):
        point = [mpf(v) for v in point]
        result = [_divergence(*point)[0]]
        for k in range(6):
            if k % 2:
                result.append(None)
                continue
            step = mpf(10) ** -20 * max(abs(point[k]), mpf(10) ** -3)
            ends = []
            for sign in (1, -1):
                moved = list(point)
                moved[k] += sign * step
                ends.append(_divergence(*moved)[0])
            result.append((ends[0] - ends[1]) / (2 * step))
        return tuple(result)


def points():
    rng = np.random.default_rng(41)
    result = []

    def add(*point):
        result.append(tuple(table.float32s(point)))

    for k in range(36):
        nu1, nu2 = 10 ** rng.uniform(-1, 3, 2)
        loc, scale = rng.normal(), 10 ** rng.uniform(-1, 1)
        if k % 2:  # close
            step = 10 ** rng.uniform(-6, -1, 3) * rng.choice([-1, 1], 3)
            add(
                nu1,
                loc,
                scale,
                nu1 * (1 + step[0]),
                loc + scale * step[1] * (k % 4 == 1),
                scale * (1 + step[2] * (k % 3 > 0)),
            )
        else:
            add(
                nu1,
                loc,
                scale,
                nu2,
                loc + scale * rng.normal(0, 3),
                scale * 10 ** rng.uniform(-1, 1),
            )
    for r in (1e-6, 1e6):  # far apart in scale, in location
        add(2.5, 0.5, r, 4.0, 0.0, 1.0)
        add(0.7, r, 1.0, 3.0, 0.0, 0.5)
    add(1e6, 0.0, 1.0, 2e6, 0.0, 1.0)  # nearly normal
    add(1e8, 0.3, 1.0, 20.0, 0.0, 1.5)
    add(20.0, 0.3, 1.0, 1e8, 0.0, 1.5)
    add(0.02, 0.0, 1.0, 0.5, 1.0, 2.0)
    add(0.5, 0.0, 1.0, 0.02, 1.0, 2.0)
    add(3.0, 0.0, 1.0, 3.0, 0.0, 1.0 + 2.0**-23)
    add(3.0, 1.0, 1.0, 3.0, 1.0 + 2.0**-23, 1.0)
    return result


TABLES = [
    table.Table(
        "student_t_divergence.csv",
        ["df1", "loc1", "scale1", "df2", "loc2", "scale2"],
        [
            "divergence",
            "ddf1",
            "dloc1",
            "dscale1",
            "ddf2",
            "dloc2",
            "dscale2",
        ],
        points,
        divergence,
        verify_divergence,
        "Gauss-Legendre quadrature at 70 digits (second method: differences)",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
