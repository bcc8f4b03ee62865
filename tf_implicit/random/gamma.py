# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of the Gamma distribution and of their logarithms."""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import Dtype, Shape, TensorLike
from tf_implicit.math import _gradients

__all__ = ["stateless_gamma", "stateless_loggamma"]


def stateless_gamma(
    shape: Shape,
    seed: TensorLike,
    alpha: TensorLike,
    beta: TensorLike | None = None,
    dtype: Dtype | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """Samples of Gamma(alpha, beta), a function of the seed.

    In the manner of `tf.random.stateless_gamma`: the same seed, shape and
    parameters give the same samples, on any number of threads and any
    instruction set; an element depends on the seed, its position and its own
    parameters alone. The gradients in `alpha` and `beta` are implicit
    reparameterization gradients (Figurnov et al. 2018, equation 8).

    Args:
      shape: Integer vector, the shape of the output. `alpha` and `beta`
        broadcast to it.
      seed: Integer tensor of shape [2].
      alpha: Floating tensor, the concentration, in [1e-6, 1e10]. At 0 every
        sample underflows (see below); negative values and NaN give NaN.
      beta: Floating tensor of the same dtype, the rate. Default: 1. Negative
        values and NaN give NaN.
      dtype: The dtype of the output. Default: that of the parameters, or
        float32 where these are Python numbers.
      name: Name of the op.

    Returns:
      Tensor of the given shape. Samples that fall below the smallest normal
      number of the dtype, or would with unit rate, are rounded up to it, with
      the gradient of a sample there; use `stateless_loggamma` where they
      matter.

    Raises:
      TypeError: Where a parameter is not floating or the dtypes differ, or the
        shape is not of integers.
      ValueError: Where a parameter does not broadcast to the shape.
    """
    with tf.name_scope(name or "stateless_gamma"):
        parameters = {"alpha": alpha}
        if beta is not None:
            parameters["beta"] = beta
        alpha, *rate = _tensors.convert(parameters, dtype)
        shape = _tensors.convert_shape(shape)
        sample = ops.tf_implicit_stateless_gamma(
            shape=shape, seed=_tensors.convert_seed(seed), alpha=alpha
        )
        if not rate:
            return sample
        beta = _tensors.broadcast_to_samples("beta", rate[0], sample)
        # The sample is a normal number, its quotient with the rate may be none.
        least = _tensors.smallest_normal(sample.dtype)
        return ops.tf_implicit_gamma_from_unit_rate(
            sample=sample, rate=beta, least=tf.constant(least, sample.dtype)
        )


def stateless_loggamma(
    shape: Shape,
    seed: TensorLike,
    alpha: TensorLike,
    dtype: Dtype | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """Logarithms of samples of Gamma(alpha, 1), a function of the seed.

    As `stateless_gamma`, for small concentrations: at alpha = 1e-3 most
    samples underflow, while their logarithms are about -1000.

    Args:
      shape: Integer vector, the shape of the output. `alpha` broadcasts to it.
      seed: Integer tensor of shape [2].
      alpha: Floating tensor, the concentration, in [1e-6, 1e10]. 0 gives -inf;
        negative values and NaN give NaN.
      dtype: The dtype of the output. Default: that of `alpha`, or float32
        where it is a Python number.
      name: Name of the op.

    Returns:
      Tensor of the given shape.

    Raises:
      TypeError: Where `alpha` is not floating.
    """
    with tf.name_scope(name or "stateless_loggamma"):
        (alpha,) = _tensors.convert({"alpha": alpha}, dtype)
        return ops.tf_implicit_stateless_log_gamma(
            shape=_tensors.convert_shape(shape),
            seed=_tensors.convert_seed(seed),
            alpha=alpha,
        )


@tf.RegisterGradient("TFImplicit>StatelessGamma")
def _stateless_gamma_gradient(op, upstream):
    # z is the op's own output; F(z | alpha) is the CDF P(alpha, z); dz/dalpha
    # at fixed F is RandomGammaGrad; sum over the axes that alpha broadcasts to.
    alpha, sample = op.inputs[2], op.outputs[0]
    gradient = upstream * ops.tf_implicit_random_gamma_grad(
        alpha=alpha, sample=sample
    )
    return [None, None, *_tensors.sum_to_shape([gradient], [alpha])]


@tf.RegisterGradient("TFImplicit>StatelessLogGamma")
def _stateless_loggamma_gradient(op, upstream):
    alpha, log_sample = op.inputs[2], op.outputs[0]
    gradient = upstream * ops.tf_implicit_random_log_gamma_grad(
        alpha=alpha, log_sample=log_sample
    )
    return [None, None, *_tensors.sum_to_shape([gradient], [alpha])]


# Those of z = sample / rate in the logarithms of both.
_gradients.register_product(
    "TFImplicit>GammaFromUnitRate",
    [lambda flow, sample: flow / sample, lambda flow, rate: -flow / rate],
)
