# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of the von Mises distribution."""

import math

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import Dtype, Shape, TensorLike

__all__ = ["stateless_von_mises"]


def stateless_von_mises(
    shape: Shape,
    seed: TensorLike,
    concentration: TensorLike,
    loc: TensorLike | None = None,
    dtype: Dtype | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """Samples of the von Mises distribution, a function of the seed.

    The same seed, shape and parameters give the same samples, on any number of
    threads and any instruction set; an element depends on the seed, its
    position and its own parameters alone. The gradient in `concentration` is
    the implicit reparameterization gradient (Figurnov et al. 2018,
    equation 8).

    Args:
      shape: Integer vector, the shape of the output. `concentration` and `loc`
        broadcast to it.
      seed: Integer tensor of shape [2].
      concentration: Floating tensor, in [0, 1e10]; 0 is the uniform
        distribution. Negative values and NaN give NaN.
      loc: Floating tensor of the same dtype, the mean direction, any finite
        angle. Default: 0.
      dtype: The dtype of the output. Default: that of the parameters, or
        float32 where these are Python numbers.
      name: Name of the op.

    Returns:
      Tensor of the given shape, of angles in [-pi, pi].

    Raises:
      TypeError: Where a parameter is not floating or the dtypes differ, or the
        shape is not of integers.
      ValueError: Where a parameter does not broadcast to the shape.
    """
    with tf.name_scope(name or "stateless_von_mises"):
        parameters = {"concentration": concentration}
        if loc is not None:
            parameters["loc"] = loc
        concentration, *center = _tensors.convert(parameters, dtype)
        sample = ops.tf_implicit_stateless_von_mises(
            shape=_tensors.convert_shape(shape),
            seed=_tensors.convert_seed(seed),
            concentration=concentration,
        )
        if not center:
            return sample
        loc = _tensors.broadcast_to_samples("loc", center[0], sample)
        return ops.tf_implicit_moved_angle(
            angle=sample,
            loc=loc,
            pi=tf.constant(_LIMITS[sample.dtype], sample.dtype),
        )


# The largest numbers <= pi.
_LIMITS = {
    tf.float16: 3.140625,
    tf.bfloat16: 3.140625,
    tf.float32: 3.14159250259399414,
    tf.float64: math.pi,
}


@tf.RegisterGradient("TFImplicit>StatelessVonMises")
def _stateless_von_mises_gradient(op, upstream):
    # z is the op's own output; F is the CDF around 0; dz/dconcentration at
    # fixed F is RandomVonMisesGrad; sum over the axes that were broadcast.
    concentration, sample = op.inputs[2], op.outputs[0]
    gradient = upstream * ops.tf_implicit_random_von_mises_grad(
        concentration=concentration, sample=sample
    )
    return [None, None, *_tensors.sum_to_shape([gradient], [concentration])]


@tf.RegisterGradient("TFImplicit>MovedAngle")
def _moved_angle_gradient(op, upstream):
    # 1 in both angles, also where a rounding was taken back to pi.
    result = [None] * 3
    for k in (0, 1):
        if _tensors.wanted(op, k):
            (result[k],) = _tensors.sum_to_shape([upstream], [op.inputs[k]])
    return result
