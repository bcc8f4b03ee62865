# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes the coefficients of bessel_k1.h.

Below x = 1 those of the power series in y = x^2 / 4 of DLMF 10.31.1 and
10.31.2; from there fits in t = 1 - 4 / (x + 1), which is -1 at x = 1 and 1 at
infinity.
"""

import fitting
from mpmath import mp, mpf

TERMS = 10
DEGREE = {"value": 22, "ratio": 24}


def series(term):
    """The coefficients of y^k."""
    with mp.workdps(40):
        return [term(k) for k in range(TERMS)]


def expansion(order, x):
    """sqrt(2 x / pi) e^x K(x) for a large x (DLMF 10.40.2)."""
    term, total = mpf(1), mpf(1)
    for k in range(1, 12):
        term *= (4 * order**2 - (2 * k - 1) ** 2) / (8 * k * x)
        total += term
    return total


def value(x):
    """sqrt(x) e^x K_1(x)."""
    if x > 1e5:
        return mp.sqrt(mp.pi / 2) * expansion(1, x)
    return mp.sqrt(x) * mp.exp(x) * mp.besselk(1, x)


def ratio(x):
    """The fitted x (1 - K_0(x) / K_1(x)), 1 / 2 at infinity."""
    with mp.workdps(90):
        if x > 1e5:
            return x * (1 - expansion(0, x) / expansion(1, x))
        return x * (1 - mp.besselk(0, x) / mp.besselk(1, x))


def at(function, t):
    """The function at t."""
    return function(4 / max(1 - t, mpf(10) ** -30) - 1)


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "bessel_k1")
    f = mp.factorial
    for name, what, term in (
        ("I1", "2 I_1(x) / x", lambda k: 1 / f(k) / f(k + 1)),
        (
            "K1Rest",
            "(2 I_1(x) log(x / 2) / x - (K_1(x) x - 1) 2 / x^2)",
            lambda k: (
                (mp.psi(0, k + 1) + mp.psi(0, k + 2)) / (2 * f(k) * f(k + 1))
            ),
        ),
        ("I0", "I_0(x)", lambda k: 1 / f(k) ** 2),
        (
            "K0Rest",
            "K_0(x) + log(x / 2) I_0(x)",
            lambda k: mp.psi(0, k + 1) / f(k) ** 2,
        ),
    ):
        header.table(f"kBessel{name}", series(term), "double", f"{what}.")
    for name, function, what in (
        ("value", value, "sqrt(x) e^x K_1(x), x >= 1"),
        ("ratio", ratio, "x (1 - K_0(x) / K_1(x)), x >= 1"),
    ):
        coefficients, error = fitting.chebyshev(
            lambda t, function=function: at(function, t), [-1, 1], DEGREE[name]
        )
        header.table(
            f"kBesselK1{name.title()}",
            coefficients,
            "double",
            f"{what}. Error: {error:.1e}.",
        )
    header.write()


if __name__ == "__main__":
    main()
