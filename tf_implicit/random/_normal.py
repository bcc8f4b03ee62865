# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of the standard Normal distribution, for samplers of others."""

import tensorflow as tf

from tf_implicit._op_library import ops

__all__ = ["stateless_normal"]


def stateless_normal(shape, seed, dtype):
    """Samples of the standard Normal distribution, a function of the seed.

    They are independent of those that the other samplers of this package draw
    with the same seed: each op has bits of its own.

    Args:
      shape: Integer vector, the shape of the output.
      seed: Integer tensor of shape [2].
      dtype: The dtype of the output.

    Returns:
      Tensor of the given shape.
    """
    return ops.tf_implicit_stateless_normal(shape=shape, seed=seed, T=dtype)


# It has no parameters.
tf.no_gradient("TFImplicit>StatelessNormal")
