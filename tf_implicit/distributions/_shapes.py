# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Shapes of samples."""

import functools

import tensorflow as tf

__all__ = ["sample_shape"]


def sample_shape(n, *batch_shapes):
    """The shape of n samples of parameters that broadcast.

    Args:
      n: Integer scalar.
      *batch_shapes: Of each parameter, the shape without the dimensions of an
        event, an integer vector.

    Returns:
      Integer vector.
    """
    batch_shape = functools.reduce(tf.broadcast_dynamic_shape, batch_shapes)
    return tf.concat([[n], batch_shape], axis=0)
