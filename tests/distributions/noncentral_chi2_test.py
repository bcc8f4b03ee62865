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


def _wide_log_prob(df, nc, x):
    """By the sum over Poisson weights, from its greatest term."""
    v, q = df / 2 - 1, nc * x / 4
    mode = int((mpmath.sqrt(v**2 + nc * x) - v) / 2)
    width = int(10 * mpmath.sqrt(mode + 1)) + 40
    total = term = mpmath.mpf(1)
    for k in range(mode + 1, mode + width):
        term *= q / (k * (v + k))
        total += term
    term = mpmath.mpf(1)
    for k in range(mode, max(0, mode - width), -1):
        term *= k * (v + k) / q
        total += term
    return (
        -mpmath.log(2)
        - (x + nc) / 2
        + v * mpmath.log(x / 2)
        + mode * mpmath.log(q)
        - mpmath.loggamma(mode + 1)
        - mpmath.loggamma(v + 1 + mode)
        + mpmath.log(total)
    )


@_DTYPES
@pytest.mark.parametrize(
    ("df", "noncentrality", "x"),
    [
        (0.01, 1e-3, 0.5),
        (3.0, 2.0, 4.0),
        (2.0, 1.0, 1e-3),
        # Both sides of where the expansion begins.
        (3.0, 49.0, 50.0),
        (3.0, 51.0, 52.0),
        (101.0, 1.0, 90.0),
        (300.0, 400.0, 650.0),
        (0.3, 5e3, 4.5e3),
        (1e5, 1e5, 2e5),
        (1e7, 1e7, 2.001e7),
        (1e7, 3.0, 1e7),
        (3.0, 1e7, 1e7),
    ],
)
def test_log_prob_and_its_gradient(df, noncentrality, x, dtype):
    arguments = [tf.constant(t, dtype) for t in (df, noncentrality, x)]
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        law = tfid.NoncentralChi2(*arguments[:2])
        value = law.log_prob(arguments[2])
    slopes = tape.gradient(value, arguments)
    with mpmath.workdps(50):
        exact = [mpmath.mpf(float(t)) for t in arguments]
        want = _wide_log_prob(*exact)
        eps = np.finfo(dtype.as_numpy_dtype).eps
        assert abs(float(value) - want) <= 16 * eps * max(1, abs(want))
        scaled = []
        for i, t in enumerate(exact):
            h = mpmath.mpf(10) ** -16
            up, down = list(exact), list(exact)
            up[i], down[i] = t * (1 + h), t * (1 - h)
            change = _wide_log_prob(*up) - _wide_log_prob(*down)
            scaled.append(float(change / (2 * h)))
    # In the logarithms of the arguments: differences of terms of their size.
    bound = 256 * eps * max(1, *map(abs, scaled))
    bound += 4 * np.finfo(np.float64).eps * float(max(exact))
    got = [float(g) * float(t) for g, t in zip(slopes, exact, strict=True)]
    np.testing.assert_allclose(got, scaled, rtol=0, atol=bound)


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize(
    ("df", "noncentrality"),
    [(0.1, 0.0), (0.5, 3.0), (7.0, 190.0), (90.0, 260.0)],
)
@pytest.mark.parametrize("place", [-2.0, 0.0, 3.0, 12.0])
def test_both_tails(df, noncentrality, place, upper):
    x = df + noncentrality
    x = max(x + place * np.sqrt(2 * (x + noncentrality)), 0.01)
    law = tfid.NoncentralChi2(
        tf.constant(df, tf.float64), tf.constant(noncentrality, tf.float64)
    )
    x = tf.constant(x, tf.float64)
    got = law.survival_function(x) if upper else law.cdf(x)
    with mpmath.workdps(40):
        mean, y = mpmath.mpf(noncentrality) / 2, mpmath.mpf(float(x)) / 2
        ends = (y, mpmath.inf) if upper else (0, y)
        want = mpmath.mpf(0)
        for k in range(700):
            weight = mpmath.exp(-mean) * mean**k / mpmath.factorial(k)
            if weight == 0:
                break
            want += weight * mpmath.gammainc(
                mpmath.mpf(df) / 2 + k, *ends, regularized=True
            )
    np.testing.assert_allclose(got, float(want), rtol=1e-12)


def test_tails_of_large_parameters():
    # TFP's float32 has 0.5087 here.
    law = tfid.NoncentralChi2(1e5, 1e5)
    np.testing.assert_allclose(law.cdf(2e5), 0.500457806746139, rtol=1e-6)
    np.testing.assert_allclose(
        law.survival_function(2e5), 1 - 0.500457806746139, rtol=1e-6
    )
    ends = [-1.0, 0.0, np.inf]
    np.testing.assert_array_equal(law.cdf(ends), [0.0, 0.0, 1.0])
    np.testing.assert_array_equal(law.survival_function(ends), [1.0, 1.0, 0.0])


def test_quantile_has_the_derivative_in_its_probability():
    law = tfid.NoncentralChi2(
        tf.constant(3.0, tf.float64), tf.constant(2.0, tf.float64)
    )
    p = tf.constant(0.3, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(p)
        z = law.quantile(p)
    np.testing.assert_allclose(law.cdf(z), 0.3, rtol=1e-10)
    np.testing.assert_allclose(tape.gradient(z, p), 1 / law.prob(z), rtol=1e-10)


@_DTYPES
@pytest.mark.parametrize("df", [1.0, 2.0, 3.0])
def test_ends(df, dtype):
    law = tfid.NoncentralChi2(tf.constant(df, dtype), tf.constant(2.0, dtype))
    p = tf.constant([0.0, 0.5, 1.0], dtype)
    z = law.quantile(p)
    assert z[0] == 0 and np.isfinite(z[1]) and z[2] == np.inf
    largest = 1e300 if dtype == tf.float64 else 1e30
    x = tf.constant([-1.0, largest, np.inf, np.nan], dtype)
    with tf.GradientTape() as tape:
        tape.watch(x)
        log_prob = law.log_prob(x)
    np.testing.assert_allclose(
        log_prob, [-np.inf, -largest / 2, -np.inf, np.nan], rtol=1e-6
    )
    assert np.all(np.isfinite(tape.gradient(log_prob, x)[:3]))
    invalid = tfid.NoncentralChi2(law.df, tf.constant(-1.0, dtype))
    assert np.isnan(invalid.log_prob(1.0)) and np.isnan(invalid.cdf(1.0))
