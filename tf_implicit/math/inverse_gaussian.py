# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the inverse Gaussian and the normal-inverse Gaussian densities need."""

import tensorflow as tf

from tf_implicit import _attach, _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import _gradients

__all__ = ["inverse_gaussian_log_prob", "log_bessel_k1e"]


def inverse_gaussian_log_prob(
    loc: TensorLike,
    concentration: TensorLike,
    sample: TensorLike,
    name: str | None = None,
) -> tf.Tensor:
    """Log density of the inverse Gaussian distribution.

    (log(c / (2 pi z^3)) - c (z - loc)^2 / (loc^2 z)) / 2 for z > 0, with the
    concentration c.

    Args:
      loc: Floating tensor, > 0, the mean.
      concentration: Floating tensor of the same dtype, > 0.
      sample: Floating tensor of the same dtype, z. The three broadcast.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with an error of at most 4 eps of the
      largest of 1, |log c|, |log z| and the last term. The derivatives have an
      error of at most 4 eps of the larger of their two terms.
      -infinity, with a gradient of 0, for z <= 0 and at infinity. NaN for NaN
      and where a parameter is not positive and finite. It is differentiable to
      the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_inverse_gaussian_log_prob,
        name,
        loc=loc,
        concentration=concentration,
        sample=sample,
    ).log_prob


def log_bessel_k1e(x: TensorLike, name: str | None = None) -> tf.Tensor:
    """log(exp(x) K_1(x)) for the modified Bessel function K_1.

    By DLMF 10.31.1 below 1 and by a fit from there. The density of a
    normal-inverse Gaussian distribution is made of it.

    Args:
      x: Floating tensor, >= 0.
      name: Name of the op.

    Returns:
      Tensor of the shape of x, with an error of at most 4 eps of
      max(1, |value|); that of the derivative is at most 4 eps of it, of the
      second derivative 1e-11 of it in float64. Infinity at 0 and -infinity at
      infinity; NaN for negative x and NaN. It is differentiable.

    Raises:
      TypeError: Where x is not floating.
    """
    return _tensors.call(ops.tf_implicit_log_bessel_k1e, name, x=x).value


def _log_prob_second(loc, c, z):
    per_loc, per_z = 1 / loc, 1 / z
    s = (z - loc) * per_loc
    mixed = s * per_loc * per_loc
    of_loc_and_z = c * per_loc**3
    of_c_and_z = (per_z + per_loc) * (per_z - per_loc) / 2
    return [
        [-c * (3 * s + 1) * per_loc**3, mixed, of_loc_and_z],
        [mixed, -1 / (2 * c * c), of_c_and_z],
        [of_loc_and_z, of_c_and_z, (1.5 - c * per_z) * per_z * per_z],
    ]


def _log_bessel_k1e_second(x):
    # The differences cancel far out, where three terms of the expansion of the
    # derivative for a large x are enough.
    far = x > 1e4
    near = tf.where(far, tf.ones_like(x), x)
    first = _attach.attach_gradient(
        ops.tf_implicit_log_bessel_k1e(x=near).d_x,
        [near],
        lambda upstream, first, x: [upstream * _slope_of_first(x, first)],
    )
    v = 1 / tf.where(far, x, tf.ones_like(x))
    expansion = v * v * (0.5 + v * (0.75 - v * 1.125))
    return [[tf.where(far, expansion, _slope_of_first(near, first))]]


def _slope_of_first(x, first):
    """By r' = r^2 - 1 + r / x for r = K_0 / K_1 = 1 - 1 / x - first."""
    u = 1 / x
    one_less = first + u  # 1 - r
    return one_less * (2 - one_less) + ((one_less - 1) + u) * u


for _name, _second in (
    ("InverseGaussianLogProb", _log_prob_second),
    ("LogBesselK1e", _log_bessel_k1e_second),
):
    _gradients.register_known_partials(f"TFImplicit>{_name}", _second)
