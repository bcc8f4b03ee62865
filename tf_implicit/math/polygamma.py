# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The logarithm of the Gamma function and its derivatives."""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import _gradients

__all__ = ["digamma", "lgamma", "polygamma"]


def lgamma(x: TensorLike, name: str | None = None) -> tf.Tensor:
    """The logarithm of the Gamma function, for positive x.

    As `tf.math.lgamma`, and accurate beside its zeros 1 and 2 too. There is no
    continuation to negative numbers, beside whose many zeros no formula in
    `x` keeps its digits.

    Args:
      x: Floating tensor, x >= 0.
      name: Name of the op.

    Returns:
      Tensor of the shape of `x`, with a relative error of at most 4 eps.
      Infinity at 0 and where the result overflows; NaN for x < 0 and NaN. It
      is differentiable three times.

    Raises:
      TypeError: Where `x` is not floating.
    """
    return _tensors.call(ops.tf_implicit_lgamma, name, x=x)


def digamma(x: TensorLike, name: str | None = None) -> tf.Tensor:
    """The derivative of `lgamma`, DLMF 5.2.2.

    As `tf.math.digamma`, and accurate beside its zero 1.46163 too.

    Args:
      x: Floating tensor, x >= 0.
      name: Name of the op.

    Returns:
      Tensor of the shape of `x`, with a relative error of at most 4 eps.
      -infinity at 0, infinity at infinity; NaN for x < 0 and NaN. It is
      differentiable twice.

    Raises:
      TypeError: Where `x` is not floating.
    """
    return _tensors.call(ops.tf_implicit_digamma, name, x=x)


def polygamma(a: int, x: TensorLike, name: str | None = None) -> tf.Tensor:
    """The derivative of `digamma` of order a, DLMF 5.15.

    As `tf.math.polygamma`, which takes 1 us an element, for the orders up to 2.

    Args:
      a: The order: 0, 1 or 2.
      x: Floating tensor, x >= 0.
      name: Name of the op.

    Returns:
      Tensor of the shape of `x`, with a relative error of at most 4 eps.
      Infinity (a = 1) or -infinity (0 and 2) at 0; NaN for x < 0 and NaN. That
      of order 2 is not differentiable.

    Raises:
      TypeError: Where `x` is not floating.
      ValueError: Where `a` is no such order.
    """
    operations = {
        0: ops.tf_implicit_digamma,
        1: ops.tf_implicit_trigamma,
        2: ops.tf_implicit_tetragamma,
    }
    if isinstance(a, tf.Tensor) or a not in operations:
        raise ValueError(f"`a` must be one of the numbers 0, 1, 2, got {a!r}.")
    return _tensors.call(operations[a], name, x=x)


_gradients.register_partials(
    "TFImplicit>Lgamma",
    lambda x: [[ops.tf_implicit_digamma(x=x)]],
    inputs=1,
)
_gradients.register_partials(
    "TFImplicit>Digamma",
    lambda x: [[ops.tf_implicit_trigamma(x=x)]],
    inputs=1,
)
_gradients.register_partials(
    "TFImplicit>Trigamma",
    lambda x: [[ops.tf_implicit_tetragamma(x=x)]],
    inputs=1,
)
_gradients.refuse_gradient(
    "TFImplicit>Tetragamma", "the third derivative of lgamma"
)
