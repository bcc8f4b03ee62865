# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Outside of their domains functions and samplers give NaN, and only there."""

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tests.math.functions import FUNCTIONS

_POSITIVE = {"a", "b", "alpha", "df", "df1", "df2", "scale", "scale1", "scale2"}
_DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def _outside(f, argument):
    """Values that no law has; empty where all numbers are in the domain."""
    if argument in ("p", "q"):
        return [-0.1, 1.1]
    if argument == "x" and f.name.endswith(("betainc", "betaincc")):
        return [-0.1, 1.1]
    if argument == "x" and "igamma" in f.name:
        return [-1.0]
    if argument in _POSITIVE or argument.startswith("concentration"):
        return [-1.0, -1e-30]
    if argument.startswith("rate") and "log_rate" not in f.name:
        return [-1.0, -1e-30]
    return []


_CASES = [
    (f, k)
    for f in FUNCTIONS
    for k, argument in enumerate(f.arguments)
    if _outside(f, argument)
]


@_DTYPES
@pytest.mark.parametrize(
    ("f", "k"), _CASES, ids=[f"{f.name}-{f.arguments[k]}" for f, k in _CASES]
)
def test_functions(f, k, dtype):
    points = [np.array(p, dtype) for p in f.points]
    outside = _outside(f, f.arguments[k])
    for where, value in enumerate(outside):
        points[k][where] = value
    points = [tf.constant(p) for p in points]
    with tf.GradientTape() as tape:
        tape.watch(points)
        outputs = f.outputs(*points)
        total = tf.add_n(outputs)
    for y in outputs:
        np.testing.assert_array_equal(
            np.isnan(y), np.arange(4) < len(outside), err_msg=str(y)
        )
    # No number of a gradient can be taken for one, either.
    slope = tape.gradient(total, points[k])
    assert np.all(np.isnan(slope[: len(outside)])), slope
    assert np.all(np.isfinite(slope[len(outside) :])), slope


@_DTYPES
@pytest.mark.parametrize(
    "name",
    [
        "stateless_gamma",
        "stateless_loggamma",
        "stateless_von_mises",
        "stateless_von_mises_fisher_angle",
    ],
)
def test_samplers(name, dtype):
    parameter = np.array([2.0, -1.0, np.nan, 3.0], dtype)
    sampler = getattr(tfi.random, name)
    if "fisher" in name:
        z = sampler([50, 4], [1, 2], 3, parameter)
    else:
        z = sampler([50, 4], [1, 2], parameter)
    np.testing.assert_array_equal(
        np.isnan(z), np.broadcast_to([False, True, True, False], z.shape)
    )


@_DTYPES
@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_rows(bad, dtype):
    concentration = np.full([3, 5], 0.8, dtype)
    concentration[1, 2] = bad
    p = np.full([3, 5], 0.2, dtype)
    for y in (
        tfi.random.stateless_dirichlet([3, 5], [1, 2], concentration),
        tfi.math.dirichlet_log_prob(concentration, p),
        tfi.math.dirichlet_entropy(concentration),
        tfi.math.dirichlet_divergence(concentration, 5 * p),
        tfi.math.dirichlet_divergence(5 * p, concentration),
    ):
        got = np.isnan(y).reshape(3, -1)
        np.testing.assert_array_equal(got, np.zeros_like(got) | [[0], [1], [0]])
