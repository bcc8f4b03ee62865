# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Every op of the library with arguments to call it on."""

import inspect

import numpy as np
import tensorflow as tf

from tf_implicit._op_library import ops

DTYPES = (tf.float16, tf.bfloat16, tf.float32, tf.float64)


def names():
    """The Python names of all ops: what the library has, not a list of ours."""
    return sorted(
        name
        for name in dir(ops)
        if name.startswith("tf_implicit_")
        and not name.endswith("_eager_fallback")
    )


def arguments(name, dtype, size=100):
    """Keyword arguments for an op: tensors that broadcast, inside its domain.

    Args:
      name: The Python name of the op.
      dtype: The dtype of floating tensors.
      size: The size of the last axis; for products of matrices their number.

    Returns:
      Dictionary from argument to value.
    """
    rng = np.random.default_rng(5)
    result = {}
    for argument in inspect.signature(getattr(ops, name)).parameters:
        if argument == "shape":
            result[argument] = [2, 3, size]
        elif argument == "seed":
            result[argument] = tf.constant([3, -4])
        elif argument == "dimension":
            # An integer, whatever its type.
            sampler = name.startswith("tf_implicit_stateless")
            result[argument] = tf.constant(3, tf.int32 if sampler else dtype)
        elif argument == "T":
            result[argument] = dtype
        elif argument.startswith("transpose_"):
            result[argument] = True
        elif argument == "complement":
            # Of the argument before: another would be no probability.
            result[argument] = 1 - list(result.values())[-1]
        elif argument != "name":
            # In the domain of every floating argument that there is.
            # Ops over rows take one shape.
            rows = name.startswith("tf_implicit_dirichlet")
            shape = [size] if rows or rng.integers(2) else [3, 1]
            if name.endswith("_mat_mul"):
                shape = [size, 3, 3]
            value = rng.uniform(0.05, 0.95, shape)
            if "truncated" in name:
                # low < sample < high, a few scales apart: dz/dp may overflow.
                value += {"low": -1, "high": 1, "scale": 1}.get(argument, 0)
            result[argument] = tf.constant(value, dtype)
    return result


def call(name, keywords):
    """The outputs of an op, as a list."""
    y = getattr(ops, name)(**keywords)
    return [y] if isinstance(y, tf.Tensor) else list(y)
