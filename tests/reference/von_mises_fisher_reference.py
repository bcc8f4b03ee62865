# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values for the angle and the component along the mean direction.

In dimension m the angle t to the mean direction has the density proportional
to q(t) = e^{kappa cos(t)} sin(t)^{m-2}, the component w = cos(t) the mean
A = I_{m/2}/I_{m/2-1} at kappa, and for a sample theta

    dtheta/dkappa = -int_0^theta (cos t - A) q(t) / q(theta) dt
                  = int_theta^pi (the same),

dw/dkappa = -sin(theta) dtheta/dkappa. Its derivative in kappa is that of the
integral; in theta, A - cos(theta) minus itself times (log q)'(theta). A and the
other moments of w are integrals of q around its maximum.

The second methods: the density in w integrated by tanh-sinh, and the CDF
differentiated numerically; for the moments, Bessel functions.
"""

import itertools
import math

import numpy as np
from mpmath import mp, mpf

from tests.reference import quadrature, table

DIGITS = 90


def _one_side(m, kappa, theta, towards_zero, functions):
    """Returns int q(t) / q(theta) functions(cos t) dt from theta to an end."""
    theta_f, kappa_f = float(theta), float(kappa)
    direction = -1 if towards_zero else 1
    room = theta_f if towards_zero else float(mp.pi - theta)
    if room == 0:
        return [mpf(0)] * len(functions(mpf(1)))
    w = mp.cos(theta)
    log_sine = mp.log(mp.sin(theta)) if m > 2 else None

    def phi(s):
        middle = theta_f + direction * s / 2
        gap = -2 * math.sin(middle) * math.sin(direction * s / 2)
        if m == 2:
            return kappa_f * gap
        # From the end, so that rounding does not put it beyond.
        sine = math.sin(room - s)
        if sine <= 0:
            return -math.inf
        return kappa_f * gap + (m - 2) * (math.log(sine) - float(log_sine))

    def integrand(s):
        t = theta + direction * s
        cos_t = mp.cos(t)
        e = mp.exp(kappa * (cos_t - w))
        if m > 2:
            e *= (mp.sin(t) * mp.exp(-log_sine)) ** (m - 2)
        return [e * f for f in functions(cos_t)]

    length = mpf(quadrature.decay_length(phi, room))
    if length >= room * (1 - 1e-9):
        length = theta if towards_zero else mp.pi - theta
    return quadrature.moments(integrand, length, lambda s: 0.5)


def _mode(m, kappa):
    """Where q is largest; for kappa = 0 in dimension 2, anywhere."""
    nu = mpf(m - 2) / 2
    scale = nu + mp.sqrt(nu**2 + kappa**2)
    return mp.acos(kappa / scale) if scale else mp.pi / 2


def _integrals(m, kappa, functions):
    """Returns int q(t) / q(mode) functions(cos t) dt, from 0 to pi."""
    theta = _mode(m, kappa)
    sides = [_one_side(m, kappa, theta, side, functions) for side in (1, 0)]
    return [a + b for a, b in zip(*sides, strict=True)]


def _mean_and_variance(m, kappa):
    w = mp.cos(_mode(m, kappa))
    mass, first, second = _integrals(
        m, kappa, lambda c: (mpf(1), c - w, (c - w) ** 2)
    )
    return w + first / mass, second / mass - (first / mass) ** 2


def angle_grad(m_f, kappa_f, theta_f):
    """Returns dtheta/dkappa, its partial derivatives, and the total one."""
    m = int(m_f)
    with mp.workdps(DIGITS):
        return _angle_grad(m, mpf(kappa_f), mpf(theta_f))


def _angle_grad(m, kappa, theta):
    mean, variance = _mean_and_variance(m, kappa)
    w, sine = mp.cos(theta), mp.sin(theta)
    # Above the mean all terms towards 0 have one sign, below it those towards
    # pi.
    towards_zero = w > mean
    grad, in_kappa = _one_side(
        m,
        kappa,
        theta,
        towards_zero,
        lambda c: (c - mean, (c - mean) * (c - w) - variance),
    )
    if towards_zero:
        grad, in_kappa = -grad, -in_kappa
    in_theta = mean - w - grad * ((m - 2) * w / sine - kappa * sine)
    return grad, in_theta, in_kappa, in_kappa + grad * in_theta


def sample_grad(m_f, kappa_f, w_f):
    """Returns dw/dkappa."""
    m = int(m_f)
    with mp.workdps(DIGITS):
        theta = mp.acos(mpf(w_f))
        return (-mp.sin(theta) * _angle_grad(m, mpf(kappa_f), theta)[0],)


def moments(m_f, kappa_f):
    """Returns the moments of w, in the order of the table."""
    m = int(m_f)
    with mp.workdps(DIGITS):
        kappa = mpf(kappa_f)
        theta = _mode(m, kappa)
        w = mp.cos(theta)
        mass, *gaps = _integrals(
            m, kappa, lambda c: [(c - w) ** k for k in range(4)]
        )
        first, second, third = (g / mass for g in gaps)
        mean = w + first
        log_partition = mp.log(mass) + kappa * (w - 1)
        if m > 2:
            log_partition += (m - 2) * mp.log(mp.sin(theta))
        # The mass of sin(t)^(m-2).
        log_partition -= mp.log(mp.pi) / 2
        log_partition -= mp.loggamma(mpf(m - 1) / 2) - mp.loggamma(mpf(m) / 2)
        if kappa == 0:
            log_partition = mean = mpf(0)
        return (
            log_partition,
            mean,
            1 - mean,
            second - first**2,
            third - 3 * first * second + 2 * first**3 if kappa else mpf(0),
            kappa * (mean - 1) - log_partition if kappa else mpf(0),
        )


def verify_moments(m_f, kappa_f):
    m = int(m_f)
    # The series of the Bessel functions has about kappa terms.
    if not 0 < kappa_f <= 1e3:
        return None
    with mp.workdps(90):
        kappa, nu = mpf(kappa_f), mpf(m) / 2 - 1
        here, above = (
            mp.besseli(nu + k, kappa, maxterms=10**6) for k in (0, 1)
        )
        mean = above / here
        log_partition = (
            mp.log(here) + mp.loggamma(nu + 1) - nu * mp.log(kappa / 2) - kappa
        )
        # A' = 1 - A^2 - (m-1) A / kappa, and its derivative.
        variance = 1 - mean**2 - (m - 1) * mean / kappa
        third = -2 * mean * variance - (m - 1) * (
            variance / kappa - mean / kappa**2
        )
        divergence = kappa * (mean - 1) - log_partition
        return log_partition, mean, 1 - mean, variance, third, divergence


def verify_angle(m_f, kappa_f, theta_f):
    """The gradient by `verify`, and its derivative in kappa by differences."""
    m = int(m_f)
    with mp.workdps(40):
        kappa, theta = mpf(kappa_f), mpf(theta_f)
        width = 1 / mp.sqrt(kappa + m)
        if abs(theta - _mode(m, kappa)) > 12 * width or kappa > 1e7:
            return None
    with mp.workdps(60):
        (in_w,) = verify(m_f, kappa_f, mp.cos(mpf(theta_f)))
        grad = -in_w / mp.sin(mpf(theta_f))
    in_kappa = None
    if kappa > 0:
        with mp.workdps(DIGITS):
            kappa, theta = mpf(kappa_f), mpf(theta_f)
            step = kappa / mpf(10) ** 8
            ahead, behind, ahead2, behind2 = (
                _angle_grad(m, kappa + n * step, theta)[0]
                for n in (1, -1, 2, -2)
            )
            # Of fourth order: off by (step / kappa)^4.
            in_kappa = (8 * (ahead - behind) - (ahead2 - behind2)) / (12 * step)
    return grad, None, in_kappa, None


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


def angle_points():
    rng = np.random.default_rng(42)
    rows = []
    for m in (2, 3, 4, 6, 11, 41, 1000, 10000):
        kappas = [0.0, 1e-6, 1e3, 1e8, 1e10]
        kappas += list(10.0 ** rng.uniform(-2, 8, 11))
        for kappa in table.float32s(kappas):
            theta = math.acos(_sample(rng, m, kappa))
            centre = float(_mode(m, mpf(kappa)))
            width = 1 / math.sqrt(kappa + m)
            # A sample, both tails, and the ends where q is not nothing.
            angles = [theta, centre + 7 * width, centre - 7 * width]
            if kappa < 20 and m < 50:
                angles += [1e-4, 3.1415925]
            for angle in table.float32s(angles):
                if 0 < angle < math.pi:
                    rows.append((float(m), kappa, angle))
    return rows + boundary_points(rng)


def boundary_concentrations():
    """Both sides of N = 32 and 64, where the mean changes its method."""
    for n in (1, 2, 5, 9, 31, 60):
        for size in (32, 64):
            if n < size:
                root = math.sqrt((size - n) * (size + n)) / 2
                for kappa in table.float32s([root * 0.9995, root * 1.0005]):
                    yield n + 1, kappa


def boundary_points(rng):
    """Where the derivative changes its method, and its longest panels."""
    rows = []
    for m, kappa in boundary_concentrations():
        rows += [(m, kappa, math.acos(_sample(rng, m, kappa)))]
    # Panels from near the mode to pi or almost: in the largest dimensions and
    # concentrations for which they are that long, and below.
    for m, kappa in itertools.product((2, 3, 4, 6, 12, 26), (4, 7, 10, 15, 21)):
        rows += [(m, kappa, angle) for angle in (0.25, 0.5, 0.75)]
    # A y (von_mises_fisher_mean.h) of 1e9, from the dimension, and from the
    # concentration at both ends of the circle.
    for factor in (0.99, 1.01):
        y = 1e9 * factor
        rows += [(math.floor(y), 1.0, math.pi / 2 + 1e-5)]
        rows += [
            (5, y / 2, 1e-4),
            (5, y / (1 - math.cos(1e-3)), math.pi - 1e-3),
        ]
    rows = [(float(m), *table.float32s(rest)) for m, *rest in rows]
    return [(float(np.float32(m)), kappa, angle) for m, kappa, angle in rows]


def moments_points():
    rng = np.random.default_rng(43)
    rows = []
    for m in (2, 3, 4, 6, 11, 41, 100, 1000, 10000, 1000000):
        # Both sides of kappa^2 = 2 m, where the divergence changes its method.
        kappas = [0.0, 1e-8, 1e-3, 1.0, 1e3, 1e8, 1e10]
        kappas += [math.sqrt(2 * m) * 0.999, math.sqrt(2 * m) * 1.001]
        kappas += list(10.0 ** rng.uniform(-2, 8, 12))
        rows += [(float(m), kappa) for kappa in table.float32s(kappas)]
    return rows + [(float(m), kappa) for m, kappa in boundary_concentrations()]


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
    table.Table(
        "von_mises_fisher_angle_grad.csv",
        ["dimension", "concentration", "angle"],
        [
            "dangle",
            "dangle_dangle",
            "dangle_dconcentration",
            "d2angle",
        ],
        angle_points,
        angle_grad,
        verify_angle,
        "Gauss-Legendre quadrature of the definition at 90 digits"
        " (second method: differences, of a tanh-sinh quadrature)",
    ),
    table.Table(
        "von_mises_fisher_moments.csv",
        ["dimension", "concentration"],
        [
            "log_partition",
            "mean",
            "complement",
            "variance",
            "third",
            "divergence",
        ],
        moments_points,
        moments,
        verify_moments,
        "Gauss-Legendre quadrature of the definition at 90 digits"
        " (second method: Bessel functions)",
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
