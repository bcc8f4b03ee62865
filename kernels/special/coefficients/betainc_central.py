# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of betainc_central.h.

Stirling's remainder s as in binet.py, but to an absolute error, which is what
exponents take: s' / u^2 is fitted in u = 1 / (t + 1/2) and integrated term by
term, so that divided differences of s keep their accuracy.
"""

import fitting
from mpmath import mp, mpf

HALF = mpf(1) / 2


def _first_over_square(u):
    if u == 0:
        return -mpf(1) / 12
    t = 1 / u - HALF
    if u < mpf(10) ** -8:
        # DLMF 5.11.1, differentiated.
        first = -1 / (12 * t**2) + 1 / (120 * t**4) - 1 / (252 * t**6)
    else:
        first = mp.psi(0, t) - mp.log(t) + 1 / (2 * t)
    return first / u**2


def _atanh_excess(x):
    """(atanh(s) / s - 1) / s^2 at s^2 = x."""
    if x == 0:
        return mpf(1) / 3
    s = mp.sqrt(x)
    return (mp.atanh(s) / s - 1) / x


def _lgamma_over(x):
    """lgamma(1 + x) / x."""
    return -mp.euler if x == 0 else mp.loggamma(1 + x) / x


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "betainc_central")
    for name, least, degree in [("One", 1, 16), ("Two", 2, 13)]:
        u_most = 1 / (least + HALF)
        first, error = fitting.chebyshev(
            _first_over_square, [0, u_most], degree
        )
        header.table(
            f"kCentralBinet{name}",
            [-c / (k + 1) for k, c in enumerate(first)],
            "double",
            f"s(t) / u for t >= {least}. Error of s': "
            f"{error * float(u_most) ** 2:.1e}, absolute.",
        )
    excess, error = fitting.chebyshev(_atanh_excess, [0, mpf("0.132")], 10)
    header.table(
        "kCentralAtanh",
        excess,
        "double",
        "(atanh(s) / s - 1) / s^2 in powers of s^2 <= 0.132. Error:\n"
        f"{error:.1e}, absolute.",
    )
    lgamma, error = fitting.chebyshev(_lgamma_over, [0, 1], 19)
    header.table(
        "kCentralLgamma",
        lgamma,
        "double",
        f"lgamma(1 + x) / x for 0 <= x <= 1. Error: {error:.1e}, absolute.",
    )
    header.write()


if __name__ == "__main__":
    main()
