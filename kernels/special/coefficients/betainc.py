# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of betainc_uniform.h.

The polynomials h_k of the expansion about the mean: with rho = 1 - 2 mu and
v = mu (1 - mu), w = (x - mu) / v satisfies

    w dw/dtau = tau (1 + rho w - v w^2),   w = tau + ...,

and h = tau / w = sum_k h_k(rho) tau^k. h_k is a polynomial in rho with
rational coefficients, even or odd like k.
"""

from fractions import Fraction

import fitting
from mpmath import mpf

TERMS = 26


def _times(x, y):
    """Product of two polynomials in rho."""
    r = [Fraction(0)] * (len(x) + len(y) - 1)
    for i, p in enumerate(x):
        for j, q in enumerate(y):
            r[i + j] += p * q
    return r


def _plus(x, y):
    n = max(len(x), len(y))
    x = x + [Fraction(0)] * (n - len(x))
    y = y + [Fraction(0)] * (n - len(y))
    return [p + q for p, q in zip(x, y, strict=True)]


def _scale(x, c):
    return [c * p for p in x]


def expansion(terms):
    """h_0 .. h_{terms - 1}, lists of coefficients of powers of rho."""
    rho = [Fraction(0), Fraction(1)]
    v = [Fraction(1, 4), Fraction(0), Fraction(-1, 4)]
    # w = sum_{k>=1} w[k] tau^k; the coefficient of tau^n of w dw/dtau is
    # sum_j j w_j w_{n+1-j} = (n + 1) / 2 sum_j w_j w_{n+1-j}.
    w = [[Fraction(0)], [Fraction(1)]]
    for n in range(2, terms + 1):
        right = _times(rho, w[n - 1])
        for j in range(1, n - 1):
            product = _times(_times(v, w[j]), w[n - 1 - j])
            right = _plus(right, _scale(product, Fraction(-1)))
        inner = [Fraction(0)]
        for j in range(2, n):
            inner = _plus(inner, _times(w[j], w[n + 1 - j]))
        right = _plus(right, _scale(inner, -Fraction(n + 1, 2)))
        w.append(_scale(right, Fraction(1, n + 1)))
    # h w / tau = 1.
    h = [[Fraction(1)]]
    for n in range(1, terms):
        total = [Fraction(0)]
        for j in range(n):
            total = _plus(total, _times(h[j], w[n + 1 - j]))
        h.append(_scale(total, Fraction(-1)))
    return h


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "betainc")
    rows = []
    for k, polynomial in enumerate(expansion(TERMS)):
        polynomial = polynomial + [Fraction(0)] * (k + 1 - len(polynomial))
        assert not any(polynomial[(k + 1) % 2 :: 2])
        assert not any(polynomial[k + 1 :])
        rows.append(
            [
                mpf(c.numerator) / c.denominator
                for c in polynomial[k % 2 : k + 1 : 2]
            ]
        )
    header.table(
        "kBetaUniform",
        [c for row in rows for c in row],
        "double",
        "h_k / rho^(k mod 2) in powers of rho^2, of degree floor(k / 2):\n"
        f"row after row, k = 0 .. {TERMS - 1}.",
    )
    header.write()


if __name__ == "__main__":
    main()
