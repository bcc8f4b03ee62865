# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values for the mean-direction component of von Mises-Fisher.

In dimension m the component w = cos(theta) has the density proportional to
(1 - w^2)^((m-3)/2) e^{kappa w}, its mean is A = I_{m/2}/I_{m/2-1} at kappa,
and

    dw/dkappa = sin(theta)^{3-m}
                int_0^theta (cos t - A) e^{phi(t)} sin(t)^{m-2} dt
              = the same over [theta, pi], negated,
    phi(t) = kappa (cos t - cos theta).

The second method integrates the density in w by tanh-sinh and differentiates
the CDF numerically.
"""

import math

import numpy as np
from mpmath import mp, mpf

from tests.reference import quadrature, table

DIGITS = 90


def _mean(m, kappa):
    if kappa == 0:
        return mpf(0)
    half = mpf(m) / 2
    return mp.besseli(half, kappa) / mp.besseli(half - 1, kappa)


def sample_grad(m_f, kappa_f, w_f):
    """Returns dw/dkappa."""
    m = int(m_f)
    with mp.workdps(DIGITS):
        kappa, w = mpf(kappa_f), mpf(w_f)
        mean = _mean(m, kappa)
        theta = mp.acos(w)
        theta_f = float(theta)
        log_sine = mp.log(mp.sin(theta))
        # Above the mode of theta's density integrate away from the pole 0.
        towards_zero = w > mean
        direction = -1 if towards_zero else 1
        room = theta_f if towards_zero else math.pi - theta_f

        def phi(s):
            t = theta_f + direction * s
            if not 0 < t < math.pi:
                return -math.inf
            gap = -2 * math.sin((t + theta_f) / 2) * math.sin(direction * s / 2)
            return kappa_f * gap + (m - 2) * (
                math.log(math.sin(t)) - math.log(math.sin(theta_f))
            )

        def integrand(s):
            t = theta + direction * s
            cos_t = mp.cos(t)
            e = mp.exp(kappa * (cos_t - w))
            if m > 2:
                e *= (mp.sin(t) * mp.exp(-log_sine)) ** (m - 2)
            return ((cos_t - mean) * e,)

        length = mpf(quadrature.decay_length(phi, room))
        if length >= room * (1 - 1e-9):
            length = theta if towards_zero else mp.pi - theta
        (integral,) = quadrature.moments(integrand, length, lambda s: 0.5)
        # The density of w: that of theta over sin(theta).
        return (-direction * mp.exp(log_sine) * integral,)


def verify(m_f, kappa_f, w_f):
    m = int(m_f)
    with mp.workdps(40):
        kappa, w = mpf(kappa_f), mpf(w_f)

        # 1 at w: mp.quad stops at an absolute error.
        sine = mp.sqrt((1 - w) * (1 + w))

        def weight(k, t):
            return mp.exp(k * (mp.cos(t) - w)) * (mp.sin(t) / sine) ** (m - 2)

        # Panels around the maximum of the density of theta.
        width = 1 / mp.sqrt(kappa + m)
        theta = mp.acos(w)
        mode = mp.atan2(mp.sqrt(m - 2), mp.sqrt(kappa))
        marks = {mpf(0), theta, mp.pi}
        for centre in (theta, mode):
            for step in range(-24, 25, 4):
                marks.add(centre + step * width)
        marks = sorted(t for t in marks if 0 <= t <= mp.pi)

        def tails(k):
            above = mp.quad(
                lambda t: weight(k, t), [t for t in marks if t <= theta]
            )
            below = mp.quad(
                lambda t: weight(k, t), [t for t in marks if t >= theta]
            )
            return above, below

        def log_odds(k):
            above, below = tails(k)
            return mp.log(below / above)

        above, below = tails(kappa)
        step = max(kappa, mpf(1))
        slope = mp.diff(lambda e: log_odds(kappa + step * e), 0) / step
        # dF = F (1 - F) d log-odds, and the density of w is
        # weight / sin(theta) / (above + below).
        f_kappa = above * below / (above + below) * slope
        return (-f_kappa * mp.sin(theta) / weight(kappa, theta),)


def _sample(rng, m, kappa):
    """Ulrich's rejection sampler in the form of Wood (1994), in float64."""
    b = (m - 1) / (2 * kappa + math.sqrt(4 * kappa**2 + (m - 1) ** 2))
    x = (1 - b) / (1 + b)
    c = kappa * x + (m - 1) * math.log1p(-x * x)
    while True:
        z = rng.beta((m - 1) / 2, (m - 1) / 2)
        w = (1 - (1 + b) * z) / (1 - (1 - b) * z)
        if kappa * w + (m - 1) * math.log1p(-x * w) - c >= math.log(
            rng.random()
        ):
            return w


def points():
    rng = np.random.default_rng(41)
    rows = []
    for m in (2, 3, 5, 10, 50, 1000):
        kappas = [0.0, 1e-6, 1.0, 1e6]
        kappas += list(10.0 ** rng.uniform(-2, 6, 46))
        for kappa in table.float32s(kappas):
            w = float(np.float32(_sample(rng, m, kappa)))
            while not -1 < w < 1:
                w = float(np.float32(_sample(rng, m, kappa)))
            rows.append((float(m), kappa, w))
    return rows


TABLES = [
    table.Table(
        "von_mises_fisher_sample_grad.csv",
        ["dimension", "concentration", "sample"],
        ["dw"],
        points,
        sample_grad,
        verify,
        "Gauss-Legendre quadrature of the definition at 90 digits"
        " (second method: differences of a tanh-sinh quadrature)",
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
