# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of polygamma.h: lgamma and digamma beside their zeros.

On 1 <= x <= 3, with the zeros 1 and 2 of lgamma and x0 of digamma taken out:
lgamma(x) / ((x - 1) (x - 2)) and digamma(x) / (x - x0) in powers of x - 2.
"""

import fitting
from mpmath import mp, mpf


def _zero():
    return mp.findroot(mp.digamma, mpf("1.4616321449683623"))


def _lgamma_over_zeros(t):
    x = t + 2
    # At a zero, the slope over the other factor.
    for zero in (1, 2):
        e = x - zero
        if abs(e) < mpf(10) ** -18:
            value = mp.digamma(zero) + e * mp.polygamma(1, zero) / 2
            return value / (x - (3 - zero))
    return mp.loggamma(x) / ((x - 1) * (x - 2))


def _digamma_over_zero(t):
    e = t + 2 - _zero()
    if abs(e) < mpf(10) ** -18:
        return mp.polygamma(1, _zero()) + e * mp.polygamma(2, _zero()) / 2
    return mp.digamma(t + 2) / e


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "polygamma")
    with mp.workdps(60):
        for name, ctype, degree in [
            ("kLgammaFloat", "float", 13),
            ("kLgammaDouble", "double", 28),
        ]:
            coefficients, error = fitting.chebyshev(
                _lgamma_over_zeros, [-1, 1], degree
            )
            header.table(
                name,
                coefficients,
                ctype,
                "lgamma(x) / ((x - 1) (x - 2)), between 0.34 and 0.58."
                f" Error: {error:.1e}.",
            )
        for name, ctype, degree in [
            ("kDigammaZeroFloat", "float", 13),
            ("kDigammaZeroDouble", "double", 28),
        ]:
            coefficients, error = fitting.chebyshev(
                _digamma_over_zero, [-1, 1], degree
            )
            header.table(
                name,
                coefficients,
                ctype,
                "digamma(x) / (x - x0), between 0.59 and 1.26."
                f" Error: {error:.1e}.",
            )
        zero = _zero()
        for suffix, ctype, bits in [
            ("Float", "float", 24),
            ("Double", "double", 53),
        ]:
            high = mp.ldexp(mp.nint(mp.ldexp(zero, bits - 1)), 1 - bits)
            header.table(
                f"kDigammaZero{suffix}Parts",
                [high, zero - high],
                ctype,
                f"x0 = {mp.nstr(zero, 25)}, OEIS A030169, in two words.",
            )
    header.write()


if __name__ == "__main__":
    main()
