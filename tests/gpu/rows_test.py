# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The CUDA kernels of the functions over rows, as kernels_test.py.

Rows of up to 16 components are for a thread, longer ones for a warp, whose
threads give each other their sums.
"""

import numpy as np
import pytest

from tests import accuracy
from tests.reference import reference

DTYPES = (np.float32, np.float64)
FUNCTIONS = ("DirichletDivergence", "DirichletEntropy", "DirichletLogProb")
# A warp has 32 threads; a row's last turn may be full or not.
SIZES = (1, 2, 3, 7, 16, 17, 31, 32, 33, 64, 100, 1000)
WIDTH = 6  # of the rows of the tables

# In eps, as in tests/special/dirichlet_test.cc.
VALUE = {"DirichletLogProb": 16}
GRADIENT = 6


def _psi_gap(t):
    return np.where(t < 1, 1 / t, 1 / (2 * t))


def _curve_gap(t):
    return np.where(t < 1, 1 / t**2, 1 / (2 * t**2))


def _sum(rows):
    return np.sum(rows, -1, keepdims=True)


# The scales of tests/special/dirichlet_test.cc, from below: of the value, and
# of the derivatives in each input.
def _divergence_scales(eps, x, y):
    s, t = _sum(x), _sum(y)
    of_sums = eps * np.abs(t - s) / s

    def change(x, y):
        return np.abs(y - x) / np.maximum(x, y) * _psi_gap(np.minimum(x, y))

    return (
        np.zeros(len(x)),
        of_sums
        + np.abs(x * t - y * s) / (x * s)
        + np.abs(y - x) * _curve_gap(x)
        + np.abs(t - s) * _curve_gap(s),
        of_sums + np.abs(np.log(x * t / (y * s))) + change(x, y) + change(s, t),
    )


def _entropy_scales(eps, a):
    del eps
    n, k = _sum(a), a.shape[-1]
    return (
        np.ones(len(a)),
        1 / a
        + np.abs(a - 1) * _curve_gap(a)
        + k / n
        + np.abs(n - k) * _curve_gap(n),
    )


def _log_prob_scales(eps, a, x):
    del eps
    n, k = _sum(a), a.shape[-1]
    terms = np.max(np.abs(a - 1 - n * x), -1)
    terms = np.maximum(terms, k * np.log1p(n[:, 0]) / 16)
    return (
        np.maximum(terms, 1),
        np.abs(np.log(n * x / a)) + _psi_gap(a) + _psi_gap(n),
        np.zeros_like(x),
    )


SCALES = {
    "DirichletDivergence": _divergence_scales,
    "DirichletEntropy": _entropy_scales,
    "DirichletLogProb": _log_prob_scales,
}


def _check(function, inputs, got, wants, factor=1):
    """Outputs within the bounds, `factor` times as wide, of `wants`."""
    dtype = inputs[0].dtype
    info = np.finfo(dtype)
    wide = [x.astype(np.float64) for x in inputs]
    scales = SCALES[function](info.eps, *wide)
    for k, (g, w, s) in enumerate(zip(got, wants, scales, strict=True)):
        scale = np.maximum(np.maximum(s, np.abs(w)), info.tiny)
        error = accuracy.error_in_eps(g, w, scale)
        worst = np.unravel_index(np.argmax(error), error.shape)
        bound = GRADIENT if k else VALUE.get(function, 8)
        print(f"{function} {dtype} {g.shape}: {error[worst]:.3g} eps of {k}")
        assert error[worst] <= factor * bound, (
            function, k, worst, g[worst], w[worst], error[worst],
        )  # fmt: skip


# Columns of the tables: the inputs; the value and its derivatives.
TABLES = {
    "DirichletDivergence": (
        "dirichlet_divergence",
        ("alpha", "beta"),
        ("divergence", "dalpha", "dbeta"),
    ),
    "DirichletEntropy": (
        "dirichlet_entropy",
        ("alpha",),
        ("entropy", "dalpha"),
    ),
    "DirichletLogProb": (
        "dirichlet_log_prob",
        ("alpha", "x"),
        ("log_prob", "dalpha", "dx"),
    ),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_matches_reference(launchers, function, dtype):
    name, inputs, (value, *gradients) = TABLES[function]
    table = reference.load(name)

    def columns(name, rows, size):
        return np.stack([table[f"{name}{j}"][rows] for j in range(size)], -1)

    # Components that are 0 are not there.
    sizes = np.count_nonzero(columns("alpha", slice(None), WIDTH), axis=-1)
    assert len(sizes) > 50
    for size in np.unique(sizes):
        rows = sizes == size
        arrays = [columns(c, rows, size).astype(dtype) for c in inputs]
        wants = [
            table[value][rows],
            *(columns(c, rows, size) for c in gradients),
        ]
        _check(function, arrays, launchers.rows(function, *arrays), wants)


def _rows(function, count, size, dtype):
    """Wide ones, ordinary ones, and some with one great component."""
    rng = np.random.default_rng(size)
    a = np.exp(rng.uniform(np.log(1e-6), np.log(1e8), (count, size)))
    a[1::4] = np.exp(rng.uniform(np.log(1e-3), 0, a[1::4].shape))
    a[1::4, size // 2] *= 1e5
    a[2::4] = np.exp(rng.uniform(0, np.log(1e3), a[2::4].shape))
    b = np.exp(rng.uniform(np.log(1e-6), np.log(1e8), (count, size)))
    b[1::3] = a[1::3] * (1 + 1e-4 * rng.uniform(-1, 1, b[1::3].shape))
    if function == "DirichletLogProb":
        b /= _sum(b)
        # Where x underflows in single precision, log p is a limit.
        b = np.maximum(b, 1e-30)
    return [x.astype(dtype) for x in (a, b)][
        : 1 if function == "DirichletEntropy" else 2
    ]


def test_functions_are_all_there_are(launchers):
    assert set(launchers.row_functions) == set(FUNCTIONS)
    for function in FUNCTIONS:
        wanted = len(TABLES[function][1])
        assert launchers.rows_inputs_of(function) == wanted


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("size", SIZES)
def test_matches_the_processor_in_double(launchers, size, function, dtype):
    inputs = _rows(function, 41, size, dtype)
    got = launchers.rows(function, *inputs)
    wide = [x.astype(np.float64) for x in inputs]
    wants = launchers.processor_rows(function, *wide)
    # In double both have errors.
    _check(function, inputs, got, wants, 1 if dtype == np.float32 else 2)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("size", [1, 2, 3, 16, 17, 50])
def test_special_values_are_those_of_the_processor(
    launchers, size, function, dtype
):
    """Rows outside of the domain, at its ends, or for float in double."""
    special = [0, -1, np.inf, np.nan, 1e-36, 1e36, 1e-42, 1]
    rng = np.random.default_rng(9)
    count = 4 * len(special)
    inputs = [rng.uniform(0.5, 3, (count, size)).astype(dtype) for _ in "ab"]
    inputs = inputs[: launchers.rows_inputs_of(function)]
    for row in range(count):
        # In any place, of one input or of both.
        for k, x in enumerate(inputs):
            if row // len(special) in (k, 2):
                x[row, rng.integers(size)] = special[row % len(special)]
    got = launchers.rows(function, *inputs)
    wants = launchers.processor_rows(function, *inputs)
    rtol = 1e-4 if dtype == np.float32 else 1e-11
    for g, w in zip(got, wants, strict=True):
        np.testing.assert_allclose(g, w, rtol=rtol, atol=rtol)
    assert np.any(np.isnan(got[0]))
    assert np.count_nonzero(np.isfinite(got[0])) >= len(special)


@pytest.mark.parametrize("size", [3, 40])
def test_equal_rows_have_divergence_zero(launchers, size):
    (a, _) = _rows("DirichletDivergence", 40, size, np.float32)
    for output in launchers.rows("DirichletDivergence", a, a):
        np.testing.assert_array_equal(output, 0)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_rows_without_components_have_the_value_zero(launchers, function):
    inputs = [np.zeros((5, 0), np.float32)] * len(TABLES[function][1])
    value, *gradients = launchers.rows(function, *inputs)
    np.testing.assert_array_equal(value, np.zeros(5))
    assert all(g.shape == (5, 0) for g in gradients)


def _widen_bfloat16(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


def _round_to_bfloat16(x):
    """Ties to even; no NaN."""
    bits = x.view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


@pytest.mark.parametrize("storage", ["half", "bfloat16"])
@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("size", [3, 40])
def test_half_precision_is_that_of_float_rounded(
    launchers, size, function, storage
):
    rng = np.random.default_rng(10)
    wide = [
        rng.uniform(0.01, 4, (30, size)).astype(np.float32)
        for _ in TABLES[function][1]
    ]
    if storage == "half":
        narrow = [x.astype(np.float16) for x in wide]
        wide = [x.astype(np.float32) for x in narrow]
    else:
        narrow = [_round_to_bfloat16(x) for x in wide]
        wide = [_widen_bfloat16(x) for x in narrow]
    got = launchers.rows(function, *narrow)
    wants = launchers.rows(function, *wide)
    for g, w in zip(got, wants, strict=True):
        w = w.astype(np.float16) if storage == "half" else _round_to_bfloat16(w)
        np.testing.assert_array_equal(g, w)


def test_more_rows_than_threads(launchers):
    # 8192 blocks of 256 threads, and a rest.
    count = 8192 * 256 + 77
    alpha = np.linspace(0.5, 9, 2 * count, dtype=np.float32).reshape(count, 2)
    got = launchers.rows("DirichletEntropy", alpha)
    tail = launchers.rows("DirichletEntropy", alpha[-100:])
    for g, w in zip(got, tail, strict=True):
        np.testing.assert_array_equal(g[-100:], w)


def test_a_warp_takes_its_own_row(launchers):
    """Rows of equal numbers: each is as if alone."""
    alpha = np.repeat(np.linspace(0.1, 9, 300, dtype=np.float32), 33)
    alpha = alpha.reshape(300, 33)
    together = launchers.rows("DirichletEntropy", alpha)
    for row in (0, 7, 8, 299):
        alone = launchers.rows("DirichletEntropy", alpha[row : row + 1])
        for a, t in zip(alone, together, strict=True):
            np.testing.assert_array_equal(a[0], t[row])
