# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tables of the headers von_mises_fisher_*.h.

A Gauss-Legendre rule on [0, 1] (DLMF 3.5.15) with the nodes drawn to 0, where
the integrands are large: x = u (1 + u/2) / (3/2). The fit c of
von_mises_fisher_mean.h, as a polynomial in x = 1/N and p = n/N. And the
expansion of

    Gamma(z + 1/2) / Gamma(z + 1) = w^-1/2 sum_k g_k w^-2k,  w = z + 1/4,

which has even powers only (DLMF 5.11.14 with a = 1/2, b = 1).
"""

import fitting
import numpy as np
from mpmath import mp, mpf

# Nodes of the rules in float64 and float32, and from the maximum of q.
NODES = {"double": 28, "float": 13}
MODE_NODES = 36
# The least N of the fits of c, and the degrees in p of the powers of x.
LEAST_N = {"double": 64, "float": 32}
DEGREES = {
    "double": [0, 2, 4, 6, 8, 10, 12, 14, 12, 10],
    "float": [0, 2, 4, 6, 6],
}
# The expansion is used for z >= LEAST.
LEAST = 8
RATIO_TERMS = 9


def gauss_legendre(count):
    """Nodes and weights on [0, 1], by Newton's method."""
    rule = []
    for i in range(1, count + 1):
        x = mp.cos(mp.pi * (i - mpf(1) / 4) / (count + mpf(1) / 2))
        for _ in range(8):
            before, here = mpf(1), x
            for k in range(2, count + 1):
                before, here = (
                    here,
                    ((2 * k - 1) * x * here - (k - 1) * before) / k,
                )
            slope = count * (x * here - before) / (x * x - 1)
            x -= here / slope
        rule.append(((1 + x) / 2, 1 / ((1 - x * x) * slope * slope)))
    return sorted(rule)


def panel_rule(count):
    """Nodes and weights on [0, 1], drawn to 0."""
    return [
        (u * (2 + u) / 3, weight * 2 * (1 + u) / 3)
        for u, weight in gauss_legendre(count)
    ]


def mean_correction(x, p):
    """c: the mean by its continued fraction (DLMF 10.33.1)."""
    x, p = mpf(x), mpf(p)
    size = 1 / x
    n = p * size
    kappa = mp.sqrt((size - n) * (size + n)) / 2
    root = 2 * kappa / (n + size)
    mean = mpf(0)
    for j in range(60 + int(2 * kappa), -1, -1):
        mean = kappa / (n + 1 + 2 * j + kappa * mean)
    return (root - mean) * size / (p * root)


def fit_mean_correction(least, degrees):
    """The coefficients of c for N >= least, n >= 1, and their error."""

    def grid(rows, columns):
        def nodes(low, high, count):
            angles = (np.arange(count) + 0.5) * np.pi / count
            return (low + high) / 2 + (high - low) / 2 * np.cos(angles)

        # At x = 0, c is 1, and so is the fit. At p = 1, kappa = 0, c is a
        # quotient of zeros.
        return np.array(
            [
                (x, p)
                for x in nodes(1e-3, 1 / least, rows)
                for p in nodes(x, 1 - 1e-6, columns)
            ]
        )

    def values(points):
        return np.array(
            [
                np.longdouble(mp.nstr(mean_correction(x, p), 25))
                for x, p in points
            ]
        )

    points = grid(len(degrees) + 4, max(degrees) + 10)
    x, p = points.astype(np.longdouble).T
    # The polynomial beside x^i grows in degree with i: powers of x, but
    # Chebyshev polynomials of p.
    p_map = (-1, 2)
    in_p = fitting.chebyshev_columns(p_map[0] + p_map[1] * p, max(degrees))
    matrix = np.stack(
        [
            (least * x) ** i * in_p[:, j]
            for i, d in enumerate(degrees[1:], 1)
            for j in range(d + 1)
        ],
        1,
    )
    solution, _ = fitting.least_squares(
        matrix, values(points) - 1, np.ones(len(x))
    )
    c, position = [np.longdouble(1)], 0
    for i, d in enumerate(degrees[1:], 1):
        row = solution[position : position + d + 1] * np.longdouble(least) ** i
        c.extend(fitting.monomials(row, [d], (0, 1), p_map))
        position += d + 1
    check = grid(len(degrees) + 3, max(degrees) + 7)
    x, p = check.astype(np.longdouble).T
    fit, position = 0, 0
    for i, d in enumerate(degrees):
        row = c[position : position + d + 1]
        fit = fit + x**i * np.polynomial.polynomial.polyval(p, row)
        position += d + 1
    return c, float(np.abs(fit - values(check)).max())


def scaled_ratio(w):
    """sum_k g_k w^-2k."""
    return mp.gammaprod([w + mpf(1) / 4], [w + mpf(3) / 4]) * mp.sqrt(w)


def ratio_coefficients(count):
    """The g_k: the sum at w = 1e18 is read digit by digit.

    128^k g_k is an integer, so that rounding finds it.
    """
    coefficients = []
    with mp.workdps(500):
        square = mpf(10) ** 36
        rest = scaled_ratio(mp.sqrt(square))
        for k in range(count):
            g = mp.nint(rest * 128**k) / mpf(128) ** k
            coefficients.append(g)
            rest = (rest - g) * square
            assert abs(rest) < 10**count, "g_k was not an integer"
    return coefficients


def main():
    """Writes the header."""
    mp.dps = 50
    header = fitting.Header(__file__, "von_mises_fisher")
    rules = [
        ("Mode{}", "double", gauss_legendre(MODE_NODES), "Gauss-Legendre"),
    ]
    for ctype, count in NODES.items():
        rules.append(
            (
                f"Panel{{}}{ctype.capitalize()}",
                ctype,
                panel_rule(count),
                "Gauss-Legendre, drawn to 0",
            )
        )
    for name, ctype, rule, comment in rules:
        # The integral of (1 + x) exp(x) / exp(1).
        total = sum(w * (1 + x) * mp.exp(x - 1) for x, w in rule)
        error = abs(float(total - 1))
        header.table(
            "k" + name.format("Nodes"),
            [x for x, _ in rule],
            ctype,
            f"{comment}; error of (1 + x) exp(x) on [0, 1]: {error:.0e}.",
        )
        header.table(
            "k" + name.format("Weights"),
            [w for _, w in rule],
            ctype,
            "Their weights.",
        )
    for ctype, degrees in DEGREES.items():
        c, error = fit_mean_correction(LEAST_N[ctype], degrees)
        name = f"MeanCorrection{ctype.capitalize()}"
        header.degrees(f"{name}Degrees", degrees)
        header.table(
            f"k{name}",
            c,
            ctype,
            f"c, N >= {LEAST_N[ctype]}; error: {error:.0e}.",
        )
    coefficients = ratio_coefficients(RATIO_TERMS)
    w = LEAST + mpf(1) / 4
    value = mp.polyval(coefficients[::-1], w**-2)
    error = abs(value / scaled_ratio(w) - 1)
    header.table(
        "kGammaRatio",
        coefficients,
        "double",
        f"g_k; relative error at w = {LEAST}.25: {mp.nstr(error, 2)}.",
    )
    header.write()


if __name__ == "__main__":
    main()
