# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of log 0F1(; b; z) and of its derivatives.

By the sum of z^k / (k! (b)_k), differentiated term by term. The second method
is Poisson's integral (DLMF 10.32.2) of I_(b-1), for b > 1/2: the mean of
exp(2 sqrt(z) x) under the weight (1 - x^2)^(b - 3/2), by the trapezoidal rule
in w for x = tanh(sinh w).
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import table

DIGITS = 60


def value(*point):
    with mp.workdps(DIGITS):
        b, z = map(mpf, point)
        total = of_b = of_z = mpf(0)
        term, harmonic, k = mpf(1), mpf(0), 0
        while k < 40 or term > total * mpf(10) ** -DIGITS:
            total += term
            of_b -= term * harmonic
            of_z += term * k
            harmonic += 1 / (b + k)
            term *= z / ((k + 1) * (b + k))
            k += 1
        of_z = of_z / z if z else 1 / b
        return mp.log(total), of_b / total, of_z / total


def verify(*point):
    b, z = map(mpf, point)
    if b < 0.6 or z == 0:
        return None
    with mp.workdps(50):
        half = b - mpf(1) / 2
        last = mp.asinh(60 / half + 5)
        count = int(last * 120)
        mass = log_cosh = tanh = mpf(0)
        for k in range(-count, count + 1):
            w = last * k / count
            t = mp.sinh(w)
            log = abs(t) + mp.log1p(mp.exp(-2 * abs(t))) - mp.log(2)
            x = mp.tanh(t)
            weight = mp.cosh(w) * mp.exp(
                2 * mp.sqrt(z) * (x - 1) - 2 * half * log
            )
            mass += weight
            log_cosh += weight * log
            tanh += weight * x
        norm = mp.beta(mpf(1) / 2, half) * count / last
        return (
            mp.log(mass / norm) + 2 * mp.sqrt(z),
            mp.digamma(b) - mp.digamma(half) - 2 * log_cosh / mass,
            tanh / mass / mp.sqrt(z),
        )


def points():
    rng = np.random.default_rng(57)
    result = [(0.5, 650.0), (2.0**-20, 1.0), (1.5, 0.0)]
    for _ in range(120):
        b = 10 ** rng.uniform(-3, 2)
        z = rng.choice([10 ** rng.uniform(-6, 2.8), rng.uniform(0, 640)])
        result.append(tuple(table.float32s([b, z])))
    return result


TABLES = [
    table.Table(
        "log_hypergeometric_0f1.csv",
        ["b", "z"],
        ["value", "d_b", "d_z"],
        points,
        value,
        verify,
        f"series at {DIGITS} digits",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
