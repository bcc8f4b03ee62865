# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Composite Gauss-Legendre quadrature in mpmath precision.

The reference integrals all have the form `int m(s) exp(phi(s)) ds` from an
end point, where `phi` is 0 there and falls away from it. The caller chooses
the panels so that the integrand is analytic in an ellipse several times as
wide as the panel; 40 nodes then give more than 50 digits.
"""

import functools

from mpmath import mp, mpf

# The integrand is cut where it has fallen by exp(-DECAY) = 1e-65.
DECAY = 150.0

# Node count and panel size; `--check` repeats the work with other ones.
_rule = {"nodes": 40, "panels": 12}


def set_rule(nodes, panels):
    """Sets the nodes of a panel and the least number of panels."""
    _rule["nodes"] = nodes
    _rule["panels"] = panels


@functools.cache
def _gauss_legendre(n, dps):
    """Nodes and weights on [-1, 1] to `dps` digits."""
    with mp.workdps(dps + 10):
        rule = []
        for i in range(1, n + 1):
            x = mp.cos(mp.pi * (i - mpf(1) / 4) / (n + mpf(1) / 2))
            while True:
                p0, p1 = mpf(1), x
                for k in range(2, n + 1):
                    p0, p1 = p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k
                slope = n * (x * p1 - p0) / (x * x - 1)
                step = p1 / slope
                x -= step
                # Newton is quadratic: the next step would be below 1e-dps.
                if abs(step) < mpf(10) ** (-(dps // 2 + 5)):
                    break
            p0, p1 = mpf(1), x
            for k in range(2, n + 1):
                p0, p1 = p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k
            slope = n * (x * p1 - p0) / (x * x - 1)
            rule.append((x, 2 / ((1 - x * x) * slope * slope)))
        return rule


def decay_length(phi, limit):
    """The s in (0, limit] with phi(s) = -DECAY, or limit; phi in floats."""
    hi = 1e-20
    while hi < limit and phi(hi) > -DECAY:
        hi *= 2.0
    hi = min(hi, limit)
    if phi(hi) > -DECAY:
        return hi
    lo = 0.0
    for _ in range(40):
        mid = 0.5 * (lo + hi)
        if phi(mid) > -DECAY:
            lo = mid
        else:
            hi = mid
    return hi


def moments(integrand, length, width):
    """Integrates a vector of functions over [0, length].

    Args:
      integrand: function of s (mpf) that returns a tuple of mpf.
      length: float or mpf, the end of the range.
      width: function of s (float), the widest panel allowed at s. Panels are
        besides at most `length / panels` wide.

    Returns:
      The list of integrals.
    """
    rule = _gauss_legendre(_rule["nodes"], mp.dps)
    length = mpf(length)
    totals = None
    start = mpf(0)
    while start < length:
        # The refinement of `--check` narrows every panel, not only the
        # equal ones.
        widest = min(float(length), width(float(start)) * 12) / _rule["panels"]
        end = start + widest
        if end > length * (1 - mpf(2) ** -20):
            end = length
        half, centre = (end - start) / 2, (end + start) / 2
        for x, weight in rule:
            values = integrand(centre + half * x)
            weight = weight * half
            if totals is None:
                totals = [weight * v for v in values]
            else:
                for k, v in enumerate(values):
                    totals[k] += weight * v
        start = end
    return totals
