# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Derivatives of von Mises-Fisher samples, and moments of the distribution.

In a space of a given dimension m the component w of a sample along the mean
direction has the density proportional to exp(k w) (1 - w**2)**((m - 3) / 2) on
[-1, 1], k the concentration.
"""

import tensorflow as tf

from tf_implicit import _attach, _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import _gradients

__all__ = [
    "random_von_mises_fisher_grad",
    "von_mises_fisher_divergence",
    "von_mises_fisher_log_partition",
    "von_mises_fisher_mean",
    "von_mises_fisher_variance",
]


def random_von_mises_fisher_grad(
    dimension: TensorLike,
    concentration: TensorLike,
    angle: TensorLike,
    name: str | None = None,
) -> tf.Tensor:
    """d(angle)/dconcentration of a von Mises-Fisher sample.

    The angle is that between a sample on the unit sphere and the mean
    direction, with the density proportional to exp(concentration cos(angle))
    sin(angle)**(dimension - 2); nothing else about a sample depends on the
    concentration. The derivative is taken at a fixed value of the CDF of the
    angle (Figurnov et al. 2018, equation 8). For the component
    w = cos(angle), dw/dconcentration is -sin(angle) times it. The argument is
    the angle, not w, because it keeps its accuracy for large concentrations,
    where 1 - w is tiny.

    The derivative is odd and 2 pi-periodic in the angle, and 0 at 0 and +-pi.
    In dimension 2 it is that of `random_von_mises_grad`.

    Args:
      dimension: Integer tensor or Python integer, >= 2: the dimension of the
        space, 3 for the ordinary sphere.
      concentration: Floating tensor, >= 0.
      angle: Floating tensor of the same dtype. The three broadcast.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with a relative error of at most 24 eps
      (float32; 20 measured) or 100 eps (float64; 30 measured) for dimensions up
      to 1e9 and concentrations up to 1e10.
      -sin(angle) / (dimension - 1) at concentration 0; NaN for
      concentration < 0, NaN and a dimension below 2.
      It is differentiable in `concentration` and `angle`.

    Raises:
      TypeError: Where `dimension` is not an integer, or another tensor is not
        floating or the dtypes differ.
    """
    return _call(
        _grad,
        dimension,
        {"concentration": concentration, "angle": angle},
        name or "random_von_mises_fisher_grad",
    )


def von_mises_fisher_log_partition(
    dimension: TensorLike, concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Logarithm of E exp(concentration (w - 1)), w under the uniform law.

    The density of the von Mises-Fisher distribution at a unit vector x, with
    respect to the uniform distribution on the sphere, is
    exp(concentration (w - 1) - this), w the component of x along the mean
    direction. In terms of a Bessel function, m the dimension and k the
    concentration, it is log(0F1(; m/2; k**2/4)) - k, or
    log(Gamma(m/2) (2/k)**(m/2 - 1) I_(m/2-1)(k)) - k.

    Args:
      dimension: Integer tensor or Python integer, >= 2.
      concentration: Floating tensor, >= 0.
      name: Name of the ops.

    Returns:
      Tensor of the broadcast shape, with an error of at most 1 eps (float32)
      or 16 eps (float64; 4 measured) of max(1, its size). NaN for invalid
      arguments. All functions of this kind are differentiable in the
      concentration to the second order at least.
    """
    return _call(
        _log_partition,
        dimension,
        {"concentration": concentration},
        name or "von_mises_fisher_log_partition",
    )


def von_mises_fisher_mean(
    dimension: TensorLike,
    concentration: TensorLike,
    complement: bool = False,
    name: str | None = None,
) -> tf.Tensor:
    """E w, the length of the mean vector: I_(m/2)(k) / I_(m/2-1)(k).

    Args:
      dimension: Integer tensor or Python integer, >= 2.
      concentration: Floating tensor, >= 0.
      complement: Whether to return 1 - E w, which keeps its accuracy for large
        concentrations.
      name: Name of the ops.

    Returns:
      Tensor of the broadcast shape, with a relative error of at most 1 eps
      (float32) or 1e-13 (float64). NaN for invalid arguments.
    """
    function = _complement if complement else _mean
    return _call(
        function,
        dimension,
        {"concentration": concentration},
        name or "von_mises_fisher_mean",
    )


def von_mises_fisher_variance(
    dimension: TensorLike, concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Var w, which is the derivative of `von_mises_fisher_mean`.

    Args:
      dimension: Integer tensor or Python integer, >= 2.
      concentration: Floating tensor, >= 0.
      name: Name of the ops.

    Returns:
      Tensor of the broadcast shape, with a relative error of at most 1 eps
      (float32) or 1e-12 (float64). NaN for invalid arguments.
    """
    return _call(
        _variance,
        dimension,
        {"concentration": concentration},
        name or "von_mises_fisher_variance",
    )


def von_mises_fisher_divergence(
    dimension: TensorLike, concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Kullback-Leibler divergence from the uniform distribution on the sphere.

    It is k E w - log E_0 exp(k w), E_0 being the expectation under the uniform
    distribution: about k**2 / (2 m) for small k, and never negative.

    Args:
      dimension: Integer tensor or Python integer, >= 2.
      concentration: Floating tensor, >= 0.
      name: Name of the ops.

    Returns:
      Tensor of the broadcast shape, with a relative error of at most 1 eps
      (float32) or 1e-12 (float64). NaN for invalid arguments.
    """
    return _call(
        _divergence,
        dimension,
        {"concentration": concentration},
        name or "von_mises_fisher_divergence",
    )


def _call(function, dimension, tensors, name):
    """A function of the dimension and of tensors of one dtype."""
    with tf.name_scope(name):
        tensors = _tensors.convert(tensors)
        dtype = tensors[0].dtype
        # The ops take dimensions as real numbers; 16 bits hold no large ones.
        wide = tf.float32 if dtype.size == 2 else dtype
        result = function(
            _tensors.convert_dimensions(dimension, wide),
            *(tf.cast(t, wide) for t in tensors),
        )
        return tf.cast(result, dtype)


def _grad(dimension, concentration, angle):
    return ops.tf_implicit_random_von_mises_fisher_grad(
        dimension=dimension, concentration=concentration, angle=angle
    )


def _moment(output, slope):
    """A function of (dimension, concentration): one output of the op.

    Each output has a function of its own, so that a gradient asks for no
    higher moment than it needs: the highest has no derivative.

    Args:
      output: The name of the output.
      slope: Function of (dimension, concentration), its derivative in the
        concentration.
    """

    @_attach.custom_gradient
    def function(dimension, concentration):
        value = getattr(
            ops.tf_implicit_von_mises_fisher_moments(
                dimension=dimension, concentration=concentration
            ),
            output,
        )

        def gradient(upstream):
            # The identities bring tensors of an outer graph into the one where
            # this gradient is built.
            inputs = tf.identity(dimension), tf.identity(concentration)
            product = upstream * slope(*inputs)
            return None, *_tensors.sum_to_shape([product], [concentration])

        return value, gradient

    return function


def _no_slope(dimension, concentration):
    del dimension, concentration
    raise NotImplementedError(
        "The third moment of the von Mises-Fisher distribution has no "
        "gradient: tf_implicit provides its cumulants up to that one."
    )


_third = _moment("third", _no_slope)
_variance = _moment("variance", _third)
_mean = _moment("mean", _variance)
_complement = _moment("complement", lambda m, k: -_variance(m, k))
_log_partition = _moment("log_partition", lambda m, k: -_complement(m, k))
_divergence = _moment("divergence", lambda m, k: k * _variance(m, k))


@tf.RegisterGradient("TFImplicit>RandomVonMisesFisherGrad")
def _random_von_mises_fisher_grad_gradient(op, upstream):
    dimension, concentration, angle = op.inputs
    d_concentration, d_angle = (
        ops.tf_implicit_random_von_mises_fisher_grad_partials(
            dimension=dimension, concentration=concentration, angle=angle
        )
    )
    gradients = [upstream * d_concentration, upstream * d_angle]
    # A dimension is not something to differentiate by.
    return [None, *_tensors.sum_to_shape(gradients, [concentration, angle])]


_gradients.refuse_gradient(
    "TFImplicit>RandomVonMisesFisherGradPartials",
    "second derivatives of von Mises-Fisher samples",
)
