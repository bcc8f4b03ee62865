# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of digamma.h.

(psi(y) - log y) / u and psi'(y) / u as polynomials in the position of
u = 1 / (y + 1/2) between its ends 0 and 2/3, scaled to [-1, 1], for y >= 1.
"""

import fitting
from mpmath import mp, mpf

MAX_U = mpf(2) / 3


def _digamma_minus_log_over_u(x):
    u = (x + 1) * MAX_U / 2
    if u < mpf(10) ** -9:
        # 1 / (2 y) + 1 / (12 y^2) in powers of u, DLMF 5.11.2.
        return -mpf(1) / 2 - u / 3
    y = 1 / u - mpf(1) / 2
    return (mp.digamma(y) - mp.log(y)) / u


def _trigamma_over_u(x):
    u = (x + 1) * MAX_U / 2
    if u < mpf(10) ** -9:
        # 1 / y + 1 / (2 y^2) in powers of u, DLMF 5.15.8.
        return 1 + u
    return mp.polygamma(1, 1 / u - mpf(1) / 2) / u


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "digamma")
    for name, ctype, degree in [
        ("kDigammaFloat", "float", 8),
        ("kDigammaDouble", "double", 20),
    ]:
        coefficients, error = fitting.chebyshev(
            _digamma_minus_log_over_u, [-1, 1], degree
        )
        header.table(
            name,
            coefficients,
            ctype,
            f"Error of psi(y) - log y: {error:.1e} / (y + 1/2), absolute.",
        )
    for name, ctype, degree in [
        ("kTrigammaFloat", "float", 9),
        ("kTrigammaDouble", "double", 21),
    ]:
        coefficients, error = fitting.chebyshev(
            _trigamma_over_u, [-1, 1], degree
        )
        header.table(
            name,
            coefficients,
            ctype,
            f"Error of psi'(y): {error:.1e} / (y + 1/2), absolute.",
        )
    header.write()


if __name__ == "__main__":
    main()
