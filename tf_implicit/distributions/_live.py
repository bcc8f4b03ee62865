# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters that may change: kept as they are, and read once per call."""

from typing import Any

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import _tensors

__all__ = ["common_dtype", "convert", "convert_all", "is_live", "read_once"]


def is_live(value: Any) -> bool:
    """Whether a value is read anew each time that it is used.

    A variable, or a function of variables (`tfp.util.TransformedVariable`).
    """
    return isinstance(value, (tf.Variable, tfp.util.DeferredTensor))


def common_dtype(arguments: dict[str, Any]) -> tf.DType:
    """The dtype of those arguments that carry one, else float32.

    Args:
      arguments: Dictionary from the name of an argument to its value.

    Returns:
      A floating dtype.

    Raises:
      TypeError: Where a value is not floating, or two of them differ.
    """
    carried = {
        name: tf.zeros([], value.dtype)
        if is_live(value) or tf.is_tensor(value)
        else value
        for name, value in arguments.items()
        if getattr(value, "dtype", None) is not None
    }
    return _tensors.convert(carried)[0].dtype if carried else tf.float32


def convert(value: Any, dtype: tf.DType, name: str) -> Any:
    """A tensor, or the live value itself, whose later values count."""
    if not is_live(value):
        return _tensors.convert({name: value}, dtype)[0]
    if value.dtype != dtype:
        raise TypeError(
            f"`{name}` must have dtype {dtype.name}, got {value.dtype.name}."
        )
    return value


def convert_all(arguments: dict[str, Any]) -> tuple[tf.DType, list[Any]]:
    """The common dtype of the arguments, and each by `convert`, in order."""
    dtype = common_dtype(arguments)
    return dtype, [convert(v, dtype, name) for name, v in arguments.items()]


def read_once(distribution: tfd.Distribution) -> tfd.Distribution:
    """The distribution with the present values of its parameters.

    What takes several methods of a distribution would read its variables in
    each: the values of different moments, and `TransformedVariable` is computed
    anew each time. Gradients flow to what was read.
    """
    parameters = distribution.parameters
    read = {name: _read(value) for name, value in parameters.items()}
    read = {k: v for k, v in read.items() if v is not parameters[k]}
    return distribution.copy(**read) if read else distribution


def _read(value):
    if is_live(value):
        return tf.convert_to_tensor(value)
    if isinstance(value, tfd.Distribution):
        return read_once(value)
    if isinstance(value, (list, tuple)):
        items = [_read(item) for item in value]
        if any(a is not b for a, b in zip(items, value, strict=True)):
            return items
    return value
