# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of binet.h: Stirling's remainder s and its derivatives.

s''(t) / u^3 is fitted in u = 1 / (t + 1/2), and integrated term by term, so
that value, slope and curvature belong to one function: the relative error of
the divided differences is at most that of s''. s''' has a fit of its own: the
derivative of the other would be worse at the ends.

The shift 1/2 keeps the powers of u well conditioned: the sizes of the terms add
up to 2.3 times the sum at t = 1, to 23 times without the shift.
"""

import fitting
from mpmath import mp, mpf

HALF = mpf(1) / 2


def _second_over_cube(u):
    if u == 0:
        return mpf(1) / 6
    t = 1 / u - HALF
    if u < mpf(10) ** -6:
        # DLMF 5.11.1, twice differentiated.
        second = 1 / (6 * t**3) - 1 / (30 * t**5) + 1 / (42 * t**7)
    else:
        second = mp.psi(1, t) - 1 / t - 1 / (2 * t * t)
    return second / u**3


def _third_over_fourth(u):
    if u == 0:
        return -HALF
    t = 1 / u - HALF
    if u < mpf(10) ** -6:
        third = -1 / (2 * t**4) + 1 / (6 * t**6) - 1 / (6 * t**8)
    else:
        third = mp.psi(2, t) + 1 / t**2 + 1 / t**3
    return third / u**4


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "binet")
    for name, ctype, least, degree in [
        ("Float", "float", 1, 8),
        ("Double", "double", 1, 22),
        ("LargeDouble", "double", 8, 10),
    ]:
        second, error = fitting.chebyshev(
            _second_over_cube, [0, 1 / (least + HALF)], degree
        )
        header.table(
            f"kBinet{name}",
            [c / ((k + 1) * (k + 2)) for k, c in enumerate(second)],
            ctype,
            f"s(t) / u for t >= {least}.",
        )
        header.table(
            f"kBinetFirst{name}",
            [-c / (k + 2) for k, c in enumerate(second)],
            ctype,
            "s'(t) / u^2.",
        )
        header.table(
            f"kBinetSecond{name}",
            second,
            ctype,
            f"s''(t) / u^3. Error: {error:.1e}, absolute.",
        )
        third, error = fitting.chebyshev(
            _third_over_fourth, [0, 1 / (least + HALF)], degree + 1
        )
        header.table(
            f"kBinetThird{name}",
            third,
            ctype,
            f"s'''(t) / u^4. Error: {error:.1e}, absolute.",
        )
    header.write()


if __name__ == "__main__":
    main()
