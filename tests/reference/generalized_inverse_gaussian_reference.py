# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the generalized inverse Gaussian distribution.

With u = log z and E(u) = order u - (chi exp(-u) + psi exp(u)) / 2 the integrals
of exp(E), alone and times the derivatives of E in the parameters, are taken on
both sides of the sample by Gauss-Legendre panels that grow away from it. The
second method has the Bessel function of mpmath for the density, integrates it
over z by the tanh-sinh rule, and differentiates the CDF numerically.
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import quadrature, table

DIGITS = 60


def _exponent(u, order, chi, psi):
    return order * u - (chi * mp.exp(-u) + psi * mp.exp(u)) / 2


def _side(u, parameters, width, sign):
    """Integrals from u on, relative to exp(E(u)), of 1 and dE/dparameter."""
    order, chi, psi = parameters
    start = _exponent(u, *parameters)
    slope = abs(order + (chi * mp.exp(-u) - psi * mp.exp(u)) / 2)
    longest = min(width, mpf(1))
    step = length = min(longest, 4 / slope)
    highest = start
    # Weights grow as exp(|t|).
    while _exponent(u + sign * length, *parameters) + length > highest - 150:
        length += min(longest, length)
        highest = max(highest, _exponent(u + sign * length, *parameters))

    def integrand(s):
        t = u + sign * s
        e = mp.exp(_exponent(t, *parameters) - start)
        return e, t * e, -mp.exp(-t) / 2 * e, -mp.exp(t) / 2 * e

    return quadrature.moments(
        integrand, length, lambda s: float(min(longest, step + mpf(s) / 2))
    )


def values(*point):
    """log_prob, the CDF, the survival function, dz/dparameter."""
    with mp.workdps(DIGITS):
        *parameters, z = map(mpf, point)
        order, chi, psi = parameters
        u = mp.log(z)
        width = (order**2 + chi * psi) ** mpf(-0.25)
        low, high = (_side(u, parameters, width, s) for s in (-1, 1))
        total, *sums = (a + b for a, b in zip(low, high, strict=True))
        means = [s / total for s in sums]
        # The nearer side; both have the same value.
        side, sign = (low, -1) if low[0] < high[0] else (high, 1)
        slopes = [
            sign * z * (s - m * side[0])
            for s, m in zip(side[1:], means, strict=True)
        ]
        return (
            -mp.log(total) - u,
            low[0] / total,
            high[0] / total,
            *slopes,
        )


def verify(*point):
    with mp.workdps(DIGITS):
        *parameters, z = map(mpf, point)
        order, chi, psi = parameters
        if chi * psi > 1e4 or abs(order) > 100 or chi * psi < 1e-4:
            return None

        def log_density(z, order, chi, psi):
            bessel = mp.besselk(order, mp.sqrt(chi * psi))
            return (
                order * mp.log(psi / chi) / 2
                - mp.log(2 * bessel)
                + (order - 1) * mp.log(z)
                - (chi / z + psi * z) / 2
            )

        def mass(sign, *parameters):
            at = log_density(z, *parameters)
            order, chi, psi = parameters
            norm = log_density(mpf(1), *parameters) + (chi + psi) / 2

            def relative(x):
                shape = (order - 1) * mp.log(x) - (chi / x + psi * x) / 2
                return mp.exp(norm + shape - at)

            ends = [z]
            while len(ends) < 5 or relative(ends[-1]) > mpf(10) ** -65:
                ends.append(ends[-1] * mpf(1.5) ** sign)
            return mp.exp(at) * abs(mp.quad(relative, ends))

        below, above = mass(-1, *parameters), mass(1, *parameters)
        sign = -1 if below < above else 1
        log_prob = log_density(z, *parameters)
        slopes = []
        for k, parameter in enumerate(parameters):
            h = (abs(parameter) + mpf(1) / 10) * mpf(10) ** -15
            moved = [
                mass(
                    sign,
                    *(
                        p + step * h * (j == k)
                        for j, p in enumerate(parameters)
                    ),
                )
                for step in (-2, -1, 1, 2)
            ]
            slope = (moved[0] - 8 * moved[1] + 8 * moved[2] - moved[3]) / (
                12 * h
            )
            slopes.append(sign * slope / mp.exp(log_prob))
        return (log_prob, below, above, *slopes)


# order, chi, psi: small, ordinary and large, and all from Gamma to its inverse.
_SETTINGS = [
    (0.0, 1.0, 1.0),
    (0.0, 1e-6, 1e-6),
    (0.0, 1e-3, 1e3),
    (-0.5, 2.0, 3.0),
    (0.5, 1e-6, 2.0),
    (0.01, 1e-9, 1e-3),
    (0.2, 1e-12, 1e-8),
    (1.5, 0.7, 5.0),
    (-3.0, 0.5, 1e-3),
    (2.5, 30.0, 1e-5),
    (20.0, 0.1, 10.0),
    (-70.0, 3.0, 200.0),
    (1000.0, 1.0, 1.0),
    (-1000.0, 1e-4, 1e-4),
    (1000.0, 2e3, 1e3),
    (0.0, 1e3, 1e4),
    (-0.3, 1e6, 1e6),
    (1e5, 1e-3, 7.0),
    (1.0, 1e12, 1.0),
]
# Of the sample: there the exponent of log z is half of the square below its
# greatest value.
_PLACES = [-6.0, -2.0, -0.3, 0.05, 0.8, 2.5, 7.0]


def points():
    rows = []
    for setting in _SETTINGS:
        order, chi, psi = table.float32s(setting)
        w = np.hypot(order, np.sqrt(chi * psi))
        a = (w + abs(order)) / 2
        b = chi * psi / (4 * a)
        for place in _PLACES:
            low, high = 0.0, 60.0
            for _ in range(80):
                y = (low + high) / 2
                t = np.sign(place) * y
                fall = a * (np.expm1(t) - t) + b * (np.expm1(-t) + t)
                low, high = (y, high) if fall < place**2 / 2 else (low, y)
            # For an order below 0 it is 1 / z, with chi and psi exchanged.
            t = np.sign(place) * low
            up = order >= 0
            z = 2 * a / psi * np.exp(t) if up else chi / (2 * a) * np.exp(-t)
            rows.append(tuple(table.float32s([order, chi, psi, z])))
    return rows


TABLES = [
    table.Table(
        "generalized_inverse_gaussian.csv",
        ["order", "chi", "psi", "sample"],
        ["log_prob", "lower", "upper", "d_order", "d_chi", "d_psi"],
        points,
        values,
        verify,
        f"Gauss-Legendre quadrature at {DIGITS} digits",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
