# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the derivative of multivariate Student-t lengths in df.

Of l = log s, s the square of the length in dimension d, with f its density and
its score g = d(log f)/dnu, the definition dl/dnu = -(dF/dnu) / (dF/dl) reads

    dl/dnu = -int_0^inf g(l - x) f(l - x) / f(l) dx
           = int_0^inf g(l + x) f(l + x) / f(l) dx.

The second method differentiates `mpmath.betainc`.
"""

import math

import numpy as np
from mpmath import mp, mpf
from scipy import stats

from tests.reference import quadrature, table


def radial_grad(d_f, df_f, log_s_f):
    """dl/dnu, on the side where f falls."""
    with mp.workdps(70 + int(4 * abs(math.log10(df_f)))):
        d, nu, log_s = mpf(d_f), mpf(df_f), mpf(log_s_f)
        gap = (mp.psi(0, (d + nu) / 2) - mp.psi(0, nu / 2)) / 2 - d / (2 * nu)
        sign = 1 if log_s_f > math.log(d_f) else -1
        at_end = mp.log1p(mp.exp(log_s) / nu)

        def integrand(x):
            y = log_s + sign * x
            ratio = mp.exp(y) / nu
            log = mp.log1p(ratio)
            score = gap - log / 2 + (d + nu) / (2 * nu) * ratio / (1 + ratio)
            phi = sign * x * d / 2 - (d + nu) / 2 * (log - at_end)
            return (score * mp.exp(phi),)

        def log1p_exp(t):
            return max(t, 0) + math.log1p(math.exp(-abs(t)))

        center = math.log(df_f)

        def phi(x):
            log = log1p_exp(log_s_f + sign * x - center)
            rise = log - log1p_exp(log_s_f - center)
            return sign * x * d_f / 2 - (d_f + df_f) / 2 * rise

        length = quadrature.decay_length(phi, 1e8)
        (whole,) = quadrature.moments(
            integrand,
            length,
            lambda x: max(1.0, abs(log_s_f + sign * x - center) / 4),
        )
        return (sign * whole,)


def verify_radial_grad(d_f, df_f, log_s_f):
    """By differences of the Beta distribution's CDF."""
    if not 0.05 < df_f < 1e4 or abs(log_s_f) > 25:
        return None
    with mp.workdps(90):
        d, nu, log_s = mpf(d_f), mpf(df_f), mpf(log_s_f)
        s = mp.exp(log_s)
        lower = s < d

        def tail(e):
            n = nu * (1 + e)
            x = s / (s + n)
            ends = (0, x) if lower else (x, 1)
            return mp.betainc(d / 2, n / 2, *ends, regularized=True)

        slope = mp.diff(tail, 0, h=mpf(10) ** -25) / nu
        density = mp.exp(
            d / 2 * (log_s - mp.log(nu))
            - (d + nu) / 2 * mp.log1p(s / nu)
            - mp.log(mp.beta(d / 2, nu / 2))
        )
        return ((-slope if lower else slope) / density,)


def points():
    rng = np.random.default_rng(83)
    result = []

    def add(d, df, s):
        df, log_s = table.float32s([df, math.log(s)])
        result.append((float(d), df, log_s))

    for _ in range(260):
        d = int(rng.choice([1, 2, 3, 5, 10, 50, 400]))
        df = 10 ** rng.uniform(-1.5, 7)
        tail = rng.random() if rng.random() < 0.6 else 10 ** -rng.uniform(0, 8)
        law = stats.f(d, df)
        s = d * (law.ppf(tail) if rng.random() < 0.5 else law.isf(tail))
        if 0 < s < 1e30:
            add(d, df, s)
    # Both sides of the series.
    for d in (1, 3, 20):
        for df in (3e3, 3e4, 1e6):
            if df > 1000 * d:
                for factor in (1 - 1e-6, 1 + 1e-6):
                    add(d, df, (df / 1000 - d) * factor)
    return result


TABLES = [
    table.Table(
        "radial_student_t_sample_grad.csv",
        ["dimension", "df", "log_square"],
        ["d_df"],
        points,
        radial_grad,
        verify_radial_grad,
        "quadrature",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
