# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The standard multivariate Student's t distribution.

Its coordinates, one after another, are t distributed given those before:
X_k with df + k degrees of freedom and the scale
sqrt((df + X_0**2 + ... + X_(k-1)**2) / (df + k)).
"""

import tensorflow as tf

from tf_implicit import _attach, _tensors, math, random
from tf_implicit._op_library import ops
from tf_implicit.distributions import _half_steps
from tf_implicit.math import _gradients

__all__ = [
    "entropy_standard",
    "factor",
    "length",
    "log_prob_standard",
]


# What samples are at most, of the largest finite number. It leaves the
# reciprocal of a sample, of which derivatives of log densities are made, digits
# of its own.
LARGEST = 2.0**-10


def factor(normal, seed, df, reach):
    """Numbers f such that f x are samples for Normal samples x.

    The gradient in df is that of the length f |x| by its CDF (Figurnov et al.
    2018, equation 8): (f |x|)**2 / ((f |x|)**2 + df) ~ Beta(d / 2, df / 2). It
    has less variance than that of a Gamma sample in the denominator.

    Args:
      normal: Floating tensor [d, ...], x.
      seed: Integer tensor of shape [2], not that of x.
      df: Floating tensor that broadcasts to [...].
      reach: Floating tensor [...], the size of the largest number that is
        multiplied with f. No product is greater than 2**-10 of the largest
        finite number: f is moved, and has the gradient of one there.

    Returns:
      Tensor [...].
    """
    square = tf.reduce_sum(normal * normal, axis=0)
    shape = tf.shape(square)
    least = _tensors.smallest_normal(df.dtype)
    # In dimension 1 one float32 in 2**30 is 0.
    log_size = tf.math.log(tf.maximum(square, least)) / 2
    half = tf.stop_gradient(df) / 2
    log_gamma = random.stateless_loggamma(shape, seed, half)
    log_f = (tf.math.log(half) - log_gamma) / 2
    largest = LARGEST * df.dtype.max / tf.maximum(tf.stop_gradient(reach), 1)
    log_f = tf.minimum(log_f, tf.math.log(largest))
    d = tf.cast(tf.shape(normal)[0], df.dtype)
    log_f = _attach.attach_gradient(
        log_f,
        [tf.broadcast_to(df, shape), log_size],
        lambda upstream, log_f, df, log_size: [
            upstream
            * ops.tf_implicit_random_radial_student_t_grad(
                dimension=d, df=df, log_square=2 * (log_f + log_size)
            )
            / 2,
            None,
        ],
    )
    return tf.exp(log_f)


def length(x):
    """The Euclidean norm along the first axis, whose square may overflow.

    Its derivative is 0 at 0, as that of a density around it.
    """
    # No number times `unit` is subnormal, or overflows.
    least = 64 * _tensors.smallest_normal(x.dtype)
    largest = tf.reduce_max(tf.abs(x), axis=0)
    largest = tf.clip_by_value(largest, least, x.dtype.max)
    unit = tf.stop_gradient(16 / largest)
    parts = x * unit
    square = tf.reduce_sum(parts * parts, axis=0)
    # It is less than 1 for numbers of the size of the smallest ones only.
    return tf.sqrt(tf.maximum(square, least)) / unit


def log_prob_standard(size, df, dimension):
    """The log density at a distance `size` from the center.

    All that depends on df is that of Student's t densities
    (`tf_implicit.math.student_t_log_prob`), so that value and derivative keep
    their digits at a large df.

    Args:
      size: Floating tensor.
      df: Floating tensor of the same dtype. The two broadcast.
      dimension: Integer scalar.
    """
    d = tf.cast(dimension, df.dtype)
    k = tf.cast(tf.range(dimension), df.dtype)
    # At 0, all coordinates but the last, whose degrees of freedom the whole
    # density has: (1 + size**2 / df)**(-(df + d) / 2).
    rows = df[..., tf.newaxis] + k[:-1]
    others = math.student_t_log_prob(rows, tf.zeros_like(rows))
    steps = tf.math.log1p(k / df[..., tf.newaxis]) / 2
    stretch = tf.exp(steps[..., -1])
    # Where size * stretch would overflow the density is a power of the size: it
    # is taken at size / excess. The derivatives in both are those without it.
    most = df.dtype.max / 2 / stretch
    excess = tf.clip_by_value(size / most, 1, df.dtype.max)
    excess = tf.stop_gradient(excess)
    last = math.student_t_log_prob(df + (d - 1), size / excess * stretch)
    last -= (df + d) * tf.math.log(excess)
    return last + tf.reduce_sum(others, axis=-1) + tf.reduce_sum(steps, axis=-1)


def entropy_standard(df, dimension):
    """The entropy, by the chain rule.

    In float64 whatever the dtype is: the derivative of E log of the scales is
    a difference.

    Args:
      df: Floating tensor.
      dimension: Integer scalar.
    """
    dtype = df.dtype
    df = tf.cast(df, tf.float64)
    log_c, digammas = _half_steps.half_steps(df, dimension)
    k = tf.cast(tf.range(dimension), df.dtype)
    rows = df[..., tf.newaxis] + k
    # E log (1 + (X_0**2 + ... + X_(k-1)**2) / df), from digamma(df / 2) up.
    logs = tf.cumsum(digammas, axis=-1, exclusive=True)
    scales = (logs - tf.math.log1p(k / df[..., tf.newaxis])) / 2
    # The entropy of Student's t distribution, as of half_steps.
    entropies = (rows + 1) / 2 * digammas - log_c
    return tf.cast(tf.reduce_sum(entropies + scales, axis=-1), dtype)


# Of (s + d) / df: below it five terms of the series are right to eps, above it
# the difference loses three digits at most.
_SMALL = 1e-3


def _slope(d, df, log_s):
    """That of kernels/special/radial_t.h, for second derivatives."""
    d = tf.broadcast_to(d, tf.shape(df))
    s = tf.exp(log_s)
    near = (s + d) < _SMALL * df
    # log(s / df) is the logit of a Beta(d / 2, df / 2) variable.
    safe_df = tf.where(near, tf.ones_like(df), df)
    safe_log_s = tf.where(near, tf.zeros_like(log_s), log_s)
    logit = safe_log_s - tf.math.log(safe_df)
    _, of_half = math.random_logit_beta_grad(d / 2, safe_df / 2, logit)
    far = of_half / 2 + 1 / safe_df
    s = tf.where(near, s, tf.zeros_like(s))
    return tf.where(near, _series(d, s, df), far)


def _series(d, s, df):
    """The slope in powers of 1 / df."""
    terms = (
        -(s - d + 2) / 2,
        (s * (s + d - 2) - 2 * (d - 1) * (d - 2)) / 6,
        -(s * (s * (s + d - 2) + d * (d - 2)) - 3 * d * (d - 2) ** 2) / 12,
        (
            s
            * (
                s * (s * (3 * s + 3 * d - 6) + (3 * d - 2) * (d - 2))
                + 3 * d**3
                - 6 * d**2
                - 8 * d
                + 16
            )
            - 12 * d**4
            + 60 * d**3
            - 80 * d**2
            + 32
        )
        / 60,
        -(
            s
            * (
                s
                * (
                    s * (s * (s + d - 2) + (d - 1) * (d - 2))
                    + d**3
                    - 3 * d**2
                    + 4
                )
                + d**4
                - 2 * d**3
                - 6 * d**2
                + 12 * d
            )
            - 5 * d**5
            + 30 * d**4
            - 50 * d**3
            + 40 * d
        )
        / 30,
    )
    total = tf.zeros_like(s)
    for term in reversed(terms):
        total = (total + term) / df
    return total / df


_gradients.register_formula(
    "TFImplicit>RandomRadialStudentTGrad",
    lambda d, df, log_s: [_slope(d, df, log_s)],
)
