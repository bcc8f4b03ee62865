# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The gradients of the functions of tf_implicit.math."""

import numpy as np
import pytest
import tensorflow as tf

from tests.math.functions import FUNCTIONS

_ALL = pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.name)
_OF_SEVERAL_ARGUMENTS = pytest.mark.parametrize(
    "f", [f for f in FUNCTIONS if len(f.arguments) > 1], ids=lambda f: f.name
)


def _sum(f, *arguments):
    # The weights tell the outputs apart.
    return tf.add_n(
        [(k + 1.0) * y for k, y in enumerate(f.outputs(*arguments))]
    )


@_ALL
def test_match_finite_differences(f):
    theoretical, numerical = tf.test.compute_gradient(
        lambda *arguments: _sum(f, *arguments), f.tensors(), delta=1e-5
    )
    for t, n in zip(theoretical, numerical, strict=True):
        np.testing.assert_allclose(t, n, rtol=1e-6, atol=1e-8)


@_OF_SEVERAL_ARGUMENTS
def test_sum_over_broadcast_axes(f):
    arguments = f.tensors()
    arguments[0] = arguments[0][:, tf.newaxis]
    full = [a + tf.zeros([len(f.points[0])] * 2, tf.float64) for a in arguments]

    def gradient(arguments):
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            y = _sum(f, *arguments)
        return tape.gradient(y, arguments)

    got, want = gradient(arguments), gradient(full)
    np.testing.assert_allclose(got[0][:, 0], tf.reduce_sum(want[0], 1))
    for g, w in zip(got[1:], want[1:], strict=True):
        np.testing.assert_allclose(g, tf.reduce_sum(w, 0))


@_ALL
def test_jacobian_forward_mode_and_vectorized_map(f):
    arguments = f.tensors()
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(arguments)
        y = _sum(f, *arguments)
    gradient = tape.gradient(y, arguments)
    for g, j in zip(gradient, tape.jacobian(y, arguments), strict=True):
        np.testing.assert_allclose(j, np.diag(g))
    with tf.autodiff.ForwardAccumulator(
        arguments, [tf.ones_like(a) for a in arguments]
    ) as forward:
        y = _sum(f, *arguments)
    np.testing.assert_allclose(forward.jvp(y), tf.add_n(gradient))
    mapped = tf.vectorized_map(lambda a: _sum(f, *a), tuple(arguments))
    np.testing.assert_allclose(mapped, y)


@_ALL
def test_inside_a_while_loop_and_a_graph(f):
    arguments = f.tensors()

    @tf.function
    def graph(*arguments):
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            total = tf.zeros_like(arguments[0])
            for _ in tf.range(3):
                total += _sum(f, *arguments)
        return tape.gradient(total, arguments)

    with tf.GradientTape() as tape:
        tape.watch(arguments)
        y = 3.0 * _sum(f, *arguments)
    want = tape.gradient(y, arguments)
    for g, w in zip(graph(*arguments), want, strict=True):
        np.testing.assert_allclose(g, w)


@_ALL
def test_derivatives_are_there_to_the_last_order_and_then_refused(f):
    arguments = f.tensors()

    def derivative(order):
        if order == 0:
            return _sum(f, *arguments)
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            y = derivative(order - 1)
        return tf.add_n(tape.gradient(y, arguments))

    assert np.all(np.isfinite(derivative(f.orders)))
    if f.refuses:
        with pytest.raises(NotImplementedError, match="up to the second order"):
            derivative(f.orders + 1)
