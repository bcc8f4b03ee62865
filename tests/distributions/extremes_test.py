# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Extreme parameters: samples in the right law, gradients finite and right."""

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])


@_DTYPES
@pytest.mark.parametrize("concentration", [1e-4, 1e-2, 1.0, 1e4, 1e6, 1e8])
def test_gamma_mean_gradient(dtype, concentration):
    # d E[z] / d concentration = 1 (Appendix A).
    size = 100000
    with tf.GradientTape() as tape:
        alpha = tf.fill([size], tf.constant(concentration, dtype))
        tape.watch(alpha)
        z = tfi.distributions.Gamma(alpha, 1.0).sample(seed=[1, 2])
    gradient = tape.gradient(z, alpha).numpy().astype(np.float64)
    assert np.all(np.isfinite(gradient)) and np.all(gradient >= 0)
    error = np.std(gradient) / np.sqrt(size)
    # float32 samples of Gamma(1e8) are rounded to multiples of 8, which moves
    # the mean gradient by less than 1e-6.
    assert abs(np.mean(gradient) - 1) < 6 * error + 1e-6


@_DTYPES
@pytest.mark.parametrize("components", [50, 1000])
@pytest.mark.parametrize("concentration", [1e-3, 1e-6])
def test_sparse_dirichlet_gradient_is_finite(dtype, concentration, components):
    with tf.GradientTape() as tape:
        c = tf.fill([200, components], tf.constant(concentration, dtype))
        tape.watch(c)
        x = tfi.distributions.Dirichlet(c).sample(seed=[3, 4])
        loss = tf.reduce_sum(x**2)
    gradient = tape.gradient(loss, c)
    assert np.all(np.isfinite(x)) and np.all(np.isfinite(gradient))
    np.testing.assert_allclose(tf.reduce_sum(x, -1), np.ones(200), rtol=1e-5)
    assert np.any(gradient.numpy() != 0)


def test_sparse_dirichlet_has_the_right_mean_and_gradient():
    # E sum x_i**2 = (sum c_i (c_i + 1)) / (c (c + 1)), c = sum c_i. With equal
    # c_i = 1e-3 and 50 components that is 1.001 / 1.05.
    size, k, value = 200000, 50, 1e-3
    weights = np.linspace(-1.0, 1.0, k)
    with tf.GradientTape() as tape:
        c = tf.fill([size, k], tf.constant(value, tf.float64))
        tape.watch(c)
        x = tfi.distributions.Dirichlet(c).sample(seed=[5, 6])
        loss = tf.reduce_sum(weights * x, axis=-1)
    gradient = tape.gradient(loss, c).numpy()
    second = np.sum(x.numpy() ** 2, axis=-1)
    error = np.std(second) / np.sqrt(size)
    assert abs(np.mean(second) - 1.001 / 1.05) < 6 * error
    # d E[sum w_i x_i] / d c_j = w_j / c - sum w_i c_i / c**2 = w_j / c.
    want = weights / (k * value)
    error = np.std(gradient, axis=0) / np.sqrt(size)
    assert np.all(np.abs(np.mean(gradient, axis=0) - want) < 6 * error)
