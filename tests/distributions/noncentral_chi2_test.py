# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""NoncentralChi2: its law, and gradients in both parameters."""

import mpmath
import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi

tfd, tfid = tfp.distributions, tfi.distributions

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_SETTINGS = pytest.mark.parametrize(
    ("df", "noncentrality"),
    [
        (0.01, 1e-6),
        (0.5, 3.0),
        (1.0, 0.2),
        (7.0, 200.0),
        (1e4, 1.0),
        (3.0, 1e5),
    ],
)


def _samples(df, noncentrality, dtype, size):
    parameters = [
        tf.fill([size], tf.constant(x, dtype)) for x in (df, noncentrality)
    ]
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        z = tfid.NoncentralChi2(*parameters).sample(seed=[1, 2])
    return z, [np.float64(g) for g in tape.gradient(z, parameters)]


@_DTYPES
@_SETTINGS
def test_gradient_in_the_noncentrality_is_that_of_the_cdf(
    df, noncentrality, dtype
):
    # -(dF/dnoncentrality) / q = q(z; df + 2) / q(z; df), from the densities as
    # sums over Poisson weights.
    z, (_, got) = _samples(df, noncentrality, dtype, 20)
    df, nc = (float(tf.constant(x, dtype)) for x in (df, noncentrality))
    with mpmath.workdps(40):

        def density(x, df):
            half = mpmath.mpf(df) / 2
            # 0F1 has the sum in closed form (DLMF 10.39.9).
            return (
                mpmath.exp(-(x + nc) / 2)
                * (x / 2) ** (half - 1)
                / (2 * mpmath.gamma(half))
                * mpmath.hyp0f1(half, nc * x / 4)
            )

        for x, slope in zip(z.numpy(), got, strict=True):
            x = mpmath.mpf(float(x))
            if x == 0:
                continue  # In float32 a sample of df = 0.01 underflows.
            want = density(x, mpmath.mpf(df) + 2) / density(x, df)
            rtol = 1e-12 if dtype == tf.float64 else 1e-6
            np.testing.assert_allclose(slope, float(want), rtol=rtol)


@_DTYPES
@_SETTINGS
def test_gradients_of_the_mean(df, noncentrality, dtype):
    # E z = df + noncentrality.
    _, gradients = _samples(df, noncentrality, dtype, 50000)
    for g in gradients:
        assert np.all(np.isfinite(g)) and np.all(g >= 0)
        # 1e-5: float32.
        assert abs(np.mean(g) - 1) < 6 * np.std(g) / np.sqrt(50000) + 1e-5


@_DTYPES
def test_gradients_of_the_second_moment(dtype):
    # E z^2 = (df + nc)^2 + 2 df + 4 nc.
    df, nc = 1.5, 4.0
    z, gradients = _samples(df, nc, dtype, 50000)
    wants = 2 * (df + nc) + 2, 2 * (df + nc) + 4
    for g, want in zip(gradients, wants, strict=True):
        flow = 2 * np.float64(z) * g
        assert abs(np.mean(flow) - want) < 6 * np.std(flow) / np.sqrt(50000)


@_DTYPES
@_SETTINGS
def test_law(df, noncentrality, dtype):
    size = 20000
    z, _ = _samples(df, noncentrality, dtype, size)
    z = np.sort(np.float64(z))
    law = scipy.stats.ncx2(df, noncentrality)
    last = np.append(z[1:] != z[:-1], True)
    # Samples below it underflowed.
    tiny = np.finfo(dtype.as_numpy_dtype).tiny
    cdf = law.cdf(np.maximum(z, tiny))
    distance = np.abs(np.arange(1, size + 1) / size - cdf)[last]
    # Dvoretzky, Kiefer, Wolfowitz, Massart: wrong once in 1e9.
    assert np.max(distance) < np.sqrt(np.log(2e9) / (2 * size))


def test_it_is_a_distribution_of_tfp():
    ours = tfid.NoncentralChi2([2.0, 0.5, 3.0], [[1.0], [4.0]])
    assert isinstance(ours, tfd.NoncentralChi2)
    assert ours.reparameterization_type == tfd.FULLY_REPARAMETERIZED
    z = ours.sample((4, 5), seed=[1, 2])
    assert z.shape == [4, 5, 2, 3] and np.all(np.isfinite(ours.log_prob(z)))
    for other in (
        ours.copy(),
        type(ours)(**ours.parameters),
        ours[...],
        tf.function(lambda d: d)(ours),
    ):
        assert type(other) is tfid.NoncentralChi2
        np.testing.assert_array_equal(other.sample((4, 5), seed=[1, 2]), z)
    assert ours[1:].batch_shape == [1, 3]
    variables = tf.Variable(2.0), tf.Variable(1.0)
    module = tfid.NoncentralChi2(*variables)
    with tf.GradientTape() as tape:
        z = module.sample(3, seed=1)
    assert all(g is not None for g in tape.gradient(z, variables))


def test_second_derivatives_are_refused():
    df = tf.constant(2.0)
    with tf.GradientTape() as outer:
        outer.watch(df)
        with tf.GradientTape() as tape:
            tape.watch(df)
            z = tfid.NoncentralChi2(df, 1.0).sample(seed=[1, 2])
        slope = tape.gradient(z, df)
    with pytest.raises(NotImplementedError, match="first"):
        outer.gradient(slope, df)
