# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What all public functions do with their arguments."""

import numpy as np
import tensorflow as tf

_FLOATING = frozenset([tf.float16, tf.bfloat16, tf.float32, tf.float64])


def _dtype_of(value):
    """The dtype that a value carries, or None for Python numbers and lists."""
    dtype = getattr(value, "dtype", None)
    return None if dtype is None else tf.as_dtype(dtype)


def _share_floating_dtype(values):
    """Whether there is nothing to convert: a small call should cost no more."""
    if not isinstance(values[0], tf.Tensor):
        return False
    dtype = values[0].dtype
    for value in values[1:]:
        if not isinstance(value, tf.Tensor) or value.dtype is not dtype:
            return False
    return dtype in _FLOATING


def convert(arguments, dtype=None):
    """Converts arguments to tensors of one floating dtype.

    Args:
      arguments: Dictionary from the name of an argument to its value.
      dtype: The wanted dtype. Default: the dtype of those values that carry
        one, else float32.

    Returns:
      List of tensors in the order of `arguments`.

    Raises:
      TypeError: Where a value is not floating, or two of them differ.
    """
    values = list(arguments.values())
    if dtype is None and _share_floating_dtype(values):
        return values
    source = None
    if dtype is not None:
        dtype = tf.as_dtype(dtype)
        source = "`dtype`"
    for name, value in arguments.items():
        found = _dtype_of(value)
        if found is None:
            continue
        if found not in _FLOATING:
            raise TypeError(
                f"`{name}` must be a float16, bfloat16, float32 or float64 "
                f"tensor, got {found.name}. Convert it with tf.cast."
            )
        if dtype is None:
            dtype, source = found, f"`{name}`"
        elif found != dtype:
            raise TypeError(
                f"{source} is {dtype.name} but `{name}` is {found.name}: they "
                "must have one dtype. Convert one with tf.cast."
            )
    dtype = tf.float32 if dtype is None else dtype
    if dtype not in _FLOATING:
        raise TypeError(
            "`dtype` must be float16, bfloat16, float32 or float64, got "
            f"{dtype.name}."
        )
    return [
        tf.convert_to_tensor(value, dtype=dtype, name=name)
        for name, value in arguments.items()
    ]


def sum_to_shape(gradients, tensors):
    """Sums each gradient over the axes along which its tensor was broadcast.

    Args:
      gradients: One gradient for each tensor, all of the shape to which the
        tensors broadcast.
      tensors: The tensors that were broadcast against each other.

    Returns:
      List of gradients, each with the shape of its tensor.
    """
    return [_sum_to(g, t) for g, t in zip(gradients, tensors, strict=True)]


def _sum_to(gradient, tensor):
    if gradient.shape.is_fully_defined() and gradient.shape == tensor.shape:
        return gradient
    shape = tf.shape(tensor)
    _, axes = tf.raw_ops.BroadcastGradientArgs(s0=tf.shape(gradient), s1=shape)
    return tf.reshape(tf.reduce_sum(gradient, axis=axes), shape)


def custom_gradient_only(value):
    """The value that a function under `tf.custom_gradient` returns.

    Some transformations lose the custom gradient, `tf.vectorized_map` with the
    tape outside of it among them, and would take the gradient of the function's
    own ops: 0 for a sample that is a constant to them. This makes it an error.
    """
    return tf.raw_ops.PreventGradient(
        input=value,
        message="tf.vectorized_map, or another transformation, lost the "
        "gradient that tf_implicit attached to a sample. Take the gradient "
        "inside of the function that is mapped.",
    )


def convert_shape(shape):
    """A shape argument (list, TensorShape or tensor) as an integer vector.

    A list may have tensors among its entries.
    """
    if isinstance(shape, tf.TensorShape):
        shape = shape.as_list()
    if isinstance(shape, (list, tuple)) and any(map(tf.is_tensor, shape)):
        shape = tf.stack(shape)
    if not tf.is_tensor(shape):
        shape = np.reshape(np.asarray(shape, np.int32), [-1])
    return tf.convert_to_tensor(shape, name="shape")


def convert_seed(seed):
    """A seed argument as an integer tensor of shape [2]."""
    seed = tf.convert_to_tensor(seed, name="seed")
    if seed.dtype not in (tf.int32, tf.int64):
        raise TypeError(
            "`seed` must be an int32 or int64 tensor of shape [2], got "
            f"{seed.dtype.name}."
        )
    return seed
