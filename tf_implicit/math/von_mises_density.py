# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Log density, divergences and entropy of von Mises distributions.

With A = I_1 / I_0, the mean of cos(z) (kernels/special/von_mises_density.h has
the formulas). All are right at concentration 0, the uniform distribution.
"""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import _gradients

__all__ = [
    "von_mises_divergence",
    "von_mises_entropy",
    "von_mises_fisher_information",
    "von_mises_log_prob",
    "von_mises_uniform_divergence",
]


def von_mises_log_prob(
    concentration: TensorLike, sample: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Log density of the von Mises distribution around 0.

    concentration cos(z) - log(2 pi I_0(concentration)), 2 pi-periodic in z.

    Args:
      concentration: Floating tensor, >= 0.
      sample: Floating tensor of the same dtype, the angle z to the location;
        the two broadcast against each other.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape. Its error is at most 6 eps of
      max(1, |value|, |z d/dz|) for |z| <= pi, that of its derivative in the
      concentration at most 6 eps of (1 - cos z) + (1 - A). NaN for
      concentration < 0 or infinite, NaN, and |z| above 2**24 (float32) or
      2**52 (float64). It is differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_von_mises_log_prob,
        name,
        concentration=concentration,
        sample=sample,
    ).log_prob


def von_mises_entropy(
    concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Differential entropy of a von Mises distribution, in nats.

    log(2 pi I_0(concentration)) - concentration A(concentration).

    Args:
      concentration: Floating tensor, >= 0.
      name: Name of the op.

    Returns:
      Tensor of the same shape. Its error is at most 6 eps of max(1, |value|),
      that of its derivative relative and at most 16 eps. NaN for
      concentration < 0 or infinite, and NaN. It is differentiable to the
      second order.

    Raises:
      TypeError: Where the tensor is not floating.
    """
    return _tensors.call(
        ops.tf_implicit_von_mises_entropy, name, concentration=concentration
    ).entropy


def von_mises_uniform_divergence(
    concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Kullback-Leibler divergence from the uniform distribution on the circle.

    concentration A(concentration) - log I_0(concentration), about
    concentration**2 / 4 for small concentrations.

    Args:
      concentration: Floating tensor, >= 0.
      name: Name of the op.

    Returns:
      Tensor of the same shape, with a relative error of at most 16 eps, also in
      the derivative. Never negative, 0 for concentration 0. NaN for
      concentration < 0 or infinite, and NaN. It is differentiable to the
      second order.

    Raises:
      TypeError: Where the tensor is not floating.
    """
    return _tensors.call(
        ops.tf_implicit_von_mises_uniform_divergence,
        name,
        concentration=concentration,
    ).divergence


def von_mises_divergence(
    loc_a: TensorLike,
    concentration_a: TensorLike,
    loc_b: TensorLike,
    concentration_b: TensorLike,
    name: str | None = None,
) -> tf.Tensor:
    """Kullback-Leibler divergence of one von Mises distribution from another.

    E log(p_a / p_b) under a.

    Args:
      loc_a: Floating tensor of angles.
      concentration_a: Floating tensor of the same dtype, >= 0.
      loc_b: Floating tensor of the same dtype, angles.
      concentration_b: Floating tensor of the same dtype, >= 0. All broadcast
        against each other.
      name: Name of the ops.

    Returns:
      Tensor of the broadcast shape, with a relative error of at most 16 eps
      beside that of the difference of the locations, however close or far the
      two are; that of its derivatives is at most 16 eps of the sum of the sizes
      of their terms. Never negative, and exactly 0, with gradients of 0, for
      equal arguments. NaN for concentrations < 0 or infinite, NaN, and a
      difference of locations above 2**24 (float32) or 2**52 (float64). It is
      differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_von_mises_divergence,
        name,
        loc_a=loc_a,
        concentration_a=concentration_a,
        loc_b=loc_b,
        concentration_b=concentration_b,
    ).divergence


def von_mises_fisher_information(
    concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Fisher information of a von Mises distribution.

    About (loc, concentration) it is the diagonal matrix of concentration A and
    A', with A = I_1 / I_0 at the concentration.

    Args:
      concentration: Floating tensor, >= 0.
      name: Name of the ops.

    Returns:
      Tensor of the shape of `concentration` and [2, 2], with a relative error
      of at most 16 eps. NaN for concentration < 0 or infinite, and NaN. It is
      differentiable once.

    Raises:
      TypeError: Where the tensor is not floating.
    """
    with tf.name_scope(name or "von_mises_fisher_information"):
        (concentration,) = _tensors.convert({"concentration": concentration})
        diagonal = [concentration * _mean(concentration)]
        diagonal.append(_variance(concentration))
        return tf.linalg.diag(tf.stack(diagonal, axis=-1))


def _mean(concentration):
    return ops.tf_implicit_von_mises_mean(concentration=concentration)


def _variance(concentration):
    return ops.tf_implicit_von_mises_variance(concentration=concentration)


def _third(concentration):
    return ops.tf_implicit_von_mises_third(concentration=concentration)


def _log_prob_second(k, z):
    sine = tf.sin(z)
    return [[-_variance(k), -sine], [-sine, -k * tf.cos(z)]]


def _divergence_second(loc_a, x, loc_b, y):
    # KL = log I0(y) - log I0(x) + A(x) (x - y cos z), z = loc_a - loc_b.
    sine, cosine = tf.sin(loc_a - loc_b), tf.cos(loc_a - loc_b)
    a, slope, curve = _mean(x), _variance(x), _third(x)
    d_z_z = y * a * cosine
    d_z_x = y * slope * sine
    d_z_y = a * sine
    d_x_x = slope + curve * (x - y * cosine)
    d_x_y = -slope * cosine
    return [
        [d_z_z, d_z_x, -d_z_z, d_z_y],
        [d_z_x, d_x_x, -d_z_x, d_x_y],
        [-d_z_z, -d_z_x, d_z_z, -d_z_y],
        [d_z_y, d_x_y, -d_z_y, _variance(y)],
    ]


def _uniform_divergence_second(k):
    # The derivative is k A'.
    return [[_variance(k) + k * _third(k)]]


def _entropy_second(k):
    return [[-_uniform_divergence_second(k)[0][0]]]


for _name, _second in (
    ("VonMisesDivergence", _divergence_second),
    ("VonMisesEntropy", _entropy_second),
    ("VonMisesLogProb", _log_prob_second),
    ("VonMisesUniformDivergence", _uniform_divergence_second),
):
    _gradients.register_known_partials(f"TFImplicit>{_name}", _second)
_gradients.register_partials(
    "TFImplicit>VonMisesMean", lambda k: [[_variance(k)]], inputs=1
)
_gradients.register_partials(
    "TFImplicit>VonMisesVariance", lambda k: [[_third(k)]], inputs=1
)
_gradients.refuse_gradient(
    "TFImplicit>VonMisesThird", "the third moment of von Mises samples"
)
