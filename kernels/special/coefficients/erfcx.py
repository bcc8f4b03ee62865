# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of erfcx.h: (y + c) erfcx(y) in powers of (y - c) / (y + c)."""

import fitting
from mpmath import mp, mpf

CENTER = {"float": 3.0, "double": 3.5}


def _scaled(t, center):
    if 1 - t < mpf(10) ** -30:
        return 1 / mp.sqrt(mp.pi)
    y = center * (1 + t) / (1 - t)
    if y > 60:  # DLMF 7.12.1
        total, term, k = mpf(1), mpf(1), 0
        while abs(term) > mpf(10) ** -50 and k < 60:
            term *= -(2 * k + 1) / (2 * y * y)
            k += 1
            total += term
        return (y + center) * total / (y * mp.sqrt(mp.pi))
    return (y + center) * mp.exp(y * y) * mp.erfc(y)


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "erfcx")
    for name, ctype, degree in [
        ("Float", "float", 11),
        ("Double", "double", 24),
    ]:
        center = mpf(CENTER[ctype])
        coefficients, error = fitting.chebyshev(
            lambda t, c=center: _scaled(t, c), [-1, 1], degree
        )
        header.table(
            f"kErfcx{name}",
            coefficients,
            ctype,
            f"(y + {center}) erfcx(y), y >= 0. Error: {error:.1e}.",
        )
    header.write()


if __name__ == "__main__":
    main()
