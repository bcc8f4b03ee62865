# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the derivatives of TwoPieceStudentT(df, 0, 1, g) samples.

With t = x / g above 0 and -x g below, d log|x| / ddf is d log t / ddf of
student_t_reference.py, and

    dx/dg = t + 2 M / (1 + g^2) above,   t / g^2 + 2 M / (1 + g^2) below,

M = (1 - F(t)) / f(t) of Student's t distribution: t / nu times the
hypergeometric function of DLMF 8.17.8, for large nu an integral over the tail.

The second method differentiates the CDF in two pieces, by `mpmath.betainc`,
numerically.
"""

import math

import numpy as np
from mpmath import mp, mpf

from tests.reference import student_t_reference, table

DIGITS = 60


def _mills(nu, t):
    if nu <= 100:
        if t == 0:
            return mp.sqrt(nu) * mp.beta(mpf(1) / 2, nu / 2) / 2
        x = nu / (nu + t * t)
        return t / nu * mp.hyp2f1(1, (nu + 1) / 2, nu / 2 + 1, x)
    square = nu + t * t
    length = square / ((nu + 1) * t) if t > 1 else mpf(2)

    def term(v):  # s = length exp(v - exp(-v))
        s = length * mp.exp(v - mp.exp(-v))
        rest = mp.log1p((2 * t * s + s * s) / square)
        return mp.exp(-(nu + 1) / 2 * rest) * s * (1 + mp.exp(-v))

    step = mpf(1) / 24
    total, k = mpf(0), -5 * 24
    while k < 0 or term(k * step) > total * mpf(10) ** -40:
        total += term(k * step)
        k += 1
    return total * step


def _size(g, x):
    return x / g if x > 0 else -x * g


def _lost(t):
    """The digits that t^2 lies below 1."""
    return int(2 * max(0.0, -math.log10(abs(t)))) if t else 0


def sample_grad(*point):
    """Returns d log|x| / ddf and dx/dg."""
    with mp.workdps(student_t_reference.DIGITS):
        nu, g, x = map(mpf, point)
        t = _size(g, x)
        slope, at_zero, _ = student_t_reference.gradients(nu, t)
        log_slope = slope / t if t else at_zero
    # 1 - nu / (nu + t^2) must not round to 0.
    with mp.workdps(DIGITS + _lost(t)):
        crossing = 2 * _mills(nu, t) / (1 + g * g)
        return log_slope, (t if x > 0 else t / g**2) + crossing


def verify_sample_grad(*point):
    if point[0] > 1000 or point[2] == 0:
        return None
    # For small x the differences of F cancel.
    with mp.workdps(90 + _lost(point[2])):
        nu, g, x = map(mpf, point)

        def tail(nu, g):
            """The probability beyond x, away from 0."""
            t = _size(g, x)
            share = mp.betainc(
                nu / 2, mpf(1) / 2, 0, nu / (nu + t * t), regularized=True
            )
            return share / (1 + (g**-2 if x > 0 else g * g))

        def diff(f, y):
            return mp.diff(lambda e: f(y * (1 + e)), 0) / y

        t = _size(g, x)
        density = mp.exp(
            mp.loggamma((nu + 1) / 2)
            - mp.loggamma(nu / 2)
            - mp.log(nu * mp.pi) / 2
            - (nu + 1) / 2 * mp.log1p(t * t / nu)
        ) * (2 / (g + 1 / g))
        sign = mp.sign(x)
        return (
            sign * diff(lambda n: tail(n, g), nu) / density / x,
            sign * diff(lambda h: tail(nu, h), g) / density,
        )


def points():
    rng = np.random.default_rng(61)
    result = []
    # Where the methods change: df, and sample^2 / df.
    for nu in (0.5, 3.0, *table.neighbours(16), 20.0, *table.neighbours(32)):
        for odds in (0.25, 3 / 7, 0.7):
            for t in table.neighbours(math.sqrt(nu * odds)):
                result.append((nu, 1.0, t))
    for nu in (0.1, 1.0, 10.0, 16.5, 40.0, 1e3, 1e6):
        for x in (0.0, 1e-30, -1e-6, 0.03, -1.0, 30.0, -1e4):
            result.append((nu, 1.5, x))
    for _ in range(160):
        nu, g = 10 ** rng.uniform(-1, 4), 10 ** rng.uniform(-1, 1)
        t = min(abs(rng.standard_t(nu)), 1e8) * 10 ** rng.uniform(-1, 0.5)
        result.append((nu, g, t * g if rng.random() < 0.5 else -t / g))
    return [tuple(table.float32s(row)) for row in result]


TABLES = [
    table.Table(
        "two_piece_student_t_sample_grad.csv",
        ["df", "skewness", "sample"],
        ["log_slope", "d_skewness"],
        points,
        sample_grad,
        verify_sample_grad,
        "quadrature of the definition and the hypergeometric function"
        " (second method: differences of mpmath.betainc)",
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
