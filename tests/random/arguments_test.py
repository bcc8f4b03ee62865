# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the samplers say of shapes and parameters that they cannot take."""

import functools

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi

_SEED = [1, 2]
# Samplers of (shape), with a parameter that broadcasts to any.
SAMPLERS = {
    "gamma": lambda shape: tfi.random.stateless_gamma(shape, _SEED, 2.0),
    "loggamma": lambda shape: tfi.random.stateless_loggamma(shape, _SEED, 2.0),
    "von_mises": lambda shape: tfi.random.stateless_von_mises(
        shape, _SEED, 2.0
    ),
    "von_mises_fisher": lambda shape: (
        tfi.random.stateless_von_mises_fisher_angle(shape, _SEED, 3, 2.0)
    ),
    "dirichlet": lambda shape: tfi.random.stateless_dirichlet(
        shape, _SEED, 2.0
    ),
}
_EVERY = pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=SAMPLERS)


@_EVERY
@pytest.mark.parametrize(
    "shape",
    [[2.7], [2.0], "3", ["3"], [True], None, [None, 2], np.float32([3])],
    ids=repr,
)
def test_shapes_are_of_integers(sampler, shape):
    with pytest.raises(TypeError, match="`shape` must be a vector of integers"):
        sampler(shape)


@_EVERY
def test_tensors_of_shapes_are_of_integers(sampler):
    for shape in (tf.constant([2.0]), [tf.constant(2.0), 3.0]):
        with pytest.raises(TypeError, match=r"`shape` must .* got float32"):
            sampler(shape)


@_EVERY
@pytest.mark.parametrize("shape", [[[2, 3], [4, 5]], [[2], [3, 4]], [-1, 2]])
def test_shapes_are_vectors_that_are_not_negative(sampler, shape):
    with pytest.raises(
        (TypeError, ValueError), match="`shape` must be a vector of integers"
    ):
        sampler(shape)


@_EVERY
def test_a_shape_that_came_before(sampler):
    # Eager calls keep the tensors of shapes; those of a graph end with it.
    first = tf.function(sampler)([2, 1])
    np.testing.assert_array_equal(sampler([2, 1]), first)
    np.testing.assert_array_equal(sampler((2, 1)), first)
    np.testing.assert_array_equal(tf.function(sampler)([2, 1]), first)
    with pytest.raises((TypeError, ValueError), match="`shape` must be"):
        sampler([2, -1])


@_EVERY
def test_shapes_do_not_wrap(sampler):
    # 2**32 + 3 is 3 in int32.
    for shape in ([2**32 + 3, 0], np.array([2**32 + 3, 0])):
        assert sampler(shape).shape == (2**32 + 3, 0)
    with pytest.raises(ValueError, match="`shape` must be"):
        sampler(np.array([2**64 - 1], np.uint64))


@_EVERY
def test_unknown_shapes_are_refused(sampler):
    with pytest.raises(ValueError, match="`shape` must be fully defined"):
        sampler(tf.TensorShape([None, 2]))


@_EVERY
def test_every_form_of_a_shape(sampler):
    for shape in (
        [3, 2],
        (3, 2),
        tf.TensorShape([3, 2]),
        np.array([3, 2], np.uint8),
        tf.constant([3, 2]),
        tf.constant([3, 2], tf.int64),
        [tf.constant(3), 2],
    ):
        assert sampler(shape).shape == (3, 2)
    for shape in (3, [3], tf.constant(3), np.int64(3)):
        assert sampler(shape).shape == (3,)


def _gamma(shape, beta):
    return tfi.random.stateless_gamma(shape, _SEED, 2.0, beta)


def _von_mises(shape, loc):
    return tfi.random.stateless_von_mises(shape, _SEED, 2.0, loc)


_SECOND = pytest.mark.parametrize(
    ("sampler", "name"),
    [(_gamma, "beta"), (_von_mises, "loc")],
    ids=["beta", "loc"],
)


@_SECOND
def test_second_parameters_broadcast_to_the_shape(sampler, name):
    for shape in ([3, 2], [2], [3, 3], [1, 1, 2]):
        with pytest.raises(ValueError, match=f"`{name}` must broadcast to"):
            sampler([2], tf.ones([*shape[:-1], 3]))
        assert sampler([4, *shape], tf.ones(shape)).shape == [4, *shape]
    with pytest.raises(ValueError, match=f"`{name}` must broadcast to"):
        sampler([2], tf.ones([3, 2]))


@_SECOND
@pytest.mark.parametrize("jit_compile", [False, True])
def test_second_parameters_of_unknown_shape(sampler, name, jit_compile):
    del name

    @tf.function(
        jit_compile=jit_compile,
        input_signature=[
            tf.TensorSpec([None], tf.int32),
            tf.TensorSpec(None, tf.float32),
        ],
    )
    def sample(shape, parameter):
        return sampler(shape, parameter)

    if not jit_compile:
        np.testing.assert_array_equal(
            sample([3, 2], [0.5, 2.0]), sampler([3, 2], [0.5, 2.0])
        )
        # Not of shape [3, 2].
        with pytest.raises(tf.errors.InvalidArgumentError):
            sample([2], tf.ones([3, 2]))


@pytest.mark.parametrize("dimension", [2.5, "3", [3], None, np.float32(3)])
def test_dimensions_are_integers(dimension):
    with pytest.raises(TypeError, match="`dimension` must be one integer"):
        tfi.random.stateless_von_mises_fisher_angle([2], _SEED, dimension, 1.0)


@pytest.mark.parametrize("dimension", [1, -3, np.int64(2**32 + 3), 2**70])
def test_dimensions_do_not_wrap(dimension):
    sample = functools.partial(
        tfi.random.stateless_von_mises_fisher_angle, [2], _SEED
    )
    with pytest.raises((TypeError, ValueError), match="`dimension` must be"):
        sample(dimension, 1.0)
    assert sample(np.int64(3), 1.0).shape == (2,)
