# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the inverse Gaussian distribution.

Derivatives of samples in closed form with `mpmath.erfc`, at so many digits that
it may cancel. The second method differentiates the CDF,

    F = Phi(sqrt(c / z) (z / loc - 1)) + exp(2 c / loc) Phi(-x),

x = sqrt(c / z) (z / loc + 1), numerically. The log density and its derivatives
by its formula; the second method differentiates that CDF. The Bessel function
K_1 by mpmath, and by its integral.
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


def log_prob(*point):
    """The log density, its derivatives, and the sizes of their terms."""
    with mp.workdps(DIGITS):
        loc, c, z = map(mpf, point)
        w = c * (z - loc) ** 2 / (2 * loc**2 * z)
        value = mp.log(c / (2 * mp.pi * z**3)) / 2 - w
        slope = c * (z - loc) * (z + loc) / (2 * loc**2 * z)
        return (
            value,
            c * (z - loc) / loc**3,
            (mpf(1) / 2 - w) / c,
            -(mpf(3) / 2 + slope) / z,
            max(mpf(1), abs(mp.log(c)), abs(mp.log(z)), w),
            max(mpf(1) / 2, w) / c,
            max(mpf(3) / 2, abs(slope)) / z,
        )


def verify_log_prob(*point):
    with mp.workdps(DIGITS):

        def log_density(loc, c, z):
            def cdf(z):
                root = mp.sqrt(c / z)
                # From the nearer end, or the differences have no digits.
                side = 1 if z < loc else -1
                return side * _tail(side * root * (1 - z / loc)) + mp.exp(
                    2 * c / loc
                ) * _tail(root * (1 + z / loc))

            return mp.log(mp.diff(cdf, z, h=z * mpf(10) ** -40))

        loc, c, z = map(mpf, point)
        with mp.workdps(2 * DIGITS):
            value = log_density(loc, c, z)
            slopes = [
                mp.diff(
                    lambda x, k=k: log_density(
                        *(x if j == k else v for j, v in enumerate((loc, c, z)))
                    ),
                    (loc, c, z)[k],
                    h=(loc, c, z)[k] * mpf(10) ** -30,
                )
                for k in range(3)
            ]
        return value, *slopes, None, None, None


def bessel_k1(x):
    """log(e^x K_1(x)), its derivative and the scale of the value."""
    with mp.workdps(DIGITS):
        x = mpf(x)
        k0, k1 = mp.besselk(0, x), mp.besselk(1, x)
        value = mp.log(k1) + x
        return value, 1 - 1 / x - k0 / k1, max(mpf(1), abs(value))


def verify_bessel_k1(x):
    # DLMF 10.32.9: e^x K_1(x) = int exp(-x (cosh t - 1)) cosh t dt, with
    # u = sinh(t / 2) = e^s.
    with mp.workdps(60):
        x = mpf(x)

        def moment(power):
            def integrand(s):
                u = mp.exp(s)
                square = u * u
                weight = mp.exp(-2 * x * square) / mp.sqrt(1 + square)
                return 2 * u * weight * (1 + 2 * square) * square**power

            middle = -mp.log(2 * x) / 2
            ends = [middle + e for e in (-110, -40, -12, -4, -1, 0, 1, 3)]
            return mp.quad(integrand, ends)

        zeroth = moment(0)
        return mp.log(zeroth), -2 * moment(1) / zeroth, None


def density_points():
    return points() + [
        (1.0, 1.0, 1.0),
        (1.0, 64.0, 1.0),
        (4.0, 0.25, 2.0**-20),
        (4.0, 0.25, 2.0**20),
    ]


def bessel_points():
    rng = np.random.default_rng(54)
    values = list(10 ** rng.uniform(-8, 8, 80)) + list(rng.uniform(0.3, 6, 60))
    return [
        (x,)
        for x in [*table.float32s(values), *table.neighbours(1.0, np.float32)]
    ]


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
    ),
    table.Table(
        "inverse_gaussian_log_prob.csv",
        ["loc", "concentration", "sample"],
        [
            "log_prob",
            "d_loc",
            "d_concentration",
            "d_sample",
            "scale",
            "scale_d_concentration",
            "scale_d_sample",
        ],
        density_points,
        log_prob,
        verify_log_prob,
        f"closed form at {DIGITS} digits",
    ),
    table.Table(
        "log_bessel_k1e.csv",
        ["x"],
        ["value", "d_x", "scale"],
        bessel_points,
        bessel_k1,
        verify_bessel_k1,
        f"mpmath at {DIGITS} digits",
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
