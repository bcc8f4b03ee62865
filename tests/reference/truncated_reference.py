# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of truncated Normal and Cauchy samples and their gradients.

With the density k, up to a constant, and the mass M(a, b), its integral between
standardized points, a sample z = loc + scale y of the quantile p has

    p = M(a, y) / M(a, b),
    dz/dlow = (1 - p) k(a) / k(y),      dz/dhigh = p k(b) / k(y),
    dz/dloc = 1 - dz/dlow - dz/dhigh,   dz/dp = scale M(a, b) / k(y),
    dz/dscale = y - a dz/dlow - b dz/dhigh,

with the masses as differences of `mpmath.erfc`, `mpmath.atan`, at so many
digits that they may cancel; the quantile by bisection. The second method has
the masses by quadrature for the quantile, and numerical differences of the CDF
for the gradient.
"""

import numpy as np
from mpmath import mp, mpf

from tests.reference import table

DIGITS = 100
GRADS = ["d_loc", "d_scale", "d_low", "d_high", "d_p"]
PARAMETERS = ["loc", "scale", "low", "high"]


class _Normal:
    @staticmethod
    def ratio(a, y):
        """k(a) / k(y)."""
        return mp.exp((y - a) * (y + a) / 2)

    @staticmethod
    def mass(a, b):
        """M(a, b), in the nearer tail."""
        if a < -b:
            a, b = -b, -a
        root = mp.sqrt(2)
        return mp.sqrt(mp.pi / 2) * (mp.erfc(a / root) - mp.erfc(b / root))


class _Cauchy:
    @staticmethod
    def ratio(a, y):
        return (1 + y * y) / (1 + a * a)

    @staticmethod
    def mass(a, b):
        return mp.atan2(b - a, 1 + a * b)


def _standardized(loc, scale, *points):
    return [(x - loc) / scale for x in points]


def _quantile(law, p, loc, scale, low, high):
    a, b = _standardized(loc, scale, low, high)
    whole = law.mass(a, b)

    def cdf(y):
        return law.mass(a, y) / whole

    # Bisection, by magnitudes while they differ: bounds may be 1e27.
    below, above = a, b
    for _ in range(400):
        middle = (below + above) / 2
        if above - below > 4 + abs(below) + abs(above) / 4:
            middle = mp.sign(middle) * mp.sqrt(1 + abs(middle))
            if not below < middle < above:
                middle = (below + above) / 2
        if cdf(middle) < p:
            below = middle
        else:
            above = middle
    return loc + scale * (below + above) / 2


def _law(name):
    return {"normal": _Normal, "cauchy": _Cauchy}[name]


def quantile(name):
    """The function of p and the parameters that returns z."""

    def evaluate(*point):
        with mp.workdps(DIGITS):
            return (_quantile(_law(name), *map(mpf, point)),)

    return evaluate


def sample_grad(name):
    """The function of the parameters and z that returns its derivatives."""
    law = _law(name)

    def evaluate(*point):
        with mp.workdps(DIGITS):
            loc, scale, low, high, z = map(mpf, point)
            a, y, b = _standardized(loc, scale, low, z, high)
            whole = law.mass(a, b)
            d_low = law.mass(y, b) / whole * law.ratio(a, y)
            d_high = law.mass(a, y) / whole * law.ratio(b, y)
            return (
                1 - d_low - d_high,
                y - a * d_low - b * d_high,
                d_low,
                d_high,
                scale * whole * law.ratio(0, y),
            )

    return evaluate


def log_prob(*point):
    """The log density of the Normal one and its derivatives."""
    with mp.workdps(DIGITS):
        loc, scale, low, high, z = map(mpf, point)
        a, y, b = _standardized(loc, scale, low, z, high)
        whole = _Normal.mass(a, b)
        at_a, at_b = (mp.exp(-x * x / 2) / whole for x in (a, b))
        return (
            -y * y / 2 - mp.log(scale * whole),
            (y - at_a + at_b) / scale,
            (y * y - 1 - a * at_a + b * at_b) / scale,
            at_a / scale,
            -at_b / scale,
            -y / scale,
        )


# ---------------------------------------------------------------------------
# The second method.


def _mass_by_quadrature(law, a, b, y):
    """M(a, b) / k(y)."""
    if law is _Normal:
        # As far as the density is 1e-40 of its largest value.
        peak = min(max(mpf(0), a), b)
        near = 14 if a < 0 < b else min(mpf(14), 100 / abs(peak))
        a, b = max(a, peak - near), min(b, peak + near)
        pieces = mp.linspace(a, b, 25)
    else:
        pieces = sorted(
            {
                a,
                b,
                *(
                    s * mpf(4) ** k
                    for k in range(-1, 60)
                    for s in (-1, 1)
                    if a < s * mpf(4) ** k < b
                ),
            }
        )
    return mp.quad(lambda t: law.ratio(t, y), pieces)


def verify_quantile(name):
    law = _law(name)

    def verify(*point):
        with mp.workdps(40):
            p, loc, scale, low, high = map(mpf, point)
            a, b = _standardized(loc, scale, low, high)
            z = _quantile(law, p, loc, scale, low, high)
            y = (z - loc) / scale
            below = _mass_by_quadrature(law, a, y, y)
            above = _mass_by_quadrature(law, y, b, y)
            # A step of Newton's method by this CDF.
            return (z - scale * (below * (1 - p) - p * above),)

    return verify


def verify_sample_grad(name):
    law = _law(name)

    def verify(*point):
        with mp.workdps(160):
            point = [mpf(v) for v in point]
            scale, z = point[1], point[4]

            def cdf(loc, scale, low, high, z, part):
                a, y, b = _standardized(loc, scale, low, z, high)
                whole = law.mass(a, b)
                return (law.mass(a, y) if part else law.mass(y, b)) / whole

            # The smaller of the two parts has all digits.
            part = cdf(*point, True) < 0.5
            sign = 1 if part else -1
            density = sign * mp.diff(
                lambda z: cdf(*point[:4], z, part), z, h=mpf(10) ** -70 * scale
            )
            result = []
            for k in range(4):
                order = tuple(int(j == k) for j in range(5))
                slope = sign * mp.diff(
                    lambda *x: cdf(*x, part), point, order, h=mpf(10) ** -70
                )
                slope = -slope / density
                # Below it the differences have too few digits.
                result.append(slope if abs(slope) > 1e-50 else None)
            return (*result, 1 / density)

    return verify


def verify_log_prob(*point):
    with mp.workdps(160):

        def value(loc, scale, low, high, z):
            a, y, b = _standardized(loc, scale, low, z, high)
            root = mp.sqrt(2)
            ends = (mp.erfc(-b / root), mp.erfc(-a / root))
            if a > -b:
                ends = (mp.erfc(a / root), mp.erfc(b / root))
            mass = mp.sqrt(mp.pi / 2) * (ends[0] - ends[1])
            return -y * y / 2 - mp.log(scale) - mp.log(mass)

        point = [mpf(v) for v in point]
        result = [value(*point)]
        for k in range(5):
            order = tuple(int(j == k) for j in range(5))
            slope = mp.diff(value, point, order, h=mpf(10) ** -60)
            # Below it the differences have too few digits.
            result.append(slope if abs(slope) > 1e-40 else None)
        return tuple(result)


# ---------------------------------------------------------------------------
# The points.

# loc, scale, low, high. Ordinary, narrow, one tail, both sides; far away bounds
# stand for infinite ones.
_FIXED = [
    (0.5, 1.5, -1.0, 3.0),
    (0.0, 1.0, 4.0, 6.0),
    (0.0, 1.0, -6.0, -4.5),
    (0.0, 2.0, -16.0, 16.0),
    (1.0, 0.5, 1.25, 40.0),
    (0.0, 1.0, 0.25, 0.28125),
    (0.0, 1.0, -0.25, 0.125),
    (0.0, 1.0, 12.0, 12.03125),
    (0.0, 1.0, 29.5, 30.5),
    (0.0, 1.0, 33.0, 34.0),
    (0.0, 1.0, -1000.0, -990.0),
    (0.0, 1.0, 25.0, 200.0),
    (0.0, 1.0, 131072.0, 262144.0),
    (0.0, 1.0, 9.0, float(2**90)),
    (0.0, 1.0, -float(2**90), 0.5),
    (-3.0, 4.0, -float(2**90), float(2**90)),
]


def _parameters(rng):
    """Random parameters, float32 numbers."""
    rows = list(_FIXED)
    while len(rows) < 60:
        loc, scale = rng.normal(), 10 ** rng.uniform(-2, 2)
        middle = rng.normal() * 10 ** rng.uniform(-1, 1.5)
        width = 10 ** rng.uniform(-2, 1.5)
        bounds = loc + scale * middle + scale * width * np.array([-0.5, 0.5])
        rows.append(tuple(table.float32s([loc, scale, *bounds])))
    return rows


def quantile_points(name):
    def points():
        rng = np.random.default_rng(51)
        result = []
        for row in _parameters(rng):
            for p in (rng.uniform(0, 1), 10 ** rng.uniform(-7, -1)):
                p = float(np.float32(rng.choice([p, 1 - p])))
                result.append((p, *row))
        return result

    return points


def sample_points(name):
    """Quantiles, rounded to float32, that are inside of the bounds."""

    def points():
        rng = np.random.default_rng(52)
        result = []
        for row in _parameters(rng):
            for p in (rng.uniform(0, 1), 10 ** rng.uniform(-4, -1)):
                p = rng.choice([p, 1 - p])
                with mp.workdps(40):
                    z = _quantile(_law(name), *map(mpf, (p, *row)))
                z = float(np.float32(float(z)))
                if row[2] < z < row[3]:
                    result.append((*row, z))
        return result

    return points


TABLES = [
    t
    for name in ("normal", "cauchy")
    for t in (
        table.Table(
            f"truncated_{name}_quantile.csv",
            ["p", *PARAMETERS],
            ["z"],
            quantile_points(name),
            quantile(name),
            verify_quantile(name),
            f"bisection of the CDF at {DIGITS} digits",
        ),
        table.Table(
            f"truncated_{name}_sample_grad.csv",
            [*PARAMETERS, "sample"],
            GRADS,
            sample_points(name),
            sample_grad(name),
            verify_sample_grad(name),
            f"closed forms at {DIGITS} digits",
        ),
    )
]

TABLES.append(
    table.Table(
        "truncated_normal_log_prob.csv",
        [*PARAMETERS, "value"],
        ["log_prob", "d_loc", "d_scale", "d_low", "d_high", "d_value"],
        sample_points("normal"),
        log_prob,
        verify_log_prob,
        f"closed forms at {DIGITS} digits",
    )
)

if __name__ == "__main__":
    table.run(__file__, TABLES)
