# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of the Dirichlet distribution."""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import Dtype, Shape, TensorLike

__all__ = ["stateless_dirichlet"]


def stateless_dirichlet(
    shape: Shape,
    seed: TensorLike,
    concentration: TensorLike,
    dtype: Dtype | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """Samples of a Dirichlet distribution, a function of the seed.

    They are normalised logarithms of Gamma samples, so that neither samples nor
    gradients are lost where all Gamma samples of a row underflow. The gradient
    in `concentration` is that of the Gamma samples, an implicit
    reparameterization gradient (Figurnov et al. 2018, section 4).

    Args:
      shape: Integer vector, the shape of the output, of rank 1 or more; its
        last entry is the number of components. `concentration` broadcasts to
        it.
      seed: Integer tensor of shape [2].
      concentration: Floating tensor, in [1e-6, 1e10]. Negative values and NaN
        give NaN.
      dtype: The dtype of the output. Default: that of `concentration`, or
        float32 where it is a Python number.
      name: Name of the op.

    Returns:
      Tensor of the given shape; the last axis sums to 1 up to rounding.
      Components below the smallest normal number of the dtype are rounded up to
      it, in all dtypes but float16, so that densities at the samples and their
      derivatives are finite.

    Raises:
      TypeError: Where `concentration` is not floating.
    """
    with tf.name_scope(name or "stateless_dirichlet"):
        (concentration,) = _tensors.convert(
            {"concentration": concentration}, dtype
        )
        sample, _ = ops.tf_implicit_stateless_dirichlet(
            shape=_tensors.convert_shape(shape),
            seed=_tensors.convert_seed(seed),
            concentration=concentration,
        )
        return sample


@tf.RegisterGradient("TFImplicit>StatelessDirichlet")
def _stateless_dirichlet_gradient(op, upstream, log_gamma_upstream):
    # x = softmax(u), u_i = log z_i with z_i ~ Gamma(concentration_i, 1): the
    # rule of softmax gives dL/du, RandomLogGammaGrad gives du/dconcentration.
    concentration = op.inputs[2]
    sample, log_gamma = op.outputs
    weighted = upstream * sample
    u_gradient = log_gamma_upstream + (
        weighted - sample * tf.reduce_sum(weighted, axis=-1, keepdims=True)
    )
    gradient = u_gradient * ops.tf_implicit_random_log_gamma_grad(
        alpha=concentration, log_sample=log_gamma
    )
    return [None, None, *_tensors.sum_to_shape([gradient], [concentration])]
