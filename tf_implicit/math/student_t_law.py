# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The law of Student's t distribution.

Its CDF, quantile, density, entropy and divergence.
"""

import tensorflow as tf

from tf_implicit import _tensors
from tf_implicit._op_library import ops
from tf_implicit._types import TensorLike
from tf_implicit.math import _betainc_gradients, _gradients

__all__ = [
    "student_t_cdf",
    "student_t_divergence",
    "student_t_entropy",
    "student_t_log_cdf",
    "student_t_log_prob",
    "student_t_log_survival_function",
    "student_t_quantile",
    "student_t_survival_function",
]


def student_t_cdf(
    x: TensorLike, df: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The CDF of StudentT(df) with loc 0 and scale 1.

    For x < 0 it is I(df / 2, 1 / 2, df / (df + x**2)) / 2 with I of `betainc`
    (Abramowitz and Stegun 26.7.1).

    Args:
      x: Floating tensor.
      df: Floating tensor of the same dtype, > 0, degrees of freedom. It
        broadcasts with `x`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with a relative error, however small the
      result, of at most 1 eps (float32; 0.5 measured) or 16 eps (float64; 4
      measured) for df >= 1e-2. An infinite `df` is the normal distribution.
      NaN for df <= 0 and NaN. The gradient is exact in both arguments.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(ops.tf_implicit_student_t_cdf, name, x=x, df=df)[0]


def student_t_survival_function(
    x: TensorLike, df: TensorLike, name: str | None = None
) -> tf.Tensor:
    """One less `student_t_cdf`, as accurate where it is small.

    Args:
      x: Floating tensor.
      df: Floating tensor of the same dtype, > 0, degrees of freedom.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(ops.tf_implicit_student_t_cdf, name, x=x, df=df)[1]


def student_t_log_cdf(
    x: TensorLike, df: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The logarithm of `student_t_cdf`, with its relative error also next to 0.

    Args:
      x: Floating tensor.
      df: Floating tensor of the same dtype, > 0, degrees of freedom.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(ops.tf_implicit_student_t_log_cdf, name, x=x, df=df)[0]


def student_t_log_survival_function(
    x: TensorLike, df: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The logarithm of `student_t_survival_function`.

    Args:
      x: Floating tensor.
      df: Floating tensor of the same dtype, > 0, degrees of freedom.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(ops.tf_implicit_student_t_log_cdf, name, x=x, df=df)[1]


def student_t_quantile(
    p: TensorLike, df: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The quantile of StudentT(df): `student_t_cdf(x, df)` = p at x.

    Args:
      p: Floating tensor, in [0, 1].
      df: Floating tensor of the same dtype, > 0, degrees of freedom. It
        broadcasts with `p`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape: the CDF there differs from p by at most 16
      eps of min(p, 1 - p), or by what one ULP of x makes, for df >= 1e-2; a
      search ends there or in NaN. Infinite where the quantile overflows. NaN
      for df <= 0, `p` outside of [0, 1] and NaN. The gradient in `df` is that
      of a sample (`random_student_t_grad`), and 1 / pdf(x) in `p`.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    p, df = _tensors.convert({"p": p, "df": df})
    return ops.tf_implicit_student_t_quantile(
        df=df, p=p, complement=1 - p, name=name
    )


def student_t_log_prob(
    df: TensorLike, sample: TensorLike, name: str | None = None
) -> tf.Tensor:
    """The log density of StudentT(df) with loc 0 and scale 1.

    Args:
      df: Floating tensor, > 0, degrees of freedom.
      sample: Floating tensor of the same dtype. It broadcasts with `df`.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, with an error of at most 1 eps (float32)
      or 4 eps (float64; 1.3 measured) of max(1, |log density|) for df >= 1e-2.
      Neither it nor its gradient in `df` cancels for large df, where they tend
      to those of the normal distribution; sample**2 may overflow. NaN for
      df <= 0 and NaN.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    df, sample = _tensors.convert({"df": df, "sample": sample})
    zero, one = tf.zeros([], df.dtype), tf.ones([], df.dtype)
    return ops.tf_implicit_student_t_log_prob(
        df=df, loc=zero, scale=one, sample=sample, name=name
    ).log_prob


def student_t_entropy(df: TensorLike, name: str | None = None) -> tf.Tensor:
    """The entropy of StudentT(df) with scale 1.

    Args:
      df: Floating tensor, > 0, degrees of freedom.
      name: Name of the op.

    Returns:
      Tensor of the shape of `df`, with a relative error of at most 1 eps
      (float32) or 4 eps (float64; 1.3 measured), and likewise its gradient, for
      df >= 1e-3. NaN for df <= 0 and NaN.

    Raises:
      TypeError: Where the tensor is not floating.
    """
    return _tensors.call(ops.tf_implicit_student_t_entropy, name, df=df)


def student_t_divergence(
    df1: TensorLike,
    loc1: TensorLike,
    scale1: TensorLike,
    df2: TensorLike,
    loc2: TensorLike,
    scale2: TensorLike,
    name: str | None = None,
) -> tf.Tensor:
    """KL(StudentT(df1, loc1, scale1) || StudentT(df2, loc2, scale2)).

    There is no closed form: an integral of terms >= 0 by Gauss-Legendre rules
    (kernels/special/student_t_divergence.h), 3 to 7 microseconds an element
    with AVX-512, in float64 for all dtypes.

    Args:
      df1: Floating tensor, > 0, degrees of freedom.
      loc1: Floating tensor of the same dtype.
      scale1: Floating tensor of the same dtype, > 0.
      df2: The same of the second distribution.
      loc2: The same of the second distribution.
      scale2: The same of the second distribution. All broadcast.
      name: Name of the op.

    Returns:
      Tensor of the broadcast shape, never negative, with a relative error of at
      most 1 eps (float32) or 32 eps (float64; 13 measured) however close or far
      the distributions are, for df in [1e-2, 1e8]; exactly 0, as is its
      gradient, where they are equal. The derivatives, from the same pass, have
      an error of at most 32 eps (10 measured) of themselves and of the root of
      twice the divergence times that of the Fisher information. A `df` above
      1e20 counts as 1e20. NaN for df <= 0 or scale <= 0, infinite scales or
      locations, and NaN; in float64 also where the scales, or the distance of
      the locations and a scale, differ by a factor of 1e140 or more, or where a
      term overflows. It is differentiable once.

    Raises:
      TypeError: Where a tensor is not floating or the dtypes differ.
    """
    return _tensors.call(
        ops.tf_implicit_student_t_divergence,
        name,
        df1=df1,
        loc1=loc1,
        scale1=scale1,
        df2=df2,
        loc2=loc2,
        scale2=scale2,
    ).divergence


def _pairs(rows):
    return [list(rows[:2]), list(rows[2:])]


def _scores(df, x):
    """The derivatives of the log density in df and x."""
    zero, one = tf.zeros([], df.dtype), tf.ones([], df.dtype)
    score = ops.tf_implicit_student_t_log_prob(
        df=df, loc=zero, scale=one, sample=x
    )
    return score.d_df, score.d_sample


def _hessian_over_density(df, x):
    """F_ij / f in (df, x), in the order of the rows of the matrix."""
    score_df, score_x = _scores(df, x)
    slope = ops.tf_implicit_random_student_t_grad(df=df, sample=x)
    bend = ops.tf_implicit_random_student_t_grad_partials(df=df, sample=x)[0]
    # F_df = -f dx/ddf.
    return [[-(score_df * slope + bend), score_df], [score_df, score_x]]


def _times(rows, weight):
    return [[tf.math.multiply_no_nan(h, weight) for h in row] for row in rows]


def _cdf_second(op):
    return _times(_hessian_over_density(*op.inputs), op.outputs[1])


def _log_cdf_second(op):
    rows = _hessian_over_density(*op.inputs)
    result = []
    for slopes in _pairs(op.outputs):
        # slopes[1] is f / F or -f / (1 - F).
        for row, s in zip(_times(rows, slopes[1]), slopes, strict=True):
            result.append([h - s * t for h, t in zip(row, slopes, strict=True)])
    return result


def _log_prob_second(df, loc, scale, sample):
    # 1 / (df + t^2), and t^2 times it, without overflow of t^2, or of the
    # difference, which is taken in halves.
    half = sample / 2 - loc / 2
    t = half / (scale / 2)
    share = 1 / (1 + (t / df) * t)
    inverse = share / df
    rest = 1 - share
    # t / (df + t^2) / scale: where df no longer counts, without t.
    far = share < 1e-20
    per_difference = 0.5 / tf.where(far, half, tf.ones_like(half))
    t_inverse = tf.where(far, per_difference, t * inverse / scale)
    in_df = (
        (
            tf.math.polygamma(tf.ones([], df.dtype), (df + 1) / 2)
            - tf.math.polygamma(tf.ones([], df.dtype), df / 2)
        )
        / 2
        + 1 / df**2
        + rest / df
        + rest / df
        - (df + 1) * rest * (1 + share) / df**2
    ) / 2
    # Of df with t and with the scale, of t with itself and with the scale.
    df_t = t_inverse * (inverse - rest)
    df_scale = rest * (rest - inverse) / scale
    t_t = (df + 1) * inverse * (rest - share) / scale / scale
    t_scale = 2 * (df + 1) * t_inverse * share / scale
    in_scale = (1 - (df + 1) * rest * (1 + 2 * share)) / scale / scale
    return [
        [in_df, -df_t, df_scale, df_t],
        [-df_t, t_t, -t_scale, -t_t],
        [df_scale, -t_scale, in_scale, t_scale],
        [df_t, -t_t, t_scale, t_t],
    ]


def _entropy_second(op):
    df = op.inputs[0]

    def step(order):
        n = tf.constant(order, df.dtype)
        return tf.math.polygamma(n, (df + 1) / 2) - tf.math.polygamma(n, df / 2)

    return [[step(1) / 4 + (df + 1) / 8 * step(2) - 1 / (2 * df**2)]]


def _no_second(*inputs):
    del inputs
    raise NotImplementedError(
        "The divergence of Student-t distributions has first derivatives only."
    )


def _quantile_partials(op):
    df, x = op.inputs[0], op.outputs[0]
    slope = ops.tf_implicit_random_student_t_grad(df=df, sample=x)
    density = ops.tf_implicit_student_t_cdf_partials(df=df, x=x)[1]
    return [[slope, 1 / density]]


_register = _betainc_gradients.register
_register(
    "TFImplicit>StudentTCdf",
    lambda op: _betainc_gradients.both_tails(
        ops.tf_implicit_student_t_cdf_partials(*op.inputs)
    ),
    inputs=2,
)
_register("TFImplicit>StudentTCdfPartials", _cdf_second, inputs=2)
_register(
    "TFImplicit>StudentTLogCdf",
    lambda op: _pairs(ops.tf_implicit_student_t_log_cdf_partials(*op.inputs)),
    inputs=2,
)
_register("TFImplicit>StudentTLogCdfPartials", _log_cdf_second, inputs=2)
_register("TFImplicit>StudentTQuantile", _quantile_partials, inputs=2)
_register(
    "TFImplicit>StudentTEntropy",
    lambda op: [[ops.tf_implicit_student_t_entropy_grad(*op.inputs)]],
    inputs=1,
)
_register("TFImplicit>StudentTEntropyGrad", _entropy_second, inputs=1)
_gradients.register_known_partials("TFImplicit>StudentTDivergence", _no_second)
_gradients.register_known_partials(
    "TFImplicit>StudentTLogProb", _log_prob_second
)
