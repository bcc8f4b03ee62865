# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The incomplete gamma functions: known values, limits, gradients at them."""

import mpmath
import numpy as np
import pytest
import scipy.special
import tensorflow as tf

import tf_implicit as tfi
from tests.reference import reference

tfm = tfi.math
_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_COLUMNS = {
    "igamma": "lower",
    "igammac": "upper",
    "log_igamma": "log_lower",
    "log_igammac": "log_upper",
}


@_DTYPES
@pytest.mark.parametrize("name", _COLUMNS)
def test_match_reference(name, dtype):
    columns = reference.load("igamma")
    a, x = (tf.constant(columns[k], dtype) for k in "ax")
    want = columns[_COLUMNS[name]]
    info = np.finfo(dtype.as_numpy_dtype)
    normal = np.abs(want) > info.tiny
    got = getattr(tfm, name)(a, x).numpy().astype(np.float64)
    np.testing.assert_allclose(
        got[normal], want[normal], rtol=float(16 * info.eps)
    )


def test_faults_of_tensorflow():
    # tf.math.igamma gives 1.312 and 0.008.
    np.testing.assert_allclose(tfm.igamma(1e6, 1e6), 0.50013298, rtol=1e-6)
    a = tf.constant(1e10, tf.float64)
    np.testing.assert_allclose(tfm.igamma(a, a), 0.50000132980760, rtol=1e-13)
    # tfp.math.igammainv gives 998771.
    np.testing.assert_allclose(
        tfm.igammainv(1e6, 0.25),
        scipy.special.gammaincinv(1e6, 0.25),
        rtol=1e-7,
    )


@_DTYPES
def test_gradients_at_the_ends(dtype):
    a = tf.constant([0.5, 1.0, 3.0], dtype)
    for x, lower in ((0.0, [np.inf, 1.0, 0.0]), (np.inf, [0.0, 0.0, 0.0])):
        x = tf.fill([3], tf.constant(x, dtype))
        for function, sign in ((tfm.igamma, 1), (tfm.igammac, -1)):
            with tf.GradientTape() as tape:
                tape.watch([a, x])
                y = function(a, x)
            d_a, d_x = tape.gradient(y, [a, x])
            np.testing.assert_array_equal(d_a, np.zeros(3))
            np.testing.assert_array_equal(d_x, np.multiply(sign, lower))
    x = tf.zeros([3], dtype)
    with tf.GradientTape() as tape:
        tape.watch([a, x])
        y = tfm.log_igammac(a, x)
    d_a, d_x = tape.gradient(y, [a, x])
    np.testing.assert_array_equal(d_a, np.zeros(3))
    np.testing.assert_array_equal(d_x, [-np.inf, -1.0, 0.0])
    x = tf.fill([3], tf.constant(np.inf, dtype))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tfm.log_igammac(a, x)
    np.testing.assert_array_equal(tape.gradient(y, x), -np.ones(3))


def _log_tail_derivatives(a, x, upper):
    """Those of log P or log Q, by differences of mpmath.gammainc."""
    with mpmath.workdps(50):
        a, x = mpmath.mpf(a), mpmath.mpf(x)

        def log_tail(a, x):
            # From the lesser tail: the other one may be 1 in 50 digits.
            lesser = x > middle
            ends = (x, mpmath.inf) if lesser else (0, x)
            tail = mpmath.gammainc(a, *ends, regularized=True)
            return mpmath.log(tail) if lesser == upper else mpmath.log1p(-tail)

        middle = a

        d_a = mpmath.diff(lambda t: log_tail(t, x), a, h=a * 1e-18)
        d_x = mpmath.diff(lambda t: log_tail(a, t), x, h=x * 1e-18)
        return float(d_a), float(d_x)


@_DTYPES
@pytest.mark.parametrize("upper", [False, True])
def test_gradients_of_logarithms(dtype, upper):
    # Also where P and Q underflow.
    rng = np.random.default_rng(5)
    a = 10.0 ** rng.uniform(-3, 4, 60)
    score = rng.uniform(-40, 40, 60)
    x = a * np.exp(np.clip(score / np.sqrt(a), -9, 3))
    a, x = tf.constant(a, dtype), tf.constant(x, dtype)
    with tf.GradientTape() as tape:
        tape.watch([a, x])
        y = (tfm.log_igammac if upper else tfm.log_igamma)(a, x)
    d_a, d_x = tape.gradient(y, [a, x])
    eps = np.finfo(dtype.as_numpy_dtype).eps
    tiny = np.finfo(dtype.as_numpy_dtype).tiny
    for point, got in zip(
        np.stack([a, x], 1), np.stack([d_a, d_x], 1), strict=True
    ):
        want = _log_tail_derivatives(*map(float, point), upper)
        np.testing.assert_allclose(got, want, rtol=16 * eps, atol=tiny)


@_DTYPES
def test_quantiles_and_their_gradients(dtype):
    a = tf.constant([1e-3, 0.5, 1.0, 7.0, 1e6], dtype)
    p = tf.constant([0.9995, 0.2, 1e-20, 0.9, 0.25], dtype)
    with tf.GradientTape() as tape:
        tape.watch([a, p])
        x = tfm.igammainv(a, p)
    d_a, d_p = tape.gradient(x, [a, p])
    np.testing.assert_allclose(d_a, tfm.random_gamma_grad(a, x))
    # One unit of x changes P by x p eps.
    eps = np.finfo(dtype.as_numpy_dtype).eps
    with tf.GradientTape() as tape:
        tape.watch(x)
        back = tfm.igamma(a, x)
    density = tape.gradient(back, x)
    np.testing.assert_allclose(d_p, 1 / density, rtol=4 * eps)
    assert np.all(
        np.abs(back - p) <= 16 * eps * np.minimum(p, 1 - p) + x * density * eps
    )


@_DTYPES
def test_log_quantile_where_the_quantile_underflows(dtype):
    a = tf.constant([1e-4, 1e-3], dtype)
    p = tf.constant([0.5, 0.3], dtype)
    np.testing.assert_array_equal(tfm.igammainv(a * 0.1, p), [0.0, 0.0])
    with tf.GradientTape() as tape:
        tape.watch([a, p])
        u = tfm.log_igammainv(a, p)
    d_a, d_p = tape.gradient(u, [a, p])
    a, p = (t.numpy().astype(np.float64) for t in (a, p))
    log_gamma = np.array([float(mpmath.loggamma(1 + t)) for t in a])
    rtol = 16 * np.finfo(dtype.as_numpy_dtype).eps
    np.testing.assert_allclose(u, (np.log(p) + log_gamma) / a, rtol=rtol)
    np.testing.assert_allclose(d_p, 1 / (a * p), rtol=rtol)
    psi = np.array([float(mpmath.psi(0, 1 + t)) for t in a])
    np.testing.assert_allclose(
        d_a, (psi - (np.log(p) + log_gamma) / a) / a, rtol=rtol
    )


@_DTYPES
def test_von_mises_quantile_inverts_the_cdf(dtype):
    rng = np.random.default_rng(7)
    p = tf.constant(rng.uniform(size=200), dtype)
    concentration = tf.constant(10.0 ** rng.uniform(-3, 6, 200), dtype)
    x = tfm.von_mises_quantile(p, concentration)
    back = tfm.von_mises_cdf(x, concentration)
    eps = np.finfo(dtype.as_numpy_dtype).eps
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tfm.von_mises_cdf(x, concentration)
    change = np.abs(x * tape.gradient(y, x)) * eps
    assert np.all(np.abs(back - p) <= 32 * eps + change)
