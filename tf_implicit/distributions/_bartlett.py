# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The triangular factor of a Wishart matrix."""

import math

import tensorflow as tf

from tf_implicit import math as tfi_math
from tf_implicit import random
from tf_implicit.distributions import _exponential, _seeds
from tf_implicit.random import _normal

__all__ = ["bartlett_factor", "entropy", "log_prob", "mean_log_det"]


def bartlett_factor(shape, seed, df, dimension, least=None):
    """A' with A A' ~ Wishart(df, identity), A lower triangular (Bartlett 1933).

    The diagonal is Chi distributed, df - i degrees of freedom in row i, from
    `tf_implicit.random.stateless_loggamma` with its implicit
    reparameterization gradient (Figurnov et al. 2018, equation 8); the entries
    above that of A' are standard Normal.

    Args:
      shape: Integer vector, without the dimensions of the matrix.
      seed: As for `sample`.
      df: Floating tensor that broadcasts to `shape`.
      dimension: Integer scalar.
      least: Number that no number in the diagonal falls below; one that would
        has the gradient of one there. Without it, twice the smallest normal.

    Returns:
      Tensor of the shape `shape` + [dimension, dimension].
    """
    seeds = _seeds.split(seed, 2, "bartlett")
    row = tf.cast(tf.range(dimension), df.dtype)
    log_z = random.stateless_loggamma(
        tf.concat([shape, [dimension]], axis=0),
        seeds[0],
        (df[..., tf.newaxis] - row) / 2,
    )
    half = log_z / 2
    if least is not None:
        end = tf.maximum(half, math.log(least))
        half += tf.stop_gradient(end - half)
    root_2 = tf.sqrt(tf.constant(2, df.dtype))
    diagonal = _exponential.scaled_exponential(half, root_2)
    normal = _normal.stateless_normal(
        tf.concat([shape, [dimension, dimension]], axis=0), seeds[1], df.dtype
    )
    above = tf.linalg.band_part(tf.ones([dimension] * 2, df.dtype), 0, -1)
    return tf.linalg.set_diag(normal * above, diagonal)


def log_prob(diagonal, rest, df):
    """The log density of A A', A as in `bartlett_factor`.

    By the densities of the entries of A, which are independent, and the
    Jacobian 2**d prod_i A_ii**(d - i) of A A': nothing as large as
    df log(df) cancels, as it does in the density of the matrix.

    Args:
      diagonal: Floating tensor [..., d], that of A.
      rest: Floating tensor [...], the squares below the diagonal, summed.
      df: Floating tensor [...].

    Returns:
      Tensor of the shape that [...] broadcast to.
    """
    half, below, d = _halves(diagonal, df)
    # That of A_ii, and its part of the Jacobian.
    terms = tfi_math.chi_log_prob(2 * half, diagonal)
    terms -= (below + 1) * tf.math.log(diagonal) + math.log(2)
    normals = rest / 2 + d * (d - 1) / 4 * math.log(2 * math.pi)
    return tf.reduce_sum(terms, axis=-1) - normals


def entropy(diagonal, df):
    """The entropy of A A', the mean of -`log_prob`; see there.

    Args:
      diagonal: Floating tensor [..., d], of which the shape counts.
      df: Floating tensor [...].
    """
    half, below, d = _halves(diagonal, df)
    terms = tfi_math.gamma_entropy(half, tf.constant(0.5, df.dtype))
    terms += below * _mean_log(half) / 2
    normals = d * (d - 1) / 4 * (1 + math.log(2 * math.pi))
    return tf.reduce_sum(terms, axis=-1) + normals


def mean_log_det(diagonal, df):
    """E log |A A'|; arguments as of `entropy`."""
    return tf.reduce_sum(_mean_log(_halves(diagonal, df)[0]), axis=-1)


def _mean_log(half):
    """That of A_ii**2."""
    return tfi_math.digamma(half) + math.log(2)


def _halves(diagonal, df):
    """(df - i) / 2 and d - i - 1 of the rows, and d."""
    dimension = tf.shape(diagonal)[-1]
    row = tf.cast(tf.range(dimension), df.dtype)
    d = tf.cast(dimension, df.dtype)
    return (df[..., tf.newaxis] - row) / 2, d - row - 1, d
