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
from tf_implicit.math.beta_density import beta_fisher_information

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
      Tensor of the broadcast leading shape. Its error is at most 16 eps of
      max(1, |value|, |x_i d/dx_i|, k log(1 + sum concentration) / 16) for
      concentrations in [1e-6, 1e10]; that of its derivatives is at most 6 eps
      of the sum of the sizes of their terms. -infinity, with gradients of 0,
      where a component is negative; the limit where one is 0. NaN for
      concentrations <= 0 or infinite, and NaN; float64 also for concentrations
      outside of [1e-75, 1e75]. It is differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
      InvalidArgumentError: Where the shapes do not fit (ValueError in a
        graph).
    """
    return _call(
        "dirichlet_log_prob",
        name,
        lambda a, x: ops.tf_implicit_dirichlet_log_prob(
            concentration=a, sample=x
        ),
        {"concentration": concentration, "sample": sample},
    )


def dirichlet_entropy(
    concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Differential entropy of a Dirichlet distribution, in nats.

    Args:
      concentration: Floating tensor of the shape [..., k], > 0.
      name: Name of the ops.

    Returns:
      Tensor of the shape [...]. Its error is at most 8 eps of
      max(1, |value|) for concentrations in [1e-6, 1e10]. NaN as for
      `dirichlet_log_prob`. It is differentiable to the second order.

    Raises:
      TypeError: Where the tensor is not floating.
    """
    return _call(
        "dirichlet_entropy",
        name,
        lambda a: ops.tf_implicit_dirichlet_entropy(concentration=a),
        {"concentration": concentration},
    )


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
        "dirichlet_divergence",
        name,
        lambda a, b: ops.tf_implicit_dirichlet_divergence(
            concentration_a=a, concentration_b=b
        ),
        {
            "concentration_a": concentration_a,
            "concentration_b": concentration_b,
        },
    )


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


def _call(scope, name, function, arguments):
    """A function of rows of one shape, which is what its op takes."""
    with tf.name_scope(name or scope):
        tensors = _tensors.convert(arguments)
        if len(tensors) > 1:
            first, second = tensors
            if not (
                first.shape.is_fully_defined() and first.shape == second.shape
            ):
                shape = tf.broadcast_dynamic_shape(
                    tf.shape(first), tf.shape(second)
                )
                tensors = [tf.broadcast_to(t, shape) for t in tensors]
        return function(*tensors)


def _polygamma(order, x):
    """psi', psi'', in a dtype that tf.math.polygamma has."""
    wide = tf.cast(x, tf.float32) if x.dtype.size == 2 else x
    value = tf.math.polygamma(tf.constant(order, wide.dtype), wide)
    return tf.cast(value, x.dtype)


def _register(op_type, partials):
    """Registers the gradient of a value of each row."""

    @tf.RegisterGradient(op_type)
    def gradient(op, upstream):
        upstream = upstream[..., tf.newaxis]
        d = partials(*op.inputs)
        d = list(d) if isinstance(d, (list, tuple)) else [d]
        return [upstream * partial for partial in d]


# The second derivatives are a diagonal matrix and one of equal elements for
# each pair of inputs. With u_i the gradient in derivative i of an input, they
# are contracted without forming the matrix.


def _contract(diagonal, shared, upstream):
    total = tf.reduce_sum(upstream, axis=-1, keepdims=True)
    return diagonal * upstream + shared * total


def _information(a, upstream):
    """The product of the Fisher information and `upstream`."""
    total = tf.reduce_sum(a, axis=-1, keepdims=True)
    return _contract(_polygamma(1, a), -_polygamma(1, total), upstream)


def _third(a, step, upstream):
    """The third derivative of log B in the directions of two vectors."""
    total = tf.reduce_sum(a, axis=-1, keepdims=True)
    shared = tf.reduce_sum(step, axis=-1, keepdims=True) * _polygamma(2, total)
    return _contract(step * _polygamma(2, a), -shared, upstream)


@tf.RegisterGradient("TFImplicit>DirichletDivergenceGrad")
def _divergence_grad_gradient(op, of_a, of_b):
    # With F = log B, KL = F(b) - F(a) - (b - a) F'(a): a Bregman divergence.
    a, b = op.inputs
    d_a = _information(a, of_a - of_b) - _third(a, b - a, of_a)
    d_b = _information(b, of_b) - _information(a, of_a)
    return d_a, d_b


@tf.RegisterGradient("TFImplicit>DirichletLogProbGrad")
def _log_prob_grad_gradient(op, of_a, of_x):
    a, x = op.inputs
    d_a = of_x / x - _information(a, of_a)
    return d_a, of_a / x - of_x * (a - 1) / x / x


@tf.RegisterGradient("TFImplicit>DirichletEntropyGrad")
def _entropy_grad_gradient(op, of_a):
    # dH/da_i = (s - k) psi'(s) - (a_i - 1) psi'(a_i) = -(I (a - 1))_i, I the
    # Fisher information.
    (a,) = op.inputs
    return -_information(a, of_a) - _third(a, a - 1, of_a)


_register(
    "TFImplicit>DirichletDivergence",
    lambda a, b: ops.tf_implicit_dirichlet_divergence_grad(
        concentration_a=a, concentration_b=b
    ),
)
_register(
    "TFImplicit>DirichletLogProb",
    lambda a, x: ops.tf_implicit_dirichlet_log_prob_grad(
        concentration=a, sample=x
    ),
)
_register(
    "TFImplicit>DirichletEntropy",
    lambda a: ops.tf_implicit_dirichlet_entropy_grad(concentration=a),
)
