# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What all public functions do with their arguments."""

import functools

import numpy as np
import tensorflow as tf

_FLOATING = frozenset([tf.float16, tf.bfloat16, tf.float32, tf.float64])
_INT32_MAX, _INT64_MAX = 2**31 - 1, 2**63 - 1


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
        if isinstance(value, (tf.RaggedTensor, tf.SparseTensor)):
            raise TypeError(
                f"`{name}` must be a dense tensor, got a "
                f"{type(value).__name__}."
            )
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
    return [_to_tensor(value, dtype, name) for name, value in arguments.items()]


def call(op, name, **arguments):
    """Calls an op on arguments that it and the public function name alike.

    Args:
      op: The op.
      name: Its name, or None.
      **arguments: Its inputs, which `convert` converts.

    Returns:
      What the op returns.

    Raises:
      TypeError: That of `convert`.
    """
    for value in arguments.values():
        if not isinstance(value, tf.Tensor):
            tensors = convert(arguments)
            return op(**dict(zip(arguments, tensors, strict=True)), name=name)
    # An op compares the dtypes of tensors itself, sooner than Python does.
    try:
        return op(name=name, **arguments)
    except (TypeError, tf.errors.OpError):
        convert(arguments)
        raise


def _to_tensor(value, dtype, name):
    try:
        return tf.convert_to_tensor(value, dtype=dtype, name=name)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"`{name}` must be a tensor or number that converts to "
            f"{dtype.name}, got {value!r}."
        ) from error


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


def wanted(op, k):
    """Whether a gradient in input k of an op is asked for, if that is known.

    Tapes know it; other graphs are pruned.

    Args:
      op: The op, as a registered gradient gets it.
      k: Integer.
    """
    return k not in (getattr(op, "skip_input_indices", None) or ())


def convert_shape(shape):
    """A shape argument (list, TensorShape or tensor) as an integer vector.

    A list may have tensors among its entries; a scalar is a vector of one.

    Args:
      shape: The argument.

    Returns:
      int32 tensor of rank 1, or int64 where the argument is or has to be.

    Raises:
      TypeError: Where the entries are no integers.
      ValueError: Where there is more than one axis, an entry is negative or one
        of a TensorShape is not known.
    """
    if isinstance(shape, tf.TensorShape):
        if not shape.is_fully_defined():
            raise ValueError(f"`shape` must be fully defined, got {shape}.")
        shape = shape.as_list()
    if are_integers(shape):
        return _constant_shape(shape)
    if isinstance(shape, (list, tuple)) and any(map(tf.is_tensor, shape)):
        shape = tf.stack(shape)
    if not tf.is_tensor(shape):
        return _constant_shape(_sizes(shape))
    if shape.dtype not in (tf.int32, tf.int64):
        raise TypeError(
            f"`shape` must be an int32 or int64 vector, got {shape.dtype.name}."
        )
    if shape.shape.rank is not None and shape.shape.rank > 1:
        raise ValueError(f"`shape` must be a vector, got shape {shape.shape}.")
    return tf.reshape(shape, [1]) if shape.shape.rank == 0 else shape


def are_integers(values):
    """Whether these are a list or tuple of Python integers.

    Most shapes and seeds are. To ask TensorFlow whether one is a tensor, or
    NumPy whether its numbers are in range, takes as long as an op.
    """
    return isinstance(values, (list, tuple)) and all(
        type(value) is int for value in values
    )


def _sizes(shape):
    """The entries of a shape that is no tensor, as a list of integers."""
    try:
        array = np.asarray(shape)
    except ValueError as error:
        raise TypeError(
            f"`shape` must be a vector of integers, got {shape!r}."
        ) from error
    if array.dtype.kind not in "iu" and array.shape != (0,):
        raise TypeError(f"`shape` must be a vector of integers, got {shape!r}.")
    if array.ndim > 1:
        raise ValueError(
            f"`shape` must be a vector of integers, got {shape!r}."
        )
    return array.reshape([-1]).tolist()


def _constant_shape(sizes):
    if tf.executing_eagerly():
        return _kept_shape(tuple(sizes))
    return _new_shape(sizes)


def _new_shape(sizes):
    if not all(0 <= n <= _INT64_MAX for n in sizes):
        raise ValueError(
            "`shape` must be a vector of integers >= 0 that int64 holds, got "
            f"{list(sizes)!r}."
        )
    large = any(n > _INT32_MAX for n in sizes)
    return tf.constant(sizes, tf.int64 if large else tf.int32, name="shape")


# To make a constant takes as long as an op, and most calls ask for a shape that
# an earlier one had.
_kept_shape = functools.lru_cache(maxsize=128)(_new_shape)


def broadcast_to_samples(name, value, sample):
    """Returns `value`, a parameter, if it broadcasts to the samples' shape.

    Args:
      name: That of the parameter, for messages.
      value: Tensor.
      sample: Tensor whose shape is the `shape` that the caller asked for.

    Returns:
      `value`; broadcast where only the run can tell whether it can be.

    Raises:
      ValueError: Where it does not broadcast to that shape.
    """
    known = value.shape.is_fully_defined() and sample.shape.is_fully_defined()
    # Most have that shape.
    if known and value.shape == sample.shape:
        return value
    try:
        shape = tf.broadcast_static_shape(value.shape, sample.shape)
    except ValueError:
        shape = None
    if shape is None or not sample.shape.is_compatible_with(shape):
        raise ValueError(
            f"`{name}` must broadcast to `shape`: they are {value.shape} and "
            f"{sample.shape}."
        )
    if known:
        return value
    return tf.broadcast_to(value, tf.shape(sample))


@functools.cache
def smallest_normal(dtype):
    """The smallest normal number; below it some processors see 0."""
    # NumPy has no limits of bfloat16, whose exponents are those of float32.
    dtype = tf.float32 if dtype == tf.bfloat16 else dtype
    return float(np.finfo(dtype.as_numpy_dtype).tiny)


@functools.cache
def largest(dtype):
    """The largest finite number; `tf.DType.max` takes as long as an op."""
    return float(dtype.max)


def convert_dimension(dimension):
    """The dimension of a sphere's space as an int32 scalar.

    Raises:
      TypeError: Where it is no integer.
      ValueError: Where it is below 2 or above the largest int32.
    """
    if tf.is_tensor(dimension):
        if dimension.dtype == tf.int32:
            return dimension
        raise TypeError(
            "`dimension` must be an int32 scalar, got a tensor of "
            f"{dimension.dtype.name}."
        )
    value = np.asarray(dimension)
    if value.dtype.kind not in "iu" or value.ndim:
        raise TypeError(f"`dimension` must be one integer, got {dimension!r}.")
    if not 2 <= value <= np.iinfo(np.int32).max:
        raise ValueError(
            f"`dimension` must be at least 2 and an int32, got {dimension!r}."
        )
    return tf.constant(int(value), tf.int32)


def convert_dimensions(dimension, dtype):
    """Integer dimensions, of any shape, as a tensor of a floating dtype.

    Raises:
      TypeError: Where they are no integers; real numbers that are whole count
        as none.
    """
    try:
        if isinstance(dimension, int) and not isinstance(dimension, bool):
            return tf.constant(dimension, dtype)
        value = tf.convert_to_tensor(dimension, name="dimension")
    except (OverflowError, TypeError, ValueError) as error:
        raise TypeError(
            "`dimension` must be an integer or an integer tensor, got "
            f"{dimension!r}."
        ) from error
    if not value.dtype.is_integer:
        raise TypeError(
            "`dimension` must be an integer or an integer tensor, got "
            f"{value.dtype.name}. Convert it with tf.cast."
        )
    return tf.cast(value, dtype)


def convert_seed(seed):
    """A seed argument as an integer tensor of shape [2]."""
    try:
        if are_integers(seed):
            seed = tf.constant(seed, name="seed")
        elif not isinstance(seed, tf.Tensor):
            seed = tf.convert_to_tensor(seed, name="seed")
    except (OverflowError, TypeError, ValueError) as error:
        raise TypeError(
            "`seed` must be an int32 or int64 tensor of shape [2], got "
            f"{seed!r}."
        ) from error
    if seed.dtype not in (tf.int32, tf.int64):
        raise TypeError(
            "`seed` must be an int32 or int64 tensor of shape [2], got "
            f"{seed.dtype.name}."
        )
    return seed
