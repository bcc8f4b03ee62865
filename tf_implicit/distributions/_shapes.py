# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Shapes of samples."""

import functools

import numpy as np
import tensorflow as tf

__all__ = [
    "move_to_end",
    "move_to_front",
    "of_several",
    "sample_shape",
    "shape_of_samples",
]


def sample_shape(n, *batch_shapes):
    """The shape of n samples of parameters that broadcast.

    Args:
      n: Integer scalar, or the vector of a shape of samples.
      *batch_shapes: Of each parameter, the shape without the dimensions of an
        event, an integer vector.

    Returns:
      Integer vector.
    """
    batch_shape = functools.reduce(tf.broadcast_dynamic_shape, batch_shapes)
    # An empty list would become a float tensor.
    n = tf.reshape(tf.convert_to_tensor(n, dtype_hint=tf.int32), [-1])
    return tf.concat([n, batch_shape], axis=0)


def shape_of_samples(n, *parameters):
    """As sample_shape, from scalar parameters, at no cost where it is static.

    Args:
      n: Integer scalar, or a vector: the shape of the samples.
      *parameters: Tensors.

    Returns:
      Integer vector.
    """
    # A list is what it is; to ask takes as long as an op.
    static = n if isinstance(n, list) else tf.get_static_value(n)
    shapes = [parameter.shape for parameter in parameters]
    if static is None or not all(s.is_fully_defined() for s in shapes):
        return sample_shape(n, *map(tf.shape, parameters))
    first, *others = (tuple(shape.as_list()) for shape in shapes)
    # Most have one shape.
    if any(shape != first for shape in others):
        first = functools.reduce(
            tf.broadcast_static_shape, shapes[1:], shapes[0]
        ).as_list()
    return tf.constant([*np.ravel(static), *first], tf.int32)


def of_several(count, shape):
    """The shape of as many tensors of one shape, stacked along a first axis.

    Args:
      count: Integer.
      shape: Integer vector.

    Returns:
      Integer vector.
    """
    static = tf.get_static_value(shape)
    if static is None:
        return tf.concat([[count], shape], axis=0)
    return tf.constant([count, *static.tolist()], shape.dtype)


def move_to_end(x, count):
    """The tensor with its first axes as the last ones.

    TensorFlow takes several times as long where a short last axis is broadcast
    or summed: vectors are computed with their own axis first.

    Args:
      x: Tensor.
      count: How many axes.

    Returns:
      Tensor.
    """
    return _turned(x, count)


def move_to_front(x, count):
    """The tensor with its last axes as the first ones; see `move_to_end`."""
    return _turned(x, tf.rank(x) - count)


def _turned(x, first):
    axes = tf.concat([tf.range(first, tf.rank(x)), tf.range(first)], axis=0)
    return tf.transpose(x, axes)
