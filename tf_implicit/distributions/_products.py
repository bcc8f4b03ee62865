# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Products of batches of small matrices.

TensorFlow takes one pair of matrices at a time, at a cost beside which the
product itself of small ones is little.
"""

import tensorflow as tf

from tf_implicit._op_library import ops
from tf_implicit.distributions import _unit_interval

__all__ = ["definite_square", "matmul", "singular_margin"]

# Up to here in every dimension the op is the faster one.
_LARGEST = 16


def matmul(
    a: tf.Tensor,
    b: tf.Tensor,
    transpose_a: bool = False,
    transpose_b: bool = False,
) -> tf.Tensor:
    """`tf.linalg.matmul`, faster for batches of small matrices.

    Args:
      a: Floating tensor [..., n, k], or [..., k, n] where it is to be
        transposed.
      b: Floating tensor of the same dtype, [..., k, m] or [..., m, k]; the
        leading axes broadcast against each other.
      transpose_a: Whether to transpose the matrices of `a`.
      transpose_b: Whether to transpose those of `b`.

    Returns:
      Tensor [..., n, m]. With eps = 2**-24 for float32 and 2**-53 for float64,
      an element is off by k eps / (1 - k eps) times the sum of the sizes of its
      terms at most (Higham 2002, section 3.1); float16 and bfloat16 are
      computed in float32 and rounded. Sizes that are not known to be small go
      to `tf.linalg.matmul`.
    """
    if not (_is_small(a) and _is_small(b)):
        return tf.linalg.matmul(
            a, b, transpose_a=transpose_a, transpose_b=transpose_b
        )
    if a is not b and not _same_batch(a.shape, b.shape):
        batch = tf.broadcast_dynamic_shape(tf.shape(a)[:-2], tf.shape(b)[:-2])
        a, b = (
            tf.broadcast_to(x, tf.concat([batch, tf.shape(x)[-2:]], axis=0))
            for x in (a, b)
        )
    return ops.tf_implicit_small_mat_mul(
        a, b, transpose_a=transpose_a, transpose_b=transpose_b
    )


def definite_square(factor: tf.Tensor) -> tf.Tensor:
    """F' F with a diagonal that is 4 d eps larger, so that it has a factor.

    A Cholesky factorization succeeds where the matrix, scaled to ones in the
    diagonal, has no eigenvalue below d (d + 1) eps / 2 (Higham 2002, theorem
    10.7), to which comes what rounding changes in the product. The bound is the
    worst case: up to d = 50, 4 d eps are enough
    (tests/distributions/finite_test.py).

    Args:
      factor: Floating tensor [..., n, d].

    Returns:
      Tensor [..., d, d]; of half types, which have no log density, F' F.
    """
    square = matmul(factor, factor, transpose_a=True)
    if square.dtype.size <= 2:
        return square
    d = tf.shape(factor)[-1]
    margin = singular_margin(tf.cast(d, square.dtype))
    return square * (1 + margin * tf.eye(d, dtype=square.dtype))


def singular_margin(dimension: tf.Tensor) -> tf.Tensor:
    """4 d eps, which keeps a matrix from rounding to a singular one.

    Args:
      dimension: The dimension d, a floating scalar; eps is that of its dtype.
    """
    return 8 * _unit_interval.gap(dimension.dtype) * dimension


def _is_small(x):
    """Whether the matrices are known to be small."""
    if x.shape.rank is None or x.shape.rank < 3:
        return False
    sizes = x.shape[-2:]
    return sizes.is_fully_defined() and max(sizes) <= _LARGEST


def _same_batch(a, b):
    return a[:-2].is_fully_defined() and a[:-2] == b[:-2]


def _gradient(op, upstream):
    """That of the product in both factors, which are products again."""
    a, b = op.inputs
    of_a, of_b = op.get_attr("transpose_a"), op.get_attr("transpose_b")
    # With A and B the factors as they are multiplied and G the gradient in
    # A B: G B' and A' G, the gradients in A and B, or their transposes.
    in_a = (
        _product(b, upstream, of_b, True)
        if of_a
        else _product(upstream, b, False, not of_b)
    )
    in_b = (
        _product(upstream, a, True, of_a)
        if of_b
        else _product(a, upstream, not of_a, False)
    )
    return in_a, in_b


def _product(a, b, transpose_a, transpose_b):
    return ops.tf_implicit_small_mat_mul(
        a, b, transpose_a=transpose_a, transpose_b=transpose_b
    )


tf.RegisterGradient("TFImplicit>SmallMatMul")(_gradient)
