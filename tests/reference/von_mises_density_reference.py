# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values for von Mises densities, divergences and entropies.

The closed forms in Bessel functions (mpmath; their asymptotic series, DLMF
10.40.1, for large concentrations), at so many digits that their cancellation
does not matter. The second method knows none of these functions: it sums
exp(kappa cos t) over equal steps of the circle, which converges geometrically,
and takes expectations, covariances and normalization from the sums.
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import table

DIGITS = 80


def _bessel(k):
    """Returns log I0(k), A = I1/I0, A' and A''."""
    if k == 0:
        return mpf(0), mpf(0), mpf(1) / 2, mpf(0)
    if k > 3000:
        terms = [mpf(1), mpf(1)]
        sums = [mpf(1), mpf(1)]
        for j in range(1, 150):
            square = (2 * j - 1) ** 2
            terms[0] *= square / (8 * j * k)
            terms[1] *= (square - 4) / (8 * j * k)
            sums = [s + t for s, t in zip(sums, terms, strict=True)]
        log_i0 = k - mp.log(2 * mp.pi * k) / 2 + mp.log(sums[0])
        a = sums[1] / sums[0]
    else:
        i0 = mp.besseli(0, k)
        log_i0, a = mp.log(i0), mp.besseli(1, k) / i0
    slope = 1 - a / k - a * a
    return log_i0, a, slope, -slope / k + a / k**2 - 2 * a * slope


def _moments(k):
    """Returns log I0(k) and E(f), which takes functions of the angle."""
    width = 1 / mp.sqrt(1 + k)
    count = int(mp.ceil(2 * mp.pi / min(mpf("0.04"), width / 5)))
    step = 2 * mp.pi / count
    nodes = []
    for j in range(count // 2 + 1):
        t = j * step
        weight = mp.exp(-2 * k * mp.sin(t / 2) ** 2)
        if weight < mpf(10) ** -75:
            break
        nodes.append((weight, t))
        if 0 < 2 * j < count:
            nodes.append((weight, -t))
    mass = mp.fsum(w for w, _ in nodes)

    def mean(f):
        return mp.fsum(w * f(t) for w, t in nodes) / mass

    return mp.log(mass / count) + k, mean


def divergence(z, x, y):
    """Returns KL and its derivatives in the angle and the concentrations."""
    with mp.workdps(DIGITS):
        z, x, y = mpf(z), mpf(x), mpf(y)
        log_x, a, slope, _ = _bessel(x)
        log_y, b, _, _ = _bessel(y)
        versine = 2 * mp.sin(z / 2) ** 2
        return (
            log_y - log_x - (y - x) * a + y * a * versine,
            y * a * mp.sin(z),
            slope * (x - y + y * versine),
            b - a + a * versine,
        )


def verify_divergence(z, x, y):
    with mp.workdps(DIGITS):
        z, x, y = mpf(z), mpf(x), mpf(y)
        if max(x, y) > 1e7:
            return None
        log_x, mean = _moments(x)
        log_y, mean_y = _moments(y)

        def ratio(t):
            return x * mp.cos(t) - y * mp.cos(t + z) + (log_y - log_x)

        cosine = mean(mp.cos)
        return (
            mean(ratio),
            mean(lambda t: y * mp.sin(t + z)),
            mean(lambda t: (mp.cos(t) - cosine) * ratio(t)),
            mean_y(mp.cos) - mean(lambda t: mp.cos(t + z)),
        )


def log_prob(z, k):
    """Returns log p and its derivatives in the angle and the concentration."""
    with mp.workdps(DIGITS):
        z, k = mpf(z), mpf(k)
        log_i0, a, _, _ = _bessel(k)
        return (
            k * mp.cos(z) - mp.log(2 * mp.pi) - log_i0,
            -k * mp.sin(z),
            mp.cos(z) - a,
        )


def verify_log_prob(z, k):
    with mp.workdps(DIGITS):
        z, k = mpf(z), mpf(k)
        if k > 1e7:
            return None
        log_i0, mean = _moments(k)
        step = mpf(10) ** -25

        def value(z):
            return k * mp.cos(z) - mp.log(2 * mp.pi) - log_i0

        return (
            value(z),
            (value(z + step) - value(z - step)) / (2 * step),
            mp.cos(z) - mean(mp.cos),
        )


def entropy(k):
    """Returns H, the divergence from uniform, A, A' and A''."""
    with mp.workdps(DIGITS):
        k = mpf(k)
        log_i0, a, slope, curve = _bessel(k)
        uniform = k * a - log_i0
        return mp.log(2 * mp.pi) - uniform, uniform, a, slope, curve


def verify_entropy(k):
    with mp.workdps(DIGITS):
        k = mpf(k)
        if k > 1e7:
            return None
        log_i0, mean = _moments(k)
        a = mean(mp.cos)
        uniform = mean(lambda t: k * mp.cos(t) - log_i0)
        return (
            mp.log(2 * mp.pi) - uniform,
            uniform,
            a,
            mean(lambda t: (mp.cos(t) - a) ** 2),
            mean(lambda t: (mp.cos(t) - a) ** 3) if k else mpf(0),
        )


def _concentrations(rng, size):
    values = np.exp(rng.uniform(np.log(1e-4), np.log(1e10), size))
    values = [*values, *np.exp(rng.uniform(np.log(0.05), np.log(50), size))]
    values += [0, 1e-6, 1, 300, 1e3, 1e10]
    values += table.neighbours(2.0)
    # Borders of the pieces of 1 / kappa.
    for piece in (1, 3, 8, 15):
        values += table.neighbours(32 / piece)
    return table.float32s(values)


def entropy_points():
    return [(k,) for k in _concentrations(np.random.default_rng(51), 60)]


def _angles(rng, kappas):
    for k in kappas:
        spread = min(3.14, 1 / np.sqrt(k + 1e-9))
        z = rng.choice([0, 1, rng.uniform(0, 4), 3.14 / spread])
        yield float(np.float32(min(z * spread, 3.14) * rng.choice([-1, 1])))


def log_prob_points():
    rng = np.random.default_rng(52)
    kappas = _concentrations(rng, 60)
    return list(zip(_angles(rng, kappas), kappas, strict=True))


def divergence_points():
    rng = np.random.default_rng(53)
    kappas = _concentrations(rng, 60)
    points = []
    for z, x in zip(_angles(rng, kappas), kappas, strict=True):
        scale = rng.choice([-0.99, 0.99]) * 10 ** rng.uniform(-6, 0)
        border = x + (x + 1) * rng.choice([0.25, 1]) * (1 + 1e-6 * scale)
        far = np.exp(rng.uniform(np.log(1e-4), np.log(1e10)))
        for other in (x * (1 + scale), border, far, 0):
            y = float(np.float32(other))
            angle = z if rng.random() < 0.5 else 0.0
            if (x, angle) != (y, 0.0) and x + y > 0:
                points.append((angle, x, y))
    return points


METHOD = (
    f"Bessel functions at {DIGITS} digits (second method: sums over the circle)"
)
TABLES = [
    table.Table(
        "von_mises_divergence.csv",
        ["angle", "concentration1", "concentration2"],
        ["divergence", "dangle", "dconcentration1", "dconcentration2"],
        divergence_points,
        divergence,
        verify_divergence,
        METHOD,
    ),
    table.Table(
        "von_mises_log_prob.csv",
        ["angle", "concentration"],
        ["log_prob", "dangle", "dconcentration"],
        log_prob_points,
        log_prob,
        verify_log_prob,
        METHOD,
    ),
    table.Table(
        "von_mises_entropy.csv",
        ["concentration"],
        ["entropy", "uniform_divergence", "mean", "variance", "third"],
        entropy_points,
        entropy,
        verify_entropy,
        METHOD,
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
