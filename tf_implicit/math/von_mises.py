# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The von Mises CDF and the derivatives of von Mises samples."""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import _gradients

__all__ = [
    "random_von_mises_grad",
    "von_mises_cdf",
    "von_mises_log_cdf",
    "von_mises_quantile",
]

_RANDOM_VON_MISES_GRAD = {
    "default": ops.tf_implicit_random_von_mises_grad,
    "paper": ops.tf_implicit_random_von_mises_grad_paper,
}


def von_mises_cdf(
    x: TensorLike, concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """CDF of the von Mises distribution around 0.

    F(x | 0, concentration) is the integral of
    exp(concentration cos t) / (2 pi I_0(concentration)) from -pi to x (Figurnov
    et al. 2018, equation 14), differentiable in both arguments to the second
    order.

    The point comes first, as in `tfp.distributions.VonMises(...).cdf` and all
    CDFs; the derivatives of samples have the parameters first.

    Args:
      x: Floating tensor of angles. Outside [-pi, pi] the CDF goes on by
        F(x + 2 pi) = F(x) + 1, as that of `tfp.distributions.VonMises`.
      concentration: Floating tensor of x's dtype, concentration >= 0; it
        broadcasts with `x`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape. Its error is at most 16 eps of
      F + |x| p + concentration |dF/dconcentration|, p the density, for
      |x| <= pi: the lower tail keeps its relative accuracy. NaN for
      concentration < 0, NaN, and |x| above 2**24 (float32) or 2**52 (float64).

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_von_mises_cdf, name, x=x, concentration=concentration
    )


def von_mises_log_cdf(
    x: TensorLike, concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The logarithm of `von_mises_cdf`, also where that underflows.

    That of the survival function is `von_mises_log_cdf(-x, concentration)`.

    Args:
      x: Floating tensor of angles.
      concentration: Floating tensor of x's dtype, concentration >= 0; it
        broadcasts with `x`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape. Its error is at most 16 eps of |log F| +
      |x| d/dx + concentration |d/dconcentration| for |x| <= pi, that is, of
      itself and of what a relative change of the arguments by eps does to it.
      -infinity at -pi, NaN below and as for `von_mises_cdf`. It is
      differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_von_mises_log_cdf,
        name,
        x=x,
        concentration=concentration,
    ).log_cdf


def von_mises_quantile(
    p: TensorLike, concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The x with `von_mises_cdf(x, concentration)` = p.

    The inverse of `von_mises_cdf` on [-pi, pi], by Halley's method on the
    logarithm of the lesser tail.

    Args:
      p: Floating tensor with values in [0, 1].
      concentration: Floating tensor of p's dtype, concentration >= 0; it
        broadcasts with `p`.
      name: Name of the op.

    Returns:
      Tensor x of the broadcast shape, odd about p = 1/2. The CDF at x is within
      16 eps + 2 concentration (1 - cos x) eps of p, or of 1 - p if that is
      less, relatively; or the result is within one unit in its last place. At 0
      and 1 it is the number nearest to -pi and pi between them; p or 1 - p
      below the smallest normal number counts as that. NaN for concentration <
      0, p outside of [0, 1] and NaN. Differentiable to the second order: dx/dp
      is 1 over the density, dx/dconcentration
      `random_von_mises_grad(concentration, x)`.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_von_mises_quantile,
        name,
        p=p,
        concentration=concentration,
    )


def random_von_mises_grad(
    concentration: TensorLike,
    sample: TensorLike,
    algorithm: str = "default",
    name: str | None = None,
    *,
    method: str | None = None,
) -> tf.Tensor:
    """dz/dconcentration at z = sample, for z ~ vonMises(0, concentration).

    The derivative is taken at a fixed value of the CDF (Figurnov et al. 2018,
    equation 8). It is odd and 2 pi-periodic in the sample, and 0 at 0 and
    +-pi.

    Args:
      concentration: Floating tensor, concentration >= 0.
      sample: Floating tensor of concentration's dtype; it broadcasts with
        `concentration`.
      algorithm: "default", or "paper": Hill's Algorithm 518 (1977)
        differentiated in forward mode (Figurnov et al. 2018, Appendix B).
      name: Name of the op.
      method: The former name of `algorithm`, deprecated.

    Returns:
      Tensor of the broadcast shape, with a relative error of at most 8 eps
      (float32) or 16 eps (float64) for |sample| <= pi and any concentration.
      -sin(sample) at concentration 0; NaN for concentration < 0, NaN, and
      |sample| above 2**24 (float32) or 2**52 (float64).

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
      ValueError: Where `algorithm` is unknown.
    """
    op = _gradients.choose_algorithm(algorithm, method, _RANDOM_VON_MISES_GRAD)
    return _tensors.call(op, name, concentration=concentration, sample=sample)


def _cdf_partials(x, concentration):
    return [
        ops.tf_implicit_von_mises_cdf_grad(x=x, concentration=concentration)
    ]


def _cdf_grad_partials(x, concentration):
    d_x_x, d_x_k, d_k_k = ops.tf_implicit_von_mises_cdf_grad_partials(
        x=x, concentration=concentration
    )
    return [[d_x_x, d_x_k], [d_x_k, d_k_k]]


def _random_von_mises_grad_partials(concentration, sample):
    d_concentration, d_sample = ops.tf_implicit_random_von_mises_grad_partials(
        concentration=concentration, sample=sample
    )
    return [[d_concentration, d_sample]]


@tf.RegisterGradient("TFImplicit>VonMisesQuantile")
def _quantile_gradient(op, upstream):
    p, concentration = op.inputs
    x = op.outputs[0]
    density, _ = ops.tf_implicit_von_mises_cdf_grad(
        x=x, concentration=concentration
    )
    return _tensors.sum_to_shape(
        [
            upstream / density,
            upstream * random_von_mises_grad(concentration, x),
        ],
        [p, concentration],
    )


def _log_cdf_second(x, concentration):
    _, slope, in_k = ops.tf_implicit_von_mises_log_cdf(
        x=x, concentration=concentration
    )
    # Those of the log density, and of F_kk / p.
    _, score_k, score_x = ops.tf_implicit_von_mises_log_prob(
        concentration=concentration, sample=x
    )
    h = random_von_mises_grad(concentration, x)
    h_k, _ = ops.tf_implicit_random_von_mises_grad_partials(
        concentration=concentration, sample=x
    )
    mixed = slope * (score_k - in_k)
    return [
        [slope * (score_x - slope), mixed],
        [mixed, -slope * (score_k * h + h_k) - in_k * in_k],
    ]


_gradients.register_partials("TFImplicit>VonMisesCdf", _cdf_partials, inputs=2)
_gradients.register_known_partials("TFImplicit>VonMisesLogCdf", _log_cdf_second)
_gradients.register_partials(
    "TFImplicit>VonMisesCdfGrad", _cdf_grad_partials, inputs=2, outputs=2
)
for _op_type in (
    "TFImplicit>RandomVonMisesGrad",
    "TFImplicit>RandomVonMisesGradPaper",
):
    _gradients.register_partials(
        _op_type, _random_von_mises_grad_partials, inputs=2
    )
_gradients.refuse_gradient(
    "TFImplicit>VonMisesCdfGradPartials",
    "second derivatives of the von Mises CDF",
)
_gradients.refuse_gradient(
    "TFImplicit>RandomVonMisesGradPartials",
    "second derivatives of von Mises samples",
)
