# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The standard multivariate Student's t distribution.

Its coordinates, one after another, are t distributed given those before:
X_k with df + k degrees of freedom and the scale
sqrt((df + X_0**2 + ... + X_(k-1)**2) / (df + k)).
"""

import tensorflow as tf
import tensorflow_probability as tfp

from tf_implicit import _attach, _tensors, math, random
from tf_implicit._op_library import ops
from tf_implicit.distributions import _exponential, _half_steps
from tf_implicit.math import _gradients
from tf_implicit.random import _normal

__all__ = [
    "entropy_standard",
    "log_prob_standard",
    "sample_standard",
]


def sample_standard(shape, seed, df, dimension):
    """Samples of the t distribution with location 0 and the identity as scale.

    A sample is r u, u uniform on the sphere and independent of r, with
    r**2 / (r**2 + df) ~ Beta(dimension / 2, df / 2). Its gradient in df is that
    of r by the CDF of this Beta distribution (Figurnov et al. 2018, equation
    8), which has less variance than that of a Gamma sample in the denominator.

    Args:
      shape: Integer vector, without the dimension of the sample.
      seed: As for `sample`.
      df: Floating tensor that broadcasts to `shape`.
      dimension: Integer scalar.

    Returns:
      Tensor of the shape [dimension] + `shape`.
    """
    seeds = tfp.random.split_seed(seed, n=2, salt="radial_t")
    normal = _normal.stateless_normal(
        tf.concat([[dimension], shape], axis=0), seeds[0], df.dtype
    )
    half = tf.stop_gradient(df) / 2
    log_gamma = random.stateless_loggamma(shape, seeds[1], half)
    size = tf.norm(normal, axis=0)
    # In dimension 1 one float32 in 2**30 is 0.
    size = tf.maximum(size, _tensors.smallest_normal(size.dtype))
    log_r = tf.math.log(size) + (tf.math.log(half) - log_gamma) / 2
    d = tf.cast(dimension, df.dtype)
    log_r = _attach.attach_gradient(
        log_r,
        [tf.broadcast_to(df, shape)],
        lambda upstream, log_r, df: [
            upstream
            * ops.tf_implicit_random_radial_student_t_grad(
                dimension=d, df=df, log_square=2 * log_r
            )
            / 2
        ],
    )
    r = _exponential.scaled_exponential(log_r, tf.ones([], df.dtype))
    return (normal / size) * r


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
    last = math.student_t_log_prob(df + (d - 1), size * tf.exp(steps[..., -1]))
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
