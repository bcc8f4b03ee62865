# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values for Dirichlet densities, divergences and entropies.

The closed forms in log gamma, digamma and trigamma (mpmath), at so many digits
that their cancellation does not matter. The second method differentiates
numerically, and takes the divergence and the entropy apart by breaking a stick:
a sum over Beta distributions.

A row has WIDTH components or fewer: components that are 0 are not there.
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import beta_density_reference, table

DIGITS = 80
WIDTH = 6


def _split(inputs):
    first = [mpf(v) for v in inputs[:WIDTH] if v]
    return first, [mpf(v) for v in inputs[WIDTH : WIDTH + len(first)]]


def _pad(values):
    return list(values) + [mpf(0)] * (WIDTH - len(values))


def divergence(*inputs):
    """Returns KL(Dirichlet(alpha) || Dirichlet(beta)) and its derivatives."""
    with mp.workdps(DIGITS):
        alpha, beta = _split(inputs)
        s, t = mp.fsum(alpha), mp.fsum(beta)
        psi_s, psi_t, curve = mp.psi(0, s), mp.psi(0, t), mp.psi(1, s)
        value = mp.loggamma(s) - mp.loggamma(t) + (t - s) * psi_s
        of_alpha, of_beta = [], []
        for a, b in zip(alpha, beta, strict=True):
            psi = mp.psi(0, a)
            value += mp.loggamma(b) - mp.loggamma(a) - (b - a) * psi
            of_alpha.append((t - s) * curve - (b - a) * mp.psi(1, a))
            of_beta.append(mp.psi(0, b) - psi - (psi_t - psi_s))
        return (value, *_pad(of_alpha), *_pad(of_beta))


def _sticks(alpha):
    """The Beta distributions of the parts of a stick."""
    return [(a, mp.fsum(alpha[i + 1 :])) for i, a in enumerate(alpha[:-1])]


def _gradient(f, values):
    """Central differences."""
    step = mpf(10) ** -30
    grad = []
    for i, v in enumerate(values):
        ends = []
        for sign in (1, -1):
            moved = list(values)
            moved[i] = v * (1 + sign * step)
            ends.append(f(moved))
        grad.append((ends[0] - ends[1]) / (2 * step * v))
    return grad


def verify_divergence(*inputs):
    with mp.workdps(2 * DIGITS):
        alpha, beta = _split(inputs)

        def value(alpha, beta):
            pairs = zip(_sticks(alpha), _sticks(beta), strict=True)
            return mp.fsum(
                beta_density_reference.divergence(*p, *q)[0] for p, q in pairs
            )

        return (
            value(alpha, beta),
            *_pad(_gradient(lambda v: value(v, beta), alpha)),
            *_pad(_gradient(lambda v: value(alpha, v), beta)),
        )


def log_prob(*inputs):
    """Returns log p(x) and its derivatives in alpha and x."""
    with mp.workdps(DIGITS):
        alpha, x = _split(inputs)
        s = mp.fsum(alpha)
        value = mp.loggamma(s)
        of_alpha, of_x = [], []
        for a, at in zip(alpha, x, strict=True):
            value += (a - 1) * mp.log(at) - mp.loggamma(a)
            of_alpha.append(mp.log(at) - mp.psi(0, a) + mp.psi(0, s))
            of_x.append((a - 1) / at)
        return (value, *_pad(of_alpha), *_pad(of_x))


def verify_log_prob(*inputs):
    with mp.workdps(2 * DIGITS):
        alpha, x = _split(inputs)

        def value(alpha, x):
            # By Beta functions: one gamma function less at each step.
            total = mp.fsum(
                (a - 1) * mp.log(v) for a, v in zip(alpha, x, strict=True)
            )
            for a, c in _sticks(alpha):
                total -= mp.loggamma(a) + mp.loggamma(c) - mp.loggamma(a + c)
            return total

        return (
            value(alpha, x),
            *_pad(_gradient(lambda v: value(v, x), alpha)),
            *_pad(_gradient(lambda v: value(alpha, v), x)),
        )


def entropy(*inputs):
    """Returns the entropy and its derivatives."""
    with mp.workdps(DIGITS):
        alpha = [mpf(v) for v in inputs if v]
        s, k = mp.fsum(alpha), len(alpha)
        value = (s - k) * mp.psi(0, s) - mp.loggamma(s)
        shared = (s - k) * mp.psi(1, s)
        grad = []
        for a in alpha:
            value += mp.loggamma(a) - (a - 1) * mp.psi(0, a)
            grad.append(shared - (a - 1) * mp.psi(1, a))
        return (value, *_pad(grad))


def verify_entropy(*inputs):
    with mp.workdps(2 * DIGITS):
        alpha = [mpf(v) for v in inputs if v]

        def value(alpha):
            # Of each part of the stick, and E log of what the parts before it
            # left, once for each part that follows but the last.
            total = mpf(0)
            left = mpf(0)
            for a, c in _sticks(alpha):
                total += beta_density_reference.entropy(a, c)[0] + left
                left += mp.psi(0, c) - mp.psi(0, a + c)
            return total

        return (value(alpha), *_pad(_gradient(value, alpha)))


def _rows(rng, size):
    """Concentrations, padded with 0."""
    rows = []
    for i in range(size):
        k = [2, 3, 3, 4, WIDTH][i % 5]
        low, high = [(1e-6, 1e10), (0.05, 30), (1, 1e4), (1e-3, 1)][i % 4]
        row = np.exp(rng.uniform(np.log(low), np.log(high), k))
        if i % 7 == 0:
            row[rng.integers(k)] *= 1e4
        rows.append(row)
    rows += [np.ones(k) for k in (2, 3, WIDTH)]
    rows += [np.full(3, t) for t in (1e-6, 0.5, 8.0, 1e8)]
    return rows


def _padded(row):
    return table.float32s(list(row) + [0] * (WIDTH - len(row)))


def divergence_points():
    rng = np.random.default_rng(41)
    points = []
    for i, row in enumerate(_rows(rng, 90)):
        k = len(row)
        scale = 10 ** rng.uniform(-6.5, 0, k) * rng.choice([-0.99, 0.99], k)
        other = [
            row * (1 + scale),
            row * (1 + abs(scale[0])),
            np.where(np.arange(k) == 0, row * (1 + scale), row),
            np.exp(rng.uniform(np.log(1e-6), np.log(1e10), k)),
        ][i % 4]
        a, b = _padded(row), _padded(other)
        if a != b:
            points.append((*a, *b))
    return points


def log_prob_points():
    rng = np.random.default_rng(42)
    points = []
    for row in _rows(rng, 90):
        boost = rng.random(len(row)) ** (1 / np.maximum(row, 0.05))
        sample = rng.gamma(row + 1) * boost
        sample = np.maximum(sample / sample.sum(), 1e-36)
        points.append((*_padded(row), *_padded(sample)))
    return points


def entropy_points():
    return [
        tuple(_padded(row)) for row in _rows(np.random.default_rng(43), 120)
    ]


METHOD = (
    f"closed forms at {DIGITS} digits (second method: broken sticks and"
    " differences)"
)


def _names(name):
    return [f"{name}{i}" for i in range(WIDTH)]


TABLES = [
    table.Table(
        "dirichlet_divergence.csv",
        [*_names("alpha"), *_names("beta")],
        ["divergence", *_names("dalpha"), *_names("dbeta")],
        divergence_points,
        divergence,
        verify_divergence,
        METHOD,
    ),
    table.Table(
        "dirichlet_log_prob.csv",
        [*_names("alpha"), *_names("x")],
        ["log_prob", *_names("dalpha"), *_names("dx")],
        log_prob_points,
        log_prob,
        verify_log_prob,
        METHOD,
    ),
    table.Table(
        "dirichlet_entropy.csv",
        _names("alpha"),
        ["entropy", *_names("dalpha")],
        entropy_points,
        entropy,
        verify_entropy,
        METHOD,
    ),
]

if __name__ == "__main__":
    table.run(__file__, TABLES)
