# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of gamma.h, fitted by least squares in extended precision.

Takes minutes. Exact values come from the series and the continued fraction of
the incomplete gamma function in 40 digits.
"""

import fitting
import numpy as np
from mpmath import mp, mpf

DIGITS = 40


def _series(alpha, z):
    """The lower series of scaled_derivative: right for any z, but slow."""
    log_z = mp.log(z)
    psi = mp.digamma(alpha + 1)
    term = mpf(1)
    total = mpf(0)
    b = alpha + 1
    while True:
        step = term * (psi - log_z)
        total += step
        psi += 1 / b
        term *= z / b
        b += 1
        if b > z and abs(step) < mpf(10) ** -32 * abs(total):
            return total


def _fraction(a, z, first, terms):
    """With p = first, t = 1/(z + 2p-1 - a - p(p - a)/(z + 2p+1 - a - ...)).

    Returns:
        t and its first two derivatives in a.
    """
    f, df, ddf = z + 2 * (first + terms) - 1 - a, mpf(-1), mpf(0)
    for j in range(first + terms - 1, first - 1, -1):
        numerator = j * (j - a)
        t = 1 / f
        dt = -df * t * t
        ddt = -ddf * t * t - 2 * df * t * dt
        f, df, ddf = (
            z + 2 * j - 1 - a - numerator * t,
            -1 + j * t - numerator * dt,
            2 * j * dt - numerator * ddt,
        )
    t = 1 / f
    dt = -df * t * t
    return t, dt, -ddf * t * t - 2 * df * t * dt


def _tail(a, z, first):
    """_fraction to convergence."""
    terms = 20 + int(40 / float(z))
    last = _fraction(a, z, first, terms)
    while True:
        terms *= 2
        result = _fraction(a, z, first, terms)
        if all(
            abs(x - y) <= mpf(10) ** -26 * abs(x)
            for x, y in zip(last[:2], result[:2], strict=True)
        ):
            return result
        last = result


def upper_fraction(a, z):
    """Gamma(a, z) e^z z^-a, by Legendre's continued fraction."""
    return _tail(a, z, 1)[0]


def scaled_derivative(alpha, z):
    """Returns alpha d(log z)/dalpha."""
    if z < alpha + 5 * mp.sqrt(alpha):
        return _series(alpha, z)
    t, dt, _ = _tail(alpha, z, 1)
    return alpha * ((mp.log(z) - mp.digamma(alpha)) * t + dt)


def to_longdouble(x):
    """An mpf in extended precision."""
    high = float(x)
    return np.longdouble(high) + np.longdouble(float(x - high))


def correction(v, log_ratio):
    """E of gamma.h at v = 1 / alpha and log(z / alpha) = log_ratio."""
    with mp.workdps(DIGITS + 15):
        alpha = 1 / mpf(v)
        log_ratio = mpf(log_ratio)
        q = scaled_derivative(alpha, alpha * mp.exp(log_ratio))
        q0 = log_ratio / mp.expm1(log_ratio) if log_ratio else mpf(1)
        return to_longdouble((q / q0 - 1) * alpha)


def _chebyshev_points(low, high, count):
    angles = np.pi * (np.arange(count) + 0.5) / count
    return low + (high - low) * 0.5 * (1 - np.cos(angles))


def fit_bivariate(
    header,
    name,
    ctype,
    alphas,
    span_of_l,
    degrees,
    v_map,
    function,
    weigh,
    title,
    error_of,
):
    """Fits a function of v = 1 / a and l = log(z / a).

    Args:
        header: where the table goes.
        name: of the table.
        ctype: float or double.
        alphas: the least and the largest a; a little beyond the borders in
            gamma_regions.h, because derivatives of a fit are bad at its ends.
        span_of_l: the least and the largest l.
        degrees: in l, per power of v.
        v_map: the polynomial is one in v_map[0] + v_map[1] v.
        function: of v and l, the values.
        weigh: function of arrays of v, l and the values that returns what an
            error of 1 costs.
        title: the function, in the comment above the table.
        error_of: the weighted error, in the same.
    """
    low, high = 1 / np.longdouble(alphas[1]), 1 / np.longdouble(alphas[0])
    v, logs = np.meshgrid(
        _chebyshev_points(low, high, 2 * len(degrees) + 6).astype(float),
        _chebyshev_points(*span_of_l, 2 * max(degrees) + 8),
        indexing="ij",
    )
    v, logs = v.ravel(), logs.ravel()
    values = np.array([function(*point) for point in zip(v, logs, strict=True)])
    x_map = (-(high + low) / (high - low), 2 / (high - low))
    least, largest = (np.longdouble(bound) for bound in span_of_l)
    y_map = (-(largest + least) / (largest - least), 2 / (largest - least))
    in_x = fitting.chebyshev_columns(x_map[0] + x_map[1] * v, len(degrees) - 1)
    in_y = fitting.chebyshev_columns(y_map[0] + y_map[1] * logs, max(degrees))
    matrix = np.stack(
        [
            in_x[:, i] * in_y[:, j]
            for i, d in enumerate(degrees)
            for j in range(d + 1)
        ],
        1,
    )
    c, errors = fitting.least_squares(matrix, values, weigh(v, logs, values))
    header.degrees(f"{name}Degrees", degrees)
    # x = x_map[0] + x_map[1] v in terms of shift + factor v.
    shift, factor = v_map
    x_map = (x_map[0] - x_map[1] * shift / factor, x_map[1] / factor)
    header.table(
        f"k{name}",
        fitting.monomials(c, degrees, x_map, y_map),
        ctype,
        f"{title}, {alphas[0]} <= a <= {alphas[1]}, {span_of_l[0]} <= l <= "
        f"{span_of_l[1]}, in powers of\n{shift} + {factor} v (rows) and l. "
        f"{error_of}: {errors.max():.1e}.",
    )


def fit_correction(
    header, name, ctype, alphas, span_of_l, degrees, v_map=(0, 1)
):
    """Fits E with fit_bivariate, for the error of the whole.

    The weight v / (1 + v E) makes it the relative error of 1 + v E.
    """
    fit_bivariate(
        header,
        name,
        ctype,
        alphas,
        span_of_l,
        degrees,
        v_map,
        correction,
        lambda v, logs, values: v / (1 + v * values.astype(float)),
        "E(l, v)",
        "Relative error of 1 + v E",
    )


class _Fraction:
    """N and dN/df of gamma.h from tau and dtau/df, at points f, z."""

    def __init__(self, f, z):
        self._f, self._z = f, z
        self._score = np.array(
            [
                to_longdouble(mp.log(z) - mp.digamma(f))
                for f, z in zip(f, z, strict=True)
            ]
        )

    def gradient(self, tau, slope):
        f, z = self._f, self._z
        t = 1 / (z + 3 - f - 2 * (2 - f) * tau)
        dt = (1 - 2 * tau + 2 * (2 - f) * slope) * t * t
        n = z / (z + (1 - f) * (1 - t))
        dn = n * ((1 - t) + (1 - f) * dt) * n / z
        return self._score * n + dn


def fit_tail(header, name, ctype, lows, high, center, degrees):
    """Fits tau on f in [0, 1] and z from lows[0] .. lows[1] to `high`.

    Args:
        header: where the table goes.
        name: of the table.
        ctype: float or double.
        lows: the least z at f = 0 and f = 1.
        high: the largest z.
        center: c of the variable (z - c) / (z + c).
        degrees: in it, per power of 2 f - 1.
    """

    def position(z):
        z = np.longdouble(z)
        return (z - center) / (z + center) if np.isfinite(z) else 1

    points = []
    for f in _chebyshev_points(0, 1, 2 * len(degrees)):
        low = position(lows[0] + f * (lows[1] - lows[0]))
        for w in _chebyshev_points(low, position(high), 2 * max(degrees)):
            z = float(center * (1 + w) / (1 - w))
            points.append((f, z))
    exact = [_tail(mpf(f), mpf(z), 3) for f, z in points]
    tau, slope, curvature = (
        np.array([to_longdouble(e[k]) for e in exact]) for k in range(3)
    )
    f, z = np.array(points, np.longdouble).T
    # How the sample derivative feels tau and its slope.
    fraction = _Fraction(f, z)
    gradient = fraction.gradient(tau, slope)
    step = np.longdouble(1e-7) * tau
    by_tau = abs(fraction.gradient(tau + step, slope) / gradient - 1) / step
    by_slope = abs(fraction.gradient(tau, slope + step) / gradient - 1) / step
    # 2 f - 1 and y = p + q / (z + c), both in [-1, 1].
    middle = (position(high) + position(lows[0])) / 2
    half = (position(high) - position(lows[0])) / 2
    y_map = ((1 - middle) / half, -2 * center / half)
    in_x = [
        fitting.chebyshev_columns(2 * f - 1, len(degrees) - 1, k) * 2**k
        for k in range(3)
    ]
    in_y = fitting.chebyshev_columns(
        y_map[0] + y_map[1] / (z + center), max(degrees)
    )
    matrix = np.concatenate(
        [
            np.stack(
                [
                    x[:, i] * in_y[:, j]
                    for i, d in enumerate(degrees)
                    for j in range(d + 1)
                ],
                1,
            )
            for x in in_x
        ]
    )
    weights = np.concatenate([by_tau + 1e-3, by_slope + 1e-3, by_slope / 10])
    c, errors = fitting.least_squares(
        matrix, np.concatenate([tau, slope, curvature]), weights.astype(float)
    )
    worst = errors.reshape(3, -1).max(1)
    header.degrees(f"{name}Degrees", degrees)
    header.table(
        f"k{name}",
        fitting.monomials(c, degrees, (0, 1), (0, 1)),
        ctype,
        f"tau(f, z), {lows[0]} + {lows[1] - lows[0]:g} f <= z <= {high}, in "
        "powers of 2 f - 1 (rows)\nand of p + q / (z + c). Relative error of "
        f"the sample derivative: {worst[0] + worst[1]:.1e},\n"
        f"of the next one: {10 * worst[2]:.1e}.",
    )
    header.table(f"k{name}Map", [*y_map, center], ctype, "p, q, c")


def main():
    """Writes the header."""
    header = fitting.Header(__file__, "gamma")
    fit_correction(
        header,
        "GammaBulkFloat",
        "float",
        (1.9, np.inf),
        (-3.0, 2.9),
        [12, 11, 10, 8, 6, 3],
    )
    fit_correction(
        header,
        "GammaBulkDouble",
        "double",
        (7.6, np.inf),
        (-2.5, 2.31),
        [22, 21, 20, 19, 17, 15, 12, 9, 5, 2],
    )
    fit_correction(
        header,
        "GammaMiddleDouble",
        "double",
        (3.8, 8.5),
        (-1.7, 1.3),
        [17, 17, 16, 15, 13, 11, 9, 7, 5, 2],
        (-3, 16),
    )
    fit_correction(
        header,
        "GammaCenterDouble",
        "double",
        (61, np.inf),
        (-1.25, 0.9),
        [13, 11, 9, 7, 4, 2],
    )
    fit_tail(
        header,
        "GammaUpperFloat",
        "float",
        (0.7, 1.7),
        np.inf,
        1.5,
        [11, 9, 7, 4, 1],
    )
    fit_tail(
        header,
        "GammaUpperNearDouble",
        "double",
        (0.7, 1.7),
        4.0,
        1.5,
        [20, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1],
    )
    fit_tail(
        header,
        "GammaUpperFarDouble",
        "double",
        (4.0, 4.0),
        np.inf,
        5.0,
        [19, 18, 17, 15, 13, 11, 9, 7, 5, 3, 1],
    )
    header.write()


if __name__ == "__main__":
    main()
