# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of log_ratio.h: (atanh(s) / s - 1) / s^2 in powers of s^2."""

import fitting
from mpmath import mp

# |s| <= 1/5, reached where x / y is 3/2 or 2/3 times a power of two.
MAX_SQUARE = 0.0401


def excess(square):
    """(atanh(s) / s - 1) / s^2 for square = s^2."""
    if abs(square) < mp.mpf(10) ** -20:
        return mp.mpf(1) / 3 + square / 5
    s = mp.sqrt(square)
    return (mp.atanh(s) / s - 1) / square


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "log_ratio")
    for name, ctype, degree in [
        ("kLogRatioFloat", "float", 3),
        ("kLogRatioDouble", "double", 7),
    ]:
        coefficients, error = fitting.chebyshev(excess, [0, MAX_SQUARE], degree)
        header.table(
            name,
            coefficients,
            ctype,
            f"Error of the logarithm: {error * MAX_SQUARE:.1e}, relative.",
        )
    header.write()


if __name__ == "__main__":
    main()
