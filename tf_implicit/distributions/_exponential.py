# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples from their logarithms."""

import tensorflow as tf

from tf_implicit import _attach, _tensors

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
    scale = tf.convert_to_tensor(scale)
    least = 2 * _tensors.smallest_normal(log_t.dtype)
    # Twice the root: exp(log_t) may overflow where the product does not.
    root = tf.exp(log_t / 2)
    z = tf.clip_by_value(scale * root * root, least, log_t.dtype.max / 2)
    return _attach.attach_gradient(z, [log_t, scale], _pull_back)


def _pull_back(upstream, z, log_t, scale):
    del log_t
    flow = upstream * z
    return flow, _tensors.sum_to_shape([flow], [scale])[0] / scale
