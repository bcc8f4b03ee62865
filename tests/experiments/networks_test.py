# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the networks and of what makes parameters of their outputs."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

from experiments.common import networks

SEED = tf.constant([3, 4])


def make_network(sizes=(4, 6, 5, 3)) -> networks.Network:
    """One whose biases are not zero."""
    network = networks.Network(sizes, SEED, "net")
    for i, bias in enumerate(network.biases):
        bias.assign(tf.random.stateless_normal(bias.shape, [1, i]))
    return network


def random(*shape, seed=0) -> tf.Tensor:
    return tf.random.stateless_normal(shape, [7, seed])


@pytest.mark.parametrize("sizes", [(4, 3), (4, 6, 5, 3)])
def test_relu_is_between_the_layers_only(sizes):
    network = make_network(sizes)
    inputs = random(10, 4)
    units = inputs.numpy().astype(float)
    for kernel, bias in zip(network.kernels, network.biases, strict=True):
        units = units @ kernel.numpy() + bias.numpy()
        expected, units = units, np.maximum(units, 0)
    # Negative inputs count, and there are negative outputs.
    assert (inputs.numpy() < 0).any() and (expected < 0).any()
    for update in (None, lambda variable, gradient: None):
        np.testing.assert_allclose(
            network(inputs, update), expected, rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("in_graph", [True, False])
@pytest.mark.parametrize("inputs_need_gradient", [True, False])
def test_updates_are_those_of_the_tape(inputs_need_gradient, in_graph):
    network, other = make_network(), make_network()
    inputs, upstream = random(10, 4), random(10, 3, seed=1)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        loss = tf.reduce_sum(other(inputs) * upstream)
    expected, of_inputs = tape.gradient(
        loss, (other.trainable_variables, inputs)
    )

    def update(variable, gradient):
        variable.assign_sub(0.5 * gradient)

    def step():
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            loss = tf.reduce_sum(
                network(inputs, update, inputs_need_gradient) * upstream
            )
        return tape.gradient(loss, inputs)

    found = (tf.function(step) if in_graph else step)()
    for new, old, gradient in zip(
        network.trainable_variables,
        other.trainable_variables,
        expected,
        strict=True,
    ):
        np.testing.assert_allclose(
            new, old - 0.5 * gradient, rtol=1e-5, atol=1e-5
        )
        assert np.abs(new - old).max() > 0.1
    if inputs_need_gradient:
        # By the kernels as they were.
        np.testing.assert_allclose(found, of_inputs, rtol=1e-5, atol=1e-5)
    else:
        assert found is None


def test_layers_have_weights_of_their_own():
    network = networks.Network((5, 5, 5), SEED, "net")
    first, second = network.kernels
    assert not np.allclose(first, second)
    again = networks.Network((5, 5, 5), SEED, "net")
    np.testing.assert_array_equal(first, again.kernels[0])
    assert [v.name for v in network.trainable_variables] == [
        "net_bias_0:0",
        "net_bias_1:0",
        "net_kernel_0:0",
        "net_kernel_1:0",
    ]
    assert not any(np.any(bias) for bias in network.biases)


def test_variance_of_the_weights_is_that_of_the_fan_in():
    kernel = networks.Network((400, 300), SEED, "net").kernels[0].numpy()
    # The variance estimate of n values has a relative standard deviation
    # below sqrt(2 / n); six of them fail once in 1e9.
    assert kernel.var() == pytest.approx(
        1 / 400, rel=6 * np.sqrt(2 / kernel.size)
    )


def test_truncation_keeps_the_variance():
    found = networks.truncated_normal([100], 4.0, SEED)
    unit = tf.random.stateless_truncated_normal([100], SEED)
    stddev = scipy.stats.truncnorm.std(-2, 2)
    np.testing.assert_allclose(found, unit * 2 / stddev, rtol=1e-6)


def test_positive_is_softplus_within_its_bounds():
    outputs = tf.constant([-1e4, -8.0, -2.0, 0.0, 3.0, 998.0, 1002.0, 1e9])
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        values = networks.positive(outputs)
    softplus = np.log1p(np.exp([-2.0, 0.0, 3.0]))
    np.testing.assert_allclose(
        values, [1e-3, 1e-3, *softplus, 998, 1e3, 1e3], rtol=1e-6
    )
    sigmoid = 1 / (1 + np.exp([2.0, 0.0, -3.0]))
    np.testing.assert_allclose(
        tape.gradient(values, outputs), [0, 0, *sigmoid, 1, 0, 0], rtol=1e-6
    )
    bounds = networks.Bounds(0.5, 2.0)
    np.testing.assert_array_equal(
        networks.positive(tf.constant([-8.0, 3.0]), bounds), [0.5, 2.0]
    )


def test_inward_gradient_is_that_of_a_descent_back_into_the_bounds():
    outputs = tf.constant([-8.0, -8.0, 0.0, 0.0, 3.0, 3.0])
    upstream = tf.constant([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    bounds = networks.Bounds(0.5, 2.0, inward_gradient=True)

    @tf.function
    def values_and_gradients(outputs):
        with tf.GradientTape() as tape:
            tape.watch(outputs)
            values = networks.positive(outputs, bounds)
        return values, tape.gradient(values, outputs, upstream)

    values, gradients = values_and_gradients(outputs)
    np.testing.assert_array_equal(
        values, networks.positive(outputs, networks.Bounds(0.5, 2.0))
    )
    passes = [0, 1, 1, 1, 1, 0]
    np.testing.assert_allclose(
        gradients, passes * upstream * tf.sigmoid(outputs), rtol=1e-6
    )
