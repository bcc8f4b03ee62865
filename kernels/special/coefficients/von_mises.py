# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes kernels/special/von_mises_coefficients.h: the tables of von_mises.h.

The functions are those of kernels/special/von_mises.h and von_mises_cdf.h: with
x = cos(z), u = 1 - x, m = 1 + x, y = kappa m,

    B(kappa, x) = -(dz/dkappa) / sin(z),
    R(kappa, x) = int_z^pi exp(kappa (cos t - x)) dt,

and ratios of Bessel functions of kappa. Values of B and R come from
Gauss-Legendre quadrature of their integrals in 80-bit arithmetic, those of
Bessel functions from mpmath. Fits are linear least squares in products of
Chebyshev polynomials, with the relative error as weight, made nearly minimax by
a few rounds of Lawson reweighting; they become powers in 80 bits and are
rounded last. The errors in the header are measured on fresh points, with the
rounded coefficients in 80-bit arithmetic. Needs x86-64 (80-bit long double).
Takes a minute:

    python kernels/special/coefficients/von_mises.py
"""

import itertools
import pathlib
import textwrap

import mpmath as mp
import numpy as np

_HEADER = (
    pathlib.Path(__file__).resolve().parents[1] / "von_mises_coefficients.h"
)
_Long = np.longdouble
_NODES = 40


def _long(x):
    """An mpf as long double."""
    high = float(x)
    return _Long(high) + _Long(float(x - mp.mpf(high)))


def _gauss_legendre(n):
    """Nodes and weights on [0, 1]."""
    nodes, weights = [], []
    for i in range(n):
        x = mp.cos(mp.pi * (i + mp.mpf(3) / 4) / (n + mp.mpf(1) / 2))
        for _ in range(8):
            p0, p1 = mp.mpf(1), x
            for k in range(2, n + 1):
                p0, p1 = p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k
            slope = n * (x * p1 - p0) / (x * x - 1)
            x -= p1 / slope
        nodes.append(_long((1 - x) / 2))
        weights.append(_long(1 / ((1 - x * x) * slope * slope)))
    return np.array(nodes)[:, None], np.array(weights)[:, None]


def _of_bessel(kappa, function):
    """Values of function(kappa, s I0, s I1), in 60 digits.

    The scale s is e^-kappa sqrt(2 pi kappa).
    """
    values = []
    for k in kappa:
        with mp.workdps(60):
            k = mp.mpf(float(k))
            if k > 1e4:
                i0 = mp.hyp2f0(0.5, 0.5, 1 / (2 * k))
                i1 = mp.hyp2f0(-0.5, 1.5, 1 / (2 * k))
            else:
                scale = mp.exp(-k) * mp.sqrt(2 * mp.pi * k)
                i0, i1 = (scale * mp.besseli(j, k) for j in (0, 1))
            values.append(_long(function(k, i0, i1)))
    return np.array(values)


def _one_minus_ratio(kappa):
    """1 - I1(kappa) / I0(kappa)."""
    return _of_bessel(kappa, lambda k, i0, i1: 1 - i1 / i0)


class _Quadrature:
    """B by quadrature, for u = 1 - x and m = 1 + x, both given."""

    def __init__(self):
        self._nodes, self._weights = _gauss_legendre(_NODES)

    def _integrate(self, function, edges):
        total = 0
        for a, b in itertools.pairwise(edges):
            a, b = _Long(a), _Long(b)
            values = function(a + (b - a) * self._nodes)
            total = total + (b - a) * (self._weights * values).sum(0)
        return total

    def reduced_derivative(self, kappa, u, m):
        """B = int_0^z (cos t - A) exp(kappa (cos t - cos z)) dt / sin z.

        Or minus the integral from z to pi: the one whose integrand is positive.
        """
        kappa = kappa.astype(_Long)
        d = _one_minus_ratio(kappa)
        y = kappa * m
        value = np.empty_like(kappa)
        # From the mode, with 1 - cos t = u s^2.
        i = np.where(u < d)[0]

        def from_mode(s):
            us = u[i] * s * s
            return (
                (d[i] - us)
                * np.exp(kappa[i] * (u[i] - us))
                / np.sqrt((2 - us) * (2 - u[i]))
            )

        value[i] = 2 * self._integrate(from_mode, [0, 1])
        # From the antimode, with 1 + cos t = m s^2, towards s = 1.
        i = np.where((u >= d) & (y < 60))[0]

        def from_antimode(s):
            fall = m[i] * (1 - s) * (1 + s)
            here = u[i] + fall
            return (
                (here - d[i]) * np.exp(-kappa[i] * fall) / np.sqrt(here * u[i])
            )

        edges = [0, 0.3, 0.5, 0.65, 0.75, 0.83, 0.89, 0.94, 0.97, 0.99, 1]
        value[i] = 2 * self._integrate(from_antimode, edges)
        # The same, with t = y (1 - s^2): only small t count.
        i = np.where((u >= d) & (y >= 60))[0]

        def far_from_antimode(t):
            here = u[i] + m[i] * t / y[i]
            return (
                (here - d[i])
                * np.exp(-t)
                / np.sqrt(here * u[i] * (1 - t / y[i]))
            )

        edges = [0, 0.1, 0.3, 0.7, 1.5, 3, 5, 8, 12, 18, 26, 36, 46]
        value[i] = self._integrate(far_from_antimode, edges) / y[i]
        return value

    def outer_excess(self, kappa, u, m):
        """Values of y (y B - 1), y > 8, u kappa >= 0.02 where y >= 60."""
        y = kappa * m
        value = y * (y * self.reduced_derivative(kappa, u, m) - 1)
        i = np.where(y >= 60)[0]
        kappa, u, y = kappa[i], u[i], y[i]
        d = _one_minus_ratio(kappa)

        def excess(t):
            """The integrand of y B - 1, where y B = int exp(-t) f dt.

            From f^2 - 1, which is free of cancellation.
            """
            here = u + t / kappa
            square = here * u * (1 - t / y)
            rest = here * 2 * (t / y - d) + d * d
            f = (here - d) / np.sqrt(square)
            return np.exp(-t) * rest / (square * (f + 1))

        edges = [0, 0.1, 0.3, 0.7, 1.5, 3, 5, 8, 12, 18, 26, 36, 46]
        value[i] = y * self._integrate(excess, edges)
        return value

    def tail(self, big_u, y):
        """R = int_0^y exp(-t) / sqrt((U + t) (y - t)) dt, y >= 8.

        The integral over the angle, with t = kappa (x - cos(angle)) and
        U = kappa u.
        """
        root = np.sqrt(big_u)
        total = 0
        # Up to t = half, with U + t = (sqrt(U) + g)^2.
        half = np.minimum(y / 2, 46)
        edges = [0, 0.002, 0.01, 0.03, 0.07, 0.13, 0.22, 0.35, 0.5, 0.7, 1]
        for a, b in itertools.pairwise(edges):
            g0, g1 = (
                _Long(e) * half / (root + np.sqrt(big_u + _Long(e) * half))
                for e in (a, b)
            )
            g = g0 + (g1 - g0) * self._nodes
            t = g * (2 * root + g)
            values = 2 * np.exp(-t) / np.sqrt(y - t)
            total = total + (g1 - g0) * (self._weights * values).sum(0)
        # The rest, with t = y - s^2; empty of weight for large y.
        end = np.sqrt(y - half)

        def rest(fraction):
            t = y - (end * fraction) ** 2
            return 2 * end * np.exp(-t) / np.sqrt(big_u + t)

        edges = [0, 0.3, 0.5, 0.65, 0.75, 0.83, 0.89, 0.94, 0.97, 0.99, 1]
        beyond = self._integrate(rest, edges)
        return total + np.where(y < 90, beyond, 0)


def _chebyshev(x, degree):
    t = [np.ones_like(x), x]
    for _ in range(2, degree + 1):
        t.append(2 * x * t[-1] - t[-2])
    return np.array(t[: degree + 1])


def _to_powers(degree):
    """Row k holds the powers of x in the Chebyshev polynomial T_k(x)."""
    c = np.zeros((degree + 1, degree + 1), _Long)
    c[0, 0] = 1
    if degree:
        c[1, 1] = 1
    for k in range(2, degree + 1):
        c[k, 1:] = 2 * c[k - 1, :-1]
        c[k] -= c[k - 2]
    return c


def _least_squares(columns, values):
    """Coefficients with nearly the smallest largest relative error."""
    weight = 1 / values
    lawson = np.ones(values.size)
    for _ in range(5):
        scale = weight * lawson
        matrix = (columns * scale[:, None]).astype(np.float64)
        norm = np.linalg.norm(matrix, axis=0)
        q, r = np.linalg.qr(matrix / norm)
        c = np.zeros(columns.shape[1], _Long)
        for _ in range(3):  # refine in 80 bits
            rest = ((values - columns @ c) * scale).astype(np.float64)
            c = c + np.linalg.solve(r, q.T @ rest) / norm
        error = np.abs((values - columns @ c) * weight).astype(np.float64)
        lawson = lawson * np.sqrt(error / error.max() + 1e-3)
        lawson /= lawson.max()
    return c


def _edge_dense(rng, n):
    """Random numbers in [0, 1], denser near both ends, as long doubles."""
    return (0.5 * (1 - np.cos(np.pi * rng.uniform(size=n)))).astype(_Long)


class _Table:
    """A polynomial: row i has the powers of y that go with x^i."""

    def __init__(self, rows, dtype):
        self.rows = [np.asarray(r, np.float64).astype(dtype) for r in rows]
        self.dtype = dtype

    def __call__(self, x, y):
        total = np.zeros_like(x)
        for row in reversed(self.rows):
            inner = np.zeros_like(x)
            for c in row[::-1]:
                inner = inner * y + _Long(c)
            total = total * x + inner
        return total

    def lines(self, name):
        kind = "float" if self.dtype is np.float32 else "double"
        out = [
            f"TFI_TABLE int k{name}Degrees[] = {{",
            "    " + ", ".join(str(len(r) - 1) for r in self.rows) + "};",
            f"TFI_TABLE {kind} k{name}[] = {{",
        ]
        for row in self.rows:
            out.extend(f"    {_literal(c, self.dtype)}," for c in row)
        return [*out, "};"]


def _literal(x, dtype):
    return f"{x:.8e}f" if dtype is np.float32 else f"{x:.16e}"


# Region kSmall: B I0 = sum_j (kappa x)^j sum_k c_jk kappa^(2k), j + 2k <= N.
_SMALL_KAPPA = 2


def _small_points(rng, n):
    kappa = 1.01 * _SMALL_KAPPA * np.sqrt(_edge_dense(rng, n))
    kappa = np.maximum(kappa.astype(np.float64), 1e-6).astype(_Long)
    u = 2 * _edge_dense(rng, n)
    return kappa, u


def _bessel(kappa):
    return np.array([_long(mp.besseli(0, mp.mpf(float(k)))) for k in kappa])


def _small_table(function, order, dtype):
    """function(kappa, u) in powers of kappa x and kappa^2."""
    kappa, u = _small_points(np.random.default_rng(1), 1200)
    values = function(kappa, u)
    scaled = kappa / _SMALL_KAPPA
    in_square = _chebyshev(2 * scaled * scaled - 1, order // 2)
    in_cosine = _chebyshev(1 - u, order)
    terms = [
        (j, k) for j in range(order + 1) for k in range((order - j) // 2 + 1)
    ]
    columns = np.stack(
        [scaled**j * in_square[k] * in_cosine[j] for j, k in terms], 1
    )
    fitted = _least_squares(columns, values)
    # T_j(x) brings x^i with i < j, whose kappa^(j - i) is an even power.
    in_x = _to_powers(order)
    shifted = np.zeros((order // 2 + 1,) * 2, _Long)  # T_k(2s - 1) in powers
    shifted[0, 0] = 1
    if order >= 2:
        shifted[1, :2] = [-1, 2]
    for k in range(2, order // 2 + 1):
        shifted[k, 1:] = 4 * shifted[k - 1, :-1]
        shifted[k] -= 2 * shifted[k - 1] + shifted[k - 2]
    c = np.zeros((order + 1, order + 1), _Long)
    for (j, k), value in zip(terms, fitted, strict=True):
        for i in range(j % 2, j + 1, 2):
            half = (j - i) // 2
            for p in range(k + 1):
                c[i, half + p] += value * in_x[j, i] * shifted[k, p]
    scale = _Long(1) / _SMALL_KAPPA
    rows = [
        [c[j, k] * scale ** (j + 2 * k) for k in range((order - j) // 2 + 1)]
        for j in range(order + 1)
    ]
    table = _Table(rows, dtype)
    kappa, u = _small_points(np.random.default_rng(2), 1200)
    values = function(kappa, u)
    error = np.abs(table(kappa * (1 - u), kappa * kappa) / values - 1).max()
    return table, float(error)


def _fourier_sum(kappa, u):
    """I0 (F - 1/2 - z / (2 pi)) / (kappa sin z), by the paper's (14).

    There sin(j z) / sin(z) = U_(j-1)(x), the Chebyshev polynomial.
    """
    x = 1 - u
    before, here = np.zeros_like(x), np.ones_like(x)
    total = np.zeros_like(x)
    for j in range(1, 40):
        bessel = np.array(
            [
                _long(mp.besseli(j, mp.mpf(float(k))) / (mp.pi * j * float(k)))
                for k in kappa
            ]
        )
        total += bessel * here
        before, here = here, 2 * x * here - before
    return total


def _chebyshev_table(function, interval, degree, dtype):
    c = mp.chebyfit(function, interval, degree + 1)[::-1]
    rounded = [dtype(mp.nstr(x, 25)) for x in c]
    powers = [mp.mpf(float(x)) for x in rounded[::-1]]
    low, high = (mp.mpf(x) for x in interval)
    error = 0
    for i in range(1, 500):
        x = low + (high - low) * i / 500
        error = max(error, abs(mp.polyval(powers, x) / function(x) - 1))
    return rounded, float(error)


def _in_square(order):
    """I_order(kappa) / kappa^order as a function of kappa^2."""

    def function(p):
        if p == 0:
            return mp.mpf(1) / 2**order
        return mp.besseli(order, mp.sqrt(p)) / mp.sqrt(p) ** order

    return function


def _product_table(points, degrees, dtype):
    """A table through points(seed) -> (x, y, values), x and y in [-1, 1]."""
    x, y, values = points(3)
    in_x = _chebyshev(x, len(degrees) - 1)
    in_y = _chebyshev(y, max(degrees))
    terms = [(i, j) for i in range(len(degrees)) for j in range(degrees[i] + 1)]
    columns = np.stack([in_x[i] * in_y[j] for i, j in terms], 1)
    fitted = _least_squares(columns, values)
    powers_x = _to_powers(len(degrees) - 1)
    powers_y = _to_powers(max(degrees))
    c = np.zeros((len(degrees), max(degrees) + 1), _Long)
    for (i, j), value in zip(terms, fitted, strict=True):
        c += value * np.outer(powers_x[i], powers_y[j])
    table = _Table([c[i, : d + 1] for i, d in enumerate(degrees)], dtype)
    x, y, values = points(4)
    return table, float(np.abs(table(x, y) / values - 1).max())


def _outer_points(quadrature, smallest):
    """For the method kOuter: y (y B - 1), y >= 0.99 smallest.

    A function of smallest / kappa - 1 and 2 smallest / y - 1.
    """

    def points(seed):
        rng = np.random.default_rng(seed)
        n = 1300
        inverse_y = np.maximum(_edge_dense(rng, n) / _Long(0.99), 1e-6)
        y = smallest / inverse_y
        # y = kappa m <= 2 kappa; kappa must be a double for _of_bessel.
        inverse = 2 / y * np.maximum(_edge_dense(rng, n), 1e-9)
        kappa = (1 / inverse).astype(np.float64).astype(_Long)
        y = np.minimum(y, 2 * kappa - np.where(y > 59, _Long(0.02), 0))
        m = y / kappa
        return (
            smallest / kappa - 1,
            2 * smallest / y - 1,
            quadrature.outer_excess(kappa, 2 - m, m),
        )

    return points


def _tail_points(quadrature, smallest, middle):
    """R sqrt(y) (zeta + middle), zeta = sqrt(kappa u), for y >= 0.99 smallest.

    A function of 2 smallest / y - 1 and (zeta - middle) / (zeta + middle).
    """

    def points(seed):
        rng = np.random.default_rng(seed)
        n = 1500
        y = smallest / np.maximum(_edge_dense(rng, n) / _Long(0.99), 1e-9)
        x = np.minimum(2 * _edge_dense(rng, n) - 1, 1 - _Long(1e-9))
        zeta = middle * (1 + x) / (1 - x)
        values = quadrature.tail(zeta * zeta, y) * np.sqrt(y) * (zeta + middle)
        return 2 * smallest / y - 1, x, values

    return points


def _inverse_table(function, pieces, degree, dtype):
    """A function as of _of_bessel, for kappa >= 2, on pieces of 2 / kappa.

    The pieces divide [0, 1] equally; on each a polynomial in t in [-1, 1].
    """

    def points(piece, n, phase):
        t = -np.cos(np.pi * (np.arange(n) + phase) / n)
        inverse = np.maximum((piece + (t + 1) / 2) / (2 * pieces), 1e-9)
        kappa = (1 / inverse).astype(_Long)
        return 4 * pieces / kappa - (2 * piece + 1), _of_bessel(kappa, function)

    table = np.zeros((degree + 1, pieces), dtype)
    worst = 0.0
    for piece in range(pieces):
        t, values = points(piece, 100, 0.5)
        fitted = _least_squares(_chebyshev(t, degree).T, values)
        table[:, piece] = np.asarray(fitted @ _to_powers(degree), np.float64)
        t, values = points(piece, 57, 0.3)
        total = np.zeros_like(t)
        for c in table[::-1, piece]:
            total = total * t + _Long(c)
        worst = max(worst, float(np.abs(total / values - 1).max()))
    return table, worst


def _ratio_excess(kappa, i0, i1):
    return (2 * kappa * (1 - i1 / i0) - 1) * kappa


def _density_scale(kappa, i0, i1):
    """1 / (2 pi sqrt(kappa) e^-kappa I0(kappa))."""
    del kappa, i1
    return 1 / (mp.sqrt(2 * mp.pi) * i0)


def _inner_nodes(count, degree, largest_y, dtype):
    """Gauss-Legendre quadrature of R for kappa >= 2 and kappa u >= 1.5.

        R = w sum_i weight_i exp(-y + kappa (1 - cos(xi_i w))),  w = pi - |z|,

    an entire function of xi, even: 2 count nodes in [-1, 1], of which those
    with xi > 0 are kept. The exponent is -kappa w^2 p_i(w^2).

    Returns the weights, the coefficients of all p_i, and the error of R.
    """
    nodes, weights = (x[:, 0] for x in _gauss_legendre(2 * count))
    nodes, weights = 1 - 2 * nodes[:count], 2 * weights[:count]
    # kappa u >= 1.5 and y <= largest_y bound w away from pi: kappa is at most
    # (largest_y + 1.5) / 2, and then 1 + cos w = u.
    end = float(mp.acos(3 / (largest_y + 1.5) - 1)) ** 2 * 1.01
    powers = []
    for xi in nodes:
        xi = mp.mpf(float(xi)) + mp.mpf(float(xi - _Long(float(xi))))

        def exponent(v, xi=xi):
            """(cos(xi w) - cos(w)) / w^2, v = w^2, by its series."""
            return mp.fsum(
                (-1) ** k
                * v**k
                * (1 - xi ** (2 * k + 2))
                / mp.factorial(2 * k + 2)
                for k in range(30)
            )

        c = mp.chebyfit(exponent, [0, end], degree + 1)[::-1]
        powers.append([float(x) for x in c])
    powers = np.array(powers).astype(dtype)
    rounded = weights.astype(np.float64).astype(dtype)
    # Against R at points of the largest y and of smaller ones.
    worst = 0.0
    for y in (largest_y, largest_y / 2, largest_y / 4):
        y = _Long(max(y, 8))
        big_u = np.array([1.5, 2, 4, 8, 20, 100, 1e4], _Long)
        kappa = (y + big_u) / 2
        kappa, big_u = kappa[kappa >= 2], big_u[kappa >= 2]
        exact = _Quadrature().tail(big_u, y)
        w = 2 * np.arctan2(np.sqrt(y), np.sqrt(big_u))
        total = np.zeros_like(w)
        for weight, p in zip(rounded, powers, strict=True):
            inner = np.zeros_like(w)
            for c in p[::-1]:
                inner = inner * w * w + _Long(c)
            total += _Long(weight) * np.exp(-kappa * w * w * inner)
        worst = max(worst, float(np.abs(w * total / exact - 1).max()))
    return rounded, powers, worst


def _fall(rows, first):
    """Degrees of a triangular table."""
    return [round(first * (1 - i / rows)) for i in range(rows)]


_TAIL_F = (2, _fall(7, 12))
_TAIL_D = (2, _fall(12, 26))


def main():
    """Fits all tables and writes the header."""
    mp.mp.dps = 40
    quadrature = _Quadrature()
    lines = [
        "// Copyright 2026 The tf_implicit Authors.",
        "// SPDX-License-Identifier: Apache-2.0",
        "//",
        "// Generated by kernels/special/coefficients/von_mises.py; "
        "do not edit.",
        "// The errors are relative, with the rounded coefficients in exact",
        "// arithmetic.",
        "//",
        "// clang-format off",
        "",
        "#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_COEFFICIENTS_H_",
        "#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_COEFFICIENTS_H_",
        "",
        '#include "kernels/special/config.h"',
        "",
        "TFI_BEGIN_NAMESPACE",
        "",
    ]

    def announce(what, error):
        print(f"{what}: error {error:.1e}", flush=True)
        text = f"{what}. Error {error:.1e}."
        lines.extend("// " + line for line in textwrap.wrap(text, 77))

    def add_list(name, dtype, c):
        kind = "float" if dtype is np.float32 else "double"
        lines.append(f"TFI_TABLE {kind} k{name}[] = {{")
        lines.extend(f"    {_literal(x, dtype)}," for x in c)
        lines.extend(["};", ""])

    def add_pieces(name, dtype, table):
        kind = "float" if dtype is np.float32 else "double"
        rows, pieces = table.shape
        lines.append(f"TFI_TABLE {kind} k{name}[{rows}][{pieces}] = {{")
        for row in table:
            lines.append("    {")
            lines.extend(f"        {_literal(x, dtype)}," for x in row)
            lines.append("    },")
        lines.extend(["};", ""])

    def small_derivative(kappa, u):
        return quadrature.reduced_derivative(kappa, u, 2 - u) * _bessel(kappa)

    largest_square = mp.mpf(1.01 * _SMALL_KAPPA) ** 2
    for (
        name,
        dtype,
        order,
        bessel,
        smallest,
        degrees,
        tail,
        pieces,
        nodes,
        terms,
    ) in (
        (
            "Float",
            np.float32,
            11,
            6,
            16,
            _fall(6, 10),
            _TAIL_F,
            (16, 5),
            (11, 6),
            43,
        ),
        (
            "Double",
            np.float64,
            17,
            10,
            36,
            _fall(11, 16),
            _TAIL_D,
            (8, 18),
            (22, 10),
            97,
        ),
    ):
        table, error = _small_table(small_derivative, order, dtype)
        announce("I0 B for kappa <= 2, in kappa x and kappa^2", error)
        lines += [*table.lines(f"VonMisesSmall{name}"), ""]
        for index in (0, 1):
            c, error = _chebyshev_table(
                _in_square(index), [0, largest_square], bessel, dtype
            )
            announce(f"I{index}(kappa) / kappa^{index} in kappa^2", error)
            add_list(f"BesselI{index}{name}", dtype, c)
        for what, function in (
            ("BesselRatioExcess", _ratio_excess),
            ("DensityScale", _density_scale),
        ):
            table, error = _inverse_table(function, *pieces, dtype)
            announce(f"{what}, kappa >= 2: [power][piece of 2 / kappa]", error)
            add_pieces(f"{what}{name}", dtype, table)
        table, error = _product_table(
            _outer_points(quadrature, smallest), degrees, dtype
        )
        announce(
            f"y (y B - 1) for y >= {smallest}, in {smallest} / kappa - 1 and "
            f"{2 * smallest} / y - 1",
            error,
        )
        lines += [*table.lines(f"VonMisesOuter{name}"), ""]
        # A power of two near the largest y: no term under- or overflows.
        scale = 2 ** int(np.log2(smallest))
        lines.append(f"// {scale}^j / j!, j <= {terms}.")
        factors = [
            mp.mpf(scale) ** j / mp.factorial(j) for j in range(terms + 1)
        ]
        add_list(
            f"ScaledPowers{name}",
            dtype,
            [dtype(mp.nstr(x, 25)) for x in factors],
        )
        table, error = _small_table(_fourier_sum, order, dtype)
        announce("Fourier sum for kappa <= 2, in kappa x and kappa^2", error)
        lines += [*table.lines(f"VonMisesFourier{name}"), ""]
        middle, degrees = tail
        table, error = _product_table(
            _tail_points(quadrature, smallest, middle), degrees, dtype
        )
        announce(
            f"R sqrt(y) (zeta + {middle}) for y >= {smallest}, in "
            f"{2 * smallest} / y - 1 and (zeta - {middle}) / (zeta + {middle})",
            error,
        )
        lines += [*table.lines(f"VonMisesTail{name}"), ""]
        weights, powers, error = _inner_nodes(*nodes, smallest, dtype)
        announce(f"R for y <= {smallest}: weights and exponents", error)
        add_list(f"VonMisesWeights{name}", dtype, weights)
        add_pieces(f"VonMisesExponents{name}", dtype, powers)
    lines += [
        "TFI_END_NAMESPACE",
        "",
        "#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_COEFFICIENTS_H_",
    ]
    _HEADER.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
