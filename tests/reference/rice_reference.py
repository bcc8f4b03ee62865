# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the Rice distribution.

The density is integrated on both sides of the sample by Gauss-Legendre panels,
with the Bessel function of mpmath, or its expansion for a large argument (DLMF
10.40.1). The second method is the sum over Poisson weights of the CDFs of
chi-squared variables, which it differentiates numerically.
"""

from mpmath import mp, mpf

from tests.reference import quadrature, table

DIGITS = 50


def _scaled(order, k):
    """exp(-k) I_order(k)."""
    if k < 300:
        return mp.exp(-k) * mp.besseli(order, k)
    total = term = mpf(1)
    n = 0
    while abs(term) > mpf(10) ** (-DIGITS - 5):
        n += 1
        term *= -mpf(4 * order**2 - (2 * n - 1) ** 2) / (8 * n * k)
        total += term
    return total / mp.sqrt(2 * mp.pi * k)


def _log_density(w, b):
    return mp.log(w) - (w - b) ** 2 / 2 + mp.log(_scaled(0, w * b))


def _tails(w, b):
    """The CDF and the survival function, by that to which the density falls."""
    k = w * b
    slope = 1 / w - (w - b) - b * (1 - _scaled(1, k) / _scaled(0, k))
    sign, fall = (-1, slope) if slope > 0 else (1, -slope)
    # The second derivative of the log density is below -1.
    decay = mpf(quadrature.DECAY)
    length = 2 * decay / (fall + mp.sqrt(fall**2 + 2 * decay))
    if sign < 0:
        length = min(length, w)

    def integrand(t):
        x = w + sign * t
        gaussian = mp.exp(-sign * t * (w - b) - t**2 / 2)
        return (x / w * gaussian * _scaled(0, x * b),)

    (mass,) = quadrature.moments(integrand, length, lambda s: float(length))
    near = mass * w * mp.exp(-((w - b) ** 2) / 2)
    return (near, 1 - near) if sign < 0 else (1 - near, near)


def values(*point):
    """log_prob, the CDF, the survival function, dz/dparameter."""
    with mp.workdps(DIGITS):
        noncentrality, scale, z = map(mpf, point)
        w, b = z / scale, noncentrality / scale
        ratio = _scaled(1, w * b) / _scaled(0, w * b)
        return (
            _log_density(w, b) - mp.log(scale),
            *_tails(w, b),
            ratio,
            w - b * ratio,
        )


def _poisson_tail(w, b, upper):
    """1 - CDF, or the CDF: of sum_k Poisson(k; b**2 / 2) Q(k + 1, w**2 / 2)."""
    mean, x = b**2 / 2, w**2 / 2
    weight, total = mp.exp(-mean), mpf(0)
    below = mp.exp(-x)  # Q(1, x)
    term = below
    last = int(mean + 40 * mp.sqrt(mean + 1) + 200)
    tails = []
    for k in range(last):
        tails.append(below)
        term *= x / (k + 1)
        below += term
    if not upper:
        # P(k + 1, x) is what is left of the series of exp(x).
        above = mp.gammainc(last, 0, x, regularized=True)
        tails = [above] * last
        for k in range(last - 2, -1, -1):
            # P(k + 1) = P(k + 2) + exp(-x) x**(k + 1) / (k + 1)!.
            tails[k] = tails[k + 1] + mp.exp(
                -x + (k + 1) * mp.log(x) - mp.loggamma(k + 2)
            )
    for k in range(last):
        total += weight * tails[k]
        weight *= mean / (k + 1)
    return total


def verify(*point):
    with mp.workdps(DIGITS + 30):
        noncentrality, scale, z = map(mpf, point)
        if noncentrality > 12 * scale:
            return None

        def lower(z, noncentrality, scale):
            return _poisson_tail(z / scale, noncentrality / scale, False)

        h = mpf(10) ** -12
        arguments = (z, noncentrality, scale)

        def slope(k):
            """By differences of the fourth order."""
            step = h * (arguments[k] + scale)
            moved = [
                lower(
                    *(x + i * step * (j == k) for j, x in enumerate(arguments))
                )
                for i in (-2, -1, 1, 2)
            ]
            return (moved[0] - 8 * moved[1] + 8 * moved[2] - moved[3]) / (
                12 * step
            )

        density, *slopes = (slope(k) for k in range(3))
        return (
            mp.log(density),
            lower(*arguments),
            _poisson_tail(z / scale, noncentrality / scale, True),
            *(-s / density for s in slopes),
        )


# noncentrality / scale, and scales.
_QUOTIENTS = [0.0, 1e-6, 1e-2, 0.4, 1.0, 1.9, 3.0, 5.5, 11.0, 70.0, 3e3, 1e5]
_SCALES = [1.0, 2.5e-3]
# Where the sample is, in scales around the middle; for a smaller sample than 0
# its logarithm.
_PLACES = [-6.0, -2.5, -0.8, -0.2, 0.05, 0.6, 1.4, 3.0, 7.5]


def points():
    rows = []
    for i, quotient in enumerate(_QUOTIENTS):
        scale = _SCALES[i % 2]
        middle = (quotient**2 + 1) ** 0.5
        for place in _PLACES:
            w = middle + place
            if w <= 0.2:
                w = middle * 10.0**place
            rows.append(
                tuple(table.float32s([quotient * scale, scale, w * scale]))
            )
    return rows


TABLES = [
    table.Table(
        "rice.csv",
        ["noncentrality", "scale", "sample"],
        ["log_prob", "lower", "upper", "d_noncentrality", "d_scale"],
        points,
        values,
        verify,
        f"Gauss-Legendre quadrature at {DIGITS} digits",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
