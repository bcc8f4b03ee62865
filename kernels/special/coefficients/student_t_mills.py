# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of student_t_mills.h.

    psi(w) = e^w sqrt(w / (e^w - 1))

in powers of w, the root of e^(2 w) w / (e^w - 1), in rational numbers.
"""

import fractions

import fitting

TERMS = 13


def _product(a, b):
    return [sum(a[i] * b[k - i] for i in range(k + 1)) for k in range(len(a))]


def main():
    """Writes the header."""
    one = fractions.Fraction(1)
    factorial = [one]
    for k in range(1, TERMS + 2):
        factorial.append(factorial[-1] * k)
    # (e^w - 1) / w, of which the reciprocal.
    divisor = [one / factorial[k + 1] for k in range(TERMS)]
    reciprocal = [one]
    for k in range(1, TERMS):
        reciprocal.append(
            -sum(divisor[i] * reciprocal[k - i] for i in range(1, k + 1))
        )
    square = _product([2**k / factorial[k] for k in range(TERMS)], reciprocal)
    root = [one]
    for k in range(1, TERMS):
        rest = sum(root[i] * root[k - i] for i in range(1, k))
        root.append((square[k] - rest) / 2)
    header = fitting.Header(__file__, "student_t_mills")
    header.table(
        "kStudentTMills",
        root,
        "double",
        "psi, with the radius of convergence 2 pi.",
    )
    header.write()


if __name__ == "__main__":
    main()
