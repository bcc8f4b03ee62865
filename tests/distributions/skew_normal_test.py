# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""SkewNormal against mpmath, SciPy and its closed forms."""

import mpmath
import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

import tf_implicit as tfi
from tests.distributions.sampling import (
    assert_law,
    assert_mean,
    sample_gradients,
)

tfid = tfi.distributions

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_SKEWNESS = [0.0, 1e-6, -0.7, 3.0, -40.0, 1e4]


def _log_density(x, loc, scale, skewness):
    y = (x - loc) / scale
    tail = mpmath.erfc(-skewness * y / mpmath.sqrt(2))
    return mpmath.log(mpmath.npdf(y) * tail / scale)


def _cdf(x, skewness):
    return mpmath.quad(
        lambda y: mpmath.exp(_log_density(y, 0, 1, skewness)),
        [-mpmath.inf, -2, -0.5, 0, 0.5, 2, x] if x > 2 else [-mpmath.inf, x],
    )


@_DTYPES
@pytest.mark.parametrize("skewness", _SKEWNESS)
def test_log_prob(dtype, skewness):
    x = tf.constant([-30.0, -3.0, -0.1, 0.0, 0.4, 2.0, 50.0], dtype)
    values = [tf.fill(x.shape, tf.constant(v, dtype)) for v in (0.5, 2.0)]
    arguments = [x, *values, tf.fill(x.shape, tf.constant(skewness, dtype))]
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        got = tfid.SkewNormal(*arguments[1:]).log_prob(arguments[0])
    flows = tape.gradient(got, arguments)
    eps = float(np.finfo(dtype.as_numpy_dtype).eps)
    with mpmath.workdps(40):
        for i, point in enumerate(zip(*arguments, strict=True)):
            point = [mpmath.mpf(float(p)) for p in point]
            want = _log_density(*point)
            assert abs(float(got[i]) - want) <= 64 * eps * (1 + abs(want))
            for j, flow in enumerate(flows):
                order = [int(k == j) for k in range(4)]
                slope = mpmath.diff(_log_density, point, order)
                # The terms of the slope are of the order of y^2 skewness^2.
                y = abs(point[0] - point[1]) / point[2]
                size = (1 + y) * (1 + y * (1 + point[3] ** 2))
                assert abs(float(flow[i]) - slope) <= 64 * eps * size, (i, j)


@_DTYPES
@pytest.mark.parametrize("skewness", _SKEWNESS[:-1])
def test_gradient_is_that_of_the_cdf(dtype, skewness):
    alpha = tf.fill([4], tf.constant(skewness, dtype))
    with tf.GradientTape() as tape:
        tape.watch(alpha)
        y = tfid.SkewNormal(tf.zeros([], dtype), 1.0, alpha).sample(seed=[3, 4])
    rtol = 1e-4 if dtype == tf.float32 else 1e-10
    with mpmath.workdps(30):
        for point, got in zip(y, tape.gradient(y, alpha), strict=True):
            point = mpmath.mpf(float(point))
            value = mpmath.mpf(float(alpha[0]))
            step = mpmath.mpf("1e-8")
            change = _cdf(point, value + step) - _cdf(point, value - step)
            density = mpmath.exp(_log_density(point, 0, 1, value))
            want = float(-change / (2 * step) / density)
            np.testing.assert_allclose(got, want, rtol=rtol, atol=1e-12)


@_DTYPES
@pytest.mark.parametrize("skewness", [*_SKEWNESS, 1e20, -1e20])
def test_law_and_mean_gradients(dtype, skewness):
    values = [0.5, 2.0, skewness]
    z, flows = sample_gradients(tfid.SkewNormal, tf.identity, values, dtype)
    peer = scipy.stats.skewnorm(skewness, 0.5, 2.0)
    assert_law(z[:20000], peer.cdf)
    law = tfid.SkewNormal(*(tf.constant(v, dtype) for v in values))
    np.testing.assert_allclose(law.mean(), peer.mean(), rtol=1e-6)
    np.testing.assert_allclose(law.stddev(), peer.std(), rtol=1e-6)
    # E z = loc + scale delta sqrt(2 / pi)
    root = np.sqrt(2 / np.pi)
    slope = 2 * root * (1 + skewness**2) ** -1.5
    wants = [1.0, (peer.mean() - 0.5) / 2, slope]
    for flow, want in zip(flows, wants, strict=True):
        if abs(skewness) < 100 or want is not slope:
            assert_mean(flow, want)
        else:
            # What it is the mean of is far out.
            assert np.all(np.isfinite(flow))


def test_less_variance_than_that_of_the_noise():
    alpha = tf.fill([20000], tf.constant(2.0, tf.float64))
    with tf.GradientTape() as tape:
        tape.watch(alpha)
        y = tfid.SkewNormal(np.float64(0), 1.0, alpha).sample(seed=[1, 2])
    got = tape.gradient(y, alpha)
    u, v = np.random.default_rng(1).normal(size=[2, 20000])
    # d delta = (1 + alpha^2)^(-3/2), d sqrt(1 - delta^2) = -alpha times that.
    noise = 5**-1.5 * (np.abs(u) - 2 * v)
    assert abs(np.mean(got) - np.mean(noise)) < 0.01
    assert np.var(got) < np.var(noise) / 2
