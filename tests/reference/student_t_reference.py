# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the implicit derivatives of StudentT(nu) samples.

With the density f and its score S(w) = d log f(w) / d nu, for t >= 0,

    dt/dnu = int_t^inf S(w) f(w) / f(t) dw = -int_0^t (the same) dw,

and it is odd in t. The substitution w = sqrt(nu) sinh v makes
1 + w^2 / nu = cosh^2 v, so that f(w) dw is proportional to cosh(v)^-nu dv.
The partial derivative in nu is taken under the integral sign; that in t
follows from differentiating the density times the sample derivative.

The second method differentiates the CDF, `mpmath.betainc` (for large nu: a
tanh-sinh quadrature of the density), numerically.
"""

import math

import numpy as np
from mpmath import mp, mpf
from scipy import special

from tests.reference import quadrature, table

DIGITS = 120  # The 1/nu and 1/nu^2 terms cancel twice: 50 at nu = 1e10.


def gradients(nu, t):
    """dt/dnu and its partial derivatives in t and nu, for t >= 0."""
    nu_f = float(nu)
    v0 = mp.asinh(t / mp.sqrt(nu))
    v0_f = float(v0)
    half = (nu + 1) / 2
    digamma = mp.psi(0, half) - mp.psi(0, nu / 2) - 1 / nu
    trigamma = (mp.psi(1, half) - mp.psi(1, nu / 2)) / 2 + 1 / nu**2
    log_cosh0 = mp.log(mp.cosh(v0))
    ratio = (nu + 1) / nu

    def score(log_cosh, tanh2):
        return (digamma - 2 * log_cosh + ratio * tanh2) / 2

    score0 = score(log_cosh0, mp.tanh(v0) ** 2)

    def integrand(v):
        cosh = mp.cosh(v)
        tanh2 = 1 - 1 / cosh**2
        log_cosh = mp.log(cosh)
        e = mp.exp(-nu * (log_cosh - log_cosh0))
        s = score(log_cosh, tanh2)
        s_nu = (
            trigamma
            + tanh2 / nu
            - tanh2 / nu**2
            - ratio / nu * tanh2 * (1 - tanh2)
        ) / 2
        return s * e, (s_nu + s * (s - score0)) * e

    # cosh has its zeros on the imaginary axis.
    if nu_f * float(log_cosh0) < 1 and v0_f < 2:
        values = quadrature.moments(integrand, v0, lambda v: 0.8)
        values = [-v for v in values] if values else [mpf(0)] * 2
    else:

        def log_cosh_float(v):
            return v + math.log1p(math.exp(-2 * v)) - math.log(2)

        # cosh(v0 + s) / cosh(v0) = cosh s (1 + tanh v0 tanh s).
        tanh_0 = math.tanh(v0_f)
        length = quadrature.decay_length(
            lambda s: (
                -nu_f * (log_cosh_float(s) if s > 1e-2 else s * s / 2)
                - nu_f * math.log1p(tanh_0 * math.tanh(s))
            ),
            1e9,
        )
        values = quadrature.moments(
            lambda s: integrand(v0 + s),
            length,
            lambda s: max(0.8, min(0.5 * s, 0.5 * (v0_f + s))),
        )
    # f(w) dw / f(t) = sqrt(nu) cosh(v0) (cosh v / cosh v0)^-nu dv.
    scale = mp.sqrt(nu) * mp.cosh(v0)
    h, h_nu = (scale * v for v in values)
    h_t = -score0 + h * (nu + 1) * t / (nu + t * t)
    return h, h_t, h_nu


def sample_grad(nu_f, t_f):
    """Returns dt, dt_dsample, dt_ddf and d2t."""
    with mp.workdps(DIGITS):
        sign = -1 if t_f < 0 else 1
        h, h_t, h_nu = gradients(mpf(nu_f), abs(mpf(t_f)))
        return sign * h, h_t, sign * h_nu, sign * (h_nu + h * h_t)


# ---------------------------------------------------------------------------
# The second method.


def _half_tail(nu, t):
    """The probability above t > 0."""
    if nu < 3000:
        return (
            mp.betainc(
                nu / 2, mpf(1) / 2, 0, nu / (nu + t * t), regularized=True
            )
            / 2
        )
    norm = (
        mp.loggamma((nu + 1) / 2) - mp.loggamma(nu / 2) - mp.log(nu * mp.pi) / 2
    )
    return mp.quad(
        lambda w: mp.exp(norm - (nu + 1) / 2 * mp.log1p(w * w / nu)),
        mp.linspace(t, t + 40, 13),
    )


def verify_sample_grad(nu_f, t_f):
    if nu_f > 1e6:
        return None
    # Large nu and small t: the differences of F cancel.
    digits = 60 + 4 * max(0.0, math.log10(nu_f))
    if 0 < abs(t_f) < 1:
        digits -= 2 * math.log10(abs(t_f))
    with mp.workdps(int(digits)):
        nu, t = mpf(nu_f), mpf(t_f)
        sign = -1 if t_f < 0 else 1

        def cdf(n):  # F - 1 for t > 0, F for t < 0
            return -sign * _half_tail(n, abs(t))

        def density(n, w):
            return mp.exp(
                mp.loggamma((n + 1) / 2)
                - mp.loggamma(n / 2)
                - mp.log(n * mp.pi) / 2
                - (n + 1) / 2 * mp.log1p(w * w / n)
            )

        def diff(f, n=1):
            return mp.diff(lambda e: f(nu * (1 + e)), 0, n) / nu**n

        f = density(nu, t)
        f_nu = diff(lambda n: density(n, t))
        step = t if t else mpf(1)
        f_t = mp.diff(lambda e: density(nu, t + step * e), 0) / step
        h = -diff(cdf) / f
        h_t = -(f_nu + h * f_t) / f
        h_nu = -(diff(cdf, 2) + h * f_nu) / f
        return h, h_t, h_nu, h_nu + h * h_t


# ---------------------------------------------------------------------------
# The points.


def _quantile(nu, tail):
    """The t > 0 above which the probability is `tail` <= 1/2, in float64."""
    x = float(special.betaincinv(nu / 2, 0.5, 2 * tail))
    if x < 1e-280:  # The leading term of the tail.
        log_x = (
            math.log(2 * tail) + math.log(nu / 2) + special.betaln(nu / 2, 0.5)
        ) / (nu / 2)
        return math.sqrt(nu) * math.exp(-0.5 * log_x)
    complement = float(special.betaincinv(0.5, nu / 2, 1 - 2 * tail))
    return math.sqrt(nu * complement / x)


def _random_quantiles(rng, nus, dtype=np.float32):
    points = []
    for nu in nus:
        tail = (
            0.5 * rng.random()
            if rng.random() < 0.5
            else 10.0 ** rng.uniform(-10, -0.4)
        )
        t = _quantile(nu, tail)
        while not t < 1e38:
            tail = 0.5 * rng.random()
            t = _quantile(nu, tail)
        points.append((float(nu), float(dtype(t * rng.choice([-1, 1])))))
    return points


def _border_points(rng, dtype):
    points = []
    for border in (1.0, 2.0, 16.0, 200.0):
        for nu in table.neighbours(border, dtype):
            points += _random_quantiles(rng, [nu] * 4, dtype)
    for nu in (0.3, 1.0, 5.0, 15.0, 16.5, 50.0, 199.0, 250.0, 1e4):
        nu = float(dtype(nu))
        # t^2 = nu: half of the Beta interval.
        if special.stdtr(nu, -math.sqrt(nu)) > 1e-10:
            for t in table.neighbours(math.sqrt(nu), dtype):
                points += [(nu, t), (nu, -t)]
    for nu in (0.1, 1.0, 3.0, 30.0, 500.0, 1e6):
        nu = float(dtype(nu))
        for t in (0.0, 1e-30, -1e-10, 1e-3, -1.0):
            points.append((nu, float(dtype(t))))
    return points


def sample_points():
    rng = np.random.default_rng(31)
    points = _border_points(rng, np.float32)
    points += _random_quantiles(
        rng, table.float32s(10.0 ** rng.uniform(-1, 6, 260))
    )
    points += _random_quantiles(
        rng, table.float32s(10.0 ** rng.uniform(-1, 2, 120))
    )
    points += _random_quantiles(rng, table.float32s([1e7, 1e8, 1e9, 1e10] * 4))
    return points


def float64_points():
    rng = np.random.default_rng(32)
    points = _border_points(rng, np.float64)
    points += _random_quantiles(rng, 10.0 ** rng.uniform(-1, 6, 60), np.float64)
    return [
        p
        for p in table.unique(points)
        if any(float(np.float32(v)) != v for v in p)
    ]


METHOD = (
    "Gauss-Legendre quadrature of the definition at 120 digits"
    " (second method: differences of mpmath.betainc)"
)
GRADS = ["dt", "dt_dsample", "dt_ddf", "d2t"]
TABLES = [
    table.Table(
        "student_t_sample_grad.csv",
        ["df", "sample"],
        GRADS,
        sample_points,
        sample_grad,
        verify_sample_grad,
        METHOD,
    ),
    table.Table(
        "student_t_sample_grad_float64.csv",
        ["df", "sample"],
        GRADS,
        float64_points,
        sample_grad,
        verify_sample_grad,
        METHOD,
        float32=False,
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
