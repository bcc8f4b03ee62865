# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The two gradients of Beta samples."""

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi

_A = tf.constant([1e-3, 0.7, 3.0, 66036.0], tf.float64)
_B = tf.constant([1e-3, 2.0, 0.4, 1.5], tf.float64)


def _gradients(method, size=100000):
    with tf.GradientTape() as tape:
        a = tf.broadcast_to(_A, [size, 4])
        b = tf.broadcast_to(_B, [size, 4])
        tape.watch([a, b])
        z = tfi.distributions.Beta(a, b, method=method).sample(seed=[1, 2])
    return z.numpy(), [g.numpy() for g in tape.gradient(z, [a, b])]


def test_both_methods_have_the_right_mean_and_cdf_the_smaller_variance():
    # E z = a / (a + b): its gradient is b / s**2 and -a / s**2, s = a + b.
    a, b = _A.numpy(), _B.numpy()
    want = [b / (a + b) ** 2, -a / (a + b) ** 2]
    z_gamma, by_gamma = _gradients("gamma")
    z_cdf, by_cdf = _gradients("cdf")
    np.testing.assert_array_equal(z_gamma, z_cdf)
    for gamma, cdf, truth in zip(by_gamma, by_cdf, want, strict=True):
        for gradient in (gamma, cdf):
            assert np.all(np.isfinite(gradient))
            error = np.std(gradient, axis=0) / np.sqrt(len(gradient))
            deviation = np.abs(np.mean(gradient, axis=0) - truth)
            # 6 standard errors of a Normal mean: once in 5e8.
            assert np.all(deviation < 6 * error)
        assert np.all(np.var(cdf, axis=0) < np.var(gamma, axis=0))


def test_cdf_gradient_is_that_of_the_function():
    z, (d_a, d_b) = _gradients("cdf", size=500)
    inside = (z > 1e-3) & (z < 1 - 1e-3)
    a = np.broadcast_to(_A, z.shape)[inside]
    b = np.broadcast_to(_B, z.shape)[inside]
    want = tfi.math.random_beta_grad(a, b, z[inside])
    np.testing.assert_allclose(d_a[inside], want[0], rtol=1e-11)
    np.testing.assert_allclose(d_b[inside], want[1], rtol=1e-11)


@pytest.mark.parametrize("wrap", [lambda f: f, tf.function])
def test_second_derivative_of_the_cdf_method(wrap):
    # Against central differences along the quantile: at fixed CDF the sample
    # moves by its own derivative.
    def second(a, b):
        with tf.GradientTape() as outer:
            outer.watch(a)
            with tf.GradientTape() as inner:
                inner.watch(a)
                beta = tfi.distributions.Beta(a, b, method="cdf")
                z = beta.sample(seed=[3, 4])
            first = inner.gradient(z, a)
        return z, first, outer.gradient(first, a)

    a = tf.constant([0.7, 3.0, 40.0], tf.float64)
    b = tf.constant([2.0, 0.4, 30.0], tf.float64)
    z, first, got = wrap(second)(a, b)
    h = 1e-4
    ahead, _ = tfi.math.random_beta_grad(
        a + h, b, z + h * first + h * h / 2 * got
    )
    behind, _ = tfi.math.random_beta_grad(
        a - h, b, z - h * first + h * h / 2 * got
    )
    np.testing.assert_allclose(got, (ahead - behind) / (2 * h), rtol=1e-5)


def test_unknown_method_and_copies():
    with pytest.raises(
        ValueError, match=r"`method` must be one of \['gamma', 'cdf'\]"
    ):
        tfi.distributions.Beta(1.0, 1.0, method="two-gammas")
    assert tfi.distributions.Beta(1.0, 1.0).method == "gamma"
    beta = tfi.distributions.Beta(1.0, [1.0, 2.0], method="cdf")
    assert beta.copy().method == beta[:1].method == "cdf"
