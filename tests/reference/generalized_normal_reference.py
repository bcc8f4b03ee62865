# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the derivative of generalized Normal samples in power.

With l = log t, t the distance from loc in scales, whose density is
p / Gamma(1 / p) exp(-t^p), the definition dt/dp = -(dF/dp) / (dF/dt) reads

    dl/dp = -int_0^inf (c - y e^(p y)) e^(phi(x)) dx,       y = l - x,
          = int_0^inf (c - y e^(p y)) e^(phi(x)) dx,        y = l + x,

c = 1 / p + digamma(1 / p) / p^2, phi the logarithm of t times the density at y
less that at l. The second method differentiates `mpmath.gammainc`.
"""

import math

import numpy as np
from mpmath import mp, mpf
from scipy import special

from tests.reference import quadrature, table


def power_grad(power_f, log_t_f):
    """dl/dp, on the side where phi falls."""
    with mp.workdps(90 + int(4 * abs(math.log10(power_f)))):
        p, log_t = mpf(power_f), mpf(log_t_f)
        c = 1 / p + mp.psi(0, 1 / p) / p**2
        z = mp.exp(p * log_t)
        z_f = math.exp(power_f * log_t_f)
        sign = 1 if z_f * power_f > 1 else -1

        def integrand(x):
            y = log_t + sign * x
            rise = z * mp.expm1(sign * p * x)
            return ((c - y * (z + rise)) * mp.exp(sign * x - rise),)

        def phi(x):
            exponent = sign * power_f * x
            if exponent > 700:
                return -math.inf
            return sign * x - z_f * math.expm1(exponent)

        length = quadrature.decay_length(phi, 1e6)
        (whole,) = quadrature.moments(
            integrand, length, lambda x: max(1 / power_f, x / 2)
        )
        return (sign * whole,)


def verify_power_grad(power_f, log_t_f):
    """By differences of the Gamma distribution's CDF at t^p."""
    z_f = math.exp(power_f * log_t_f)
    if not 1e-3 < power_f < 1e4 or z_f > 1e4 or z_f < 1e-30:
        return None
    with mp.workdps(80):
        p, log_t = mpf(power_f), mpf(log_t_f)
        ends = [0, None] if z_f * power_f < 1 else [None, mp.inf]

        def log_tail(e):
            q = p * (1 + e)
            z = mp.exp(q * log_t)
            limits = [z if end is None else end for end in ends]
            return mp.gammainc(1 / q, *limits, regularized=True)

        slope = mp.diff(log_tail, 0, h=mpf(10) ** -25) / p
        density = p / mp.gamma(1 / p) * mp.exp(log_t - mp.exp(p * log_t))
        if ends[0] is None:
            slope = -slope
        return (-slope / density,)


def points():
    rng = np.random.default_rng(71)
    result = []
    powers = np.concatenate(
        [10.0 ** rng.uniform(-3, 4, 200), 10.0 ** rng.uniform(-0.5, 1.5, 100)]
    )
    for power in powers:
        lower = rng.random() < 0.5
        tail = rng.random() if rng.random() < 0.5 else 10 ** -rng.uniform(0, 10)
        result.append(_point(power, _quantile(power, tail, lower)))
    # Both sides of the borders of every region.
    for power in (1e4, 30.0, 3.0, 1.0, 0.7, 0.27, 0.25, 0.13, 0.1, 0.02, 3e-3):
        a = 1 / power
        for z in [0.5, 2.5, 4.0, a + 0.7] + [
            a * r for r in (0.0835, 0.19, 0.29, 2.45, 3.6, 10)
        ]:
            if special.gammainc(a, z) > 1e-13 and special.gammaincc(a, z):
                for factor in (1 - 1e-6, 1 + 1e-6):
                    result.append(_point(power, math.log(z * factor)))
    return result


def _quantile(power, tail, lower):
    """Log z, that of the leading term where z underflows."""
    a = 1 / power
    z = (special.gammaincinv if lower else special.gammainccinv)(a, tail)
    if z > 1e-300:
        return math.log(z)
    tail = tail if lower else 1 - tail
    return (math.log(tail) + math.lgamma(a + 1)) / a


def _point(power, log_z):
    power = float(np.float32(power))
    return power, float(np.float32(log_z / power))


TABLES = [
    table.Table(
        "generalized_normal_sample_grad.csv",
        ["power", "log_distance"],
        ["d_power"],
        points,
        power_grad,
        verify_power_grad,
        "quadrature",
    )
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
