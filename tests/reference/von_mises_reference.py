# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values for von Mises(0, kappa): CDF and sample derivatives.

With `A = I1(kappa)/I0(kappa)` the definition reads, for 0 <= x,

    dz/dkappa = int_x^pi (cos t - A) e^{phi(t)} dt
              = -int_0^x (cos t - A) e^{phi(t)} dt,
    phi(t) = kappa (cos t - cos x),

and it is odd in x. For |x| > pi (the float32 next to pi is larger than pi)
the same formulas continue the sample derivative periodically and the CDF
beyond 0 and 1.

The second method differentiates the Fourier series of the CDF numerically,
    F = 1/2 + x/(2 pi) + sum_j I_j/I_0 sin(j x)/(j pi),
or, for large kappa, a tanh-sinh quadrature of the density.
"""

import math

import numpy as np
from mpmath import mp, mpf

from tests.reference import quadrature, table

DIGITS = 100  # kappa = 1e10 cancels up to 40 of them.


def _mean_cosine(kappa):
    """A = I1/I0 and dA/dkappa."""
    if kappa == 0:
        return mpf(0), mpf(1) / 2
    mean = mp.besseli(1, kappa) / mp.besseli(0, kappa)
    return mean, 1 - mean / kappa - mean**2


def _density(kappa, x):
    return mp.exp(kappa * mp.cos(x)) / (2 * mp.pi * mp.besseli(0, kappa))


def _integrals(kappa, mean, x):
    """Over the chosen side of x >= 0: int e^phi, h and dh/dkappa.

    Returns:
      The integral of e^phi, whether it is the one over [0, x], and the
      sample derivative with its partial derivative in kappa.
    """
    cos_x = mp.cos(x)
    _, slope = _mean_cosine(kappa)
    kappa_f, x_f = float(kappa), float(x)
    from_zero = kappa_f * (1 - math.cos(x_f)) < 1 and x_f < 2

    def integrand(t):
        cos_t = mp.cos(t)
        gap = cos_t - cos_x
        e = mp.exp(kappa * gap)
        score = cos_t - mean
        return e, score * e, (score * gap - slope) * e

    if from_zero:
        values = quadrature.moments(integrand, x, lambda s: 0.5)
        if values is None:  # x = 0
            values = [mpf(0)] * 3
        sign = -1
    else:
        # cos(x + s) - cos x without cancellation.
        length = mp.pi - x
        if length > 0:
            cut = quadrature.decay_length(
                lambda s: (
                    -2
                    * kappa_f
                    * math.sin(min(x_f + s / 2, math.pi))
                    * math.sin(s / 2)
                ),
                float(length),
            )
            if cut < float(length):
                length = mpf(cut)
            values = quadrature.moments(
                lambda s: integrand(x + s), length, lambda s: 0.5
            )
            sign = 1
        else:
            # Beyond pi: int_x^pi = -int_pi^x.
            values = quadrature.moments(
                lambda s: integrand(x - s), -length, lambda s: 0.5
            )
            values = [-v for v in values]
            sign = 1
    return values[0], from_zero, sign * values[1], sign * values[2]


def _derivatives(kappa, x):
    """The sample derivative h, dh/dx, dh/dkappa, F, 1 - F and A."""
    mean, _ = _mean_cosine(kappa)
    sign = -1 if x < 0 else 1
    whole, from_zero, h, h_kappa = _integrals(kappa, mean, abs(x))
    h_x = mean - mp.cos(x) + kappa * mp.sin(abs(x)) * h
    mass = _density(kappa, x) * whole
    small = mpf(1) / 2 - mass if from_zero else mass
    cdf, complement = (small, 1 - small) if x < 0 else (1 - small, small)
    return sign * h, h_x, sign * h_kappa, cdf, complement, mean


def sample_grad(kappa_f, x_f):
    """Returns dz, dz_dsample, dz_dconcentration and d2z."""
    with mp.workdps(DIGITS):
        h, h_x, h_kappa, _, _, _ = _derivatives(mpf(kappa_f), mpf(x_f))
        return h, h_x, h_kappa, h_kappa + h * h_x


def cdf(kappa_f, x_f):
    """Returns F, 1 - F and the derivatives of F to second order."""
    with mp.workdps(DIGITS):
        kappa, x = mpf(kappa_f), mpf(x_f)
        h, _, h_kappa, low, high, mean = _derivatives(kappa, x)
        f = _density(kappa, x)
        score = mp.cos(x) - mean
        return (
            low,
            high,
            f,
            -h * f,
            -kappa * mp.sin(x) * f,
            score * f,
            -f * (h_kappa + h * score),
        )


# ---------------------------------------------------------------------------
# The second method.


def _small_tail(kappa, x):
    """int_{|x|}^pi of the density."""
    x = abs(x)
    if kappa > 2000:
        reach = min(mp.pi - x, 40 / mp.sqrt(kappa))
        centre = mp.cos(x)
        whole = mp.quad(
            lambda t: mp.exp(kappa * (mp.cos(t) - centre)),
            mp.linspace(x, x + reach, 9),
        )
        return (
            whole * mp.exp(kappa * centre) / (2 * mp.pi * mp.besseli(0, kappa))
        )
    # Ratios I_j/I_0 by Miller's backward recurrence.
    size = int(40 + 1.3 * mp.prec + 20 * math.sqrt(float(kappa) + 1))
    if kappa == 0:
        return mpf(1) / 2 - x / (2 * mp.pi)
    values = [mpf(0)] * (size + 2)
    values[size] = mpf(10) ** -mp.dps
    for j in range(size, 0, -1):
        values[j - 1] = values[j + 1] + 2 * j / kappa * values[j]
    total = mp.fsum(values[j] * mp.sin(j * x) / j for j in range(1, size + 1))
    return mpf(1) / 2 - (x / 2 + total / values[0]) / mp.pi


def _by_differences(kappa_f, x_f):
    kappa, x = mpf(kappa_f), mpf(x_f)
    # F or, for x >= 0, F - 1.
    sign = 1 if x_f < 0 else -1
    scale = kappa if kappa_f > 1 else mpf(1)

    def diff(f, n=1):
        return mp.diff(lambda e: f(kappa + scale * e), 0, n) / scale**n

    tail = _small_tail(kappa, x)
    f = _density(kappa, x)
    return (
        tail,
        f,
        diff(lambda k: sign * _small_tail(k, x)),
        diff(lambda k: sign * _small_tail(k, x), 2),
        diff(lambda k: _density(k, x)),
        mp.diff(lambda t: _density(kappa, t), x),
    )


def _within_reach(kappa_f, x_f):
    if kappa_f > 2000:
        return abs(x_f) < 10 / math.sqrt(kappa_f)
    return kappa_f * (1 - math.cos(x_f)) < 100  # The series cancels.


def _verify_digits(kappa_f):
    return 100 + int(2 * math.log10(1 + kappa_f))


def verify_sample_grad(kappa_f, x_f):
    if not _within_reach(kappa_f, x_f):
        return None
    with mp.workdps(_verify_digits(kappa_f)):
        _, f, f_k, f_kk, fk, fx = _by_differences(kappa_f, x_f)
        h = -f_k / f
        h_x = -(fk + h * fx) / f
        h_kappa = -(f_kk + h * fk) / f
        return h, h_x, h_kappa, h_kappa + h * h_x


def verify_cdf(kappa_f, x_f):
    if not _within_reach(kappa_f, x_f):
        return None
    with mp.workdps(_verify_digits(kappa_f)):
        tail, f, f_k, f_kk, fk, fx = _by_differences(kappa_f, x_f)
        low, high = (tail, 1 - tail) if x_f < 0 else (1 - tail, tail)
        return low, high, f, f_k, fx, fk, f_kk


# ---------------------------------------------------------------------------
# The points.


def _f32(x):
    return float(np.float32(x))


def _normal_quantiles(rng, kappas, dtype=np.float32):
    """Samples near the mode: a Normal score to 7 over sqrt(kappa)."""
    points = []
    for kappa in kappas:
        score = (
            rng.uniform(-7.05, 7.05) if rng.random() < 0.6 else (rng.normal())
        )
        half = min(1.0, abs(score) / (2 * math.sqrt(kappa)))
        x = math.copysign(2 * math.asin(half), score)
        points.append((float(kappa), float(dtype(x))))
    return points


def _border_points(dtype):
    points = []

    def add(kappa, x):
        points.extend(
            (float(kappa), sign * t)
            for t in table.neighbours(x, dtype)
            for sign in (1, -1)
        )

    for kappa in (8.5, 12.0, 17.0, 20.0, 40.0, 70.0, 300.0, 3e4):
        for border in (16.0, 36.0):
            if border < 2 * kappa:
                add(kappa, math.acos(border / kappa - 1))
    for kappa in (2.1, 3.0, 5.0, 10.5, 18.0, 100.0, 1e4, 1e6):
        kappa = float(dtype(kappa))
        add(kappa, math.acos(1 - 2 / kappa))
    # Hill switches to a Normal approximation at a fixed kappa: 10.5 in
    # float32 and 50 in float64 are the customary ones.
    for border in (2.0, 8.0, 10.5, 18.0, 50.0):
        for kappa in table.neighbours(border, dtype):
            for x in (0.01, -0.7, math.pi / 2, 2.0, -3.0, 3.14):
                points.append((kappa, float(dtype(x))))
    for kappa in (0.0, 1e-3, 0.7, 1.9, 5.0, 40.0, 1e3):
        kappa = float(dtype(kappa))
        for x in (math.pi / 2, math.pi):
            add(kappa, x)
    return points


def sample_points():
    rng = np.random.default_rng(11)
    points = []
    # The paper's grid of concentrations.
    for kappa in table.float32s([1e-2, 1e-1, 1.0, 10.0]):
        points += [(kappa, _f32(x)) for x in rng.vonmises(0, kappa, 30)]
    for kappa in (
        0.0,
        1e-10,
        1e-30,
        1e-5,
        1e-2,
        0.3,
        1.5,
        2.5,
        6.0,
        15.0,
        30.0,
        100.0,
        1e4,
        1e6,
        1e10,
    ):
        kappa = _f32(kappa)
        for x in (
            0.0,
            math.pi,
            -math.pi,
            math.pi - 1e-6,
            math.pi - 1e-3,
            -(math.pi - 0.1),
            1e-10,
            -1e-30,
            1e-3,
            -1.0,
            2.2,
        ):
            points.append((kappa, _f32(x)))
    points += _border_points(np.float32)
    kappas = table.float32s(10.0 ** rng.uniform(-4, 3, 260))
    angles = table.float32s(rng.uniform(-math.pi, math.pi, 260))
    points += list(zip(kappas, angles, strict=True))
    kappas = table.float32s(10.0 ** rng.uniform(1, 10, 260))
    points += _normal_quantiles(rng, kappas)
    return points


def float64_points():
    rng = np.random.default_rng(12)
    points = _border_points(np.float64)
    kappas = (10.0 ** rng.uniform(-4, 3, 40)).tolist()
    angles = rng.uniform(-math.pi, math.pi, 40).tolist()
    points += list(zip(kappas, angles, strict=True))
    points += _normal_quantiles(rng, 10.0 ** rng.uniform(1, 10, 40), np.float64)
    return [
        p
        for p in table.unique(points)
        if any(float(np.float32(v)) != v for v in p)
    ]


def cdf_points():
    rng = np.random.default_rng(13)
    points = table.unique(sample_points())
    return [points[i] for i in rng.permutation(len(points))[:600]]


METHOD = (
    "Gauss-Legendre quadrature of the definition at 100 digits"
    " (second method: differences of the Fourier series)"
)
INPUTS = ["concentration", "sample"]
GRADS = ["dz", "dz_dsample", "dz_dconcentration", "d2z"]
TABLES = [
    table.Table(
        "von_mises_sample_grad.csv",
        INPUTS,
        GRADS,
        sample_points,
        sample_grad,
        verify_sample_grad,
        METHOD,
    ),
    table.Table(
        "von_mises_sample_grad_float64.csv",
        INPUTS,
        GRADS,
        float64_points,
        sample_grad,
        verify_sample_grad,
        METHOD,
        float32=False,
    ),
    table.Table(
        "von_mises_cdf.csv",
        INPUTS,
        [
            "cdf",
            "complement",
            "pdf",
            "cdf_dconcentration",
            "cdf_dsample2",
            "cdf_dsample_dconcentration",
            "cdf_dconcentration2",
        ],
        cdf_points,
        cdf,
        verify_cdf,
        METHOD,
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
