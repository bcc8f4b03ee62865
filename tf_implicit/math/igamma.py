# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The incomplete gamma functions and their logarithms."""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import _gradients

__all__ = ["igamma", "igammac", "log_igamma", "log_igammac"]


def igamma(a: TensorLike, x: TensorLike, name: str | None = None) -> tf.Tensor:
    """P(a, x), the regularized lower incomplete gamma function.

    P(a, x) (DLMF 8.2.4) is the CDF at x of the Gamma distribution with
    concentration a and unit rate. A replacement for `tf.math.igamma` that is
    right for all a and x, differentiable in both to the second order.

    Args:
      a: Floating tensor, a > 0.
      x: Floating tensor of a's dtype, x >= 0; it broadcasts with `a`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with a relative error of at most 16 eps
      (measured: 4) wherever it is a normal number, for the a and x that are
      given: a relative change of x by eps changes P by (x p / P) eps, p the
      density, which is about sqrt(a) eps near x = a. The limits at x = 0 and
      infinity; NaN for a <= 0, x < 0 and NaN. Its derivative in x at 0 is
      infinite for a < 1, 1 for a = 1 and 0 for a > 1.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(ops.tf_implicit_igamma, name, a=a, x=x)


def igammac(a: TensorLike, x: TensorLike, name: str | None = None) -> tf.Tensor:
    """Q(a, x) = 1 - P(a, x), the regularized upper incomplete gamma function.

    The survival function at x of the Gamma distribution with concentration a
    and unit rate (DLMF 8.2.4), not by a subtraction: the upper tail keeps its
    relative accuracy. A replacement for `tf.math.igammac`.

    Args:
      a: Floating tensor, a > 0.
      x: Floating tensor of a's dtype, x >= 0; it broadcasts with `a`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape; accuracy (measured: 9 eps), limits and
      derivatives as of `igamma`.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(ops.tf_implicit_igammac, name, a=a, x=x)


def log_igamma(
    a: TensorLike, x: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The logarithm of P(a, x), P being `igamma`.

    Also where P underflows, and where it is so near to 1 that its logarithm,
    about -Q, would be lost in rounding.

    Args:
      a: Floating tensor, a > 0.
      x: Floating tensor of a's dtype, x >= 0; it broadcasts with `a`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with a relative error of at most 16 eps
      (measured: 10) wherever it is a normal number. -infinity at x = 0, 0 at
      infinity; NaN for a <= 0, x < 0 and NaN. The derivatives do not underflow
      either: their relative error is at most 16 eps, that of the second ones 64
      eps of the terms that they are sums of.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(ops.tf_implicit_log_igamma, name, a=a, x=x)


def log_igammac(
    a: TensorLike, x: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The logarithm of Q(a, x), Q being `igammac`.

    Also where Q underflows, and where it is so near to 1 that its logarithm,
    about -P, would be lost in rounding.

    Args:
      a: Floating tensor, a > 0.
      x: Floating tensor of a's dtype, x >= 0; it broadcasts with `a`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape; accuracy and derivatives as of
      `log_igamma`. 0 at x = 0, -infinity at infinity.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(ops.tf_implicit_log_igammac, name, a=a, x=x)


def _register_value(name, grad, sign=1):
    """Registers the op `grad`, times `sign`, as the gradient of a function."""

    def partials(a, x):
        return [[sign * d for d in grad(a=a, x=x)]]

    _gradients.register_partials(f"TFImplicit>{name}", partials, inputs=2)


def _register_grad(name, second):
    """Registers the op `second` as the gradient of an op of derivatives."""

    def partials(a, x):
        d_a_a, d_a_x, d_x_x = second(a=a, x=x)
        return [[d_a_a, d_a_x], [d_a_x, d_x_x]]

    _gradients.register_partials(
        f"TFImplicit>{name}", partials, inputs=2, outputs=2
    )
    _gradients.refuse_gradient(
        f"TFImplicit>{name}Partials",
        "second derivatives of the incomplete gamma function",
    )


_register_value("Igamma", ops.tf_implicit_igamma_grad)
_register_value("Igammac", ops.tf_implicit_igamma_grad, sign=-1)
_register_value("LogIgamma", ops.tf_implicit_log_igamma_grad)
_register_value("LogIgammac", ops.tf_implicit_log_igammac_grad)
_register_grad("IgammaGrad", ops.tf_implicit_igamma_grad_partials)
_register_grad("LogIgammaGrad", ops.tf_implicit_log_igamma_grad_partials)
_register_grad("LogIgammacGrad", ops.tf_implicit_log_igammac_grad_partials)
