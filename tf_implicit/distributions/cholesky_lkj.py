# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Distributions of correlation matrices with pathwise gradients."""

import math

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import _tensors
from tf_implicit.distributions import _products, _seeds, _shapes
from tf_implicit.distributions.beta import sample_logit
from tf_implicit.random import _normal

__all__ = ["LKJ", "CholeskyLKJ"]


class CholeskyLKJ(tfd.CholeskyLKJ):
    """Cholesky factors of LKJ matrices, a `tfp.distributions.CholeskyLKJ`.

    The base class is not reparameterized; this one is. Row k of the factor
    (from 0) is a point on a sphere: the square of its length off the diagonal
    is Beta(k / 2, concentration + (dimension - 1 - k) / 2), its direction is
    uniform (Lewandowski, Kurowicka and Joe 2009, section 3.2, the rows at
    once). The Beta variables are formed from log-Gamma samples
    (`tf_implicit.random.stateless_loggamma`) with the implicit
    reparameterization gradient in `concentration` (Figurnov et al. 2018,
    section 4), so that length and diagonal keep their digits at any
    concentration. The density is that of the base class, infinite where the
    diagonal is 0 and the concentration below 1: a sample has at least twice the
    smallest normal number there, with the gradient of one there.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        concentration = tf.constant([1.0, 10.0])
        with tf.GradientTape() as tape:
            tape.watch(concentration)
            law = tfi.distributions.CholeskyLKJ(3, concentration)
            row = law.sample(10000, seed=1)[..., 1, :]
            loss = tf.reduce_mean(row[..., 0] ** 2, axis=0)
        tape.gradient(loss, concentration)   # -2 / (2 concentration + 2)**2

    #### References

    [1]: Lewandowski, D., Kurowicka, D., Joe, H. Generating random correlation
         matrices based on vines and extended onion method. Journal of
         Multivariate Analysis 100, 2009.
    """

    @property
    def reparameterization_type(self) -> tfd.ReparameterizationType:
        """FULLY_REPARAMETERIZED, in contrast to the base class."""
        return tfd.FULLY_REPARAMETERIZED

    def _sample_n(self, n, seed=None):
        return _sample_factor(n, seed, self.dimension, self.concentration)


class LKJ(tfd.LKJ):
    """Correlation matrices, a `tfp.distributions.LKJ` with a gradient.

    The samples are those of `CholeskyLKJ`, L, or with the default of
    `input_output_cholesky`, False, L L' with ones in the diagonal and all else
    4 d eps nearer to 0, in dimension d: so none rounds to a singular matrix, at
    which the log density is infinite and its gradient an error. `CholeskyLKJ`
    keeps the digits of matrices next to those.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        concentration = tf.constant([1.0, 10.0])
        with tf.GradientTape() as tape:
            tape.watch(concentration)
            law = tfi.distributions.LKJ(3, concentration)
            x = law.sample(10000, seed=1)
            loss = tf.reduce_mean(x[..., 2, 1] ** 2, axis=0)
        tape.gradient(loss, concentration)   # -2 / (2 concentration + 2)**2
    """

    @property
    def reparameterization_type(self) -> tfd.ReparameterizationType:
        """FULLY_REPARAMETERIZED, in contrast to the base class."""
        return tfd.FULLY_REPARAMETERIZED

    def _sample_n(self, n, seed=None):
        factor = _sample_factor(n, seed, self.dimension, self.concentration)
        if self.input_output_cholesky:
            return factor
        matrix = _products.matmul(factor, factor, transpose_b=True)
        if matrix.dtype.size > 2:  # half types have no log density
            # It is the least eigenvalue, less what rounding takes.
            d = tf.constant(self.dimension, matrix.dtype)
            matrix *= 1 - _products.singular_margin(d)
        return tf.linalg.set_diag(
            matrix, tf.ones_like(tf.linalg.diag_part(matrix))
        )


def _sample_factor(n, seed, dimension, concentration):
    """The factors; computed with their own axes first, see `_shapes`."""
    concentration = tf.convert_to_tensor(concentration)
    dtype = concentration.dtype
    shape = _shapes.shape_of_samples(n, concentration)
    if dimension < 2:
        shape = tf.concat([shape, [dimension, dimension]], axis=0)
        return tf.ones(shape, dtype)
    seeds = _seeds.split(seed, 3, "lkj")
    ones = tf.ones_like(shape)
    rows = tf.concat([[dimension - 1], shape], axis=0)
    k = tf.range(1, dimension, dtype=dtype)
    k = tf.reshape(k, tf.concat([[dimension - 1], ones], axis=0))
    logit = sample_logit(
        rows, seeds[:2], k / 2, concentration + (dimension - 1 - k) / 2
    )
    length, diagonal = _sides(logit)
    normal = _normal.stateless_normal(
        tf.concat([[dimension - 1], rows], axis=0), seeds[2], dtype
    )
    triangle = tf.linalg.band_part(tf.ones([dimension - 1] * 2, dtype), -1, 0)
    normal *= _with_axes(triangle, ones)
    size = tf.reduce_sum(normal * normal, axis=1)
    # In row 1 one float32 in 2**30 is 0, a row without correlation.
    zero = tf.cast(tf.equal(size, 0), dtype)
    diagonal += zero * (1 - diagonal)
    below = (length / tf.sqrt(size + zero))[:, tf.newaxis] * normal
    edges = [[1, 0], [0, 1]] + [[0, 0]] * (below.shape.rank - 2)
    diagonal = tf.concat([tf.ones_like(diagonal[:1]), diagonal], axis=0)
    identity = _with_axes(tf.eye(dimension, dtype=dtype), ones)
    factor = tf.pad(below, edges) + diagonal[:, tf.newaxis] * identity
    return _shapes.move_to_end(factor, 2)


def _with_axes(matrix, ones):
    return tf.reshape(matrix, tf.concat([tf.shape(matrix), ones], axis=0))


def _sides(logit):
    """sqrt(x) and sqrt(1 - x) of x = sigmoid(logit), neither of them 0.

    Where one would underflow it has the gradient of the least number.
    """
    # A sign and a step are constants, and take less than `tf.where`.
    above = tf.cast(logit > 0, logit.dtype)
    half = (0.5 - above) * logit  # not positive
    least = math.log(2 * _tensors.smallest_normal(logit.dtype))
    half += tf.stop_gradient(tf.maximum(half, least) - half)
    ratio = tf.exp(half)
    large = 1 / tf.sqrt(1 + ratio * ratio)
    small = ratio * large
    rest = 1 - above
    return above * large + rest * small, above * small + rest * large
