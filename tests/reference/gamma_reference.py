# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the implicit derivatives of Gamma(alpha, 1) samples.

With `t = z e^s`, the definition `dz/dalpha = -(dP/dalpha) / p(z)` reads

    d(log z)/dalpha = int_{-inf}^0 (psi(alpha) - log z - s) e^{phi(s)} ds
                    = int_0^inf (log z + s - psi(alpha)) e^{phi(s)} ds,
    phi(s) = alpha s - z (e^s - 1),

whose integrand is evaluated in full precision for every alpha and z. The
partial derivative in alpha is taken under the integral sign. That in log z
follows from differentiating the density times the sample derivative.

The second method differentiates `mpmath.gammainc` (for large alpha: a
tanh-sinh quadrature of the density) numerically at 120 digits and more.
"""

import math

import numpy as np
from mpmath import mp, mpf
from scipy import special

from tests.reference import quadrature, table

PAPER_ALPHAS = [1e-2, 1e-1, 1.0, 10.0, 100.0, 1000.0]
TINY = 2.0**-126  # Smallest normal float32.
LEAST = 2.0**-149  # Smallest float32.


def _digits(alpha):
    # Small alpha: terms in alpha^-3 cancel. Large alpha: phi loses log10
    # alpha digits and the second derivatives alpha^-1.5 more.
    return 90 + int(4 * max(0.0, -math.log10(alpha)))


def _moments(alpha, u, alpha_f, u_f):
    """Integrals of s^k e^phi, k = 0..2, over the chosen side, and its sign."""
    z = mp.exp(u)
    z_f = math.exp(u_f)
    if z_f > alpha_f:

        def upper(s):
            e = mp.exp(alpha * s - z * mp.expm1(s))
            return e, s * e, s * s * e

        length = quadrature.decay_length(
            lambda s: alpha_f * s - z_f * math.expm1(s), 700.0
        )
        return quadrature.moments(upper, length, lambda s: 1.0), -1

    def width(s):
        return max(1.0, 0.5 * s)

    if alpha_f < 1.0:
        # e^{alpha s} alone is integrated in closed form: it may decay over
        # 1/alpha = 1e30. The rest, e^{-z e^s} - 1, dies like e^s.
        def remainder(s):
            e = mp.exp(-alpha * s) * mp.expm1(-z * mp.exp(-s))
            return e, -s * e, s * s * e

        rest = quadrature.moments(remainder, quadrature.DECAY, width)
        whole = [1 / alpha, -1 / alpha**2, 2 / alpha**3]
        scale = mp.exp(z)
        return [scale * (w + r) for w, r in zip(whole, rest, strict=True)], 1

    def lower(s):
        e = mp.exp(-alpha * s - z * mp.expm1(-s))
        return e, -s * e, s * s * e

    length = quadrature.decay_length(
        lambda s: -alpha_f * s - z_f * math.expm1(-s), 1e3
    )
    return quadrature.moments(lower, length, width), 1


def log_derivatives(alpha_f, u):
    """Derivatives of log z at log z = u (mpf).

    Returns:
      r = d(log z)/dalpha; its partial derivatives in alpha and u; its total
      derivative along the quantile.
    """
    alpha = mpf(alpha_f)
    (m0, m1, m2), sign = _moments(alpha, u, alpha_f, float(u))
    gap = mp.psi(0, alpha) - u
    r = sign * (gap * m0 - m1)
    r_alpha = sign * (mp.psi(1, alpha) * m0 + gap * m1 - m2)
    r_u = gap - (alpha - mp.exp(u)) * r
    return r, r_alpha, r_u, r_alpha + r * r_u


def sample_grad(alpha_f, z_f):
    """Returns dz, dz_dsample, dz_dalpha and d2z."""
    with mp.workdps(_digits(alpha_f)):
        z = mpf(z_f)
        r, r_alpha, r_u, _ = log_derivatives(alpha_f, mp.log(z))
        dz = z * r
        dz_dsample = r + r_u
        dz_dalpha = z * r_alpha
        return dz, dz_dsample, dz_dalpha, dz_dalpha + dz * dz_dsample


def log_sample_grad(alpha_f, u_f):
    """Returns dlogz, dlogz_dlogsample, dlogz_dalpha and d2logz."""
    with mp.workdps(_digits(alpha_f)):
        r, r_alpha, r_u, total = log_derivatives(alpha_f, mpf(u_f))
        return r, r_u, r_alpha, total


def cdf_grad(alpha_f, z_f):
    """Returns dP/dalpha, d2P/dalpha2 and d2P/(dalpha dz)."""
    with mp.workdps(_digits(alpha_f)):
        alpha, z = mpf(alpha_f), mpf(z_f)
        u = mp.log(z)
        r, r_alpha, _, _ = log_derivatives(alpha_f, u)
        # z p(z), so that -z p r = dP/dalpha.
        density = mp.exp(alpha * u - z - mp.loggamma(alpha))
        score = u - mp.psi(0, alpha)
        return (
            -density * r,
            -density * (score * r + r_alpha),
            density * score / z,
        )


# ---------------------------------------------------------------------------
# The second method.


def _tail(alpha, z, lower):
    """The probability below or above z."""
    if alpha < 2000:
        ends = (0, z) if lower else (z, mp.inf)
        return mp.gammainc(alpha, *ends, regularized=True)
    reach = 40 * mp.sqrt(alpha) * (-1 if lower else 1)
    norm = mp.loggamma(alpha)
    whole = mp.quad(
        lambda t: mp.exp((alpha - 1) * mp.log(t) - t - norm),
        mp.linspace(z, z + reach, 9),
    )
    return -whole if lower else whole


def _diff(f, x, n=1):
    """The n-th derivative of f at x > 0, with steps relative to x."""
    return mp.diff(lambda e: f(x * (1 + e)), 0, n) / x**n


def _by_differences(alpha_f, z_f):
    """P_a, P_aa, p, p_a and p_z by numerical differentiation."""
    alpha, z = mpf(alpha_f), mpf(z_f)
    lower = z_f <= alpha_f
    sign = 1 if lower else -1

    def tail(a):
        return sign * _tail(a, z, lower)

    def density(a, x):
        return mp.exp((a - 1) * mp.log(x) - x - mp.loggamma(a))

    return (
        _diff(tail, alpha),
        _diff(tail, alpha, 2),
        density(alpha, z),
        _diff(lambda a: density(a, z), alpha),
        _diff(lambda x: density(alpha, x), z),
    )


def _verify_digits(alpha_f):
    return 50 + int(3 * abs(math.log10(alpha_f)))


def _within_reach(alpha_f, z_f):
    """Whether gammainc, or the plain quadrature, is quick and reliable."""
    if alpha_f > 2000:
        return abs(z_f - alpha_f) < 10 * math.sqrt(alpha_f)
    return alpha_f > 1e-7 and z_f < 1e4


def verify_sample_grad(alpha_f, z_f):
    if not _within_reach(alpha_f, z_f):
        return None
    with mp.workdps(_verify_digits(alpha_f)):
        p_a, p_aa, p, pa, pz = _by_differences(alpha_f, z_f)
        dz = -p_a / p
        dz_dsample = -(pa + dz * pz) / p
        dz_dalpha = -(p_aa + dz * pa) / p
        return dz, dz_dsample, dz_dalpha, dz_dalpha + dz * dz_dsample


def verify_log_sample_grad(alpha_f, u_f):
    if u_f < -1e4 or not _within_reach(alpha_f, math.exp(u_f)):
        return None
    with mp.workdps(_verify_digits(alpha_f)):
        z = mp.exp(mpf(u_f))
        alpha = mpf(alpha_f)

        def tail(a):
            return sign * _tail(a, z, lower)

        lower = z <= alpha
        sign = 1 if lower else -1
        p_a = _diff(tail, alpha)
        p_aa = _diff(tail, alpha, 2)

        # The density of log z.
        def density(a, u):
            return mp.exp(a * u - mp.exp(u) - mp.loggamma(a))

        u = mpf(u_f)
        q = density(alpha, u)
        q_a = _diff(lambda a: density(a, u), alpha)
        q_u = mp.diff(lambda x: density(alpha, x), u)
        r = -p_a / q
        r_u = -(q_a + r * q_u) / q
        r_alpha = -(p_aa + r * q_a) / q
        return r, r_u, r_alpha, r_alpha + r * r_u


def verify_cdf_grad(alpha_f, z_f):
    if not _within_reach(alpha_f, z_f) or z_f > 40 * (1 + alpha_f):
        return None
    with mp.workdps(_verify_digits(alpha_f)):
        p_a, p_aa, _, p_ax, _ = _by_differences(alpha_f, z_f)
        return p_a, p_aa, p_ax


# ---------------------------------------------------------------------------
# The points.


def _quantile(alpha, tail, lower):
    """The float64 sample below (above) which the probability is `tail`."""
    if lower:
        return float(special.gammaincinv(alpha, tail))
    return float(special.gammainccinv(alpha, tail))


def _random_quantiles(rng, alphas):
    """One sample for each alpha: half from the body, half from a tail."""
    points = []
    for alpha in alphas:
        lower = rng.random() < 0.5
        tail = (
            rng.random()
            if rng.random() < 0.4
            else 10.0 ** rng.uniform(-12, -0.3)
        )
        z = _quantile(alpha, tail, lower)
        # Where samples underflow, take one that does not.
        while float(np.float32(z)) < LEAST:
            floor = special.gammainc(alpha, LEAST)
            z = _quantile(alpha, rng.uniform(floor, 1.0), True)
        points.append((alpha, float(np.float32(z))))
    return points


def _log_uniform(rng, lo, hi, size):
    return table.float32s(
        10.0 ** rng.uniform(math.log10(lo), math.log10(hi), size)
    )


TAILS = [
    (1e-12, True),
    (1e-7, True),
    (1e-3, True),
    (0.2, True),
    (0.5, True),
    (0.2, False),
    (1e-3, False),
    (1e-7, False),
    (1e-12, False),
]


def _probable(alpha, z):
    """Whether both tails at z are at least 1e-12."""
    return (
        special.gammainc(alpha, z) >= 1e-12
        and special.gammaincc(alpha, z) >= 1e-12
    )


def _border_points(dtype):
    """Both sides of the borders of every region of the kernels."""
    points = []
    for border in (2.0, 8.0, 256.0):
        for alpha in table.neighbours(border, dtype):
            for tail in TAILS:
                points.append((alpha, float(dtype(_quantile(alpha, *tail)))))
    for alpha in (1e-6, 1e-3, 0.1, 0.5, 0.9, 1.3, 1.9, 2.5, 5.5, 7.9):
        alpha = float(dtype(alpha))
        for z in (alpha + 0.7, 4.0):
            points += [(alpha, x) for x in table.neighbours(z, dtype)]
    for alpha in (2.5, 4.1, 7.7, 8.3, 12.6, 20.2, 31.7, 270.0):
        alpha = float(dtype(alpha))
        for ratio in (0.05, 0.1, 0.5, math.sqrt(0.5), math.sqrt(2.0), 2.0):
            points += [
                (alpha, x) for x in table.neighbours(ratio * alpha, dtype)
            ]
    for alpha in (
        1e-6,
        0.03,
        0.6,
        1.0,
        1.7,
        3.0,
        8.0,
        11.0,
        100.0,
        300.0,
        1e4,
        1e5,
        1e6,
        1e7,
        1e8,
        1e10,
    ):
        alpha = float(dtype(alpha))
        below, _, above = table.neighbours(alpha, dtype)
        points += [(alpha, x) for x in (below, alpha, above)]
        points += [
            (alpha, float(dtype(alpha * (1 + e)))) for e in (-1e-3, 1e-4, 1e-5)
        ]
    for n in range(1, 8):
        for alpha in table.neighbours(n, dtype):
            points += [
                (alpha, float(dtype(_quantile(alpha, 0.9, True)))),
                (alpha, float(dtype(_quantile(alpha, 0.3, True)))),
            ]
    return [p for p in points if _probable(*p)]


def _paper_points():
    """The grid of the paper's Table 2: 30 samples for each alpha."""
    rng = np.random.default_rng(2018)
    points = []
    for alpha in table.float32s(PAPER_ALPHAS):
        samples = []
        while len(samples) < 30:
            z = float(np.float32(rng.gamma(alpha)))
            if z >= TINY:
                samples.append(z)
        points += [(alpha, z) for z in samples]
    return points


def _underflow_points():
    """Samples at the ends of the normal and subnormal float32 ranges."""
    points = []
    for alpha in table.float32s([1e-6, 1e-4, 1e-2, 0.1, 0.2]):
        for z in (
            LEAST,
            3 * LEAST,
            TINY / 2,
            TINY - LEAST,
            TINY,
            2.0**-100 * 1.75,
        ):
            points.append((alpha, z))
    return points


def sample_points():
    rng = np.random.default_rng(1)
    points = _paper_points() + _border_points(np.float32)
    points += _underflow_points()
    points += _random_quantiles(rng, _log_uniform(rng, 1e-6, 1e10, 420))
    points += _random_quantiles(rng, _log_uniform(rng, 1e-2, 1e3, 260))
    return points


def float64_points():
    """Inputs that no float32 equals."""
    rng = np.random.default_rng(2)
    points = _border_points(np.float64)
    alphas = 10.0 ** rng.uniform(-6, 10, 80)
    for alpha in alphas:
        lower = rng.random() < 0.5
        z = _quantile(alpha, 10.0 ** rng.uniform(-12, 0), lower)
        if z > 1e-300:
            points.append((float(alpha), z))
    # Borders are there in float32 already: keep the neighbours of them.
    return [
        p
        for p in table.unique(points)
        if any(float(np.float32(v)) != v for v in p)
    ]


def log_sample_points():
    rng = np.random.default_rng(3)
    points = []

    def add(alpha, u):
        points.append((float(np.float32(alpha)), float(np.float32(u))))

    for alpha in _log_uniform(rng, 1e-6, 1.0, 200):
        # log z = log(Gamma(alpha + 1) U) / alpha below the underflow of z.
        probability = (
            rng.random() if rng.random() < 0.5 else 10.0 ** rng.uniform(-12, 0)
        )
        u = (math.log(probability) + math.lgamma(alpha + 1)) / alpha
        if u > -5:
            u = math.log(_quantile(alpha, probability, True))
        add(alpha, u)
    for alpha, z in _random_quantiles(rng, _log_uniform(rng, 1e-6, 1e6, 140)):
        add(alpha, math.log(z))
    for alpha in (1e-10, 1e-30):
        for u in (-1 / alpha, -1e-3 / alpha, -1e7, -100.0, -1.0, 0.5, 2.5):
            add(alpha, u)
    for alpha in (1e-6, 1e-4, 1e-2, 0.1):
        for u in (
            -1e7,
            -1e6,
            -1e4,
            -745.2,
            -708.5,
            -104.0,
            -103.3,
            -87.4,
            -87.3,
            -50.0,
            -10.0,
            0.0,
        ):
            if alpha * u > -27.6:
                add(alpha, u)
    for alpha in (1e-3, 0.4, 1.5, 1.99, 2.0, 2.01, 6.3, 8.0, 40.0, 256.0):
        for z in (alpha + 0.7, alpha, 0.05 * alpha, 0.1 * alpha, 4.0):
            if _probable(alpha, z):
                for u in table.neighbours(math.log(z)):
                    add(alpha, u)
    return points


def log_float64_points():
    """The doubles beside the borders, at the logs of samples."""
    points = []
    for alpha, z in _border_points(np.float64)[::3]:
        points.append((alpha, math.log(z)))
    rng = np.random.default_rng(5)
    for alpha in 10.0 ** rng.uniform(-6, 0, 40):
        u = (math.log(rng.random()) + math.lgamma(alpha + 1)) / alpha
        points.append((float(alpha), u))
    return [
        p
        for p in table.unique(points)
        if any(float(np.float32(v)) != v for v in p)
    ]


def cdf_points():
    """Every kind of point, and pairs that are far from any sample."""
    rng = np.random.default_rng(4)
    points = sample_points()
    points = [points[i] for i in rng.permutation(len(points))[:420]]
    alphas = _log_uniform(rng, 1e-6, 1e6, 200)
    samples = _log_uniform(rng, 1e-12, 1e7, 200)
    points += list(zip(alphas, samples, strict=True))
    return points


METHOD = (
    "Gauss-Legendre quadrature of the definition at 90 and more digits"
    " (second method: differences of mpmath.gammainc)"
)
GRADS = ["dz", "dz_dsample", "dz_dalpha", "d2z"]
TABLES = [
    table.Table(
        "gamma_sample_grad.csv",
        ["alpha", "sample"],
        GRADS,
        sample_points,
        sample_grad,
        verify_sample_grad,
        METHOD,
    ),
    table.Table(
        "gamma_sample_grad_float64.csv",
        ["alpha", "sample"],
        GRADS,
        float64_points,
        sample_grad,
        verify_sample_grad,
        METHOD,
        float32=False,
    ),
    table.Table(
        "gamma_cdf_grad.csv",
        ["alpha", "sample"],
        ["cdf_grad", "d2P_dalpha2", "d2P_dalpha_dsample"],
        cdf_points,
        cdf_grad,
        verify_cdf_grad,
        METHOD,
    ),
    table.Table(
        "gamma_log_sample_grad.csv",
        ["alpha", "log_sample"],
        ["dlogz", "dlogz_dlogsample", "dlogz_dalpha", "d2logz"],
        log_sample_points,
        log_sample_grad,
        verify_log_sample_grad,
        METHOD,
    ),
    table.Table(
        "gamma_log_sample_grad_float64.csv",
        ["alpha", "log_sample"],
        ["dlogz", "dlogz_dlogsample", "dlogz_dalpha", "d2logz"],
        log_float64_points,
        log_sample_grad,
        verify_log_sample_grad,
        METHOD,
        float32=False,
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
