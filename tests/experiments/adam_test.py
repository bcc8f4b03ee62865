# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the optimizer."""

import numpy as np
import pytest
import tensorflow as tf

from experiments.common import adam


@pytest.mark.parametrize("half_life", [None, 10])
def test_steps_match_the_algorithm_in_double_precision(half_life):
    rng = np.random.default_rng(0)
    start = [rng.standard_normal(shape) for shape in ((3, 4), (5,))]
    variables = [tf.Variable(value, dtype=tf.float32) for value in start]
    optimizer = adam.Adam(
        variables,
        learning_rate=0.1,
        beta1=0.8,
        beta2=0.99,
        epsilon=1e-4,
        half_life=half_life,
    )
    expected = [value.copy() for value in start]
    m = [np.zeros_like(value) for value in start]
    v = [np.zeros_like(value) for value in start]
    for t in range(1, 30):
        gradients = [rng.standard_normal(value.shape) for value in start]
        optimizer.apply([tf.constant(g, tf.float32) for g in gradients])
        for i, g in enumerate(gradients):
            m[i] = 0.8 * m[i] + 0.2 * g
            v[i] = 0.99 * v[i] + 0.01 * g**2
            # After 10 steps half, after 20 a quarter.
            decay = 1 if half_life is None else 0.5 ** ((t - 1) / 10)
            rate = 0.1 * decay * np.sqrt(1 - 0.99**t) / (1 - 0.8**t)
            expected[i] -= rate * m[i] / (np.sqrt(v[i]) + 1e-4)
    # 29 steps of at most a few tenths, each rounded to float32.
    for variable, first, second, *want in zip(
        variables,
        optimizer.first_moments,
        optimizer.second_moments,
        expected,
        m,
        v,
        strict=True,
    ):
        np.testing.assert_allclose(
            [variable, first, second], want, rtol=0, atol=1e-5
        )


def test_zero_gradients_leave_variable_and_moments_alone():
    variable = tf.Variable([1.0, 2.0])
    optimizer = adam.Adam([variable], 0.1, 0.9, 0.999, 1e-8)
    for _ in range(3):
        optimizer.apply([tf.zeros(2)])
    np.testing.assert_array_equal(variable, [1.0, 2.0])
    np.testing.assert_array_equal(optimizer.first_moments[0], [0.0, 0.0])


def test_trained_variables_are_not_its_own():
    variable = tf.Variable([1.0, 2.0])
    optimizer = adam.Adam([variable], 0.1, 0.9, 0.999, 1e-8)
    assert len(optimizer.variables) == 3
    assert not any(own is variable for own in optimizer.variables)


def test_gradient_variance_matches_the_moments_in_double_precision():
    rng = np.random.default_rng(1)
    variables = [tf.Variable(tf.zeros([3, 4])), tf.Variable(tf.zeros([5]))]
    optimizer = adam.Adam(variables, 0.1, 0.8, 0.99, 1e-8)
    assert np.isnan(optimizer.gradient_variance())
    m, v = np.zeros(17), np.zeros(17)
    for t in range(1, 8):
        gradient = rng.standard_normal(17)
        optimizer.apply(
            [
                tf.constant(gradient[:12].reshape(3, 4), tf.float32),
                tf.constant(gradient[12:], tf.float32),
            ]
        )
        m = 0.8 * m + 0.2 * gradient
        v = 0.99 * v + 0.01 * gradient**2
        # All 17 elements weigh the same, whichever variable they are in.
        want = np.mean(v / (1 - 0.99**t) - (m / (1 - 0.8**t)) ** 2)
        # Moments of order 1, rounded to float32 a few times a step.
        np.testing.assert_allclose(
            optimizer.gradient_variance(), want, rtol=0, atol=1e-5
        )


def test_gradient_variance_of_normal_noise_is_its_variance():
    variable = tf.Variable(tf.zeros([20000]))
    optimizer = adam.Adam([variable], 0.1, 0.9, 0.999, 1e-8)
    rng = np.random.default_rng(2)
    for _ in range(50):
        optimizer.apply([tf.constant(rng.normal(3, 2, 20000), tf.float32)])
    # v is a mean of 50 squares with nearly equal weights, and E v = 13. m is
    # a mean with weights w_i: E m**2 = 9 + 4 sum(w_i**2), where
    # sum(w_i**2) = (1 - 0.9) / (1 + 0.9) (1 + 0.9**50) / (1 - 0.9**50).
    square = (0.1 / 1.9) * (1 + 0.9**50) / (1 - 0.9**50)
    # Standard deviation of the mean below 0.02; six of them.
    np.testing.assert_allclose(
        optimizer.gradient_variance(), 4 - 4 * square, atol=0.12
    )
