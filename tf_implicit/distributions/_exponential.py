# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples from their logarithms."""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit.math import _gradients

__all__ = ["scaled_exponential"]


def scaled_exponential(log_t, scale):
    """Scale exp(log_t), a normal number in place of 0 and infinity.

    Args:
      log_t: Floating tensor.
      scale: Positive floating tensor of the same dtype that broadcasts to it.

    Returns:
      Tensor of the shape of `log_t`, between twice the smallest normal and half
      of the largest finite number, to rounding errors. A sample that is moved
      there has the gradient of one there: that in log_t is the sample itself.
    """
    return ops.tf_implicit_scaled_exponential(
        log_sample=log_t,
        scale=scale,
        least=tf.constant(
            2 * _tensors.smallest_normal(log_t.dtype), log_t.dtype
        ),
        most=tf.constant(_tensors.largest(log_t.dtype) / 2, log_t.dtype),
    )


_gradients.register_product(
    "TFImplicit>ScaledExponential",
    [lambda flow, log_t: flow, lambda flow, scale: flow / scale],
)
