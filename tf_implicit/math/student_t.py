# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Derivatives of the samples of Student's t distribution."""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import _gradients

__all__ = ["random_student_t_grad"]


def random_student_t_grad(
    df: TensorLike, sample: TensorLike, name: str | None = None
) -> tf.Tensor:
    """dt/ddf at t = sample, for t ~ StudentT(df) with loc 0 and scale 1.

    The derivative is taken at a fixed value of the CDF (Figurnov et al. 2018,
    equation 8). It is odd in the sample, and -(t**3 + t) / (4 df**2) for
    large `df`.

    Args:
      df: Floating tensor of degrees of freedom, > 0.
      sample: Floating tensor of df's dtype; it broadcasts with `df`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with a relative error of at most 1 eps
      (float32) or 1e-12 (float64; 4e-14 measured) for df >= 0.1. 0 for
      infinite df; NaN for df <= 0 and NaN.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_random_student_t_grad, name, df=df, sample=sample
    )


def _random_student_t_grad_partials(df, sample):
    d_df, d_sample = ops.tf_implicit_random_student_t_grad_partials(
        df=df, sample=sample
    )
    return [[d_df, d_sample]]


_gradients.register_partials(
    "TFImplicit>RandomStudentTGrad", _random_student_t_grad_partials, inputs=2
)
_gradients.refuse_gradient(
    "TFImplicit>RandomStudentTGradPartials",
    "second derivatives of Student-t samples",
)
