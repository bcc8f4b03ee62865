# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The sampler of von Mises-Fisher angles. Its law: tests/special/."""

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi

_sample = tfi.random.stateless_von_mises_fisher_angle


@pytest.mark.parametrize(
    "dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64]
)
def test_values_and_gradients(dtype):
    kappa = tf.constant([0.0, 0.5, 20.0], dtype)
    with tf.GradientTape() as tape:
        tape.watch(kappa)
        angle = _sample([1000, 3], [1, 2], 4, kappa)
    assert angle.dtype == dtype and angle.shape == [1000, 3]
    # The float16 next to pi is above it.
    assert np.all((angle > 0) & (np.float64(angle) <= 3.1416))
    gradient = tape.gradient(angle, kappa)
    assert gradient.dtype == dtype
    want = tfi.math.random_von_mises_fisher_grad(4, kappa, angle)
    np.testing.assert_allclose(
        np.float64(gradient),
        np.sum(np.float64(want), axis=0),
        rtol=0.1 if dtype.size == 2 else 1e-5,
    )


def test_same_bits_whatever_the_shape_and_float32_is_rounded():
    kappa = tf.constant([0.0, 0.5, 20.0])
    whole = _sample([20, 3], [1, 2], 3, kappa)
    np.testing.assert_array_equal(whole, _sample([20, 3], [1, 2], 3, kappa))
    np.testing.assert_array_equal(
        whole[:5], _sample([5, 3], np.int64([1, 2]), 3, kappa)
    )
    wide = _sample([20, 3], [1, 2], 3, tf.cast(kappa, tf.float64))
    np.testing.assert_array_equal(whole, tf.cast(wide, tf.float32))
    assert np.all(whole != _sample([20, 3], [1, 3], 3, kappa))


def test_shapes():
    kappa = tf.constant([[0.5], [2.0]])
    assert _sample([3, 2, 4], [1, 2], 5, kappa).shape == [3, 2, 4]
    for shape in ([0, 2, 4], [3, 0, 2, 4]):
        assert _sample(shape, [1, 2], 5, kappa).shape == shape
    assert _sample([], [1, 2], 5, 1.0).shape == []

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.int32),
            tf.TensorSpec([], tf.int32),
            tf.TensorSpec(None),
        ]
    )
    def graph(shape, dimension, kappa):
        with tf.GradientTape() as tape:
            tape.watch(kappa)
            angle = _sample(shape, [1, 2], dimension, kappa)
        return angle, tape.gradient(angle, kappa)

    angle, gradient = graph([3, 2, 4], 5, kappa)
    np.testing.assert_array_equal(angle, _sample([3, 2, 4], [1, 2], 5, kappa))
    assert gradient.shape == kappa.shape


def test_second_derivative_follows_the_quantile():
    dimension = 6
    kappa = tf.constant([0.3, 2.0, 50.0], tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(kappa)
        with tf.GradientTape() as inner:
            inner.watch(kappa)
            angle = _sample([3], [1, 2], dimension, kappa)
        first = inner.gradient(angle, kappa)
    second = outer.gradient(first, kappa)
    h = 1e-4
    ahead, behind = (
        tfi.math.random_von_mises_fisher_grad(
            dimension, kappa + s, angle + s * first + s * s / 2 * second
        )
        for s in (h, -h)
    )
    np.testing.assert_allclose(second, (ahead - behind) / (2 * h), rtol=1e-5)


def test_errors():
    for dimension, message in [
        (tf.constant(1), "at least 2, got 1"),
        (tf.constant([3]), "be a scalar"),
    ]:
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            _sample([2], [1, 2], dimension, 1.0)
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="must broadcast to `shape`"
    ):
        _sample([2], [1, 2], 3, tf.ones([3]))
    with pytest.raises(TypeError, match="`concentration` must be a float16"):
        _sample([2], [1, 2], 3, tf.constant(1))
    assert np.all(np.isnan(_sample([2], [1, 2], 3, [-1.0, np.nan])))
    assert np.all(_sample([2], [1, 2], 3, np.float32(np.inf)) == 0)
