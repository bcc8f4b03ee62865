# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the noncentral Student's t distribution.

With u = chi2(df) / df, the density of t is the mean of sqrt(u) phi(t sqrt(u) -
noncentrality), the CDF that of Phi(t sqrt(u) - noncentrality). These, and the
derivatives of the CDF, which are those of the density of u and of Phi, are sums
by the trapezoidal rule over log(u) / 2. The second method is the density by the
hypergeometric function 1F1 and the CDF by a series of incomplete beta functions
(Lenth 1989), which it differentiates numerically.

The tails are integrals over log(u) / 2, too, of all positive terms, by
Gauss-Legendre panels on both sides of the peak of the integrand.
"""

from mpmath import mp, mpf

from tests.reference import quadrature, table

DIGITS = 40


def _sums(t, df, noncentrality):
    """The means for the density, dF/ddf and dF/dnoncentrality."""
    half = df / 2
    log_norm = half * mp.log(half) - mp.loggamma(half) + mp.log(2)
    of_df = mp.log(half) + 1 - mp.digamma(half)
    sign = -1 if t > noncentrality else 1

    def exponent(y):
        return log_norm + df * (y - mp.exp(2 * y) / 2)

    depth = mpf(75)
    ends = []
    for side in (-1, 1):
        reach = mpf(1) / 100 / mp.sqrt(df + 1)
        while exponent(side * reach) > exponent(0) - depth:
            reach *= mpf(1.2)
        ends.append(side * reach)
    # The nodes of --check are a finer step here.
    nodes = quadrature._rule["nodes"]
    curvature = 2 * df + noncentrality**2 + 1
    step = min(mpf(1) / 22, mpf(0.38) / mp.sqrt(curvature)) * 40 / nodes
    totals = [mpf(0)] * 3
    for k in range(int((ends[1] - ends[0]) / step) + 1):
        y = ends[0] + k * step
        root = mp.exp(y)
        weight = mp.exp(exponent(y))
        x = t * root - noncentrality
        density = mp.npdf(x)
        tail = mp.ncdf(sign * x)
        totals[0] += weight * root * density
        totals[1] += sign * weight * tail * (of_df + 2 * y - root**2) / 2
        totals[2] -= weight * density
    return [step * total for total in totals]


def values(*point):
    """log_prob, dt/ddf, dt/dnoncentrality."""
    with mp.workdps(DIGITS):
        df, noncentrality, t = map(mpf, point)
        density, of_df, of_noncentrality = _sums(t, df, noncentrality)
        return mp.log(density), -of_df / density, -of_noncentrality / density


def _density(t, df, d):
    square = df + t**2
    x = (d * t) ** 2 / (2 * square)
    first = mp.sqrt(2) * d * t * mp.hyp1f1(df / 2 + 1, mpf(3) / 2, x)
    first /= square * mp.gamma((df + 1) / 2)
    second = mp.hyp1f1((df + 1) / 2, mpf(1) / 2, x)
    second /= mp.sqrt(square) * mp.gamma(df / 2 + 1)
    factor = df ** (df / 2) * mp.gamma(df + 1) * mp.exp(-(d**2) / 2)
    factor /= mpf(2) ** df * square ** (df / 2) * mp.gamma(df / 2)
    return factor * (first + second)


def _cdf(t, df, d):
    """Where t >= 0, less Phi(-d)."""
    x = t**2 / (df + t**2)
    y = d**2 / 2
    total = mpf(0)
    p, q = mp.exp(-y), mp.exp(-y) / mp.gamma(mpf(3) / 2)
    for j in range(200):
        total += p * mp.betainc(j + mpf(1) / 2, df / 2, 0, x, regularized=True)
        total += (
            d
            / mp.sqrt(2)
            * q
            * mp.betainc(j + 1, df / 2, 0, x, regularized=True)
        )
        p *= y / (j + 1)
        q *= y / (j + mpf(3) / 2)
        if p + q < mpf(10) ** -60:
            break
    return total / 2


def verify(*point):
    with mp.workdps(60):
        df, d, t = map(mpf, point)
        if df > 50 or df < 1 or abs(d) > 5 or t == 0:
            return None
        sign = 1 if t > 0 else -1
        density = _density(t, df, d)

        def lower(df, d):
            """Of the mirrored variable for a negative t."""
            return _cdf(sign * t, df, sign * d) + mp.ncdf(-sign * d)

        h = mpf(10) ** -11
        slopes = []
        for moves in ((h, 0), (0, h)):
            f = [
                lower(df + i * moves[0], d + i * moves[1])
                for i in (-2, -1, 1, 2)
            ]
            slope = (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h)
            slopes.append(-sign * slope / density)
        return mp.log(density), *slopes


_DF = [0.1, 0.7, 1.0, 2.5, 7.0, 40.0, 1e3, 1e4, 1e6, 1e8, 1e10]
_NONCENTRALITY = [0.0, 1e-3, -1.5, 4.0, 30.0]
_PLACES = [-9.0, -2.5, -0.4, 0.9, 3.0, 12.0]


def points():
    rows = []
    for i, df in enumerate(_DF):
        for j, noncentrality in enumerate(_NONCENTRALITY):
            # Two of the places each; far ones where tails are heavy.
            for place in (_PLACES[(i + j) % 6], _PLACES[(i + j + 3) % 6]):
                if df >= 40 and abs(place) > 5:
                    place /= 2
                t = noncentrality + place
                rows.append(tuple(table.float32s([df, noncentrality, t])))
    return rows


def _log_tail(df, b, r):
    """The logarithm of the mean of Phi(b + r sqrt(u))."""
    half = df / 2

    def log_ndtr(x):
        return mp.log(mp.erfc(-x / mp.sqrt(2)) / 2)

    def exponent(y):
        log_u = half * (mp.expm1(2 * y) - 2 * y)
        return log_ndtr(b + r * mp.exp(y)) - log_u

    def rises(y):
        w = mp.exp(y)
        h = b + r * w
        mills = mp.npdf(h) / (mp.erfc(-h / mp.sqrt(2)) / 2)
        return df * (1 / w - w) + r * mills > 0

    low, high = mpf(-60), mpf(12)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) else (low, middle)
    peak, top = low, exponent(low)
    # Phi goes from 0 to 1 within 1 / b around the point where its argument is
    # 0; elsewhere widths grow with the distance.
    x = abs(r) * mp.exp(peak)
    narrow, uniform = x if r < 0 else min(x, abs(b)), mpf(0)
    if b * r < 0:
        narrow = max(narrow, abs(b))
        uniform = abs(mp.log(abs(b / r)) - peak) + 1
    narrow = min(
        mpf(1) / 2, 3 / mp.sqrt(df * (1 + mp.exp(2 * peak)) + narrow**2)
    )
    total = mpf(0)
    for side in (-1, 1):

        def fall(s, side=side):
            return exponent(peak + side * s) - top

        length = quadrature.decay_length(fall, 1e6)
        (mass,) = quadrature.moments(
            lambda s, fall=fall: (mp.exp(fall(s)),),
            length,
            lambda s: float(max(narrow, 0 if s < uniform else mpf(s) / 4)),
        )
        total += mass
    log_norm = half * mp.log(half) - half - mp.loggamma(half) + mp.log(2)
    return log_norm + top + mp.log(total)


def _both(log_tail):
    """The logarithms of a probability and of its complement."""
    return log_tail, mp.log1p(-mp.exp(log_tail))


def tails(*point):
    """The CDF, the survival function, and their logarithms."""
    with mp.workdps(DIGITS):
        df, noncentrality, t = map(mpf, point)
        # Of t and the noncentrality with the sign at which t is not negative.
        sign = -1 if t < 0 else 1
        upper, lower = _both(_log_tail(df, sign * noncentrality, -abs(t)))
        if upper > -0.1:
            lower, upper = _both(_log_tail(df, -sign * noncentrality, abs(t)))
        if sign < 0:
            lower, upper = upper, lower
        return mp.exp(lower), mp.exp(upper), lower, upper


def verify_tails(*point):
    with mp.workdps(90):
        df, d, t = map(mpf, point)
        if df > 50 or abs(d) > 5:
            return None
        sign = -1 if t < 0 else 1
        lower = _cdf(abs(t), df, sign * d) + mp.ncdf(-sign * d)
        both = (lower, 1 - lower) if sign > 0 else (1 - lower, lower)
        return *both, *map(mp.log, both)


_TAIL_DF = [0.01, *_DF]
_TAIL_NONCENTRALITY = [*_NONCENTRALITY, -37.0]


def tail_points():
    rows = []
    for i, df in enumerate(_TAIL_DF):
        for j, noncentrality in enumerate(_TAIL_NONCENTRALITY):
            spread = (1 + noncentrality**2 / (2 * df)) ** 0.5
            for k in range(3):
                place = _PLACES[(i + j + 2 * k) % 6]
                if df >= 1:
                    place *= min(spread, 10)
                t = noncentrality + place
                # Far ones where tails are heavy.
                if df < 3 and k == 2:
                    t *= 10 ** (1 / df if df > 0.05 else 15)
                rows.append(tuple(table.float32s([df, noncentrality, t])))
    return rows


TABLES = [
    table.Table(
        "noncentral_student_t.csv",
        ["df", "noncentrality", "sample"],
        ["log_prob", "d_df", "d_noncentrality"],
        points,
        values,
        verify,
        f"trapezoidal sums at {DIGITS} digits",
    ),
    table.Table(
        "noncentral_student_t_cdf.csv",
        ["df", "noncentrality", "sample"],
        ["lower", "upper", "log_lower", "log_upper"],
        tail_points,
        tails,
        verify_tails,
        f"Gauss-Legendre quadrature at {DIGITS} digits",
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
