# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The CUDA kernel of products of small matrices, as kernels_test.py."""

import numpy as np
import pytest

# Pairs, n, k and m. The last is more than 8192 blocks of 256 threads.
SIZES = [
    (300, 1, 1, 1),
    (300, 4, 4, 4),
    (77, 2, 3, 5),
    (5, 17, 1, 33),
    (9, 3, 40, 2),
    (8192 * 16 + 5, 4, 2, 4),
]


def _pairs(size, transposes, dtype):
    count, n, k, m = size
    rng = np.random.default_rng(n)
    shapes = [(count, n, k), (count, k, m)]
    return [
        rng.normal(size=(s[0], *s[:0:-1]) if t else s).astype(dtype)
        for s, t in zip(shapes, transposes, strict=True)
    ]


def _multiplied(x, transposed):
    return np.swapaxes(x, -1, -2) if transposed else x


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
@pytest.mark.parametrize("transpose_b", [False, True])
@pytest.mark.parametrize("transpose_a", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_products_are_within_their_bound(
    launchers, size, transpose_a, transpose_b, dtype
):
    transposes = transpose_a, transpose_b
    pairs = _pairs(size, transposes, dtype)
    got = launchers.small_mat_mul(*pairs, *transposes)
    a, b = (
        _multiplied(x.astype(np.longdouble), t)
        for x, t in zip(pairs, transposes, strict=True)
    )
    want = a @ b
    # Sums of k terms (Higham 2002, section 3.1), rounded once more where
    # half precision is computed in single.
    real = np.float32 if dtype == np.float16 else dtype
    unit = np.finfo(real).eps / 2
    k = size[2]
    bound = k * unit / (1 - k * unit) * (np.abs(a) @ np.abs(b))
    if dtype == np.float16:
        bound += 2.0**-11 * (np.abs(want) + bound) + 2.0**-25
    assert got.dtype == dtype
    assert np.all(np.abs(got.astype(np.longdouble) - want) <= bound)


def test_special_values_stay_in_their_row_and_column(launchers):
    a = np.ones((3, 2, 2), np.float32)
    a[1, 0, 1] = np.inf
    b = np.ones((3, 2, 2), np.float32)
    b[2, 1, 0] = np.nan
    got = launchers.small_mat_mul(a, b, False, False)
    want = np.full((3, 2, 2), 2, np.float32)
    want[1, 0] = np.inf
    want[2, :, 0] = np.nan
    np.testing.assert_array_equal(got, want)


def test_sums_without_terms_are_zero(launchers):
    a, b = np.ones((3, 2, 0), np.float32), np.ones((3, 0, 2), np.float32)
    got = launchers.small_mat_mul(a, b, False, False)
    np.testing.assert_array_equal(got, np.zeros((3, 2, 2)))
