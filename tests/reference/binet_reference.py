# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the building blocks of densities and divergences.

Stirling's remainder s (DLMF 5.11.1) from mpmath's loggamma and polygamma, at so
many digits that the subtraction of Stirling's formula loses none that count.
The second method is Binet's integral (DLMF 5.9.10, differentiated),

    s(t) = int_0^inf (1 / (e^x - 1) - 1 / x + 1 / 2) e^(-t x) / x dx,

and for logarithms the integrals of 1 / v and (v - 1) / v.
"""

import functools
import math

import numpy as np
from mpmath import mp, mpf

from tests.reference import table

HALF = mpf(1) / 2


def _digits(*numbers):
    """Digits at which log10 of each number and of its inverse may cancel."""
    return 60 + sum(int(3 * abs(math.log10(abs(x)))) for x in numbers if x)


def _remainder(t):
    log = mp.log(t)
    return (
        mp.loggamma(t) - ((t - HALF) * log - t + mp.log(2 * mp.pi) / 2),
        mp.psi(0, t) - log + 1 / (2 * t),
        mp.psi(1, t) - 1 / t - 1 / (2 * t**2),
        mp.psi(2, t) + 1 / t**2 + 1 / t**3,
    )


def binet(t):
    """Stirling's remainder and its first three derivatives."""
    with mp.workdps(_digits(t, t)):
        return _remainder(mpf(t))


def binet_differences(x, y):
    """Values of s(y) - s(x) - (y - x) s'(x), s'(y) - s'(x)."""
    with mp.workdps(_digits(x, y, *(e for e in [y / x - 1] if e))):
        s_x, first_x, _, _ = _remainder(mpf(x))
        s_y, first_y, _, _ = _remainder(mpf(y))
        d = mpf(y) - mpf(x)
        return s_y - s_x - d * first_x, first_y - first_x


def ratio(p, q):
    """log(p / q), g(p / q) and g(q / p), g(t) = t - 1 - log t."""
    with mp.workdps(_digits(p / q, *(e for e in [p / q - 1] if e))):
        t = mpf(p) / mpf(q)
        log = mp.log(t)
        return log, t - 1 - log, 1 / t - 1 + log


def minus_log_one_plus(z):
    """The value of z - log(1 + z)."""
    with mp.workdps(_digits(z)):
        return (mpf(z) - mp.log1p(mpf(z)),)


# ---------------------------------------------------------------------------
# The second method.


def _kernel(x):
    if x < mpf(1) / 4:
        # The terms below would cancel.
        return mp.polyval(_series(), x * x)
    return (1 / mp.expm1(x) - 1 / x + HALF) / x


@functools.cache
def _series():
    # B_2k / (2k)!, DLMF 24.2.1: below 1/4, what is left out is below 1e-58.
    with mp.workdps(70):
        return [
            mp.bernoulli(2 * k) / mp.factorial(2 * k) for k in range(21, 0, -1)
        ]


def _laplace(weight, scale):
    """int_0^inf kernel(scale v) weight(v) dv, weight(v) about e^-v."""
    return mp.quad(
        lambda v: _kernel(scale * v) * weight(v),
        [mpf(0), mpf(1) / 8, mpf(1) / 2, 2, 8, 32, 128],
    )


def verify_binet(t):
    with mp.workdps(40):
        u = 1 / mpf(t)
        return tuple(
            _laplace(lambda v, k=k: (-v) ** k * mp.exp(-v), u) * u ** (k + 1)
            for k in range(4)
        )


def verify_binet_differences(x, y):
    if not 0.1 < y / x < 10:
        return None
    with mp.workdps(80):
        u = 1 / min(mpf(x), mpf(y))
        r = mpf(x) * u
        d = (mpf(y) - mpf(x)) * u

        def bregman(v):
            return mp.exp(-r * v) * (mp.expm1(-d * v) + d * v) / d**2

        def slope(v):
            return -v * mp.exp(-r * v) * mp.expm1(-d * v) / d

        return _laplace(bregman, u) * u * d**2, _laplace(slope, u) * u**2 * d


def verify_ratio(p, q):
    if not 0.1 < p / q < 10:
        return None
    with mp.workdps(50):
        w = mpf(p) / mpf(q) - 1
        v = mpf(q) / mpf(p) - 1
        return (
            mp.quad(lambda e: w / (1 + w * e), [0, 1]),
            mp.quad(lambda e: w * w * e / (1 + w * e), [0, 1]),
            mp.quad(lambda e: v * v * e / (1 + v * e), [0, 1]),
        )


def verify_minus_log_one_plus(z):
    if not -0.9 < z < 10:
        return None
    with mp.workdps(50):
        z = mpf(z)
        return (mp.quad(lambda e: z * z * e / (1 + z * e), [0, 1]),)


# ---------------------------------------------------------------------------
# The points.


def _log_uniform(rng, lo, hi, size):
    return table.float32s(
        10.0 ** rng.uniform(math.log10(lo), math.log10(hi), size)
    )


def binet_points():
    rng = np.random.default_rng(1)
    points = [1.0, *table.neighbours(1.0)[2:], *table.neighbours(8.0)]
    points += _log_uniform(rng, 1, 20, 40) + _log_uniform(rng, 1, 1e10, 40)
    return [(t,) for t in points]


def _partners(rng, xs, near=1e-7):
    """For each x some y at a random relative distance, most of them near."""
    partners = []
    for x in xs:
        e = 10.0 ** rng.uniform(math.log10(near), 0) * rng.choice([-1, 1])
        partners.append(float(np.float32(x * (1 + 0.999 * e))))
    return partners


def binet_difference_points():
    rng = np.random.default_rng(2)
    xs = _log_uniform(rng, 1, 20, 40) + _log_uniform(rng, 1, 1e10, 40)
    points = [
        (x, y)
        for x, y in zip(xs, _partners(rng, xs), strict=True)
        if x != y and y >= 1
    ]
    far = _log_uniform(rng, 1, 1e10, 40)
    points += list(zip(far[::2], far[1::2], strict=True))
    for x in (1.0, 1.5, 8.0, 9.0, 1e3):
        below, _, above = table.neighbours(x)
        points += [(x, above), (above, x), (x, 8.0 if x != 8 else 1.0)]
        if below >= 1:
            points += [(below, x)]
    return points


def ratio_points():
    rng = np.random.default_rng(3)
    qs = _log_uniform(rng, 1e-30, 1e30, 60)
    points = [
        (p, q) for p, q in zip(_partners(rng, qs), qs, strict=True) if p != q
    ]
    far = _log_uniform(rng, 1e-15, 1e15, 60)
    points += list(zip(far[::2], far[1::2], strict=True))
    for border in (0.5, 2 / 3, 1.5, 2.0, 1.0):
        for p in table.neighbours(border):
            if p != 1:
                points += [(p, 1.0), (1.0, p), (3.0, float(np.float32(3 * p)))]
    return [(p, q) for p, q in points if p != q]


def minus_log_one_plus_points():
    rng = np.random.default_rng(4)
    points = _log_uniform(rng, 1e-15, 1e15, 60)
    points += [-z for z in _log_uniform(rng, 1e-15, 1, 40)]
    points += [float(np.float32(e)) - 1 for e in (1e-6, 1e-3, 0.1, 0.4999)]
    for border in (-0.5, 0.5, 1.0):
        points += table.neighbours(border)
    points += [table.neighbours(-1.0)[2]]
    return [(float(np.float32(z)),) for z in points]


TABLES = [
    table.Table(
        "binet.csv",
        ["t"],
        ["s", "s_dt", "s_dt2", "s_dt3"],
        binet_points,
        binet,
        verify_binet,
        "loggamma and polygamma less Stirling's formula at 60 and more digits"
        " (second method: Binet's integral)",
    ),
    table.Table(
        "binet_differences.csv",
        ["x", "y"],
        ["divergence", "slope"],
        binet_difference_points,
        binet_differences,
        verify_binet_differences,
        "differences at 60 and more digits (second method: Binet's integral)",
    ),
    table.Table(
        "ratio.csv",
        ["p", "q"],
        ["log", "g", "g_inverse"],
        ratio_points,
        ratio,
        verify_ratio,
        "the definition at 60 and more digits (second method: integrals)",
    ),
    table.Table(
        "minus_log_one_plus.csv",
        ["z"],
        ["value"],
        minus_log_one_plus_points,
        minus_log_one_plus,
        verify_minus_log_one_plus,
        "the definition at 60 and more digits (second method: integrals)",
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
