# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of the von Mises-Fisher distribution, by their angle."""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import Dtype, Shape, TensorLike

__all__ = ["stateless_von_mises_fisher_angle"]


def stateless_von_mises_fisher_angle(
    shape: Shape,
    seed: TensorLike,
    dimension: TensorLike,
    concentration: TensorLike,
    dtype: Dtype | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """Angles between von Mises-Fisher samples and their mean direction.

    The density of the angle is proportional to exp(concentration cos(angle))
    sin(angle)**(dimension - 2) on [0, pi]; a sample is
    cos(angle) mean_direction + sin(angle) t, where t is a unit vector that is
    uniformly distributed among those orthogonal to the mean direction.

    The same seed, shape and parameters give the same samples, on any number of
    threads and any instruction set; an element depends on the seed, its
    position and its own parameters alone. They are drawn in float64 whatever
    the dtype. The gradient in `concentration` is the implicit
    reparameterization gradient (Figurnov et al. 2018, equation 8), by
    `tf_implicit.math.random_von_mises_fisher_grad`.

    Args:
      shape: Integer vector, the shape of the output. `concentration`
        broadcasts to it.
      seed: Integer tensor of shape [2].
      dimension: Integer scalar, the dimension of the space, at least 2.
      concentration: Floating tensor, in [0, 1e10]; 0 is the uniform
        distribution on the sphere. Negative values and NaN give NaN.
      dtype: The dtype of the output. Default: that of the concentration, or
        float32 where this is a Python number.
      name: Name of the op.

    Returns:
      Tensor of the given shape, of angles in [0, pi].

    Raises:
      TypeError: Where the concentration is not floating, or the dimension or
        the shape not of integers.
      ValueError: Where the concentration does not broadcast to the shape, or
        the dimension is below 2.
    """
    (concentration,) = _tensors.convert({"concentration": concentration}, dtype)
    return ops.tf_implicit_stateless_von_mises_fisher_angle(
        shape=_tensors.convert_shape(shape),
        seed=_tensors.convert_seed(seed),
        concentration=concentration,
        dimension=_tensors.convert_dimension(dimension),
        name=name or "stateless_von_mises_fisher_angle",
    )


@tf.RegisterGradient("TFImplicit>StatelessVonMisesFisherAngle")
def _stateless_von_mises_fisher_angle_gradient(op, upstream):
    # The angle is the op's own output; F is its CDF; dangle/dconcentration at
    # fixed F is RandomVonMisesFisherGrad; sum over the axes that were
    # broadcast.
    concentration, dimension = op.inputs[2:]
    gradient = upstream * ops.tf_implicit_random_von_mises_fisher_grad(
        dimension=tf.cast(dimension, concentration.dtype),
        concentration=concentration,
        angle=op.outputs[0],
    )
    return [
        None,
        None,
        *_tensors.sum_to_shape([gradient], [concentration]),
        None,
    ]
