# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of ratio.h: (atanh(s) / s - 1) / s^2 in powers of s^2."""

import fitting
import log_ratio

# |s| <= 1/3, reached where p / q is 2 or 1/2.
MAX_SQUARE = 0.1112


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "ratio")
    for name, ctype, degree in [
        ("kRatioExcessFloat", "float", 4),
        ("kRatioExcessDouble", "double", 10),
    ]:
        coefficients, error = fitting.chebyshev(
            log_ratio.excess, [0, MAX_SQUARE], degree
        )
        header.table(
            name,
            coefficients,
            ctype,
            f"Error of the logarithm: {error * MAX_SQUARE:.1e}, relative.",
        )
    header.write()


if __name__ == "__main__":
    main()
