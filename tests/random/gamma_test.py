# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The samplers of Gamma and log-Gamma variables as TensorFlow functions."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

import tf_implicit as tfi

_BOTH = pytest.mark.parametrize(
    "sampler", [tfi.random.stateless_gamma, tfi.random.stateless_loggamma]
)
_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])


@_DTYPES
@pytest.mark.parametrize("alpha", [0.2, 0.7, 1.0, 3.5, 1e4])
def test_law(dtype, alpha):
    # Dvoretzky-Kiefer-Wolfowitz with Massart's constant: the empirical CDF is
    # further than sqrt(log(2 / p) / 2n) from the true one with probability p.
    n, p = 200000, 1e-9
    z = tfi.random.stateless_gamma([n], [1, 2], alpha, dtype=dtype).numpy()
    u = np.sort(scipy.stats.gamma.cdf(z.astype(np.float64), alpha))
    steps = np.arange(n + 1) / n
    distance = max(np.max(steps[1:] - u), np.max(u - steps[:-1]))
    assert distance < np.sqrt(np.log(2 / p) / (2 * n))


@_DTYPES
def test_logarithms_are_those_of_the_samples(dtype):
    alpha = np.array([0.3, 1.0, 7.0, 1e5])
    alpha = tf.constant(np.tile(alpha, 500), dtype)
    z = tfi.random.stateless_gamma([2000], [1, 2], alpha)
    log_z = tfi.random.stateless_loggamma([2000], [1, 2], alpha)
    eps = np.finfo(dtype.as_numpy_dtype).eps
    np.testing.assert_allclose(np.log(z), log_z, rtol=8 * eps, atol=8 * eps)


@_BOTH
def test_shapes_and_broadcasting(sampler):
    alpha = tf.constant([[0.5], [2.0]])
    z = sampler([4, 2, 3], [1, 2], alpha)
    assert z.shape == (4, 2, 3)
    full = sampler([4, 2, 3], [1, 2], alpha + tf.zeros([4, 2, 3]))
    np.testing.assert_array_equal(z, full)
    assert sampler([], [1, 2], 2.0).shape == ()
    assert sampler([0, 3], [1, 2], 2.0).shape == (0, 3)
    assert sampler(tf.TensorShape([2]), [1, 2], 2.0).shape == (2,)
    assert sampler(3, [1, 2], 2.0).shape == (3,)
    assert sampler([tf.constant(2), 3], [1, 2], 2.0).shape == (2, 3)


@_BOTH
def test_an_element_depends_on_its_position_and_parameter_alone(sampler):
    rng = np.random.default_rng(0)
    alpha = np.exp(rng.uniform(-5, 9, 5000)).astype(np.float32)
    whole = sampler([5000], [1, 2], alpha).numpy()
    np.testing.assert_array_equal(
        sampler([700], [1, 2], alpha[:700]), whole[:700]
    )
    other = alpha.copy()
    other[::2] = 2.0
    np.testing.assert_array_equal(
        sampler([5000], [1, 2], other).numpy()[1::2], whole[1::2]
    )


@_BOTH
@pytest.mark.parametrize("dtype", [tf.int32, tf.int64])
def test_seed_types(sampler, dtype):
    z = sampler([10], tf.constant([1, -2], dtype), 2.0)
    np.testing.assert_array_equal(z, sampler([10], [1, -2], 2.0))
    assert not np.any(z == sampler([10], [-2, 1], 2.0))


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16])
def test_half_types_are_widened(dtype):
    alpha = tf.constant([0.5, 3.0, 20.0], dtype)
    z = tfi.random.stateless_gamma([1000, 3], [1, 2], alpha)
    wide = tfi.random.stateless_gamma(
        [1000, 3], [1, 2], tf.cast(alpha, tf.float32)
    )
    assert z.dtype == dtype
    tiny = tf.cast(tf.experimental.numpy.finfo(np.float16).tiny, tf.float32)
    if dtype == tf.float16:
        wide = tf.maximum(wide, tiny)
    np.testing.assert_array_equal(
        tf.cast(z, tf.float32), tf.cast(tf.cast(wide, dtype), tf.float32)
    )


@_DTYPES
def test_extreme_concentrations(dtype):
    alpha = tf.constant([1e-6, 1e-3, 1e6, 1e10], dtype)
    z = tfi.random.stateless_gamma([10000, 4], [1, 2], alpha).numpy()
    log_z = tfi.random.stateless_loggamma([10000, 4], [1, 2], alpha).numpy()
    assert np.all(np.isfinite(z)) and np.all(z >= np.finfo(z.dtype).tiny)
    assert np.all(np.isfinite(log_z))
    # log z = log z' - E / alpha with z' ~ Gamma(alpha + 1), E ~ Exponential.
    assert abs(np.mean(log_z[:, 0]) * 1e-6 + 1) < 6 / np.sqrt(10000)


@_DTYPES
def test_out_of_domain(dtype):
    alpha = tf.constant([-1.0, np.nan], dtype)
    assert np.all(np.isnan(tfi.random.stateless_gamma([2], [1, 2], alpha)))
    assert np.all(np.isnan(tfi.random.stateless_loggamma([2], [1, 2], alpha)))


@pytest.mark.parametrize(
    "dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64]
)
@pytest.mark.parametrize("jit_compile", [False, True])
def test_concentration_zero_underflows(dtype, jit_compile):
    @tf.function(jit_compile=jit_compile)
    def both(alpha):
        return (
            tfi.random.stateless_gamma([3], [1, 2], alpha),
            tfi.random.stateless_loggamma([3], [1, 2], alpha),
        )

    z, log_z = both(tf.zeros([3], dtype))
    tiny = np.finfo(np.float32).tiny
    if dtype in (tf.float16, tf.float64):
        tiny = np.finfo(dtype.name).tiny
    np.testing.assert_array_equal(np.float64(z), np.float64(tiny))
    np.testing.assert_array_equal(np.float64(log_z), -np.inf)


def test_gradients():
    alpha = tf.constant([[0.01], [0.7], [30.0]], tf.float64)
    beta = tf.constant([0.5, 2.0], tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([alpha, beta])
        z = tfi.random.stateless_gamma([4, 3, 2], [1, 2], alpha, beta)
        log_z = tfi.random.stateless_loggamma([4, 3, 2], [1, 2], alpha)
    d_alpha, d_beta = tape.gradient(z, [alpha, beta])
    slope = tfi.math.random_gamma_grad(alpha, z * beta) / beta
    np.testing.assert_allclose(
        d_alpha, tf.reduce_sum(slope, axis=[0, 2])[:, tf.newaxis]
    )
    np.testing.assert_allclose(d_beta, tf.reduce_sum(-z / beta, axis=[0, 1]))
    slope = tfi.math.random_loggamma_grad(alpha, log_z)
    np.testing.assert_allclose(
        tape.gradient(log_z, alpha),
        tf.reduce_sum(slope, axis=[0, 2])[:, tf.newaxis],
    )


@pytest.mark.parametrize(
    "dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64]
)
def test_rates(dtype):
    beta = tf.constant([2.0, 1e3, float("inf"), 0.0, -1.0, np.nan], dtype)
    with tf.GradientTape() as tape:
        tape.watch(beta)
        z = tfi.random.stateless_gamma([64, 6], [1, 2], 0.02, beta, dtype)
        y = tf.reduce_mean(tf.math.log(z), axis=0)
    unit = tfi.random.stateless_gamma([64, 6], [1, 2], 0.02, dtype=dtype)
    found, unit = np.float64(z), np.float64(unit)
    least = 2.0**-14 if dtype == tf.float16 else 2.0**-126
    least = 2.0**-1022 if dtype == tf.float64 else least
    rates = np.float64(beta)[:2]
    np.testing.assert_allclose(
        found[:, :2],
        np.maximum(unit[:, :2] / rates, least),
        rtol=2**-7 if dtype == tf.bfloat16 else 1e-3,
    )
    assert np.all(found[:, 2] == least)
    assert np.all(np.isposinf(found[:, 3]))
    assert np.all(np.isnan(found[:, 4:]))
    # d log z / d rate, of samples at the end, too.
    slope = np.float64(tape.gradient(y, beta))[:2]
    np.testing.assert_allclose(slope * rates, -1, rtol=0.05)


def test_second_derivatives_in_the_rate():
    alpha, beta = tf.constant(3.0, tf.float64), tf.constant(2.0, tf.float64)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch([alpha, beta])
        with tf.GradientTape() as tape:
            tape.watch([alpha, beta])
            z = tfi.random.stateless_gamma([], [1, 2], alpha, beta)
        d_alpha, d_beta = tape.gradient(z, [alpha, beta])
    np.testing.assert_allclose(outer.gradient(d_beta, beta), 2 * z / beta**2)
    np.testing.assert_allclose(
        outer.gradient(d_beta, alpha), -d_alpha / beta, rtol=1e-14
    )
    np.testing.assert_allclose(
        outer.gradient(d_alpha, beta), -d_alpha / beta, rtol=1e-14
    )


@_BOTH
def test_second_derivative_follows_the_quantile(sampler):
    # At fixed CDF, z(alpha) is a smooth curve: d2z/dalpha2 against central
    # differences of dz/dalpha along the curve.
    with tf.GradientTape() as outer:
        alpha = tf.constant([0.3, 2.0, 40.0], tf.float64)
        outer.watch(alpha)
        with tf.GradientTape() as inner:
            inner.watch(alpha)
            z = sampler([3], [1, 2], alpha)
        first = inner.gradient(z, alpha)
    second = outer.gradient(first, alpha)
    slope = {
        tfi.random.stateless_gamma: tfi.math.random_gamma_grad,
        tfi.random.stateless_loggamma: tfi.math.random_loggamma_grad,
    }[sampler]
    h = 1e-4
    # z(alpha +- h) by its Taylor series, whose error is O(h**3).
    ahead = slope(alpha + h, z + h * first + h * h / 2 * second)
    behind = slope(alpha - h, z - h * first + h * h / 2 * second)
    np.testing.assert_allclose(second, (ahead - behind) / (2 * h), rtol=1e-5)


@_BOTH
def test_errors_name_the_argument(sampler):
    with pytest.raises(TypeError, match="`alpha` must be a float"):
        sampler([2], [1, 2], tf.constant([1, 2]))
    with pytest.raises(TypeError, match="`seed` must be an int32 or int64"):
        sampler([2], [1.0, 2.0], 1.0)
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="`seed` must have"
    ):
        sampler([2], [1, 2, 3], 1.0)
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match="`alpha` must broadcast to `shape`",
    ):
        sampler([2], [1, 2], tf.ones([3]))
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match="`alpha` must broadcast to `shape`",
    ):
        sampler([3], [1, 2], tf.ones([2, 3]))


@_DTYPES
def test_dirichlet_is_normalised_gamma(dtype):
    c = tf.constant([[0.3, 2.0, 40.0], [1e-3, 1e-3, 1e-3]], dtype)
    x = tfi.random.stateless_dirichlet([5, 2, 3], [1, 2], c)
    log_z = tfi.random.stateless_loggamma([5, 2, 3], [1, 2], c)
    want = tf.nn.softmax(tf.cast(log_z, tf.float64))
    eps = np.finfo(dtype.as_numpy_dtype).eps
    np.testing.assert_allclose(x, want, rtol=500 * eps, atol=eps)


def test_dirichlet_gradient_is_that_of_softmax():
    c = tf.constant([[0.3, 2.0, 40.0], [0.1, 0.2, 0.3]], tf.float64)
    weights = tf.constant([1.0, -2.0, 0.5], tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(c)
        x = tfi.random.stateless_dirichlet([5, 2, 3], [1, 2], c)
        y = tf.nn.softmax(tfi.random.stateless_loggamma([5, 2, 3], [1, 2], c))
        ours = tf.reduce_sum(weights * x**2)
        composed = tf.reduce_sum(weights * y**2)
    np.testing.assert_allclose(
        tape.gradient(ours, c), tape.gradient(composed, c), rtol=1e-10
    )


def test_dirichlet_second_derivative_is_that_of_softmax():
    weights = tf.constant([1.0, -2.0, 0.5], tf.float64)

    def second(sampler):
        c = tf.constant([0.3, 2.0, 40.0], tf.float64)
        with tf.GradientTape() as outer:
            outer.watch(c)
            with tf.GradientTape() as inner:
                inner.watch(c)
                loss = tf.reduce_sum(weights * sampler(c) ** 2)
            first = inner.gradient(loss, c)
        return outer.jacobian(first, c)

    np.testing.assert_allclose(
        second(lambda c: tfi.random.stateless_dirichlet([3], [1, 2], c)),
        second(
            lambda c: tf.nn.softmax(
                tfi.random.stateless_loggamma([3], [1, 2], c)
            )
        ),
        rtol=1e-9,
    )


@_BOTH
def test_forward_mode_and_jacobian(sampler):
    alpha = tf.constant([0.3, 2.0, 40.0], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(alpha)
        z = sampler([3], [1, 2], alpha)
    jacobian = tape.jacobian(z, alpha)
    with tf.autodiff.ForwardAccumulator(alpha, tf.ones_like(alpha)) as forward:
        z = sampler([3], [1, 2], alpha)
    np.testing.assert_allclose(jacobian, np.diag(forward.jvp(z)))
