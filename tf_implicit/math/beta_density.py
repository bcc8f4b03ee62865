# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Log densities, divergences and entropies of Beta distributions.

None of them is a difference of large numbers, so that all keep their digits
for any concentrations, and divergences also between distributions that are next
to each other (kernels/special/beta_divergence.h has the formulas).
"""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import _gradients
from tf_implicit.math.polygamma import polygamma

__all__ = [
    "beta_divergence",
    "beta_entropy",
    "beta_fisher_information",
    "beta_log_prob",
    "logit_beta_log_prob",
]


def beta_log_prob(
    concentration1: TensorLike,
    concentration0: TensorLike,
    sample: TensorLike,
    complement: TensorLike | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """Log density of a Beta distribution.

    (concentration1 - 1) log z + (concentration0 - 1) log(1 - z)
    - log B(concentration1, concentration0), by the saddle-point form of Loader
    (2000).

    Args:
      concentration1: Floating tensor, the exponent of z plus 1, > 0.
      concentration0: Floating tensor of the same dtype, the exponent of 1 - z
        plus 1, > 0.
      sample: Floating tensor of the same dtype, z.
      complement: Floating tensor of the same dtype, 1 - sample, where it is
        known better than by that subtraction (samples next to 1). All
        broadcast against each other. It is a second name for the same number:
        gradients flow through `sample` alone.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape. Its error is at most 16 eps of
      max(1, |value|, |z d/dz|) (|(1 - z) d/dz| above 1/2) for concentrations
      in [1e-6, 1e10]; that of its derivatives at most 6 eps of the sum of the
      sizes of their terms. -infinity outside of [0, 1], with gradients of 0; at
      0 and 1 the limit. NaN for concentrations <= 0 or infinite, and NaN;
      float64 also for concentrations outside of [1e-75, 1e75]. It is
      differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    arguments = {
        "concentration1": concentration1,
        "concentration0": concentration0,
        "sample": sample,
    }
    if complement is not None:
        arguments["complement"] = complement
    concentration1, concentration0, sample, *rest = _tensors.convert(arguments)
    return ops.tf_implicit_beta_log_prob(
        concentration1=concentration1,
        concentration0=concentration0,
        sample=sample,
        complement=tf.stop_gradient(rest[0] if rest else 1 - sample),
        name=name,
    ).log_prob


def logit_beta_log_prob(
    concentration1: TensorLike,
    concentration0: TensorLike,
    logit_sample: TensorLike,
    name: str | None = None,
) -> tf.Tensor:
    """Log density of the logit of a Beta variable.

    The density of y = log(z / (1 - z)) for z ~ Beta(concentration1,
    concentration0): concentration1 log z + concentration0 log(1 - z)
    - log B(concentration1, concentration0). That of z itself, at the same
    point, is larger by softplus(y) + softplus(-y). The logit loses nothing
    where z is next to 0 or 1.

    Args:
      concentration1: Floating tensor, > 0.
      concentration0: Floating tensor of the same dtype, > 0.
      logit_sample: Floating tensor of the same dtype, y. The three broadcast
        against each other.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape. Its error is at most 8 eps of
      max(1, |value|, |y d/dy|) for concentrations in [1e-6, 1e10]. -infinity
      at both infinities. NaN as for `beta_log_prob`. It is differentiable to
      the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_logit_beta_log_prob,
        name,
        concentration1=concentration1,
        concentration0=concentration0,
        logit_sample=logit_sample,
    ).log_prob


def beta_entropy(
    concentration1: TensorLike,
    concentration0: TensorLike,
    name: str | None = None,
) -> tf.Tensor:
    """Differential entropy of a Beta distribution, in nats.

    Args:
      concentration1: Floating tensor, > 0.
      concentration0: Floating tensor of the same dtype, > 0; the two broadcast
        against each other.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape. Its error is at most 8 eps of
      max(1, |value|) for concentrations in [1e-6, 1e10]; that of its
      derivatives in the logarithms of the concentrations at most 8 eps of the
      larger one, or of 1 around the uniform distribution, where both are 0. NaN
      as for `beta_log_prob`. It is differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_beta_entropy,
        name,
        concentration1=concentration1,
        concentration0=concentration0,
    ).entropy


def beta_divergence(
    concentration1_a: TensorLike,
    concentration0_a: TensorLike,
    concentration1_b: TensorLike,
    concentration0_b: TensorLike,
    name: str | None = None,
) -> tf.Tensor:
    """Kullback-Leibler divergence of one Beta distribution from another.

    E log(p_a / p_b) under a = Beta(concentration1_a, concentration0_a), with
    b = Beta(concentration1_b, concentration0_b).

    Args:
      concentration1_a: Floating tensor, > 0.
      concentration0_a: Floating tensor of the same dtype, > 0.
      concentration1_b: Floating tensor of the same dtype, > 0.
      concentration0_b: Floating tensor of the same dtype, > 0. The four
        broadcast against each other.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with a relative error of at most 12 eps,
      however close or far the two are, for concentrations in [1e-8, 1e10];
      that of its derivatives is at most 6 eps of the sum of the sizes of their
      terms. Never negative, and exactly 0, with gradients of 0, for equal
      arguments. NaN as for `beta_log_prob`. It is differentiable to the second
      order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_beta_divergence,
        name,
        concentration1_a=concentration1_a,
        concentration0_a=concentration0_a,
        concentration1_b=concentration1_b,
        concentration0_b=concentration0_b,
    ).divergence


def beta_fisher_information(
    concentration1: TensorLike,
    concentration0: TensorLike,
    name: str | None = None,
) -> tf.Tensor:
    """Fisher information of a Beta distribution about its concentrations.

    The matrix of second derivatives of -log p, which do not depend on the
    sample, in the order (concentration1, concentration0): psi' of each on the
    diagonal, less psi' of their sum everywhere.

    Args:
      concentration1: Floating tensor, > 0.
      concentration0: Floating tensor of the same dtype, > 0; the two broadcast
        against each other.
      name: Name of the ops.

    Returns:
      Tensor of the broadcast shape and [2, 2], each element with a relative
      error of at most 6 eps for concentrations in [1e-6, 1e10]. NaN as for
      `beta_log_prob`. It is differentiable once.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    with tf.name_scope(name or "beta_fisher_information"):
        i11, i10, i00 = _tensors.call(
            ops.tf_implicit_beta_fisher_information,
            None,
            concentration1=concentration1,
            concentration0=concentration0,
        )
        rows = [tf.stack([i11, i10], axis=-1), tf.stack([i10, i00], axis=-1)]
        return tf.stack(rows, axis=-2)


def _information(concentration1, concentration0):
    return ops.tf_implicit_beta_fisher_information(
        concentration1=concentration1, concentration0=concentration0
    )


def _log_prob_second(a, c, x, complement):
    # log p is linear in the concentrations but for -log B.
    i11, i10, i00 = _information(a, c)
    d_a_x, d_c_x = 1 / x, -1 / complement
    d_x_x = -(a - 1) / x**2 - (c - 1) / complement**2
    return [[-i11, -i10, d_a_x], [-i10, -i00, d_c_x], [d_a_x, d_c_x, d_x_x]]


def _logit_log_prob_second(a, c, y):
    i11, i10, i00 = _information(a, c)
    x, complement = tf.sigmoid(y), tf.sigmoid(-y)
    return [
        [-i11, -i10, complement],
        [-i10, -i00, -x],
        [complement, -x, -(a + c) * x * complement],
    ]


def _entropy_second(a, c):
    i11, i10, i00 = _information(a, c)
    shared = (a + c - 2) * polygamma(2, a + c)
    cross = shared - i10
    return [
        [shared - i11 - (a - 1) * polygamma(2, a), cross],
        [cross, shared - i00 - (c - 1) * polygamma(2, c)],
    ]


def _divergence_second(a, c, b, d):
    # With F = log B, KL = F(b) - F(a) - (b - a) F'(a): a Bregman divergence.
    i11, i10, i00 = _information(a, c)
    j11, j10, j00 = _information(b, d)
    shared = (b - a + d - c) * polygamma(2, a + c)
    cross = i10 + shared
    return [
        [i11 + shared - (b - a) * polygamma(2, a), cross, -i11, -i10],
        [cross, i00 + shared - (d - c) * polygamma(2, c), -i10, -i00],
        [-i11, -i10, j11, j10],
        [-i10, -i00, j10, j00],
    ]


def _information_partials(a, c):
    shared = -polygamma(2, a + c)
    return [
        [polygamma(2, a) + shared, shared],
        [shared, shared],
        [shared, polygamma(2, c) + shared],
    ]


for _name, _second in (
    ("BetaDivergence", _divergence_second),
    ("BetaEntropy", _entropy_second),
    ("BetaLogProb", _log_prob_second),
    ("LogitBetaLogProb", _logit_log_prob_second),
):
    _gradients.register_known_partials(f"TFImplicit>{_name}", _second)
_gradients.register_partials(
    "TFImplicit>BetaFisherInformation",
    _information_partials,
    inputs=2,
    outputs=3,
)
