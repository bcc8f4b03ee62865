# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What every function of tf_implicit.math does with shapes and dtypes."""

import numpy as np
import pytest
import tensorflow as tf

from tests.math.functions import FUNCTIONS

_ALL = pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.name)
_OF_SEVERAL_ARGUMENTS = pytest.mark.parametrize(
    "f", [f for f in FUNCTIONS if len(f.arguments) > 1], ids=lambda f: f.name
)
_OF_ONE_OP = pytest.mark.parametrize(
    "f",
    [f for f in FUNCTIONS if len(f.arguments) > 1 and not f.composed],
    ids=lambda f: f.name,
)


def _assert_equal(got, want):
    assert len(got) == len(want)
    for g, w in zip(got, want, strict=True):
        np.testing.assert_array_equal(g, w)


@_ALL
def test_broadcasts(f):
    # Argument k varies along axis k alone.
    rank = len(f.arguments)
    size = len(f.points[0])
    shaped = [
        np.reshape(p, [size if k == axis else 1 for axis in range(rank)])
        for k, p in enumerate(np.float32(f.points))
    ]
    got = f.outputs(*shaped)
    full = map(np.ascontiguousarray, np.broadcast_arrays(*shaped))
    assert got[0].shape == (size,) * rank
    _assert_equal(got, f.outputs(*full))


@_ALL
def test_scalar_against_vector(f):
    vectors = f.tensors(tf.float32)
    scalars = [v[0] for v in vectors]
    got = f.outputs(scalars[0], *vectors[1:])
    want = f.outputs(tf.fill(vectors[0].shape, scalars[0]), *vectors[1:])
    _assert_equal(got, want)


@_ALL
@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16])
def test_half_types_are_widened(f, dtype):
    arguments = f.tensors(dtype)
    got = f.outputs(*arguments)
    wide = f.outputs(*[tf.cast(a, tf.float32) for a in arguments])
    assert all(y.dtype == dtype for y in got)
    _assert_equal(
        [tf.cast(y, tf.float32) for y in got],
        [tf.cast(tf.cast(y, dtype), tf.float32) for y in wide],
    )


@_ALL
def test_python_numbers_are_float32_and_arrays_keep_their_dtype(f):
    numbers = [p[0] for p in f.points]
    assert all(y.dtype == tf.float32 for y in f.outputs(*numbers))
    double = [np.float64(numbers[0]), *numbers[1:]]
    assert all(y.dtype == tf.float64 for y in f.outputs(*double))


@_ALL
def test_empty_tensors(f):
    empty = tf.ones([0, 3])
    got = f.outputs(empty, *[tf.ones([3])] * (len(f.arguments) - 1))
    assert all(y.shape == (0, 3) for y in got)


@_ALL
def test_unknown_shapes_in_a_graph(f):
    arguments = f.tensors(tf.float32)

    @tf.function(
        input_signature=[tf.TensorSpec(None)] * (len(arguments) - 1)
        + [tf.TensorSpec([None])]
    )
    def graph(*arguments):
        return f.outputs(*arguments)

    _assert_equal(graph(*arguments), f.outputs(*arguments))


@_OF_SEVERAL_ARGUMENTS
def test_static_shape_in_a_graph(f):
    shapes = []

    @tf.function
    def graph(*arguments):
        y = f.outputs(*arguments)
        shapes.extend(t.shape for t in y)
        return y

    graph(tf.ones([2, 1]), *[tf.ones([3])] * (len(f.arguments) - 1))
    assert shapes and all(s == (2, 3) for s in shapes)


@_ALL
def test_an_element_does_not_depend_on_its_neighbours(f):
    size = 5000
    arguments = f.random_arguments(size)
    whole = f.outputs(*arguments)
    order = np.random.default_rng(0).permutation(size)
    shuffled = f.outputs(*[a[order] for a in arguments])
    _assert_equal(shuffled, [y.numpy()[order] for y in whole])
    for first, last in [(0, 1), (1, 6), (999, 1043), (4999, 5000)]:
        part = f.outputs(*[a[first:last] for a in arguments])
        _assert_equal(part, [y[first:last] for y in whole])


@_ALL
def test_nan_gives_nan(f):
    for k in range(len(f.arguments)):
        arguments = [np.float32(p[0]) for p in f.points]
        arguments[k] = np.float32(np.nan)
        assert all(np.isnan(y) for y in f.outputs(*arguments))


@_ALL
def test_refuses_integers(f):
    for k, name in enumerate(f.arguments):
        arguments = [tf.constant(1.0)] * len(f.arguments)
        arguments[k] = tf.constant(1)
        with pytest.raises(TypeError, match=f"`{name}` must be a float16"):
            f.call(*arguments)


@_OF_SEVERAL_ARGUMENTS
def test_refuses_mixed_dtypes(f):
    first, last = f.arguments[0], f.arguments[-1]
    arguments = [tf.constant(1.0)] * (len(f.arguments) - 1)
    with pytest.raises(
        TypeError, match=f"`{first}` is float32 but `{last}` is float64"
    ):
        f.call(*arguments, tf.constant(1.0, tf.float64))


@_OF_ONE_OP
def test_refuses_shapes_that_do_not_broadcast(f):
    arguments = [tf.ones([2])] * (len(f.arguments) - 1) + [tf.ones([3])]
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match=rf"broadcast(?=.*`{f.arguments[0]}` \[2\])"
        rf"(?=.*`{f.arguments[-1]}` \[3\])",
    ):
        f.call(*arguments)
    with pytest.raises(ValueError, match=r"must be equal|[Ii]ncompatible"):
        tf.function(f.call)(*arguments)


@pytest.mark.parametrize(
    "f", [f for f in FUNCTIONS if f.algorithms], ids=lambda f: f.name
)
def test_refuses_unknown_algorithms(f):
    with pytest.raises(
        ValueError, match=r"`algorithm` must be one of \['default', 'paper'\]"
    ):
        f.call(*[p[0] for p in f.points], algorithm="series")


@pytest.mark.parametrize(
    "f", [f for f in FUNCTIONS if f.algorithms], ids=lambda f: f.name
)
def test_the_former_name_of_the_argument_warns(f):
    point = [p[1] for p in f.points]
    with pytest.warns(FutureWarning, match="`algorithm` now"):
        got = f.call(*point, method="paper")
    np.testing.assert_array_equal(got, f.call(*point, algorithm="paper"))
