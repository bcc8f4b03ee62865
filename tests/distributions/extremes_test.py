# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Extreme parameters: samples in the right law, gradients finite and right.

Those of the von Mises distribution, from 0 to 1e8, stand in von_mises_test.
"""

import numpy as np
import pytest
import scipy.special
import scipy.stats
import tensorflow as tf

import tf_implicit as tfi
from tests.distributions.sampling import (
    SIZE,
    assert_law,
    assert_mean,
    sample_gradients,
    underflowed,
)

tfid = tfi.distributions

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])


@_DTYPES
@pytest.mark.parametrize("concentration", [1e-4, 1e-2, 1.0, 1e2, 1e4, 1e6, 1e8])
def test_gamma(dtype, concentration):
    # d E[z] / d concentration = 1 (Appendix A); d E[z] / d rate = -a.
    z, (d_a, d_rate) = sample_gradients(
        tfid.Gamma, tf.identity, [concentration, 1.0], dtype
    )
    assert np.all(d_a >= 0)
    # float32 samples of Gamma(1e8) are rounded to multiples of 8, which moves
    # the mean gradient by less than 1e-6.
    assert_mean(d_a, 1, rounding=1e-6)
    assert_mean(d_rate, -concentration)
    alpha = float(tf.constant(concentration, dtype))
    assert_law(z, lambda x: scipy.special.gammainc(alpha, x))


@_DTYPES
@pytest.mark.parametrize("concentration", [1e-4, 1e-2, 1e6])
def test_exp_gamma(dtype, concentration):
    # E log z = digamma(a). Nothing underflows.
    z, (slope, _) = sample_gradients(
        tfid.ExpGamma, tf.identity, [concentration, 1.0], dtype
    )
    alpha = float(tf.constant(concentration, dtype))
    assert_mean(slope, scipy.special.polygamma(1, alpha))

    def cdf(log_x):
        # P(a, x) -> x**a / Gamma(a + 1) for small x.
        small = np.exp(
            alpha * np.minimum(log_x, -100) - scipy.special.gammaln(alpha + 1)
        )
        large = scipy.special.gammainc(alpha, np.exp(np.minimum(log_x, 700)))
        return np.where(log_x < -100, small, large)

    assert_law(z, cdf)


@_DTYPES
@pytest.mark.parametrize("method", ["gamma", "cdf"])
@pytest.mark.parametrize(
    ("a", "b"), [(1e-3, 1e-3), (65536.0 + 500, 1.5), (1e-3, 50.0), (1e6, 1e6)]
)
def test_beta(dtype, method, a, b):
    # E z = a / (a + b): its gradient is b / s**2 and -a / s**2, s = a + b.
    z, gradients = sample_gradients(
        lambda *c: tfid.Beta(*c, method=method), tf.identity, [a, b], dtype
    )
    a, b = (float(tf.constant(c, dtype)) for c in (a, b))
    for gradient, want in zip(gradients, (b, -a), strict=True):
        assert_mean(gradient, want / (a + b) ** 2)
    # float32 has no number between 1 - 6e-8 and 1, where Beta(66036, 1.5) has
    # 0.1% of its mass and Beta(1e-3, 1e-3) half of it: the CDF there is that of
    # the middle to the next number. The last number below 1 stands for all
    # that is nearer to 1.
    spacing = 2.0**-24 if dtype == tf.float32 else 2.0**-53

    def cdf(x):
        low = scipy.stats.beta(a, b).cdf(underflowed(x, dtype))
        rest = np.where(x < 1 - spacing, 1 - x - spacing / 2, 0.0)
        return np.where(x < 0.5, low, scipy.stats.beta(b, a).sf(rest))

    assert_law(z, cdf)


@_DTYPES
@pytest.mark.parametrize("components", [50, 1000])
@pytest.mark.parametrize("concentration", [1e-3, 1e-6])
def test_sparse_dirichlet_gradient_is_finite(dtype, concentration, components):
    with tf.GradientTape() as tape:
        c = tf.fill([200, components], tf.constant(concentration, dtype))
        tape.watch(c)
        x = tfid.Dirichlet(c).sample(seed=[3, 4])
        loss = tf.reduce_sum(x**2)
    gradient = tape.gradient(loss, c)
    assert np.all(np.isfinite(x)) and np.all(np.isfinite(gradient))
    np.testing.assert_allclose(tf.reduce_sum(x, -1), np.ones(200), rtol=1e-5)
    assert np.any(gradient.numpy() != 0)


@_DTYPES
@pytest.mark.parametrize("components", [50, 1000])
def test_sparse_dirichlet(dtype, components):
    # E sum x_i**2 = (c + 1) / (k c + 1) for equal c_i = c. With weights whose
    # sum is 0, d E[sum w_i x_i] / d c_j = w_j / (k c): summed with the weights
    # themselves, which takes the variance of all components together. The sum
    # of a half of the components is Beta(k c / 2, k c / 2), one is
    # Beta(c, (k - 1) c).
    size, c = 500000 // components, 1e-3
    weights = np.linspace(-1.0, 1.0, components)
    with tf.GradientTape() as tape:
        copies = tf.fill([size, components], tf.constant(c, dtype))
        tape.watch(copies)
        x = tfid.Dirichlet(copies).sample(seed=[5, 6])
        loss = tf.reduce_sum(tf.constant(weights, dtype) * x, axis=-1)
    gradient = tape.gradient(loss, copies).numpy().astype(np.float64)
    total = components * c
    assert_mean(gradient @ weights, np.sum(weights**2) / total)
    # Along (1, ..., 1) the expectation does not change.
    assert_mean(gradient @ np.ones(components), 0)
    x = x.numpy().astype(np.float64)
    assert_mean(np.sum(x**2, axis=-1), (c + 1) / (total + 1))
    c = float(tf.constant(c, dtype))
    one = scipy.stats.beta(c, (components - 1) * c)
    assert_law(x[:, 7], lambda x: one.cdf(underflowed(x, dtype)))
    half = scipy.stats.beta(components * c / 2, components * c / 2)
    # Close to 1 a sum has no digits, but that of the other half has, until what
    # its components are rounded up to matters: then the logit is taken to be
    # the last one, +-end.
    sums = [np.log(x[:, k::2].sum(axis=-1)) for k in (0, 1)]
    end = -np.log(1e4 * components * underflowed(0, dtype))

    def cdf(logit):
        tail = half.cdf(scipy.special.expit(-np.abs(logit)))
        inside = np.where(logit < 0, tail, 1 - tail)
        return np.where(logit < end, inside, 1)

    assert_law(np.clip(sums[0] - sums[1], -end, end), cdf)


@_DTYPES
def test_student_t_with_heavy_tails(dtype):
    # E log|z| = (digamma(1/2) - digamma(df/2) + log df) / 2 + log scale.
    df, scale = 0.1, 3.0

    def make(df, scale):
        return tfid.StudentT(df, tf.zeros([], dtype), scale)

    def loss(z):
        return tf.math.log(tf.abs(z))

    z, (d_df, d_scale) = sample_gradients(make, loss, [df, scale], dtype)
    assert np.all(np.isfinite(z))
    df = float(tf.constant(df, dtype))
    trigamma = scipy.special.polygamma(1, df / 2)
    assert_mean(d_df, (1 / df - trigamma / 2) / 2)
    assert_mean(d_scale, 1 / scale)
    # One in 9000 is beyond the float32 numbers, and at the last one here.
    end = np.finfo(dtype.as_numpy_dtype).max / 2
    assert np.max(np.abs(z)) <= end

    def cdf(x):
        at_end = np.abs(x) > 0.999 * end
        inside = scipy.stats.t(df, scale=scale).cdf(np.where(at_end, 0, x))
        return np.where(at_end, x > 0, inside)

    assert_law(z, cdf)
    assert np.count_nonzero(np.abs(z) > 0.999 * end) == pytest.approx(
        SIZE * (1.2e-4 if dtype == tf.float32 else 0), abs=25
    )


@_DTYPES
def test_student_t_gradients_never_overflow(dtype):
    # Of a loss without an expectation, z itself.
    _, (d_df, d_scale) = sample_gradients(
        lambda df, scale: tfid.StudentT(df, tf.zeros([], dtype), scale),
        tf.identity,
        [0.1, 1e3],
        dtype,
    )
    assert np.all(np.isfinite(d_df)) and np.all(np.isfinite(d_scale))


@_DTYPES
def test_student_t_with_heavy_tails_location(dtype):
    # E cos z = cos(loc) phi(1), phi the characteristic function of t.
    df, loc = 0.1, 0.7
    _, (d_loc,) = sample_gradients(
        lambda loc: tfid.StudentT(
            tf.constant(df, dtype), loc, tf.ones([], dtype)
        ),
        tf.cos,
        [loc],
        dtype,
    )
    half = df / 2
    phi = (
        scipy.special.kv(half, np.sqrt(df))
        * np.sqrt(df) ** half
        / (scipy.special.gamma(half) * 2 ** (half - 1))
    )
    assert_mean(d_loc, -np.sin(loc) * phi)


@_DTYPES
def test_student_t_close_to_normal(dtype):
    # E z**2 = df / (df - 2).
    df = 1e6
    z, (slope,) = sample_gradients(
        lambda df: tfid.StudentT(df, tf.zeros([], dtype), tf.ones([], dtype)),
        lambda z: z**2,
        [df],
        dtype,
    )
    assert_mean(slope, -2 / (df - 2) ** 2)
    assert_law(z, scipy.stats.t(df).cdf)
