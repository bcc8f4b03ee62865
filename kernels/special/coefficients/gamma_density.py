# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of gamma_density.h.

- 1 / Gamma(1 + a) in powers of t = a - 1, a in [0, 2];
- 12 a (log Gamma(a) - Stirling's formula) in powers of t = 4 / a - 1,
  a >= 2.
"""

import fitting
from mpmath import mp, mpf


def _stirling_remainder(t):
    v = (t + 1) / 4
    if v < mpf(10) ** -9:
        return 1 - v * v / 30  # DLMF 5.11.1
    a = 1 / v
    stirling = (a - mpf(1) / 2) * mp.log(a) - a + mp.log(2 * mp.pi) / 2
    return 12 * a * (mp.loggamma(a) - stirling)


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "gamma_density")
    for name, ctype, degree in [
        ("kReciprocalGammaFloat", "float", 11),
        ("kReciprocalGammaDouble", "double", 20),
    ]:
        coefficients, error = fitting.chebyshev(
            lambda t: mp.rgamma(2 + t), [-1, 1], degree
        )
        header.table(
            name,
            coefficients,
            ctype,
            f"Error of 1 / Gamma(1 + a): {error:.1e}.",
        )
    for name, ctype, degree in [
        ("kStirlingFloat", "float", 5),
        ("kStirlingDouble", "double", 16),
    ]:
        coefficients, error = fitting.chebyshev(
            _stirling_remainder, [-1, 1], degree
        )
        header.table(
            name,
            coefficients,
            ctype,
            f"Error of log Gamma(a): {error / 12:.1e} / a.",
        )
    header.write()


if __name__ == "__main__":
    main()
