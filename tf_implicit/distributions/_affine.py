# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of a standard distribution, scaled and moved.

TensorFlow multiplies a batch of small matrices one by one. A scale without a
batch is the same for all samples, and one product of matrices scales them all.
"""

import tensorflow as tf

from tf_implicit.distributions import _shapes

__all__ = ["has_no_batch", "matmul", "matmul_along_first", "scaled_and_moved"]


def has_no_batch(scale: tf.linalg.LinearOperator) -> bool:
    """Whether the operator is known to be one matrix."""
    return scale.batch_shape.rank == 0


def matmul_along_first(
    scale: tf.linalg.LinearOperator, x: tf.Tensor
) -> tf.Tensor:
    """The operator times the vectors along the first axis of x, of any rank.

    Args:
      scale: Operator of the shape [d, d].
      x: Floating tensor [d, ...].
    """
    columns = tf.reshape(x, [tf.shape(x)[0], -1])
    return tf.reshape(scale.matmul(columns), tf.shape(x))


def matmul(x: tf.Tensor, scale: tf.linalg.LinearOperator) -> tf.Tensor:
    """Matrices x scale'.

    Args:
      x: Floating tensor [..., n, d].
      scale: Operator of the shape [..., d, d].
    """
    if not has_no_batch(scale):
        return tf.linalg.matrix_transpose(scale.matmul(x, adjoint_arg=True))
    rows = tf.reshape(x, [-1, tf.shape(x)[-1]])
    product = tf.matmul(rows, scale.to_dense(), transpose_b=True)
    return tf.reshape(product, tf.shape(x))


def scaled_and_moved(
    loc: tf.Tensor, scale: tf.linalg.LinearOperator, x: tf.Tensor
) -> tf.Tensor:
    """Vectors loc + scale x.

    Args:
      loc: Floating tensor [..., d].
      scale: Operator of the shape [..., d, d].
      x: Floating tensor [d, ...], the vectors along the first axis; its last
        axes are the batch of `loc` and `scale`.

    Returns:
      Tensor with the vectors along its last axis.
    """
    if not has_no_batch(scale):
        return loc + scale.matvec(_shapes.move_first_axis_last(x))
    columns = tf.reshape(x, [tf.shape(x)[0], -1])
    scaled = scale.matmul(columns)
    if loc.shape.rank == 1:
        scaled += loc[:, tf.newaxis]
    vectors = _shapes.move_first_axis_last(tf.reshape(scaled, tf.shape(x)))
    return vectors if loc.shape.rank == 1 else loc + vectors
