# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The triangular factor of a Wishart matrix."""

import tensorflow as tf
import tensorflow_probability as tfp

from tf_implicit import random
from tf_implicit.distributions import _exponential
from tf_implicit.random import _normal

__all__ = ["bartlett_factor"]


def bartlett_factor(shape, seed, df, dimension):
    """A with A A' ~ Wishart(df, identity), lower triangular (Bartlett 1933).

    The diagonal is Chi distributed, df - i degrees of freedom in row i, from
    `tf_implicit.random.stateless_loggamma` with its implicit
    reparameterization gradient (Figurnov et al. 2018, equation 8); the entries
    below it are standard Normal.

    Args:
      shape: Integer vector, without the dimensions of the matrix.
      seed: As for `sample`.
      df: Floating tensor that broadcasts to `shape`.
      dimension: Integer scalar.

    Returns:
      Tensor of the shape `shape` + [dimension, dimension].
    """
    seeds = tfp.random.split_seed(seed, n=2, salt="bartlett")
    row = tf.cast(tf.range(dimension), df.dtype)
    log_z = random.stateless_loggamma(
        tf.concat([shape, [dimension]], axis=0),
        seeds[0],
        (df[..., tf.newaxis] - row) / 2,
    )
    root_2 = tf.sqrt(tf.constant(2, df.dtype))
    diagonal = _exponential.scaled_exponential(log_z / 2, root_2)
    normal = _normal.stateless_normal(
        tf.concat([shape, [dimension, dimension]], axis=0), seeds[1], df.dtype
    )
    return tf.linalg.set_diag(tf.linalg.band_part(normal, -1, 0), diagonal)
