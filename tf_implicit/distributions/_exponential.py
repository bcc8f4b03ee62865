# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples from their logarithms."""

import numpy as np
import tensorflow as tf

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
    log_scale = tf.math.log(tf.stop_gradient(scale))
    limits = np.finfo(log_t.dtype.as_numpy_dtype)
    inside = tf.clip_by_value(
        log_t,
        float(np.log(2 * limits.tiny)) - log_scale,
        float(np.log(limits.max / 2)) - log_scale,
    )
    log_t += tf.stop_gradient(inside - log_t)
    # Twice the root: exp(log_t) may overflow where the product does not.
    root = tf.exp(log_t / 2)
    return scale * root * root
