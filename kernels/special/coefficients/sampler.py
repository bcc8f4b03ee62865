# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes kernels/special/sampler_coefficients.h: polynomials of the samplers.

Each function below is analytic on its interval, but its closed form cancels
near 0, so that its power series stands in there. Takes seconds:

    python kernels/special/coefficients/sampler.py
"""

import dataclasses
from collections.abc import Callable

import fitting
from mpmath import mp

# Below this the series is used; its 40 terms are then exact to 60 digits.
_SMALL = mp.mpf("0.01")


def _with_series(function, term):
    """`function`, or near 0 the sum of term(k) x^k."""

    def evaluate(x):
        if abs(x) > _SMALL:
            return function(x)
        return mp.fsum(term(k) * x**k for k in range(40))

    return evaluate


@dataclasses.dataclass
class _Fit:
    """One table: its name, formula, function, interval and degrees."""

    name: str
    formula: str
    function: Callable
    interval: tuple
    float_degree: int
    double_degree: int


def _quarter(k):
    """The factor of y^k in sin or cos of (pi/4) y, without its sign."""
    return (mp.pi / 4) ** k / mp.factorial(k)


def _fits():
    # The folded uniform of random_von_mises.h serves kappa < 1.6.
    widest = mp.mpf("1.61") ** 2
    return [
        _Fit(
            "LogTail",
            "(log(1 + f) - f + f^2/2 - f^3/3) / f^4",
            _with_series(
                lambda f: (mp.log1p(f) - f + f**2 / 2 - f**3 / 3) / f**4,
                lambda k: mp.mpf(-1) ** (k + 1) / (k + 4),
            ),
            (mp.sqrt(0.5) - 1, mp.sqrt(2) - 1),
            7,
            17,
        ),
        _Fit(
            "Sine",
            "sin(pi/4 y) / y, in powers of y^2",
            _with_series(
                lambda z: mp.sin(mp.pi / 4 * mp.sqrt(z)) / mp.sqrt(z),
                lambda k: (-1) ** k * _quarter(2 * k + 1),
            ),
            (0, 1),
            3,
            6,
        ),
        _Fit(
            "Cosine",
            "cos(pi/4 y), in powers of y^2",
            lambda z: mp.cos(mp.pi / 4 * mp.sqrt(z)),
            (0, 1),
            4,
            7,
        ),
        _Fit(
            "HalfTurnCosine",
            "cos(pi/2 y), in powers of y^2",
            lambda z: mp.cos(mp.pi / 2 * mp.sqrt(z)),
            (0, 1),
            5,
            9,
        ),
        _Fit(
            "ArcsineTail",
            "(asin(s)/s - 1) / s^2, in powers of s^2",
            _with_series(
                lambda z: (mp.asin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z,
                lambda k: (
                    mp.binomial(2 * k + 2, k + 1)
                    / mp.mpf(4) ** (k + 1)
                    / (2 * k + 3)
                ),
            ),
            (0, mp.mpf("0.25")),
            5,
            12,
        ),
        _Fit(
            "Cosh",
            "cosh(t), in powers of t^2",
            lambda z: mp.cosh(mp.sqrt(z)),
            (0, widest),
            5,
            9,
        ),
        _Fit(
            "Sinh",
            "sinh(t) / t, in powers of t^2",
            _with_series(
                lambda z: mp.sinh(mp.sqrt(z)) / mp.sqrt(z),
                lambda k: 1 / mp.factorial(2 * k + 1),
            ),
            (0, widest),
            4,
            8,
        ),
    ]


def main():
    """Fits and writes the header."""
    mp.dps = 60
    header = fitting.Header(__file__, "sampler")
    for fit in _fits():
        low, high = (mp.nstr(mp.mpf(end), 4) for end in fit.interval)
        for ctype, degree in (
            ("float", fit.float_degree),
            ("double", fit.double_degree),
        ):
            table, error = fitting.chebyshev(
                fit.function, list(fit.interval), degree
            )
            header.table(
                f"k{fit.name}{ctype.capitalize()}",
                table,
                ctype,
                f"{fit.formula};\non [{low}, {high}]: error {error:.1e}.",
            )
    header.write()


if __name__ == "__main__":
    main()
