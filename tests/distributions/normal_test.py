# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The paper's worked example: implicit and explicit gradients are one."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi

tfd = tfp.distributions

# In eps: S, its two derivatives and their ratio round once each.
_FIRST = 8
# |d2f| of order 1 with cancelling terms of that order.
_SECOND = 64


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_samples_and_gradients_are_those_of_tfp(dtype):
    eps = np.finfo(dtype.as_numpy_dtype).eps
    loc = tf.constant([[0.3], [-1.0]], dtype)
    scale = tf.constant([0.5, 1.0, 3.0], dtype)
    results = []
    for cls in (tfi.distributions.Normal, tfd.Normal):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch([loc, scale])
            with tf.GradientTape(persistent=True) as tape:
                tape.watch([loc, scale])
                z = cls(loc, scale).sample(7, seed=[1, 2])
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
