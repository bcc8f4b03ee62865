# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The paper's worked example: implicit and explicit gradients are one."""

import mpmath
import numpy as np
import pytest
import scipy.special
import tensorflow as tf

import tf_implicit as tfi
from tests.distributions.sampling import assert_law

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])

# In eps: S, its two derivatives and their ratio round once each.
_FIRST = 8
# |d2f| of order 1 with cancelling terms of that order.
_SECOND = 64


@_DTYPES
def test_implicit_and_explicit_gradients_are_one(dtype):
    eps = np.finfo(dtype.as_numpy_dtype).eps
    loc = tf.constant([[0.3], [-1.0]], dtype)
    scale = tf.constant([0.5, 1.0, 3.0], dtype)

    def implicit(z):
        return tfi.implicit_reparameterization(z, lambda z: (z - loc) / scale)

    results = []
    for attach in (lambda z: z, implicit):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch([loc, scale])
            with tf.GradientTape(persistent=True) as tape:
                tape.watch([loc, scale])
                normal = tfi.distributions.Normal(loc, scale)
                z = attach(normal.sample(7, seed=[1, 2]))
                loss = tf.reduce_sum(tf.sin(z))
            first = tape.gradient(loss, [loc, scale])
        jacobians = [tape.jacobian(z, p) for p in (loc, scale)]
        second = [outer.gradient(g, p) for g in first for p in (loc, scale)]
        results.append((z, jacobians, second))
    (z, got, second), (want_z, want, want_second) = results
    np.testing.assert_array_equal(z, want_z)
    for g, w, extra in zip(got, want, (0, np.abs(loc)), strict=True):
        # The sample has lost eps |z| of scale * noise.
        lost = 2 * eps * np.max(extra) / np.min(scale)
        np.testing.assert_allclose(g, w, rtol=_FIRST * eps, atol=lost)
    for g, w in zip(second, want_second, strict=True):
        np.testing.assert_allclose(g, w, rtol=0, atol=_SECOND * eps * 7)


@_DTYPES
def test_gradient_is_the_noise_to_the_bit(dtype):
    # Of samples that have lost all digits of the noise, too.
    loc = tf.constant([0.0, 3.0, 1e30], dtype)
    scale = tf.constant([1.0, 1e-6, 2.0], dtype)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([loc, scale])
        z = tfi.distributions.Normal(loc, scale).sample(50, seed=[1, 2])
    zero, one = tf.zeros_like(loc), tf.ones_like(scale)
    noise = tfi.distributions.Normal(zero, one).sample(50, seed=[1, 2])
    np.testing.assert_array_equal(z, loc + scale * noise)
    ones = tf.ones_like(z)
    (d_loc,) = tape.gradient(z, [loc], output_gradients=ones)
    np.testing.assert_array_equal(d_loc, [50.0, 50.0, 50.0])
    weights = tf.one_hot(7, 50, dtype=dtype)[:, tf.newaxis] * ones
    (d_scale,) = tape.gradient(z, [scale], output_gradients=weights)
    np.testing.assert_array_equal(d_scale, noise[7])


@_DTYPES
def test_law(dtype):
    loc, scale = np.array([0.5, -3.0]), np.array([2.0, 0.1])
    normal = tfi.distributions.Normal(
        tf.constant(loc, dtype), tf.constant(scale, dtype)
    )
    z = np.float64(normal.sample(200000, seed=[3, 4]))
    assert_law(z[:, 0], lambda z: scipy.special.ndtr((z - loc[0]) / scale[0]))
    assert_law(z[:, 1], lambda z: scipy.special.ndtr((z - loc[1]) / scale[1]))


def test_example():
    loc, scale = tf.constant(1.0), tf.constant([0.5, 2.0])
    with tf.GradientTape() as tape:
        tape.watch([loc, scale])
        z = tfi.distributions.Normal(loc, scale).sample(10000, seed=1)
        loss = tf.reduce_sum(tf.reduce_mean(z**2, axis=0))
    d_loc, d_scale = tape.gradient(loss, [loc, scale])
    # 6 standard errors of means of 10000: 2 sqrt(0.25 + 4) / 100, and
    # sqrt(var(2 e (1 + s e))) / 100 = sqrt(4 + 8 s**2) / 100.
    assert abs(d_loc - 4.0) < 6 * 0.042
    assert np.all(np.abs(d_scale - [1.0, 4.0]) < 6 * np.array([0.025, 0.06]))


@_DTYPES
def test_logarithms_of_tails(dtype):
    # TFP's are off by up to 1e14 eps where they are next to 0.
    eps = np.finfo(dtype.as_numpy_dtype).eps
    loc, scale = tf.constant(0.25, dtype), tf.constant(2.0, dtype)
    normal = tfi.distributions.Normal(loc, scale)
    reach = 12 if dtype == tf.float32 else 37
    t = np.append(np.linspace(-reach, reach, 99), [-8.0, 8.0])
    z = tf.constant(0.25 + 2 * t, dtype)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(z)
        log_tails = normal.log_cdf(z), normal.log_survival_function(z)
    slopes = [tape.gradient(y, z) for y in log_tails]
    with mpmath.workdps(40):
        for i, x in enumerate(z.numpy()):
            at = (mpmath.mpf(float(x)) - 0.25) / 2
            # The exponential of t**2 / 2 has t**2 times the error of t.
            bound = 2 * eps + (48 + float(at) ** 2) * np.finfo(np.float64).eps
            for sign, value, slope in zip(
                (1, -1), log_tails, slopes, strict=True
            ):
                want = mpmath.log1p(-mpmath.ncdf(-sign * at))
                if sign * at < 0:
                    want = mpmath.log(mpmath.ncdf(sign * at))
                np.testing.assert_allclose(value[i], float(want), rtol=bound)
                ratio = sign * mpmath.npdf(at) / mpmath.ncdf(sign * at) / 2
                np.testing.assert_allclose(slope[i], float(ratio), rtol=bound)


@_DTYPES
def test_logarithms_of_tails_at_infinity(dtype):
    normal = tfi.distributions.Normal(tf.constant(0.5, dtype), 1.0)
    ends = tf.constant([-np.inf, np.inf, np.nan], dtype)
    np.testing.assert_array_equal(normal.log_cdf(ends), [-np.inf, 0, np.nan])
    np.testing.assert_array_equal(
        normal.log_survival_function(ends), [0, -np.inf, np.nan]
    )


def test_log_prob_where_intermediate_results_are_no_numbers():
    # The difference overflows, the square of the scale underflows or overflows,
    # or its reciprocal overflows.
    loc = tf.constant([-3e38, 0.0, 0.0, 0.0])
    scale = tf.constant([1.5e38, 1.2e-38, 1e20, 2.0**-127])
    value = tf.constant([3e38, 1.2e-38, 3e20, 0.0])
    arguments = [loc, scale, value]
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        log_prob = tfi.distributions.Normal(loc, scale).log_prob(value)
    slopes = tape.gradient(log_prob, arguments)
    m, s, x = (np.float64(v) for v in arguments)
    t = (x - m) / s
    eps = np.finfo(np.float32).eps
    want = -(t**2) / 2 - np.log(s) - np.log(2 * np.pi) / 2
    np.testing.assert_allclose(log_prob, want, eps)
    for got, want in zip(slopes, (t / s, (t**2 - 1) / s, -t / s), strict=True):
        # Those of 4e-39 are subnormal.
        np.testing.assert_allclose(got, want, eps, atol=2.0**-149)


@pytest.mark.parametrize(
    "dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64]
)
def test_log_prob_at_its_ends(dtype):
    inf, nan = np.inf, np.nan
    points = np.array(
        [
            [0.0, 1.0, 0.0, -np.log(2 * np.pi) / 2],
            [0.0, 1.0, inf, -inf],
            [0.0, 1.0, -inf, -inf],
            [inf, 1.0, 0.0, -inf],
            [0.0, inf, 1.0, -inf],
            [inf, 1.0, inf, nan],
            [0.0, 0.0, 1.0, nan],
            [0.0, -1.0, 1.0, nan],
            [0.0, 1.0, nan, nan],
        ]
    )
    loc, scale, value = (tf.constant(c, dtype) for c in points.T[:3])
    log_prob = tfi.distributions.Normal(loc, scale).log_prob(value)
    np.testing.assert_allclose(np.float64(log_prob), points.T[3], rtol=1e-2)


def test_derivatives_of_higher_orders_of_log_prob():
    loc, scale = tf.zeros([], tf.float64), tf.constant(2.0, tf.float64)

    def derivative(order):
        if order == 0:
            return tfi.distributions.Normal(loc, scale).log_prob(loc + 1)
        with tf.GradientTape() as tape:
            tape.watch(scale)
            y = derivative(order - 1)
        return tape.gradient(y, scale)

    with mpmath.workdps(40):
        for order in range(5):
            want = mpmath.diff(
                lambda s: mpmath.log(mpmath.npdf(1, 0, s)), 2, order
            )
            np.testing.assert_allclose(derivative(order), float(want), 1e-13)
