# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes kernels/special/von_mises_coefficients.h: the tables of von_mises.h.

The fitted function is B(kappa, x) = -(dz/dkappa) / sin(z), x = cos(z); see
kernels/special/von_mises.h. Its values come from Gauss-Legendre quadrature of
its integral in 80-bit arithmetic (_reduced_derivative), a method that no kernel
uses. Fits are linear least squares in products of Chebyshev polynomials, with
the relative error as weight, made nearly minimax by a few rounds of Lawson
reweighting; they become powers in 80 bits and are rounded last. The errors
in the header are measured on fresh points, with the rounded coefficients in
80-bit arithmetic. Needs x86-64 (80-bit long double). Takes a minute:

    python kernels/special/coefficients/von_mises.py
"""

import pathlib

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


def _one_minus_ratio(kappa):
    """1 - I1(kappa) / I0(kappa)."""
    values = []
    for k in kappa:
        k = mp.mpf(float(k))
        with mp.workdps(60):
            if k > 1e4:
                i0 = mp.hyp2f0(0.5, 0.5, 1 / (2 * k))
                i1 = mp.hyp2f0(-0.5, 1.5, 1 / (2 * k))
            else:
                i0, i1 = mp.besseli(0, k), mp.besseli(1, k)
            values.append(_long(1 - i1 / i0))
    return np.array(values)


class _Quadrature:
    """B by quadrature, for u = 1 - x and m = 1 + x, both given."""

    def __init__(self):
        self._nodes, self._weights = _gauss_legendre(_NODES)

    def _integrate(self, function, edges):
        total = 0
        for a, b in zip(edges[:-1], edges[1:]):
            a, b = _Long(a), _Long(b)
            values = function(a + (b - a) * self._nodes)
            total = total + (b - a) * (self._weights * values).sum(0)
        return total

    def reduced_derivative(self, kappa, u, m):
        """int_0^z (cos t - A) exp(kappa (cos t - cos z)) dt / sin z, or
        minus the integral from z to pi: the one whose integrand is positive.
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
    """A polynomial in (x, y): rows in powers of x, coefficients in powers of y."""

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
        return out + ["};"]


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


def _small_table(quadrature, order, dtype):
    rng = np.random.default_rng(1)
    kappa, u = _small_points(rng, 1200)
    values = quadrature.reduced_derivative(kappa, u, 2 - u) * _bessel(kappa)
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
    for (j, k), value in zip(terms, fitted):
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
    values = quadrature.reduced_derivative(kappa, u, 2 - u) * _bessel(kappa)
    error = np.abs(table(kappa * (1 - u), kappa * kappa) / values - 1).max()
    return table, float(error)


def _bessel_table(degree, dtype):
    """I0 in powers of kappa^2, kappa <= 2.02."""
    largest = mp.mpf(1.01 * _SMALL_KAPPA) ** 2
    c = mp.chebyfit(
        lambda p: mp.besseli(0, mp.sqrt(p)), [0, largest], degree + 1
    )[::-1]
    rounded = [dtype(mp.nstr(x, 25)) for x in c]
    error = max(
        abs(
            mp.polyval([mp.mpf(float(x)) for x in rounded[::-1]], p)
            / mp.besseli(0, mp.sqrt(p))
            - 1
        )
        for p in [largest * i / 500 for i in range(501)]
    )
    return rounded, float(error)


# Region kOuter: B = G(X, Y) / y, X = Y1 / kappa - 1, Y = 2 Y1 / y - 1.
def _outer_points(rng, n, smallest):
    """Points with y >= 0.99 Y1, all kappa that belong to them."""
    inverse_y = _edge_dense(rng, n) * (1 / 0.99)
    inverse_y = np.maximum(inverse_y, 1e-6)
    y = smallest / inverse_y
    # y = kappa (1 + x) <= 2 kappa.
    inverse = 2 / y * np.maximum(_edge_dense(rng, n), 1e-9)
    kappa = (1 / inverse).astype(np.float64).astype(_Long)
    kappa = np.maximum(kappa, y / 2)
    m = np.minimum(y / kappa, 2)
    return kappa, 2 - m, m, y


def _outer_table(quadrature, smallest, degrees, dtype):
    def points(seed):
        kappa, u, m, _ = _outer_points(
            np.random.default_rng(seed), 1300, smallest
        )
        y = kappa * m
        x1, y1 = smallest / kappa - 1, 2 * smallest / y - 1
        return x1, y1, y * quadrature.reduced_derivative(kappa, u, m)

    x1, y1, values = points(3)
    in_x = _chebyshev(x1, len(degrees) - 1)
    in_y = _chebyshev(y1, max(degrees))
    terms = [(i, j) for i in range(len(degrees)) for j in range(degrees[i] + 1)]
    columns = np.stack([in_x[i] * in_y[j] for i, j in terms], 1)
    fitted = _least_squares(columns, values)
    powers_x = _to_powers(len(degrees) - 1)
    powers_y = _to_powers(max(degrees))
    c = np.zeros((len(degrees), max(degrees) + 1), _Long)
    for (i, j), value in zip(terms, fitted):
        c += value * np.outer(powers_x[i], powers_y[j])
    table = _Table([c[i, : d + 1] for i, d in enumerate(degrees)], dtype)
    x1, y1, values = points(4)
    return table, float(np.abs(table(x1, y1) / values - 1).max())


def _ratio_table(offset, pieces, degree, dtype):
    """(1 - I1/I0) (kappa + offset), a polynomial in t in [-1, 1] for each of
    `pieces` equal pieces of w = kappa / (kappa + offset) in [0, 1].
    """

    def points(piece, n, phase):
        t = -np.cos(np.pi * (np.arange(n) + phase) / n)
        w = np.minimum((piece + (t + 1) / 2) / pieces, 1 - 1e-12)
        kappa = (offset * w / (1 - w)).astype(_Long)
        w = kappa / (kappa + offset)
        values = _one_minus_ratio(kappa) * (kappa + offset)
        return 2 * (w * pieces - piece) - 1, values

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


def _fall(rows, first):
    """Degrees of a triangular table."""
    return [round(first * (1 - i / rows)) for i in range(rows)]


def main():
    mp.mp.dps = 40
    quadrature = _Quadrature()
    lines = [
        "// Copyright 2026 The tf_implicit Authors.",
        "// SPDX-License-Identifier: Apache-2.0",
        "//",
        "// Generated by kernels/special/coefficients/von_mises.py. Do not edit.",
        "// The errors are relative, with the rounded coefficients in exact",
        "// arithmetic.",
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
        lines.append(f"// {what}. Error {error:.1e}.")

    for name, dtype, order, bessel, smallest, degrees, ratio in (
        ("Float", np.float32, 11, 6, 16, _fall(6, 10), (3, 16, 5)),
        ("Double", np.float64, 17, 10, 36, _fall(11, 16), (4, 8, 15)),
    ):
        kind = name.lower()
        table, error = _small_table(quadrature, order, dtype)
        announce("B I0 for kappa <= 2: (kappa x, kappa^2)", error)
        lines += table.lines(f"VonMisesSmall{name}") + [""]
        c, error = _bessel_table(bessel, dtype)
        announce("I0 for kappa <= 2, in kappa^2", error)
        lines.append(f"TFI_TABLE {kind} kVonMisesBessel{name}[] = {{")
        lines += [f"    {_literal(x, dtype)}," for x in c] + ["};", ""]
        table, error = _outer_table(quadrature, smallest, degrees, dtype)
        announce(
            f"y B for y >= {smallest}: ({smallest} / kappa - 1, "
            f"{2 * smallest} / y - 1)",
            error,
        )
        lines += table.lines(f"VonMisesOuter{name}") + [""]
        offset, pieces, degree = ratio
        table, error = _ratio_table(offset, pieces, degree, dtype)
        announce(
            f"(1 - I1/I0) (kappa + {offset}), {pieces} pieces: [power][piece]",
            error,
        )
        lines.append(
            f"TFI_TABLE {kind} kBesselRatio{name}[{degree + 1}][{pieces}] = {{"
        )
        for row in table:
            lines.append("    {")
            lines.extend(f"        {_literal(x, dtype)}," for x in row)
            lines.append("    },")
        lines += ["};", ""]
    lines += [
        "TFI_END_NAMESPACE",
        "",
        "#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_COEFFICIENTS_H_",
    ]
    _HEADER.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
