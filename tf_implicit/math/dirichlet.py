# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Log density, divergence and entropy of Dirichlet distributions.

None of them is a difference of large numbers, so that all keep their digits
for any concentrations, and the divergence also between distributions that are
next to each other (kernels/special/dirichlet_divergence.h has the formulas).
"""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import _gradients
from tf_implicit.math.beta_density import beta_fisher_information
from tf_implicit.math.polygamma import polygamma

__all__ = [
    "dirichlet_divergence",
    "dirichlet_entropy",
    "dirichlet_fisher_information",
    "dirichlet_log_prob",
]


def dirichlet_log_prob(
    concentration: TensorLike, sample: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Log density of a Dirichlet distribution.

    sum_i (concentration_i - 1) log x_i - log B(concentration), over the last
    axis. That the components of a sample sum to 1 is not checked; its rounding
    errors count as they stand.

    Args:
      concentration: Floating tensor of the shape [..., k], > 0.
      sample: Floating tensor of the same dtype and k, x; the leading axes
        broadcast against each other.
      name: Name of the ops.

    Returns:
      Tensor of the broadcast leading shape. Its error is at most 16 eps
      (float32: 24; 20 measured, where log x_i and lgamma(concentration_i)
      cancel) of max(1, |value|, |x_i d/dx_i|,
      k log(1 + sum concentration) / 16) for concentrations in [1e-6, 1e10];
      that of its derivatives is at most 6 eps of the sum of the sizes of their
      terms. -infinity, with gradients of 0, where a component is negative; the
      limit where one is 0. NaN for concentrations <= 0 or infinite, and NaN;
      float64 also for concentrations outside of [1e-75, 1e75].
      It is differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
      InvalidArgumentError: Where the shapes do not fit (ValueError in a
        graph).
    """
    return _call(
        ops.tf_implicit_dirichlet_log_prob,
        name or "dirichlet_log_prob",
        concentration=concentration,
        sample=sample,
    ).log_prob


def dirichlet_entropy(
    concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Differential entropy of a Dirichlet distribution, in nats.

    Args:
      concentration: Floating tensor of the shape [..., k], > 0.
      name: Name of the ops.

    Returns:
      Tensor of the shape [...]. Its error is at most 8 eps of
      max(1, |value|) for concentrations in [1e-6, 1e10]; that of its
      derivatives in the logarithms of the concentrations at most 8 eps of the
      largest one, or of 1 around the uniform distribution, where all are 0. NaN
      as for `dirichlet_log_prob`. It is differentiable to the second order.

    Raises:
      TypeError: Where the tensor is not floating.
    """
    return _tensors.call(
        ops.tf_implicit_dirichlet_entropy, name, concentration=concentration
    ).entropy


def dirichlet_divergence(
    concentration_a: TensorLike,
    concentration_b: TensorLike,
    name: str | None = None,
) -> tf.Tensor:
    """Kullback-Leibler divergence of one Dirichlet distribution from another.

    E log(p_a / p_b) under a = Dirichlet(concentration_a), with
    b = Dirichlet(concentration_b).

    Args:
      concentration_a: Floating tensor of the shape [..., k], > 0.
      concentration_b: Floating tensor of the same dtype and k, > 0; the
        leading axes broadcast against each other.
      name: Name of the ops.

    Returns:
      Tensor of the broadcast leading shape, with a relative error of at most 8
      eps, however close or far the two are, for concentrations in
      [1e-8, 1e10]; that of its derivatives is at most 6 eps of the sum of the
      sizes of their terms. Never negative, and exactly 0, with gradients of 0,
      for equal arguments. NaN as for `dirichlet_log_prob`. It is
      differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
      InvalidArgumentError: Where the shapes do not fit (ValueError in a
        graph).
    """
    return _call(
        ops.tf_implicit_dirichlet_divergence,
        name or "dirichlet_divergence",
        concentration_a=concentration_a,
        concentration_b=concentration_b,
    ).divergence


def dirichlet_fisher_information(
    concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Fisher information of a Dirichlet distribution.

    The matrix of second derivatives of -log p, which do not depend on the
    sample: psi' of each concentration on the diagonal, less psi' of their sum
    everywhere.

    Args:
      concentration: Floating tensor of the shape [..., k], k > 1, > 0.
      name: Name of the ops.

    Returns:
      Tensor of the shape [..., k, k], each element with a relative error of at
      most k eps and 6 eps. NaN as for `dirichlet_log_prob`. It is
      differentiable once.

    Raises:
      TypeError: Where the tensor is not floating.
    """
    with tf.name_scope(name or "dirichlet_fisher_information"):
        (a,) = _tensors.convert({"concentration": concentration})
        # Each component against all others: their sum, not that of all less
        # the component.
        others = 1 - tf.eye(tf.shape(a)[-1], dtype=a.dtype)
        rest = tf.reduce_sum(a[..., tf.newaxis, :] * others, axis=-1)
        pairs = beta_fisher_information(a, rest)
        diagonal, shared = pairs[..., 0, 0], pairs[..., 0, 1]
        return tf.linalg.set_diag(shared[..., tf.newaxis] * others, diagonal)


def _call(op, scope, **arguments):
    """An op on two tensors, broadcast: it takes rows of one shape."""
    with tf.name_scope(scope):
        first, second = _tensors.convert(arguments)
        if not (first.shape.is_fully_defined() and first.shape == second.shape):
            shape = tf.broadcast_dynamic_shape(
                tf.shape(first), tf.shape(second)
            )
            first = tf.broadcast_to(first, shape)
            second = tf.broadcast_to(second, shape)
        return op(first, second)


# The second derivatives are a diagonal matrix and one of equal elements for
# each pair of inputs. They are contracted with the gradient in derivative k
# without forming the matrix.


def _contract(diagonal, shared, upstream):
    total = tf.reduce_sum(upstream, axis=-1, keepdims=True)
    return diagonal * upstream + shared * total


def _information(a, upstream):
    """The product of the Fisher information and `upstream`."""
    total = tf.reduce_sum(a, axis=-1, keepdims=True)
    return _contract(polygamma(1, a), -polygamma(1, total), upstream)


def _third(a, step, upstream):
    """The third derivative of log B in the directions of two vectors."""
    total = tf.reduce_sum(a, axis=-1, keepdims=True)
    shared = tf.reduce_sum(step, axis=-1, keepdims=True) * polygamma(2, total)
    return _contract(step * polygamma(2, a), -shared, upstream)


def _divergence_second(k, upstream, a, b):
    # With F = log B, KL = F(b) - F(a) - (b - a) F'(a): a Bregman divergence.
    of_a = _information(a, upstream)
    if k == 0:
        return [of_a - _third(a, b - a, upstream), -of_a]
    return [-of_a, _information(b, upstream)]


def _log_prob_second(k, upstream, a, x):
    if k == 0:
        return [-_information(a, upstream), upstream / x]
    return [upstream / x, -upstream * (a - 1) / x / x]


def _entropy_second(k, upstream, a):
    # dH/da_i = (s - k) psi'(s) - (a_i - 1) psi'(a_i) = -(I (a - 1))_i, I the
    # Fisher information.
    del k
    return [-_information(a, upstream) - _third(a, a - 1, upstream)]


for _name, _second in (
    ("DirichletDivergence", _divergence_second),
    ("DirichletEntropy", _entropy_second),
    ("DirichletLogProb", _log_prob_second),
):
    _gradients.register_known_row_partials(f"TFImplicit>{_name}", _second)
