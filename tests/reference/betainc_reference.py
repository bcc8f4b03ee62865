# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the Beta and Student-t distribution functions.

Both tails are integrals of a positive density from the point outwards, each
taken by itself, so that neither is 1 less the other: of the logit y of a
Beta(a, b) sample, x^a (1-x)^b / B(a, b), and of v, the Student-t sample being
sqrt(nu) sinh v, cosh(v)^-nu / B(1/2, nu/2). The log densities and entropies
are their definitions in many digits.

The second method is `mpmath.betainc`, and differences and quadrature of the
density's definition.
"""

import math

import numpy as np
from mpmath import mp, mpf
from scipy import special

from tests.reference import quadrature, table

DIGITS = 70


def _log_sigmoid(t):
    return -math.log1p(math.exp(-t)) if t > 0 else t - math.log1p(math.exp(t))


def _log_pair(t):
    """Logs of x and 1 - x at logit t."""
    tail = mp.log1p(mp.exp(-abs(t)))
    small = -abs(t) - tail
    return (-tail, small) if t > 0 else (small, -tail)


def _beta_integral(a, b, y, direction):
    """The integral of the logit's density over that at y, from y outwards."""
    a_f, b_f, y_f = float(a), float(b), float(y)
    log_x, log_1mx = _log_pair(y)
    lx_f, l1mx_f = _log_sigmoid(y_f), _log_sigmoid(-y_f)

    def phi(s):
        t = y_f + direction * s
        return a_f * (_log_sigmoid(t) - lx_f) + b_f * (
            _log_sigmoid(-t) - l1mx_f
        )

    def integrand(s):
        l1, l2 = _log_pair(y + direction * s)
        return (mp.exp(a * (l1 - log_x) + b * (l2 - log_1mx)),)

    quiet = max(0.0, math.log(a_f + b_f))

    # As in beta_reference.py: the singularities lie at i pi (2 k + 1).
    def width(s):
        t = y_f + direction * s
        share = 0.5 if direction * t > 0 else 0.3
        return max(1.0, min(0.5 * s, share * (abs(t) - quiet)))

    length = quadrature.decay_length(phi, 1e9)
    return quadrature.moments(integrand, length, width)[0]


def _both(lower, upper, density):
    """Tails, their logarithms and the density, from unnormalized integrals."""
    total = lower + upper
    p, q = lower / total, upper / total
    return (
        p,
        q,
        mp.log(p) if p < 0.5 else mp.log1p(-q),
        mp.log(q) if q < 0.5 else mp.log1p(-p),
        density,
    )


def betainc(a_f, b_f, lesser_f):
    """I, 1 - I, their logarithms and the density of the logit."""
    with mp.workdps(DIGITS):
        a, b, x = mpf(a_f), mpf(b_f), mpf(lesser_f)
        y = mp.log(x) - mp.log1p(-x)
        density = mp.exp(
            a * mp.log(x)
            + b * mp.log1p(-x)
            + mp.loggamma(a + b)
            - mp.loggamma(a)
            - mp.loggamma(b)
        )
        below = _beta_integral(a, b, y, -1)
        above = _beta_integral(a, b, y, 1)
        # The sum of both is what normalizes the density.
        assert abs((below + above) * density - 1) < mpf(10) ** -30, (
            a_f,
            b_f,
            lesser_f,
        )
        return _both(below, above, density)


def _verify_at(a, b, x):
    p = mp.betainc(a, b, 0, x, regularized=True)
    q = mp.betainc(b, a, 0, 1 - x, regularized=True)
    return _both(p, q, x**a * (1 - x) ** b / mp.beta(a, b))


def verify_betainc(a_f, b_f, lesser_f):
    if min(a_f, b_f) > 3000 or max(a_f, b_f) > 1e6:
        return None
    with mp.workdps(60):
        return _verify_at(mpf(a_f), mpf(b_f), mpf(lesser_f))


def logit_betainc(a_f, b_f, y_f):
    """The same from the logit."""
    with mp.workdps(DIGITS):
        a, b, y = mpf(a_f), mpf(b_f), mpf(y_f)
        log_x, log_1mx = _log_pair(y)
        density = mp.exp(
            a * log_x
            + b * log_1mx
            + mp.loggamma(a + b)
            - mp.loggamma(a)
            - mp.loggamma(b)
        )
        below = _beta_integral(a, b, y, -1)
        above = _beta_integral(a, b, y, 1)
        assert abs((below + above) * density - 1) < mpf(10) ** -30
        return _both(below, above, density)


def verify_logit_betainc(a_f, b_f, y_f):
    if min(a_f, b_f) > 3000 or max(a_f, b_f) > 1e6 or abs(y_f) > 100:
        return None
    with mp.workdps(120):
        x = 1 / (1 + mp.exp(-mpf(y_f)))
        p, q, _, _, density = _verify_at(mpf(a_f), mpf(b_f), x)
        return _both(p, q, density)


def _cosh_integral(nu, begin, end):
    """The integral of cosh(v)^-nu over (begin, end); end may be None."""
    nu_f, begin_f = float(nu), float(begin)
    log_cosh0 = mp.log(mp.cosh(begin))

    def log_cosh(v):
        return abs(v) + math.log1p(math.exp(-2 * abs(v))) - math.log(2)

    tanh0 = math.tanh(begin_f)

    def phi(s):  # cosh(v + s) / cosh(v) = cosh s (1 + tanh v tanh s)
        return -nu_f * (
            (log_cosh(s) if s > 1e-2 else s * s / 2)
            + math.log1p(tanh0 * math.tanh(s))
        )

    length = mpf(quadrature.decay_length(phi, 1e9))
    if end is not None and end - begin < length:
        length = end - begin
    value = quadrature.moments(
        lambda s: (mp.exp(-nu * (mp.log(mp.cosh(begin + s)) - log_cosh0)),),
        length,
        lambda s: max(0.8, min(0.5 * s, 0.5 * (begin_f + s))),
    )
    return value[0] * mp.exp(-nu * log_cosh0) if value else mpf(0)


def student_t_cdf(nu_f, t_f):
    """F, 1 - F, their logarithms and the density."""
    with mp.workdps(DIGITS):
        nu, t = mpf(nu_f), mpf(t_f)
        v = mp.asinh(abs(t) / mp.sqrt(nu))
        tail = _cosh_integral(nu, v, None)
        rest = _cosh_integral(nu, mpf(0), None) + _cosh_integral(nu, mpf(0), v)
        log_density = _student_t_log_prob(nu, t)
        lower, upper = (tail, rest) if t < 0 else (rest, tail)
        return _both(lower, upper, mp.exp(log_density))


def verify_student_t_cdf(nu_f, t_f):
    if nu_f > 1e6 or abs(t_f) < 1e-6:
        return None
    with mp.workdps(60):
        nu, t = mpf(nu_f), mpf(t_f)
        tail = mp.betainc(
            nu / 2, mpf(0.5), 0, nu / (nu + t * t), regularized=True
        )
        tail /= 2
        lower, upper = (tail, 1 - tail) if t < 0 else (1 - tail, tail)
        density = mp.exp(_student_t_log_prob(nu, t))
        return _both(lower, upper, density)


def _student_t_log_prob(nu, t):
    return (
        mp.loggamma((nu + 1) / 2)
        - mp.loggamma(nu / 2)
        - mp.log(nu * mp.pi) / 2
        - (nu + 1) / 2 * mp.log1p(t * t / nu)
    )


def student_t_log_prob(nu_f, t_f):
    """The log density and its derivatives in nu and t."""
    with mp.workdps(DIGITS):
        nu, t = mpf(nu_f), mpf(t_f)
        in_nu = (
            mp.psi(0, (nu + 1) / 2)
            - mp.psi(0, nu / 2)
            - 1 / nu
            - mp.log1p(t * t / nu)
            + (nu + 1) * t * t / (nu * (nu + t * t))
        ) / 2
        return _student_t_log_prob(nu, t), in_nu, -(nu + 1) * t / (nu + t * t)


def verify_student_t_log_prob(nu_f, t_f):
    with mp.workdps(150):
        nu, t = mpf(nu_f), mpf(t_f)
        step = mpf(10) ** -50
        in_nu = _student_t_log_prob(nu * (1 + step), t)
        in_nu -= _student_t_log_prob(nu * (1 - step), t)
        in_t = _student_t_log_prob(nu, t * (1 + step))
        in_t -= _student_t_log_prob(nu, t * (1 - step))
        return (
            _student_t_log_prob(nu, t),
            in_nu / (2 * step * nu),
            in_t / (2 * step * t),
        )


def _entropy(nu):
    return (
        (nu + 1) / 2 * (mp.psi(0, (nu + 1) / 2) - mp.psi(0, nu / 2))
        + mp.log(nu) / 2
        + mp.loggamma(nu / 2)
        + mp.loggamma(mpf(1) / 2)
        - mp.loggamma((nu + 1) / 2)
    )


def student_t_entropy(nu_f):
    """The entropy and its derivative."""
    with mp.workdps(DIGITS):
        nu = mpf(nu_f)
        slope = (nu + 1) / 4 * (
            mp.psi(1, (nu + 1) / 2) - mp.psi(1, nu / 2)
        ) + 1 / (2 * nu)
        return _entropy(nu), slope


def verify_student_t_entropy(nu_f):
    with mp.workdps(150):
        nu = mpf(nu_f)
        step = mpf(10) ** -50
        slope = (_entropy(nu * (1 + step)) - _entropy(nu * (1 - step))) / (
            2 * step * nu
        )
        return _entropy(nu), slope


# ---------------------------------------------------------------------------
# The points. All have x <= 1/2, given exactly; I(b, a, 1 - x) = 1 - I(a, b, x)
# has the others.


def _sample(rng, a, b, sigmas):
    """The logit of a sample, or of a point so many sigmas from the mean."""
    if sigmas:
        return math.log(a / b) + rng.uniform(-1, 1) * sigmas * math.sqrt(
            1 / a + 1 / b
        )

    def log_gamma(shape):
        return (
            math.log(rng.gamma(shape + 1)) + math.log1p(-rng.random()) / shape
        )

    return log_gamma(a) - log_gamma(b)


def _of_logit(dtype, a, b, y):
    """(a, b, x) with x <= 1/2 exact, exchanged where y > 0; or None."""
    if y > 0:
        a, b, y = b, a, -y
    a, b, x = (float(dtype(v)) for v in (a, b, special.expit(y)))
    # No table can hold a quantile that underflows in float32.
    return (a, b, x) if x > 1.2e-38 else None


def _beta_points(rng, dtype, count):
    points = []
    ranges = [(-6, 10), (-2, 2), (-1, 1), (-6, 0), (2, 10), (-3, 4)]
    while len(points) < count:
        lo, hi = ranges[len(points) % len(ranges)]
        a, b = 10.0 ** rng.uniform(lo, hi, 2)
        if rng.random() < 0.3:
            b = a * 10.0 ** rng.uniform(-1, 1)
        far = min(a, b) > 1 and rng.random() < 0.4
        y = _sample(rng, a, b, 20 if far else 0)
        point = _of_logit(dtype, a, b, y)
        if point:
            points.append(point)
    return points


def _beta_borders(rng, dtype):
    """Both sides of the borders of betainc_regions.h."""
    points = []

    def near(a, b, x):
        """Neighbours of x, also with a and b exchanged."""
        if not (0 < x < 1) or max(a, b) * x > 500:
            return
        for z in table.neighbours(min(x, 1 - x), dtype):
            pair = (a, b) if x <= 0.5 else (b, a)
            if z <= 0.5:
                points.append((float(dtype(pair[0])), float(dtype(pair[1])), z))

    for a in (1e-3, 0.3, 0.97):
        for b in (2.5, 40.0, 3e4, 1e9):
            near(a, b, 1 / b)
        for b in (1e-4, 0.5, 1.5):
            for x in (0.03, 0.1, 0.5):
                near(a, b, x)
    for a in (1.0, 2.0, 4.0, 8.0, 16.0, 64.0):
        for z in table.neighbours(a, dtype):
            for b in (0.4, 1.0, 3.0, 80.0, 1e6):
                for sigmas in (0, 2):
                    point = _of_logit(
                        dtype, z, b, _sample(rng, z, float(b), sigmas)
                    )
                    if point:
                        points.append(point)
    for a in (1.5, 6.0, 12.0, 30.0, 90.0):
        for b in (1.2, 7.0, 60.0, 500.0):
            for x in (0.1, 0.3, 0.5, 0.8):
                near(a, b, x)
            s = a + b
            for z in (2.0, 4.0):
                near(a, b, (a + z * math.sqrt(a + 1)) / s)
    for a in (70.0, 1e3, 1e7, 1e10):
        for b in (64.0, 200.0, 3e5, 1e10):
            s = a + b
            for z in (-4.5, 0.0, 4.5):
                near(a, b, a / s + z * math.sqrt(a / s * (b / s) / s))
    return points


def beta_points():
    rng = np.random.default_rng(41)
    return _beta_borders(rng, np.float32) + _beta_points(rng, np.float32, 420)


def _not_float32(points):
    return [
        p
        for p in table.unique(points)
        if any(float(np.float32(v)) != v for v in p)
    ]


def beta_float64_points():
    rng = np.random.default_rng(42)
    return _not_float32(
        _beta_borders(rng, np.float64)[::4] + _beta_points(rng, np.float64, 150)
    )


def logit_points():
    rng = np.random.default_rng(47)
    points = []
    while len(points) < 120:
        lo, hi = [(-6, 0), (-3, 3), (0, 10)][len(points) % 3]
        a, b = (float(v) for v in np.float32(10.0 ** rng.uniform(lo, hi, 2)))
        far = min(a, b) > 1 and rng.random() < 0.4
        points.append((a, b, float(np.float32(_sample(rng, a, b, 20 * far)))))
    return points


def _student_t_points(rng, dtype, count):
    points = []
    while len(points) < count:
        nu = float(
            dtype(10.0 ** rng.uniform(-2, 10 if rng.random() < 0.5 else 2))
        )
        kind = rng.random()
        if kind < 0.4:
            t = rng.standard_t(nu)
        elif kind < 0.7:
            t = rng.uniform(-20, 20)
        else:
            t = rng.choice([-1, 1]) * 10.0 ** rng.uniform(-15, 4)
        t = float(dtype(t))
        tail = 0.5 * nu * math.log1p(t * t / nu)
        if 0 < abs(t) < 1e30 and tail < 500:
            points.append((nu, t))
    for nu in (0.3, 1.5, 3.0, 30.0, 1e4, 1e9):
        # The borders nu x = 2 and x = 1/2 of the series.
        for t in (math.sqrt(2 / (1 - min(2 / nu, 0.9))), math.sqrt(nu)):
            if t < 30:
                for z in table.neighbours(t, dtype):
                    points += [(float(dtype(nu)), z), (float(dtype(nu)), -z)]
    for nu in (1.0, 2.0):
        for z in table.neighbours(nu, dtype):
            points += [(z, 0.5), (z, -3.0)]
    return points


def student_t_points():
    return _student_t_points(np.random.default_rng(43), np.float32, 260)


def student_t_float64_points():
    return _not_float32(
        _student_t_points(np.random.default_rng(44), np.float64, 80)
    )


def log_prob_points():
    rng = np.random.default_rng(45)
    points = student_t_points()
    for nu in (0.1, 1.0, 1e4, 1e6, 1e8):
        for t in (1e-20, 0.7, 1.0, 1e10, 3e38):  # the last: saturated
            points.append(tuple(table.float32s([nu, t])))
    for nu in 10.0 ** rng.uniform(-2, 10, 60):
        t = min(rng.standard_t(nu), 1e38)
        points.append(tuple(table.float32s([nu, t])))
    return [p for p in table.unique(points) if abs(p[1]) < 3.4e38]


def entropy_points():
    rng = np.random.default_rng(46)
    values = list(10.0 ** rng.uniform(-3, 10, 80))
    values += [1e8, 1e10, 1.0, *table.neighbours(2.0)]
    return [(v,) for v in table.float32s(values)]


METHOD = (
    "Gauss-Legendre quadrature of the density at 70 digits"
    " (second method: mpmath.betainc)"
)
FORMULA = "definition at 70 digits (second method: differences)"
TAILS = ["lower", "upper", "log_lower", "log_upper", "density"]
SHAPES = ["concentration1", "concentration0", "lesser"]
TABLES = [
    table.Table(
        "betainc.csv",
        SHAPES,
        TAILS,
        beta_points,
        betainc,
        verify_betainc,
        METHOD,
    ),
    table.Table(
        "betainc_float64.csv",
        SHAPES,
        TAILS,
        beta_float64_points,
        betainc,
        verify_betainc,
        METHOD,
        float32=False,
    ),
    table.Table(
        "logit_betainc.csv",
        ["concentration1", "concentration0", "logit"],
        TAILS,
        logit_points,
        logit_betainc,
        verify_logit_betainc,
        METHOD,
    ),
    table.Table(
        "student_t_cdf.csv",
        ["df", "sample"],
        TAILS,
        student_t_points,
        student_t_cdf,
        verify_student_t_cdf,
        METHOD,
    ),
    table.Table(
        "student_t_cdf_float64.csv",
        ["df", "sample"],
        TAILS,
        student_t_float64_points,
        student_t_cdf,
        verify_student_t_cdf,
        METHOD,
        float32=False,
    ),
    table.Table(
        "student_t_log_prob.csv",
        ["df", "sample"],
        ["log_prob", "dlog_prob_ddf", "dlog_prob_dsample"],
        log_prob_points,
        student_t_log_prob,
        verify_student_t_log_prob,
        FORMULA,
    ),
    table.Table(
        "student_t_entropy.csv",
        ["df"],
        ["entropy", "dentropy_ddf"],
        entropy_points,
        student_t_entropy,
        verify_student_t_entropy,
        FORMULA,
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
