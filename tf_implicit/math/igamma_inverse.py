# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The inverses of the incomplete gamma functions: quantiles of Gamma."""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import gamma

__all__ = ["igammacinv", "igammainv", "log_igammacinv", "log_igammainv"]

# log x below which x underflows, roughly: there P = x**a / Gamma(a + 1).
_LEAST_LOG = {tf.float64: -690.0}


def igammainv(
    a: TensorLike, p: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The x with P(a, x) = p, P being `igamma`.

    The quantile at p of the Gamma distribution with concentration a and unit
    rate; a replacement for `tfp.math.igammainv`. Start by Temme (1992), steps
    by Halley's method until the error is below rounding.

    Args:
      a: Floating tensor, a > 0.
      p: Floating tensor of a's dtype with values in [0, 1]; it broadcasts with
        `a`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape. P at the result is within 16 eps of p, or
      of 1 - p if that is less, relatively; or the result is within one unit in
      its last place. 0 at p = 0, infinity at p = 1; NaN for a <= 0, p outside
      of [0, 1] and NaN. Below the least number of the dtype it underflows (see
      `log_igammainv`). Differentiable to the second order: dx/dp = 1 / (dP/dx),
      dx/da = `random_gamma_grad(a, x)`.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(ops.tf_implicit_igammainv, name, a=a, p=p)


def igammacinv(
    a: TensorLike, q: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The x with Q(a, x) = q, Q being `igammac`.

    As `igammainv(a, 1 - q)`, for the upper tail: q may be as small as the dtype
    allows. A replacement for `tfp.math.igammacinv`.

    Args:
      a: Floating tensor, a > 0.
      q: Floating tensor of a's dtype with values in [0, 1]; it broadcasts with
        `a`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape; accuracy and derivatives as of `igammainv`.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(ops.tf_implicit_igammacinv, name, a=a, q=q)


def log_igammainv(
    a: TensorLike, p: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The logarithm of the x with P(a, x) = p.

    For small concentrations, whose quantiles underflow while their logarithms
    do not: at a = 1e-3 the median is e**-693.

    Args:
      a: Floating tensor, a > 0.
      p: Floating tensor of a's dtype with values in [0, 1]; it broadcasts with
        `a`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape. P at e to the result is within 16 eps of p,
      or of 1 - p if that is less, relatively; or the result is within one unit
      in its last place. -infinity at p = 0, infinity at p = 1; otherwise as
      `igammainv`.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(ops.tf_implicit_log_igammainv, name, a=a, p=p)


def log_igammacinv(
    a: TensorLike, q: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The logarithm of the x with Q(a, x) = q, for the upper tail.

    Args:
      a: Floating tensor, a > 0.
      q: Floating tensor of a's dtype with values in [0, 1]; it broadcasts with
        `a`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape; accuracy and derivatives as of
      `log_igammainv`.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(ops.tf_implicit_log_igammacinv, name, a=a, q=q)


def _register_inverse(name, sign):
    """The derivatives of x = F^-1(p): 1 / p(x) and dx/da at a fixed p."""

    @tf.RegisterGradient(f"TFImplicit>{name}")
    def gradient(op, upstream):
        a, probability = op.inputs
        x = op.outputs[0]
        _, density = ops.tf_implicit_igamma_grad(a=a, x=x)
        return _tensors.sum_to_shape(
            [
                upstream * gamma.random_gamma_grad(a, x),
                sign * upstream / density,
            ],
            [a, probability],
        )


def _register_log_inverse(name, sign):
    """The same for u = log x: du/dp = 1 / (x p(x))."""

    @tf.RegisterGradient(f"TFImplicit>{name}")
    def gradient(op, upstream):
        a, probability = op.inputs
        u = op.outputs[0]
        least = tf.constant(_LEAST_LOG.get(u.dtype, -80.0), u.dtype)
        # x p(x), which tends to a P.
        low = u < least
        x = tf.exp(tf.where(low, tf.zeros_like(u), u))
        _, density = ops.tf_implicit_igamma_grad(a=a, x=x)
        p = probability if sign > 0 else 1 - probability
        slope = tf.where(low, a * p, x * density)
        return _tensors.sum_to_shape(
            [
                upstream * gamma.random_loggamma_grad(a, u),
                sign * upstream / slope,
            ],
            [a, probability],
        )


_register_inverse("Igammainv", 1)
_register_inverse("Igammacinv", -1)
_register_log_inverse("LogIgammainv", 1)
_register_log_inverse("LogIgammacinv", -1)
