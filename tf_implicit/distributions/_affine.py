# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of a standard distribution, scaled and moved.

A scale without a batch is the same for all samples, and one product of matrices
scales them all. With a batch there is one for each sample (_products.py).
"""

import tensorflow as tf

from tf_implicit.distributions import _products, _shapes

__all__ = [
    "has_no_batch",
    "matmul",
    "matvec",
    "moved",
    "moved_back",
    "solvevec",
    "swapped",
]

# Whose own products are those of the dense matrix.
_DENSE = (
    tf.linalg.LinearOperatorFullMatrix,
    tf.linalg.LinearOperatorLowerTriangular,
)


def has_no_batch(scale: tf.linalg.LinearOperator) -> bool:
    """Whether the operator is known to be one matrix."""
    return scale.batch_shape.rank == 0


def matvec(scale: tf.linalg.LinearOperator, x: tf.Tensor) -> tf.Tensor:
    """The operator times vectors.

    Args:
      scale: Operator of the shape [..., d, d].
      x: Floating tensor [d, ...], the vectors along the first axis; its last
        axes broadcast with the batch of the operator.

    Returns:
      Tensor with the vectors along the first axis.
    """

    def on_vectors(x):
        return matmul(x[..., tf.newaxis, :], scale)[..., 0, :]

    return _on_vectors(scale, x, scale.matmul, on_vectors)


def solvevec(scale: tf.linalg.LinearOperator, x: tf.Tensor) -> tf.Tensor:
    """The inverse of the operator times vectors; arguments as of `matvec`."""
    if isinstance(scale, tf.linalg.LinearOperatorDiag):
        # The derivative of the operator's own is made of squares of
        # reciprocals, which overflow, as does that of a quotient, (x / s) / s.
        diagonal = scale.diag_part()
        held = tf.stop_gradient(diagonal)
        one = held / diagonal
        return _on_vectors(
            scale,
            x,
            lambda c: c / held[:, tf.newaxis] * one[:, tf.newaxis],
            lambda v: v / held * one,
        )
    return _on_vectors(scale, x, scale.solve, scale.solvevec)


def _on_vectors(scale, x, on_columns, on_vectors):
    if not has_no_batch(scale):
        y = on_vectors(_shapes.move_to_end(x, 1))
        return _shapes.move_to_front(y, 1)
    columns = tf.reshape(x, [tf.shape(x)[0], -1])
    return tf.reshape(on_columns(columns), tf.shape(x))


def swapped(x: tf.Tensor) -> tf.Tensor:
    """The tensor with its first two axes exchanged."""
    others = tf.range(2, tf.rank(x))
    return tf.transpose(x, tf.concat([[1, 0], others], axis=0))


def matmul(x: tf.Tensor, scale: tf.linalg.LinearOperator) -> tf.Tensor:
    """Matrices x scale'.

    Args:
      x: Floating tensor [..., n, d].
      scale: Operator of the shape [..., d, d].
    """
    if not has_no_batch(scale):
        if isinstance(scale, _DENSE):
            return _products.matmul(x, scale.to_dense(), transpose_b=True)
        return tf.linalg.matrix_transpose(scale.matmul(x, adjoint_arg=True))
    rows = tf.reshape(x, [-1, tf.shape(x)[-1]])
    product = tf.matmul(rows, scale.to_dense(), transpose_b=True)
    return tf.reshape(product, tf.shape(x))


def moved(loc: tf.Tensor, x: tf.Tensor, event_rank: int) -> tf.Tensor:
    """Samples loc + x.

    Args:
      loc: Floating tensor, the axes of the event last.
      x: Floating tensor, those axes first.
      event_rank: Their number.

    Returns:
      Tensor with the axes of the event last.
    """
    if loc.shape.rank != event_rank:
        return loc + _shapes.move_to_end(x, event_rank)
    return _shapes.move_to_end(x + _in_front(loc, tf.rank(x)), event_rank)


def moved_back(loc: tf.Tensor, x: tf.Tensor, event_rank: int) -> tf.Tensor:
    """X - loc, where the last axes of x are those of the event, as first ones.

    The inverse of `moved`, with the same arguments.
    """
    if loc.shape.rank != event_rank:
        return _shapes.move_to_front(x - loc, event_rank)
    x = _shapes.move_to_front(x, event_rank)
    return x - _in_front(loc, tf.rank(x))


def _in_front(loc, rank):
    others = tf.ones([rank - tf.rank(loc)], tf.int32)
    return tf.reshape(loc, tf.concat([tf.shape(loc), others], axis=0))
