# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Steps of lgamma and digamma by halves, without cancellation."""

import tensorflow as tf

from tf_implicit import math

__all__ = ["half_steps"]


def half_steps(df, count):
    """Steps of lgamma and digamma from df / 2 up by halves.

    From the density at 0 and the entropy of Student's t distributions, whose
    values and derivatives are accurate at any df.

    Args:
      df: Floating tensor [...].
      count: Integer scalar n.

    Returns:
      With t = (df + k) / 2, tensors [..., n] of k = 0, ..., n - 1:
      lgamma(t + 1/2) - lgamma(t) - log(2 pi t) / 2 and
      digamma(t + 1/2) - digamma(t).
    """
    rows = df[..., tf.newaxis] + tf.cast(tf.range(count), df.dtype)
    log_c = math.student_t_log_prob(rows, tf.zeros_like(rows))
    # The entropy is (df + 1) / 2 times the step less log c.
    return log_c, 2 * (math.student_t_entropy(rows) + log_c) / (rows + 1)
