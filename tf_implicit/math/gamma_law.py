# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Densities, divergences and entropies of the Gamma family.

Each op of these functions computes a value and its first derivatives in one
pass, and none of them subtracts large numbers: the formulas stand in
`kernels/special/gamma_divergence.h`, `gamma_log_prob.h` and `gamma_entropy.h`.
"""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import _gradients
from tf_implicit.math.polygamma import polygamma

__all__ = [
    "chi2_divergence",
    "chi2_entropy",
    "chi2_log_prob",
    "chi_log_prob",
    "exp_gamma_entropy",
    "exp_gamma_log_prob",
    "gamma_divergence",
    "gamma_entropy",
    "gamma_fisher_information",
    "gamma_log_prob",
    "inverse_gamma_entropy",
    "inverse_gamma_log_prob",
]


def gamma_divergence(
    concentration1: TensorLike,
    rate1: TensorLike,
    concentration2: TensorLike,
    rate2: TensorLike,
    log_rates: bool = False,
    name: str | None = None,
) -> tf.Tensor:
    """KL(Gamma(concentration1, rate1) || Gamma(concentration2, rate2)).

    It is also the divergence between the laws of log z (`ExpGamma`) and of
    1 / z (`InverseGamma`, whose scale is the rate).

    Args:
      concentration1: Floating tensor, > 0.
      rate1: Floating tensor of the same dtype, > 0.
      concentration2: The same of the second distribution.
      rate2: The same of the second distribution. The four broadcast.
      log_rates: Whether `rate1` and `rate2` are logarithms of rates.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, never negative, with a relative error of at
      most 8 eps however close or far the distributions are; exactly 0, as is
      its gradient, where they are equal. The derivatives, from the same pass,
      have an error of at most 4 eps of the sizes of their two terms, those of
      the scale and of the shape. With `log_rates`, the rounding of
      log(concentration1 / concentration2) + rate2 - rate1, 2^-8 eps of its
      terms, counts besides, as it may where concentrations above 1e6 almost
      cancel it.
      Infinity where one parameter is 0 or infinite; NaN where a parameter is
      negative or NaN, or a concentration subnormal or above a quarter of the
      largest number. It is differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    op = (
        ops.tf_implicit_gamma_log_rate_divergence
        if log_rates
        else ops.tf_implicit_gamma_divergence
    )
    return _tensors.call(
        op,
        name,
        concentration1=concentration1,
        rate1=rate1,
        concentration2=concentration2,
        rate2=rate2,
    ).divergence


def gamma_log_prob(
    concentration: TensorLike,
    rate: TensorLike,
    sample: TensorLike,
    log_rate: bool = False,
    name: str | None = None,
) -> tf.Tensor:
    """Log density of Gamma(concentration, rate).

    concentration log(rate) + (concentration - 1) log(z) - rate z
    - lgamma(concentration), by the saddle-point form of Loader (2000).

    Args:
      concentration: Floating tensor, > 0.
      rate: Floating tensor of the same dtype, > 0.
      sample: Floating tensor of the same dtype, z. The three broadcast.
      log_rate: Whether `rate` is the logarithm of the rate.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with an error of at most 10 eps of the
      largest of 1, |log density|, |log rate| and a g(rate z / a), where a is
      the concentration and g(t) = t - 1 - log(t): far from the mode the
      density is known as well as its argument is. With `log_rate`, its rounding
      counts besides: 2^-8 eps of |log rate| + |log z| + |log a|, times
      |rate z - a|. The derivatives have an error of at most 4 eps of the sizes
      of their terms.
      -infinity, with a gradient of 0, for z < 0; the limits at 0 and infinity.
      NaN for NaN and where a parameter is not positive and finite. It is
      differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    op = (
        ops.tf_implicit_gamma_log_rate_log_prob
        if log_rate
        else ops.tf_implicit_gamma_log_prob
    )
    return _tensors.call(
        op, name, concentration=concentration, rate=rate, sample=sample
    ).log_prob


def exp_gamma_log_prob(
    concentration: TensorLike,
    rate: TensorLike,
    log_sample: TensorLike,
    log_rate: bool = False,
    name: str | None = None,
) -> tf.Tensor:
    """Log density of log z, z ~ Gamma(concentration, rate).

    Args:
      concentration: Floating tensor, > 0.
      rate: Floating tensor of the same dtype, > 0.
      log_sample: Floating tensor of the same dtype. The three broadcast.
      log_rate: Whether `rate` is the logarithm of the rate.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with the accuracy of `gamma_log_prob` with
      `log_rate`, also where exp(log_sample) underflows. -infinity at the two
      infinities; NaN for NaN and where a parameter is not positive and finite.
      It is differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    op = (
        ops.tf_implicit_exp_gamma_log_rate_log_prob
        if log_rate
        else ops.tf_implicit_exp_gamma_log_prob
    )
    return _tensors.call(
        op, name, concentration=concentration, rate=rate, log_sample=log_sample
    ).log_prob


def inverse_gamma_log_prob(
    concentration: TensorLike,
    scale: TensorLike,
    sample: TensorLike,
    name: str | None = None,
) -> tf.Tensor:
    """Log density of scale / z, z ~ Gamma(concentration, 1).

    Args:
      concentration: Floating tensor, > 0.
      scale: Floating tensor of the same dtype, > 0.
      sample: Floating tensor of the same dtype. The three broadcast.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with the accuracy of `gamma_log_prob` and
      its values outside of the support. It is differentiable to the second
      order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_inverse_gamma_log_prob,
        name,
        concentration=concentration,
        scale=scale,
        sample=sample,
    ).log_prob


def chi_log_prob(
    df: TensorLike, sample: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Log density of Chi(df), the distribution of sqrt(2 z), z ~ Gamma(df / 2).

    (df - 1) log(x) - x**2 / 2 - (df / 2 - 1) log(2) - lgamma(df / 2), by the
    form of `gamma_log_prob`; the square is never rounded.

    Args:
      df: Floating tensor, > 0.
      sample: Floating tensor of the same dtype, x. The two broadcast.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with an error of at most 10 eps of the
      largest of 1, |log density| and a g(x**2 / (2 a)), a = df / 2, g as in
      `gamma_log_prob`. The derivatives have an error of at most 4 eps of the
      sizes of their terms.
      -infinity, with a gradient of 0, for x < 0; the limits at 0 and infinity.
      NaN for NaN and where `df` is not positive and finite. It is
      differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_chi_log_prob, name, df=df, sample=sample
    ).log_prob


def gamma_entropy(
    concentration: TensorLike, rate: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The differential entropy of Gamma(concentration, rate).

    Args:
      concentration: Floating tensor, > 0.
      rate: Floating tensor of the same dtype, > 0. The two broadcast.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with an error of at most 8 eps of the
      largest of 1, |entropy|, |log rate| and 1 / concentration. The derivatives
      have a relative error of at most 4 eps. NaN where a parameter is not
      positive and finite. It is differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_gamma_entropy,
        name,
        concentration=concentration,
        rate=rate,
    ).entropy


def exp_gamma_entropy(
    concentration: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The differential entropy of log z, z ~ Gamma(concentration, rate).

    It does not depend on the rate.

    Args:
      concentration: Floating tensor, > 0.
      name: Name of the op.

    Returns:
      Tensor of the shape of `concentration`, with an error of at most 6 eps of
      max(1, |entropy|) and derivatives with a relative error of at most 4 eps.
      NaN where the concentration is not positive and finite. It is
      differentiable to the second order.

    Raises:
      TypeError: Where the tensor is not floating.
    """
    return _tensors.call(
        ops.tf_implicit_exp_gamma_entropy, name, concentration=concentration
    ).entropy


def inverse_gamma_entropy(
    concentration: TensorLike, scale: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The differential entropy of scale / z, z ~ Gamma(concentration, 1).

    Args:
      concentration: Floating tensor, > 0.
      scale: Floating tensor of the same dtype, > 0. The two broadcast.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with the accuracy of `gamma_entropy`. It is
      differentiable to the second order.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_inverse_gamma_entropy,
        name,
        concentration=concentration,
        scale=scale,
    ).entropy


def chi2_log_prob(
    df: TensorLike, sample: TensorLike, name: str | None = None
) -> tf.Tensor:
    """Log density of the chi-squared distribution.

    That of Gamma(df / 2, 1/2), with its accuracy and limits: `gamma_log_prob`.

    Args:
      df: Floating tensor, > 0.
      sample: Floating tensor of the same dtype. The two broadcast.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    df, sample = _tensors.convert({"df": df, "sample": sample})
    return gamma_log_prob(df / 2, tf.constant(0.5, df.dtype), sample, name=name)


def chi2_divergence(
    df1: TensorLike, df2: TensorLike, name: str | None = None
) -> tf.Tensor:
    """KL(Chi2(df1) || Chi2(df2)), with the accuracy of `gamma_divergence`.

    Args:
      df1: Floating tensor, > 0.
      df2: Floating tensor of the same dtype, > 0. The two broadcast.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    df1, df2 = _tensors.convert({"df1": df1, "df2": df2})
    half = tf.constant(0.5, df1.dtype)
    return gamma_divergence(df1 / 2, half, df2 / 2, half, name=name)


def chi2_entropy(df: TensorLike, name: str | None = None) -> tf.Tensor:
    """The differential entropy of the chi-squared distribution.

    Args:
      df: Floating tensor, > 0.
      name: Name of the op.

    Returns:
      Tensor of the shape of `df`, with the accuracy of `gamma_entropy`.

    Raises:
      TypeError: Where the tensor is not floating.
    """
    [df] = _tensors.convert({"df": df})
    return gamma_entropy(df / 2, tf.constant(0.5, df.dtype), name=name)


def gamma_fisher_information(
    concentration: TensorLike,
    rate: TensorLike,
    inverse: bool = False,
    name: str | None = None,
) -> tf.Tensor:
    """The Fisher information matrix of Gamma(concentration, rate).

    [[polygamma(1, a), -1 / b], [-1 / b, a / b^2]], a the concentration and b
    the rate: minus the expected second derivatives of the log density. For the
    natural gradient, ask for the inverse: that of the matrix would have lost
    its digits for large a, where the determinant is 1 / (2 a) of its terms.

    Args:
      concentration: Floating tensor, > 0.
      rate: Floating tensor of the same dtype, > 0. The two broadcast.
      inverse: Whether to return the inverse matrix.
      name: Name of the ops.

    Returns:
      Tensor of the broadcast shape and [2, 2], rows and columns in the order of
      the arguments, each entry with a relative error of at most 6 eps. NaN
      where a parameter is not positive.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    with tf.name_scope(name or "gamma_fisher_information"):
        a, b = _tensors.convert({"concentration": concentration, "rate": rate})
        # 16 bits hold no squares.
        dtype = a.dtype
        if dtype.size == 2:
            a, b = tf.cast(a, tf.float32), tf.cast(b, tf.float32)
        shape = tf.broadcast_dynamic_shape(tf.shape(a), tf.shape(b))
        a, b = tf.broadcast_to(a, shape), tf.broadcast_to(b, shape)
        b = tf.where((a > 0) & (b > 0), b, tf.constant(float("nan"), b.dtype))
        trigamma = polygamma(1, a)
        if inverse:
            # a trigamma(a) - 1, which is minus the slope of this entropy.
            determinant = -_exp_gamma_entropy_slope(a)
            rows = [a, b, b, b * b * trigamma]
            rows = [row / determinant for row in rows]
        else:
            rows = [trigamma + 0 * b, -1 / b, -1 / b, a / b / b]
        matrix = tf.reshape(
            tf.stack(rows, axis=-1), tf.concat([shape, [2, 2]], axis=0)
        )
        return tf.cast(matrix, dtype)


def _exp_gamma_entropy_slope(a):
    """Its derivative 1 - a polygamma(1, a), itself differentiable."""
    slope = ops.tf_implicit_exp_gamma_entropy(concentration=a).d_concentration
    return _gradients.with_slopes([slope], [a], _entropy_second(0), [0])[0]


def _divergence_second(x, b1, y, b2):
    trigamma = polygamma(1, x)
    ratio = b2 / b1
    return [
        [
            trigamma + (x - y) * polygamma(2, x),
            -ratio / b1,
            -trigamma,
            1 / b1,
        ],
        [-ratio / b1, (2 * x * ratio - y) / b1 / b1, 1 / b1, -x / b1 / b1],
        [-trigamma, 1 / b1, polygamma(1, y), -1 / b2],
        [1 / b1, -x / b1 / b1, -1 / b2, y / b2 / b2],
    ]


def _log_rate_divergence_second(x, l1, y, l2):
    trigamma = polygamma(1, x)
    ratio = tf.exp(l2 - l1)
    one = tf.ones_like(ratio)
    return [
        [trigamma + (x - y) * polygamma(2, x), -ratio, -trigamma, ratio],
        [-ratio, x * ratio, one, -x * ratio],
        [-trigamma, one, polygamma(1, y), -one],
        [ratio, -x * ratio, -one, x * ratio],
    ]


def _log_prob_second(a, b, x):
    return [
        [-polygamma(1, a), 1 / b, 1 / x],
        [1 / b, -a / b / b, -tf.ones_like(x)],
        [1 / x, -tf.ones_like(x), (1 - a) / x / x],
    ]


def _log_rate_log_prob_second(a, log_rate, x):
    rate = tf.exp(log_rate)
    one = tf.ones_like(rate)
    return [
        [-polygamma(1, a), one, 1 / x],
        [one, -rate * x, -rate],
        [1 / x, -rate, (1 - a) / x / x],
    ]


def _exp_log_prob_second(a, b, x):
    z = tf.exp(x)
    one = tf.ones_like(x)
    return [
        [-polygamma(1, a), 1 / b, one],
        [1 / b, -a / b / b, -z],
        [one, -z, -b * z],
    ]


def _exp_log_rate_log_prob_second(a, log_rate, x):
    z = tf.exp(log_rate + x)
    one = tf.ones_like(z)
    return [[-polygamma(1, a), one, one], [one, -z, -z], [one, -z, -z]]


def _inverse_log_prob_second(a, b, x):
    v = 1 / x
    return [
        [-polygamma(1, a), 1 / b, -v],
        [1 / b, -a / b / b, v * v],
        [-v, v * v, (a + 1 - 2 * b * v) * v * v],
    ]


def _chi_log_prob_second(df, x):
    mixed = 1 / x
    return [
        [-polygamma(1, df / 2) / 4, mixed],
        [mixed, (1 - df) * mixed * mixed - 1],
    ]


def _entropy_second(power):
    """The second derivatives of H + power (psi(a) - log b)."""

    def second(a, b=None):
        in_a = (power - a) * polygamma(2, a) - polygamma(1, a)
        if b is None:
            return [[in_a]]
        zero = tf.zeros_like(b)
        return [[in_a, zero], [zero, power / b / b]]

    return second


for _name, _second in (
    ("GammaDivergence", _divergence_second),
    ("GammaLogRateDivergence", _log_rate_divergence_second),
    ("GammaLogProb", _log_prob_second),
    ("GammaLogRateLogProb", _log_rate_log_prob_second),
    ("ExpGammaLogProb", _exp_log_prob_second),
    ("ExpGammaLogRateLogProb", _exp_log_rate_log_prob_second),
    ("InverseGammaLogProb", _inverse_log_prob_second),
    ("ChiLogProb", _chi_log_prob_second),
    ("GammaEntropy", _entropy_second(1)),
    ("ExpGammaEntropy", _entropy_second(0)),
    ("InverseGammaEntropy", _entropy_second(-1)),
):
    _gradients.register_known_partials(f"TFImplicit>{_name}", _second)
