# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The sampler of von Mises variables. Its law about 0: tests/special/."""

import mpmath
import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi

_DTYPES = pytest.mark.parametrize(
    "dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64]
)
_sample = tfi.random.stateless_von_mises


@_DTYPES
@pytest.mark.parametrize("loc", [0.5, 3.1415, -40.0, 1e4, -1e5, 1e8, 1e30])
def test_samples_stay_between_minus_pi_and_pi(dtype, loc):
    loc = tf.constant(loc, dtype)
    if not np.isfinite(np.float64(loc)):
        pytest.skip("no float16")
    z = np.float64(_sample([20000], [1, 2], 0.5, loc, dtype=dtype))
    assert np.all(np.abs(z) <= np.pi)
    # All around the circle.
    assert np.min(z) < -3.1 and np.max(z) > 3.1


@_DTYPES
@pytest.mark.parametrize("loc", [0.5, -40.0, 1e4, -1e5, 1e8, 1e15])
def test_far_locations_are_reduced_exactly(dtype, loc):
    loc = tf.constant(loc, dtype)
    if not np.isfinite(np.float64(loc)):
        pytest.skip("no float16")
    with tf.GradientTape() as tape:
        tape.watch(loc)
        z = _sample([], [1, 2], np.inf, loc, dtype=dtype)
    with mpmath.workdps(60):
        exact = mpmath.mpf(float(np.float64(loc)))
        turn = 2 * mpmath.pi
        want = float(exact - turn * mpmath.nint(exact / turn))
    eps = 2.0**-7 if dtype == tf.bfloat16 else np.finfo(dtype.name).eps
    assert abs(np.float64(z) - want) <= 4 * eps
    assert tape.gradient(z, loc) == 1


@_DTYPES
def test_nan_and_infinite_locations(dtype):
    loc = tf.constant([np.nan, np.inf, -np.inf], dtype)
    assert np.all(np.isnan(np.float64(_sample([3], [1, 2], 1.0, loc, dtype))))
