# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of student_t_density.h.

C(k) = lgamma(k + 1/2) - lgamma(k) - log(k) / 2 for k >= 1 as a polynomial in
u = 1 / (k + 1/2) without constant term. Fitted is the second derivative, as
C''(k) = u^3 Q(u); u^n is the second derivative of u^(n-2) / ((n-1) (n-2)).
"""

import fitting
from mpmath import mp, mpf

DEGREE = 20
SHORT_DEGREE = 11
MAX_U = mpf(2) / 3


def _second(x):
    u = (x + 1) * MAX_U / 2
    if u < mpf(10) ** -12:
        # C = -1/(8k) + O(k^-3), k = 1/u - 1/2.
        return -mpf(1) / 4 * (1 + mpf(3) / 2 * u)
    k = 1 / u - mpf(1) / 2
    with mp.workdps(mp.dps + 30):
        value = (
            mp.polygamma(1, k + mpf(1) / 2)
            - mp.polygamma(1, k)
            + 1 / (2 * k**2)
        )
        return value / u**3


def _fit(degree):
    """Q in powers of u, and the error of the fit."""
    fit, error = fitting.chebyshev(_second, [-1, 1], degree)
    # From powers of x = 3 u - 1 to powers of u.
    powers = [mpf(0)]
    for c in reversed(fit):
        shifted = [mpf(0), *(3 * p for p in powers)]
        powers = [
            s - p for s, p in zip(shifted, [*powers, mpf(0)], strict=True)
        ]
        powers[0] += c
    return powers[: degree + 1], error


def _integral(second):
    """C' / u^2."""
    return [-c / (n + 2) for n, c in enumerate(second)]


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "student_t")
    with mp.workdps(60):
        second, error = _fit(DEGREE)
        short, short_error = _fit(SHORT_DEGREE)
    header.table(
        "kStudentTSecond", second, "double", f"C'' / u^3: error {error:.1e}."
    )
    header.table(
        "kStudentTFirst",
        _integral(second),
        "double",
        "C' / u^2, by integrating it.",
    )
    header.table(
        "kStudentTFirstShort",
        _integral(short),
        "double",
        f"The same for results in float: error of C'' / u^3 {short_error:.1e}.",
    )
    header.table(
        "kStudentTConstant",
        [c / ((n + 1) * (n + 2)) for n, c in enumerate(second)],
        "double",
        "C / u likewise.",
    )
    header.write()


if __name__ == "__main__":
    main()
