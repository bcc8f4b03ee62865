# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Derivatives of the Gamma distribution with unit rate."""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import _gradients

__all__ = ["igamma_grad_a", "random_gamma_grad", "random_loggamma_grad"]

_IGAMMA_GRAD_A = {
    "default": ops.tf_implicit_igamma_grad_a,
    "paper": ops.tf_implicit_igamma_grad_a_paper,
}
_RANDOM_GAMMA_GRAD = {
    "default": ops.tf_implicit_random_gamma_grad,
    "paper": ops.tf_implicit_random_gamma_grad_paper,
}


def igamma_grad_a(
    a: TensorLike,
    x: TensorLike,
    algorithm: str = "default",
    name: str | None = None,
    *,
    method: str | None = None,
) -> tf.Tensor:
    """dP(a, x)/da, P the regularized lower incomplete gamma function.

    P(a, x) (DLMF 8.2.4) is the CDF at x of the Gamma distribution with
    concentration a and unit rate, `tf.math.igamma(a, x)`.

    Args:
      a: Floating tensor, a > 0.
      x: Floating tensor of a's dtype, x >= 0; it broadcasts with `a`.
      algorithm: "default", or "paper": the forward-mode derivative of the
        series and the continued fraction of Figurnov et al. (2018), equations
        12 and 13, with at most 200 (float32) or 500 (float64) terms.
      name: Name of the op.
      method: The former name of `algorithm`, deprecated.

    Returns:
      Tensor of the broadcast shape, negative, with a relative error of at most
      12 eps wherever it is a normal number. 0 at x = 0; NaN for a <= 0, x < 0
      and NaN; with algorithm="paper" also where the terms do not suffice.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
      ValueError: Where `algorithm` is unknown.
    """
    op = _gradients.choose_algorithm(algorithm, method, _IGAMMA_GRAD_A)
    return _tensors.call(op, name, a=a, x=x)


def random_gamma_grad(
    alpha: TensorLike,
    sample: TensorLike,
    algorithm: str = "default",
    name: str | None = None,
    *,
    method: str | None = None,
) -> tf.Tensor:
    """dz/dalpha at z = sample, for z ~ Gamma(alpha, 1).

    The derivative is taken at a fixed value of the CDF (Figurnov et al. 2018,
    equation 8): -(dP(alpha, z)/dalpha) / p(z; alpha), P the regularized lower
    incomplete gamma function. It is positive, and computed as itself, so that
    nothing is lost where the density underflows.

    Args:
      alpha: Floating tensor of concentrations, alpha > 0.
      sample: Floating tensor of alpha's dtype, sample >= 0; it broadcasts with
        `alpha`.
      algorithm: "default", or "paper": the forward-mode derivative of the
        series and the continued fraction of Figurnov et al. (2018), equations
        12 and 13, with at most 200 (float32) or 500 (float64) terms.
      name: Name of the op.
      method: The former name of `algorithm`, deprecated.

    Returns:
      Tensor of the broadcast shape, with a relative error of at most 8 eps for
      all alpha and samples, however far in the tails, up to a quarter of the
      largest number of the dtype. 0 at sample = 0; NaN for alpha <= 0,
      sample < 0 and NaN; with algorithm="paper" also where the terms do not
      suffice.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
      ValueError: Where `algorithm` is unknown.
    """
    op = _gradients.choose_algorithm(algorithm, method, _RANDOM_GAMMA_GRAD)
    return _tensors.call(op, name, alpha=alpha, sample=sample)


def random_loggamma_grad(
    alpha: TensorLike, log_sample: TensorLike, name: str | None = None
) -> tf.Tensor:
    """d(log z)/dalpha at log z = log_sample, for z ~ Gamma(alpha, 1).

    For small concentrations, whose samples underflow while their logarithms do
    not. Elsewhere it is random_gamma_grad(alpha, z) / z.

    Args:
      alpha: Floating tensor of concentrations, alpha > 0.
      log_sample: Floating tensor of alpha's dtype; it broadcasts with `alpha`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with a relative error of at most 8 eps for
      alpha up to a quarter of the largest number of the dtype and any
      log_sample. Where exp(log_sample) underflows it is
      (digamma(alpha + 1) - log_sample) / alpha. NaN for alpha <= 0 and NaN.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_random_log_gamma_grad,
        name,
        alpha=alpha,
        log_sample=log_sample,
    )


def _igamma_grad_a_partials(a, x):
    d_a, d_x = ops.tf_implicit_igamma_grad_a_partials(a=a, x=x)
    return [[d_a, d_x]]


def _random_gamma_grad_partials(alpha, sample):
    d_alpha, d_sample = ops.tf_implicit_random_gamma_grad_partials(
        alpha=alpha, sample=sample
    )
    return [[d_alpha, d_sample]]


def _random_loggamma_grad_partials(alpha, log_sample):
    d_alpha, d_log_sample = ops.tf_implicit_random_log_gamma_grad_partials(
        alpha=alpha, log_sample=log_sample
    )
    return [[d_alpha, d_log_sample]]


for _op_type in ("TFImplicit>IgammaGradA", "TFImplicit>IgammaGradAPaper"):
    _gradients.register_partials(_op_type, _igamma_grad_a_partials, inputs=2)
for _op_type in (
    "TFImplicit>RandomGammaGrad",
    "TFImplicit>RandomGammaGradPaper",
):
    _gradients.register_partials(
        _op_type, _random_gamma_grad_partials, inputs=2
    )
_gradients.register_partials(
    "TFImplicit>RandomLogGammaGrad", _random_loggamma_grad_partials, inputs=2
)
_gradients.refuse_gradient(
    "TFImplicit>IgammaGradAPartials", "second derivatives of the Gamma CDF"
)
_gradients.refuse_gradient(
    "TFImplicit>RandomGammaGradPartials", "second derivatives of Gamma samples"
)
_gradients.refuse_gradient(
    "TFImplicit>RandomLogGammaGradPartials",
    "second derivatives of log-Gamma samples",
)
