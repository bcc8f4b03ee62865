# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values for Beta densities, divergences and entropies.

The closed forms in log gamma, digamma and trigamma (mpmath), at so many digits
that their cancellation does not matter. The second method knows none of these
functions: it integrates u^a v^c over the logit of u, v = 1 - u, by the
trapezoidal rule, which converges geometrically there, and takes expectations,
covariances and normalization from the sums.
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import table

DIGITS = 80


def _moments(a, c):
    """Returns log B(a, c) and E(f), which takes functions of log u, log v."""
    width = mp.sqrt((a + c) / (a * c))
    step = min(mpf(1) / 12, width / 4)
    mode = mp.log(a / c)
    peak = a * mode - (a + c) * mp.log1p(mp.exp(mode))
    nodes = []
    for side in (-1, 1):
        k = 0 if side == 1 else 1
        while True:
            y = mode + side * k * step
            log_u = -mp.log1p(mp.exp(-y))
            log_v = -mp.log1p(mp.exp(y))
            weight = mp.exp(a * log_u + c * log_v - peak)
            if weight < mpf(10) ** -70:
                break
            nodes.append((weight, log_u, log_v))
            k += 1
    mass = mp.fsum(w for w, _, _ in nodes)

    def mean(f):
        return mp.fsum(w * f(lu, lv) for w, lu, lv in nodes) / mass

    return mp.log(mass * step) + peak, mean


def _reachable(*concentrations):
    """Whether the second method converges in reasonable time."""
    return min(concentrations) >= 0.2 and max(concentrations) <= 1e6


def _log_beta(a, c):
    return mp.loggamma(a) + mp.loggamma(c) - mp.loggamma(a + c)


def _points(*values):
    return [mpf(v) for v in values]


def divergence(*inputs):
    """Returns KL(Beta(a, c) || Beta(b, d)) and its derivatives."""
    with mp.workdps(DIGITS):
        a, c, b, d = _points(*inputs)
        gaps = (b - a, d - c, b + d - a - c)
        psi = [mp.psi(0, t) for t in (a, c, a + c)]
        psi_q = [mp.psi(0, t) for t in (b, d, b + d)]
        curve = [mp.psi(1, t) for t in (a, c, a + c)]
        value = _log_beta(b, d) - _log_beta(a, c)
        value -= gaps[0] * psi[0] + gaps[1] * psi[1] - gaps[2] * psi[2]
        total = psi_q[2] - psi[2]
        return (
            value,
            gaps[2] * curve[2] - gaps[0] * curve[0],
            gaps[2] * curve[2] - gaps[1] * curve[1],
            psi_q[0] - psi[0] - total,
            psi_q[1] - psi[1] - total,
        )


def verify_divergence(*inputs):
    with mp.workdps(DIGITS):
        a, c, b, d = _points(*inputs)
        if not _reachable(a, c, b, d):
            return None
        log_p, mean = _moments(a, c)
        log_q, mean_q = _moments(b, d)

        def ratio(lu, lv):
            return (a - b) * lu + (c - d) * lv + (log_q - log_p)

        mu, mv = mean(lambda lu, lv: lu), mean(lambda lu, lv: lv)
        return (
            mean(ratio),
            mean(lambda lu, lv: (lu - mu) * ratio(lu, lv)),
            mean(lambda lu, lv: (lv - mv) * ratio(lu, lv)),
            mean_q(lambda lu, lv: lu) - mu,
            mean_q(lambda lu, lv: lv) - mv,
        )


def log_prob(*inputs):
    """Returns log p(x) and its derivatives in a, c and x."""
    with mp.workdps(DIGITS):
        a, c, x = _points(*inputs)
        log_u, log_v = mp.log(x), mp.log1p(-x)
        total = mp.psi(0, a + c)
        return (
            (a - 1) * log_u + (c - 1) * log_v - _log_beta(a, c),
            log_u - mp.psi(0, a) + total,
            log_v - mp.psi(0, c) + total,
            (a - 1) / x - (c - 1) / (1 - x),
        )


def verify_log_prob(*inputs):
    with mp.workdps(DIGITS):
        a, c, x = _points(*inputs)
        if not _reachable(a, c):
            return None
        log_beta, mean = _moments(a, c)

        def value(x):
            return (a - 1) * mp.log(x) + (c - 1) * mp.log(1 - x) - log_beta

        step = x * (1 - x) * mpf(10) ** -25
        return (
            value(x),
            mp.log(x) - mean(lambda lu, lv: lu),
            mp.log(1 - x) - mean(lambda lu, lv: lv),
            (value(x + step) - value(x - step)) / (2 * step),
        )


def logit_log_prob(*inputs):
    """Returns log p(y) of the logit and its derivatives in a, c and y."""
    with mp.workdps(DIGITS):
        a, c, y = _points(*inputs)
        log_u, log_v = -mp.log1p(mp.exp(-y)), -mp.log1p(mp.exp(y))
        total = mp.psi(0, a + c)
        return (
            a * log_u + c * log_v - _log_beta(a, c),
            log_u - mp.psi(0, a) + total,
            log_v - mp.psi(0, c) + total,
            a * mp.exp(log_v) - c * mp.exp(log_u),
        )


def verify_logit_log_prob(*inputs):
    with mp.workdps(DIGITS):
        a, c, y = _points(*inputs)
        if not _reachable(a, c):
            return None
        log_beta, mean = _moments(a, c)

        def value(y):
            return a * y - (a + c) * mp.log1p(mp.exp(y)) - log_beta

        log_u, log_v = -mp.log1p(mp.exp(-y)), -mp.log1p(mp.exp(y))
        step = mpf(10) ** -25
        return (
            value(y),
            log_u - mean(lambda lu, lv: lu),
            log_v - mean(lambda lu, lv: lv),
            (value(y + step) - value(y - step)) / (2 * step),
        )


def entropy(*inputs):
    """Returns the entropy, its derivatives, and the Fisher information."""
    with mp.workdps(DIGITS):
        a, c = _points(*inputs)
        n = a + c
        psi = [mp.psi(0, t) for t in (a, c, n)]
        curve = [mp.psi(1, t) for t in (a, c, n)]
        return (
            _log_beta(a, c)
            - (a - 1) * psi[0]
            - (c - 1) * psi[1]
            + (n - 2) * psi[2],
            (n - 2) * curve[2] - (a - 1) * curve[0],
            (n - 2) * curve[2] - (c - 1) * curve[1],
            curve[0] - curve[2],
            -curve[2],
            curve[1] - curve[2],
        )


def verify_entropy(*inputs):
    with mp.workdps(DIGITS):
        a, c = _points(*inputs)
        if not _reachable(a, c):
            return None
        log_beta, mean = _moments(a, c)
        mu, mv = mean(lambda lu, lv: lu), mean(lambda lu, lv: lv)

        def log_p(lu, lv):
            return (a - 1) * lu + (c - 1) * lv - log_beta

        return (
            -mean(log_p),
            -mean(lambda lu, lv: (lu - mu) * log_p(lu, lv)),
            -mean(lambda lu, lv: (lv - mv) * log_p(lu, lv)),
            mean(lambda lu, lv: (lu - mu) ** 2),
            mean(lambda lu, lv: (lu - mu) * (lv - mv)),
            mean(lambda lu, lv: (lv - mv) ** 2),
        )


def _log_uniform(rng, low, high, size):
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


def _rounded(columns):
    return [tuple(table.float32s(row)) for row in zip(*columns, strict=True)]


# Where the kernels change formulas, and where people start.
_CORNERS = [1e-6, 1e-3, 0.5, 1.0, 2.0, 8.0, 1e8, 1e10]


def _pairs(rng, size):
    """Concentrations, wide and ordinary, and both sides of the borders."""
    points = _rounded([_log_uniform(rng, 1e-6, 1e10, size) for _ in range(2)])
    points += _rounded([_log_uniform(rng, 0.05, 30, size) for _ in range(2)])
    for t in (1.0, 8.0):
        for near in table.neighbours(t):
            for other in table.float32s([0.3, t, 40.0, 1e7]):
                points += [(near, other), (other, near)]
    points += [
        tuple(table.float32s((a, c))) for a in _CORNERS for c in _CORNERS
    ]
    return points


def divergence_points():
    rng = np.random.default_rng(31)
    points = []
    for a, c in _pairs(rng, 60):
        scale = 10 ** rng.uniform(-6.5, 0, 2) * 0.99
        sign = rng.choice([-1, 1], 2)
        near = (a * (1 + sign[0] * scale[0]), c * (1 + sign[1] * scale[1]))
        same_mean = (a * (1 + scale[0]), c * (1 + scale[0]))
        far = tuple(_log_uniform(rng, 1e-6, 1e10, 2))
        other = [near, same_mean, (a, near[1]), far][rng.integers(4)]
        points.append((a, c, *table.float32s(other)))
        points.append((*table.float32s(other), a, c))
    return [p for p in points if p[:2] != p[2:]]


def log_prob_points():
    rng = np.random.default_rng(32)
    points = []
    for a, c in _pairs(rng, 60):
        u = min(rng.gamma(a + 1) * rng.random() ** (1 / max(a, 0.02)), 1e30)
        v = min(rng.gamma(c + 1) * rng.random() ** (1 / max(c, 0.02)), 1e30)
        choices = [
            u / (u + v) if u + v else 0.5,
            a / (a + c),
            10 ** rng.uniform(-36, -1),
            rng.random(),
            2.0**-140,
            np.nextafter(np.float32(1), np.float32(0)),
        ]
        x = float(np.float32(choices[rng.choice(6, p=[0.5] + [0.1] * 5)]))
        if 0 < x < 1:
            points.append((a, c, x))
    return points


def logit_log_prob_points():
    rng = np.random.default_rng(33)
    points = []
    for a, c in _pairs(rng, 60):
        y = np.log(a / c)
        y += rng.normal() * np.sqrt(1 / a + 1 / c)
        y *= rng.choice([1, 1, 1, 1e-3, 3])
        points.append((a, c, float(np.float32(y))))
    points += [
        (*table.float32s((0.3, 2.5)), float(np.float32(y)))
        for y in (0, 1e-20, 0.3465, 0.3466, -79.9, -80.1, 200, -800, 1e6)
    ]
    return points


def entropy_points():
    return _pairs(np.random.default_rng(34), 80)


METHOD = (
    f"closed forms at {DIGITS} digits (second method: trapezoidal rule in the"
    " logit)"
)
PAIR = ["concentration1", "concentration0"]
TABLES = [
    table.Table(
        "beta_divergence.csv",
        ["a1", "a0", "b1", "b0"],
        ["divergence", "da1", "da0", "db1", "db0"],
        divergence_points,
        divergence,
        verify_divergence,
        METHOD,
    ),
    table.Table(
        "beta_log_prob.csv",
        [*PAIR, "sample"],
        ["log_prob", "da", "dc", "dx"],
        log_prob_points,
        log_prob,
        verify_log_prob,
        METHOD,
    ),
    table.Table(
        "logit_beta_log_prob.csv",
        [*PAIR, "logit_sample"],
        ["log_prob", "da", "dc", "dy"],
        logit_log_prob_points,
        logit_log_prob,
        verify_logit_log_prob,
        METHOD,
    ),
    table.Table(
        "beta_entropy.csv",
        PAIR,
        [
            "entropy",
            "da",
            "dc",
            "information11",
            "information10",
            "information00",
        ],
        entropy_points,
        entropy,
        verify_entropy,
        METHOD,
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
