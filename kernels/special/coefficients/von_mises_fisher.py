# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tables of von_mises_fisher_panel.h and von_mises_fisher_moments.h.

A Gauss-Legendre rule on [0, 1] (DLMF 3.5.15), and the expansion of

    Gamma(z + 1/2) / Gamma(z + 1) = w^-1/2 sum_k g_k w^-2k,  w = z + 1/4,

which has even powers only (DLMF 5.11.14 with a = 1/2, b = 1).
"""

import fitting
from mpmath import mp, mpf

NODES = 36
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
    rule = gauss_legendre(NODES)
    # It integrates x^(2 n - 1) exactly.
    power = 2 * NODES - 1
    total = sum(weight * x**power for x, weight in rule)
    error = abs(total * (power + 1) - 1)
    header.table(
        "kPanelNodes",
        [x for x, _ in rule],
        "double",
        f"Gauss-Legendre on [0, 1]; error of the last power: {error:.0e}.",
    )
    header.table(
        "kPanelWeights", [w for _, w in rule], "double", "Their weights."
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
