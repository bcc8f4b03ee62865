# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of arctangent.h: (atan(t) - t) / t^3 in powers of t^2."""

import fitting
from mpmath import mp, mpf


def _scaled(square):
    if square < mpf(10) ** -20:
        return -mpf(1) / 3 + square / 5
    t = mp.sqrt(square)
    return (mp.atan(t) - t) / t**3


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "arctangent")
    end = mp.tan(mp.pi / 8) ** 2
    coefficients, error = fitting.chebyshev(_scaled, [0, end], 11)
    header.table(
        "kArctangent",
        coefficients,
        "double",
        "(atan(t) - t) / t^3 in powers of t^2, |t| <= tan(pi / 8). Error: "
        f"{error:.1e}.",
    )
    header.write()


if __name__ == "__main__":
    main()
