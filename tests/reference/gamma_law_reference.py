# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reference values of the Gamma family: densities, divergences, entropies.

The textbook formulas with mpmath's loggamma and polygamma, at so many digits
that their cancellation leaves more than 22. The columns `scale...` say what an
error is measured against where a value has zeros: the sizes of the terms that
the documentation of the kernels names.

The second method integrates: E log p - E log q and -E log p over the density of
log z for divergences and entropies, int e^(a y - e^y) dy for Gamma(a); it
differentiates those values numerically.
"""

import functools
import math

import numpy as np
from mpmath import mp, mpf
from scipy import special

from tests.reference import table


def _digits(*numbers):
    return 70 + sum(int(3 * abs(math.log10(abs(x)))) for x in numbers if x)


def _close_digits(x, y):
    return 2 * int(-math.log10(abs(x / y - 1))) if x != y else 0


def polygamma(x):
    """The values of lgamma, digamma, trigamma and tetragamma."""
    with mp.workdps(_digits(x)):
        x = mpf(x)
        return mp.loggamma(x), *(mp.psi(k, x) for k in range(3))


def _divergence(x, l1, y, l2):
    """KL, d/dx, d/dl1, d/dy, d/dl2 and the scales of d/dx and d/dy."""
    t = mp.exp(l2 - l1)  # the quotient of the rates
    psi_x, psi_y, psi1_x = mp.psi(0, x), mp.psi(0, y), mp.psi(1, x)
    kl = (
        mp.loggamma(y)
        - mp.loggamma(x)
        - (y - x) * psi_x
        + x * (t - 1)
        - y * (l2 - l1)
    )
    ratio, log = t - y / x, mp.log(x / y) + l2 - l1
    curvature = (x - y) * (psi1_x - 1 / x)
    slope = psi_y - psi_x - mp.log(y / x)
    excess = x * t - y
    return (
        kl,
        ratio + curvature,
        -excess,
        slope - log,
        excess,
        abs(ratio) + abs(curvature),
        abs(slope) + abs(log),
    )


def gamma_divergence(x, b1, y, b2):
    digits = _digits(x, y, b1, b2) + _close_digits(x, y)
    with mp.workdps(digits + _close_digits(b1, b2)):
        b1, b2 = mpf(b1), mpf(b2)
        kl, dx, dl1, dy, dl2, sx, sy = _divergence(
            mpf(x), mp.log(b1), mpf(y), mp.log(b2)
        )
        return kl, dx, dl1 / b1, dy, dl2 / b2, sx, sy


def gamma_log_rate_divergence(x, l1, y, l2):
    digits = _digits(x, y) + _close_digits(x, y)
    with mp.workdps(digits + 60):
        x, l1, y, l2 = mpf(x), mpf(l1), mpf(y), mpf(l2)
        values = _divergence(x, l1, y, l2)
        # What the roundings of the logarithms may cost.
        reach = abs(l1) + abs(l2) + abs(mp.log(x / y))
        size = max(x * mp.exp(l2 - l1), y)
        return *values, abs(values[2]) + reach * size / 256


def _log_density(power, a, log_rate, y):
    """The log density of z^power (log z: 0) at log z = y, and its gradient."""
    v = log_rate + y
    value = a * v - mp.exp(v) - mp.loggamma(a) - power * y
    excess = mp.exp(v) - a
    if abs(excess) < a * mpf(10) ** -50:
        excess = mpf(0)  # b z = a, but for the digits of the logarithms
    log = v - mp.log(a)
    scale = max(mpf(1), abs(value), abs(excess - a * log))
    in_a = v - mp.psi(0, a)
    scale_a = abs(log) + abs(mp.psi(0, a) - mp.log(a))
    return value, in_a, -excess, -excess - power, scale, scale_a


def gamma_log_prob(a, b, z):
    with mp.workdps(_digits(a, b, z)):
        a, b, z = mpf(a), mpf(b), mpf(z)
        value, da, db, dy, scale, scale_a = _log_density(
            1, a, mp.log(b), mp.log(z)
        )
        return value, da, db / b, dy / z, scale, scale_a, (abs(db) + 1) / z


def inverse_gamma_log_prob(a, b, z):
    with mp.workdps(_digits(a, b, z)):
        a, b, z = mpf(a), mpf(b), mpf(z)
        value, da, db, dy, scale, scale_a = _log_density(
            -1, a, mp.log(b), -mp.log(z)
        )
        return value, da, db / b, -dy / z, scale, scale_a, (abs(db) + 1) / z


def exp_gamma_log_prob(a, log_rate, y):
    with mp.workdps(_digits(a) + 60):
        a, rate, y = mpf(a), mpf(log_rate), mpf(y)
        value, da, dl, dy, scale, scale_a = _log_density(0, a, rate, y)
        # What the roundings of the two logarithms may cost.
        reach = abs(rate) + abs(y) + abs(mp.log(a))
        return (
            value,
            da,
            dl,
            dy,
            scale + reach * abs(dy) / 256,
            scale_a + reach / 256,
            a + mp.exp(rate + y),
        )


def chi_log_prob(df, x):
    """The log density, its gradient, and their scales."""
    with mp.workdps(_digits(df, x)):
        a, x = mpf(df) / 2, mpf(x)
        z = x * x / 2
        value = _chi_log_density(df, x)
        t = z / a
        dx = a - z  # half of x d/dx, but for 1 / 2
        in_df = (mp.log(z) - mp.psi(0, a)) / 2
        scale_df = abs(mp.log(t)) + abs(mp.psi(0, a) - mp.log(a))
        scale = max(mpf(1), abs(value), a * (t - 1 - mp.log(t)))
        return (
            value,
            in_df,
            (2 * dx - 1) / x,
            scale,
            scale_df / 2,
            (abs(2 * dx) + 1) / x,
        )


def _chi_log_density(df, x):
    a = mpf(df) / 2
    return (
        (2 * a - 1) * mp.log(x)
        - x * x / 2
        - (a - 1) * mp.log(2)
        - mp.loggamma(a)
    )


def gamma_entropy(a, b):
    """Of z, log z and 1 / z: the values, then the derivatives in a."""
    with mp.workdps(_digits(a, b)):
        a, b = mpf(a), mpf(b)
        psi, psi1 = mp.psi(0, a), mp.psi(1, a)
        h = a + mp.loggamma(a) - a * psi
        shift = psi - mp.log(b)
        slope = 1 - a * psi1
        scale = max(mpf(1), 1 / a, abs(h), abs(mp.log(b)))
        return (
            h + shift,
            h,
            h - shift,
            slope + psi1,
            slope,
            slope - psi1,
            scale,
        )


# ---------------------------------------------------------------------------
# The second method.


def _mean(a, log_rate, function):
    """E function(log z) for z ~ Gamma(a, e^log_rate), by quadrature."""
    center = mp.log(a) - log_rate
    width = 1 / mp.sqrt(a)

    def density(y):
        # Relative to its mode, so that nothing overflows.
        d = y - center
        return mp.exp(a * (d - mp.expm1(d)))

    ends = [-60 * width - 90 / a, -12 * width - 8 / a, -3 * width, 0]
    ends += [3 * width, 12 * width if a > 5 else 6]
    ends = [center + e for e in ends]
    norm = mp.quad(density, ends)
    return mp.quad(lambda y: density(y) * function(y), ends) / norm, norm


def _log_norm(a):
    """lgamma(a) from the integral of e^(a y - e^y)."""
    _, norm = _mean(a, mpf(0), lambda y: y)
    return mp.log(norm) + a * mp.log(a) - a


def verify_polygamma(x):
    # The cumulants of log z for z ~ Gamma(x, 1).
    if not 0.05 < x < 1e3:
        return None
    with mp.workdps(60):
        x = mpf(x)
        mean = _mean(x, mpf(0), lambda y: y)[0]
        moments = [
            _mean(x, mpf(0), lambda y, k=k: (y - mean) ** k)[0] for k in (2, 3)
        ]
        return _log_norm(x), mean, *moments


def _verify_divergence(x, l1, y, l2):
    """The divergence by quadrature."""

    def log_density(a, rate, u):
        return a * (rate + u) - mp.exp(rate + u) - lgamma(a)

    lgamma = functools.cache(_log_norm)

    def ratio(u):
        return log_density(x, l1, u) - log_density(y, l2, u)

    return _mean(x, l1, ratio)[0]


def verify_gamma_divergence(x, b1, y, b2):
    if not (0.2 < x < 1e3 and 0.2 < y < 1e3 and 1e-2 < b1 / b2 < 1e2):
        return None
    if _close_digits(x, y) > 6:
        return None
    with mp.workdps(60):
        logs = mp.log(mpf(b1)), mp.log(mpf(b2))
        kl = _verify_divergence(mpf(x), logs[0], mpf(y), logs[1])
        rest = _derivatives(gamma_divergence_value, (x, b1, y, b2))
        return kl, *rest, None, None


def gamma_divergence_value(x, b1, y, b2):
    """KL alone, for numerical differentiation."""
    return _divergence(x, mp.log(b1), y, mp.log(b2))[0]


def _derivatives(function, point):
    """First derivatives by central differences."""
    derivatives = []
    for k in range(len(point)):

        def along(e, k=k):
            moved = [mpf(p) for p in point]
            moved[k] += e
            return function(*moved)

        derivatives.append(mp.diff(along, 0))
    return derivatives


def verify_gamma_log_rate_divergence(x, l1, y, l2):
    if not (0.2 < x < 1e3 and 0.2 < y < 1e3 and abs(l1 - l2) < 5):
        return None
    if _close_digits(x, y) > 6:
        return None
    with mp.workdps(60):
        kl = _verify_divergence(mpf(x), mpf(l1), mpf(y), mpf(l2))
        rest = _derivatives(lambda *p: _divergence(*p)[0], (x, l1, y, l2))
        return kl, *rest, None, None, None


def _verify_log_prob(power, is_log):
    def value(a, b, z):
        log_rate = b if is_log else mp.log(b)
        y = z if is_log else (-1 if power < 0 else 1) * mp.log(z)
        v = log_rate + y
        return a * v - mp.exp(v) - mp.loggamma(a) - power * y

    def verify(a, b, z):
        if not 0.05 < a < 1e3:
            return None
        with mp.workdps(90):
            rest = _derivatives(value, (a, b, z))
            log_value = value(mpf(a), mpf(b), mpf(z)) + mp.loggamma(mpf(a))
            with mp.workdps(50):
                log_value -= _log_norm(mpf(a))
            return log_value, *rest, None, None, None

    return verify


def verify_chi_log_prob(df, x):
    if not 0.3 < df < 2e3:
        return None
    with mp.workdps(90):
        rest = _derivatives(_chi_log_density, (df, x))
        a, x = mpf(df) / 2, mpf(x)
        # That of log z by its integral, and dz = x dx.
        z = x * x / 2
        with mp.workdps(50):
            log_value = a * mp.log(z) - z - _log_norm(a) + mp.log(2 / x)
        return log_value, *rest, None, None, None


def verify_gamma_entropy(a, b):
    if not 0.2 < a < 1e3:
        return None
    with mp.workdps(60):
        a, log_rate = mpf(a), mp.log(mpf(b))
        norm = _log_norm(a)

        def log_density(y):
            return a * (log_rate + y) - mp.exp(log_rate + y) - norm

        h = -_mean(a, log_rate, log_density)[0]
        mean = _mean(a, log_rate, lambda y: y)[0]
        return (
            h + mean,
            h,
            h - mean,
            *(
                mp.diff(
                    lambda x, s=s: (
                        x + mp.loggamma(x) - x * mp.psi(0, x) + s * mp.psi(0, x)
                    ),
                    a,
                )
                for s in (1, 0, -1)
            ),
            None,
        )


# ---------------------------------------------------------------------------
# The points.


def _log_uniform(rng, lo, hi, size, dtype=np.float32):
    values = 10.0 ** rng.uniform(math.log10(lo), math.log10(hi), size)
    return [float(dtype(v)) for v in values]


def polygamma_points(dtype=np.float32):
    rng = np.random.default_rng(1)
    points = _log_uniform(rng, 1e-6, 1e10, 60, dtype)
    points += _log_uniform(rng, 0.3, 9, 60, dtype)
    for x in (1.0, 1.4616321449683623, 2.0, 3.0, 8.0):
        points += table.neighbours(x, dtype)
        for e in (-1e-2, 1e-2, -1e-4, 1e-4, -1e-6, 1e-6):
            points.append(float(dtype(x + e)))
    # loggamma and digamma are exactly 0 at 1 and 2: tested by themselves.
    return [(x,) for x in points if x not in (1.0, 2.0)]


def _near(rng, x, least, dtype):
    """A number at a relative distance from x between `least` and 1."""
    e = 10.0 ** rng.uniform(math.log10(least), 0) * rng.choice([-1, 1])
    return float(dtype(x * (1 + 0.99 * e)))


def divergence_points(dtype=np.float32, count=60, least=1e-6):
    rng = np.random.default_rng(2)
    points = []
    for kind in range(5):
        for x in _log_uniform(rng, 1e-6, 1e10, count // 5, dtype):
            y, b1 = _near(rng, x, least, dtype), 10 ** rng.uniform(-4, 4)
            b2 = 10 ** rng.uniform(-4, 4)
            if kind == 0:
                y = 10 ** rng.uniform(-6, 10)
            if kind == 2:
                b2 = _near(rng, b1, least, dtype)
            if kind == 3:
                b2 = _near(rng, y / x * b1, least, dtype)
            if kind == 4:
                x, y = 10 ** rng.uniform(-1, 1.5), 10 ** rng.uniform(-1, 1.5)
            points.append((x, b1, y, b2))
    for border in (1.0, 8.0):
        for x in table.neighbours(border, dtype):
            for y in (0.1, border, x * 1.25, 100.0):
                points += [(x, 2.0, y, 3.0), (y, 2.0, x, 2.0)]
    points = [tuple(float(dtype(p)) for p in point) for point in points]
    return [p for p in points if p[0] != p[2] or p[1] != p[3]]


def log_rate_points():
    points = []
    for x, b1, y, b2 in divergence_points():
        logs = [float(np.float32(math.log(b))) for b in (b1, b2)]
        points.append((x, logs[0], y, logs[1]))
    return points


def _quantiles(rng, shapes, dtype):
    """Samples z of Gamma(a, 1), half of them from tails down to 1e-12."""
    for a in shapes:
        p = rng.random() if rng.random() < 0.5 else 10 ** rng.uniform(-12, 0)
        lower = rng.random() < 0.5
        inverse = special.gammaincinv if lower else special.gammainccinv
        z = float(inverse(a, p))
        if z < 1e-25:
            z = 10.0 ** rng.uniform(-25, -3)
        yield a, float(dtype(10 ** rng.uniform(-4, 4))), z


def _density_shapes(rng, dtype):
    shapes = _log_uniform(rng, 1e-6, 1e10, 60, dtype)
    shapes += _log_uniform(rng, 0.1, 30, 40, dtype)
    return shapes + [
        a for x in (1.0, 8.0) for a in 3 * table.neighbours(x, dtype)
    ]


def gamma_points(dtype=np.float32):
    rng = np.random.default_rng(3)
    points = [
        (a, b, float(dtype(z / b)))
        for a, b, z in _quantiles(rng, _density_shapes(rng, dtype), dtype)
    ]
    for a in (1.0, 3.7, 0.2, 100.0):
        # Both sides of t = 1/2 and 2; and t = 1.
        for t in (0.5, 1.0, 2.0):
            points += [
                (float(dtype(a)), 1.0, z)
                for z in table.neighbours(float(dtype(a)) * t, dtype)
            ]
        points += [(float(dtype(a)), 1.0, float(dtype(1e-30)))]
    return points


def inverse_points(dtype=np.float32):
    rng = np.random.default_rng(4)
    return [
        (a, b, float(dtype(b / z)))
        for a, b, z in _quantiles(rng, _density_shapes(rng, dtype), dtype)
    ]


def chi_points(dtype=np.float32):
    rng = np.random.default_rng(7)
    points = [
        (2 * a, float(dtype(math.sqrt(2 * z))))
        for a, _, z in _quantiles(rng, _density_shapes(rng, dtype), dtype)
    ]
    for df in (1.0, 2.0, 7.4, 0.4, 200.0):
        df = float(dtype(df))
        # Both sides of t = 1/2 and 2; t = 1, with a square that rounds; ends.
        for t in (0.5, 1.0, 2.0):
            x = float(dtype(math.sqrt(df * t)))
            points += [(df, v) for v in table.neighbours(x, dtype)]
        points += [(df, float(dtype(x))) for x in (1e-30, 1e-3, 1e5, 1e18)]
    return points


def exp_points(dtype=np.float32):
    rng = np.random.default_rng(5)
    points = []
    for a, b, z in _quantiles(rng, _density_shapes(rng, dtype), dtype):
        log_rate = float(dtype(math.log(b))) if rng.random() < 0.5 else 0.0
        y = math.log(z) - log_rate
        if a < 0.1 and rng.random() < 0.5:
            y = -(10.0 ** rng.uniform(1, 4)) / a
        points.append((a, log_rate, float(dtype(y))))
    return points


def entropy_points(dtype=np.float32):
    rng = np.random.default_rng(6)
    shapes = _log_uniform(rng, 1e-6, 1e10, 50, dtype)
    shapes += _log_uniform(rng, 0.1, 30, 40, dtype)
    for x in (1.0, 8.0):
        shapes += table.neighbours(x, dtype)
    return [(a, float(dtype(10 ** rng.uniform(-4, 4)))) for a in shapes]


def _doubles(points):
    """Those with an input that is no float32."""
    return [p for p in points if any(float(np.float32(v)) != v for v in p)]


METHOD = (
    "textbook formulas at 70 and more digits (second method: quadrature and"
    " differences)"
)
DERIVATIVES = ["da1", "db1", "da2", "db2", "scale_da1", "scale_da2"]
DENSITY = ["log_prob", "da", "db", "dz", "scale", "scale_da", "scale_dz"]


def _tables():
    for name, inputs, outputs, points, evaluate, verify in [
        (
            "polygamma",
            ["x"],
            ["lgamma", "digamma", "trigamma", "tetragamma"],
            polygamma_points,
            polygamma,
            verify_polygamma,
        ),
        (
            "gamma_divergence",
            ["a1", "b1", "a2", "b2"],
            ["divergence", *DERIVATIVES],
            divergence_points,
            gamma_divergence,
            verify_gamma_divergence,
        ),
        (
            "gamma_log_prob",
            ["a", "b", "z"],
            DENSITY,
            gamma_points,
            gamma_log_prob,
            _verify_log_prob(1, False),
        ),
        (
            "inverse_gamma_log_prob",
            ["a", "b", "z"],
            DENSITY,
            inverse_points,
            inverse_gamma_log_prob,
            _verify_log_prob(-1, False),
        ),
        (
            "exp_gamma_log_prob",
            ["a", "b", "z"],
            DENSITY,
            exp_points,
            exp_gamma_log_prob,
            _verify_log_prob(0, True),
        ),
        (
            "chi_log_prob",
            ["df", "x"],
            ["log_prob", "ddf", "dx", "scale", "scale_ddf", "scale_dx"],
            chi_points,
            chi_log_prob,
            verify_chi_log_prob,
        ),
        (
            "gamma_entropy",
            ["a", "b"],
            [
                "gamma",
                "log",
                "inverse",
                "gamma_da",
                "log_da",
                "inverse_da",
                "scale",
            ],
            entropy_points,
            gamma_entropy,
            verify_gamma_entropy,
        ),
    ]:
        yield table.Table(
            f"{name}.csv", inputs, outputs, points, evaluate, verify, METHOD
        )
        if name in (
            "polygamma",
            "gamma_divergence",
            "gamma_log_prob",
            "chi_log_prob",
        ):
            double = functools.partial(
                lambda points, **kwargs: _doubles(points(np.float64, **kwargs)),
                points,
                **({"count": 100, "least": 1e-14} if "div" in name else {}),
            )
            yield table.Table(
                f"{name}_float64.csv",
                inputs,
                outputs,
                double,
                evaluate,
                verify,
                METHOD,
                float32=False,
            )
    yield table.Table(
        "gamma_log_rate_divergence.csv",
        ["a1", "b1", "a2", "b2"],
        ["divergence", *DERIVATIVES, "scale_db"],
        log_rate_points,
        gamma_log_rate_divergence,
        verify_gamma_log_rate_divergence,
        METHOD,
    )


TABLES = list(_tables())

if __name__ == "__main__":
    table.run(__file__, TABLES)
