# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Density of the noncentral t law and derivatives of its samples, in float64.

t = (Z + noncentrality) / sqrt(u), with Z Normal(0, 1) and u = chi2(df) / df.
Given t, the density of y = log(u) / 2 less its mode is exp(-drop(y)) up to a
factor, with N = df + 1, q the square root of u at the mode, relative to that of
noncentrality 0, kappa = noncentrality t sqrt(N / (df + t**2)) and

    drop(y) = a (e**(2 y) - 1 - 2 y) / 2 - c (e**y - 1 - y),
    q = exp(asinh(kappa / (2 N))),    c = kappa q,    a = N q**2 = N + c.

The implicit derivatives of a sample are means under this law: that of t at
fixed Z and dx/ddf, the implicit derivative of x = log(u),

    dt/dnoncentrality = E 1 / sqrt(u),    dt/ddf = -t / 2 E dx/ddf

(both times the density are -dF/dparameter, since F is the mean of
Phi(t sqrt(u) - noncentrality)).
"""

import math
import typing

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit.distributions import (
    _exp_remainder,
    _log_gamma_flow,
    _trapezoid,
)
from tf_implicit.math import (
    gamma_log_prob,
    random_loggamma_grad,
    student_t_log_prob,
)

__all__ = ["attach_to_sample", "log_prob", "polar", "slopes", "without_second"]

_DEPTH = 42.0
# Rounds of a bisection in the logarithm of a reach, of an interval of a factor
# of 500: one of 3% is left.
_FACTOR = 500.0
_ROUNDS = 8
# A log_u at most that far from 0 counts as close to it.
_CLOSE = 0.25
_LOG_FACTOR = math.log(2) - math.log(2 * math.pi) / 2


class Law(typing.NamedTuple):
    """A law of y, of tensors that broadcast.

    Attributes:
      n: df + 1.
      a: That of `drop`.
      c: That of `drop`.
      log_u: log(u) at the mode.
    """

    n: tf.Tensor
    a: tf.Tensor
    c: tf.Tensor
    log_u: tf.Tensor

    @classmethod
    def of(cls, t, df, noncentrality):
        """The law given t."""
        n = df + 1
        cosine, log_length = polar(t, df)
        kappa = noncentrality * tf.sqrt(n) * cosine
        log_q = tf.math.asinh(kappa / (2 * n))
        q = tf.exp(log_q)
        c = kappa * q
        return cls(
            n,
            n * q**2,
            c,
            tf.math.log1p(1 / df) - 2 * log_length + 2 * log_q,
        )


def polar(t, df):
    """The pair t / sqrt(df + t**2), log(1 + t**2 / df) / 2."""
    root = tf.sqrt(df)
    far = tf.abs(t) > root
    long = tf.where(far, tf.abs(t), root)
    ratio = tf.where(far, root, tf.abs(t)) / long
    cosine = tf.math.rsqrt(1 + ratio**2)
    # The ratio may underflow.
    usual = ratio > 1e-300
    apart = tf.where(
        usual,
        -tf.math.log(tf.where(usual, ratio, tf.ones_like(ratio))),
        tf.math.log(long) - tf.math.log(root),
    )
    return (
        tf.sign(t) * tf.where(far, cosine, ratio * cosine),
        tf.math.log1p(ratio**2) / 2 + tf.where(far, apart, 0 * apart),
    )


def _drop(y, law):
    """Of terms of one sign."""
    two, one = map(_exp_remainder.remainder, (2 * y, y))
    return tf.where(
        law.c > 0,
        law.n * two / 2 + law.c * tf.math.expm1(y) ** 2 / 2,
        law.a * two / 2 - law.c * one,
    )


def _reaches(law):
    """How far it is to a drop of 42, or a little more, down and up."""
    side = tf.constant([-1.0, 1.0], tf.float64)
    ones = tf.ones_like(tf.shape(law.c))
    side = tf.reshape(side, tf.concat([[2], ones], axis=0))
    # Drop is at least (n + c / 2) y**2 / (1 + |y|)**2, and n (|y| - 1 / 2).
    high = 15 * tf.math.rsqrt(2 * law.n + law.c)
    high = tf.where(high < 0.25, high, 45 * tf.ones_like(high))
    high = tf.stack([high, high])
    low = high / _FACTOR
    for _ in range(_ROUNDS):
        middle = tf.sqrt(low * high)
        is_low = _drop(side * middle, law) < _DEPTH
        low = tf.where(is_low, middle, low)
        high = tf.where(is_low, high, middle)
    return high


def _means(law, function, ends=None):
    """Log of the integral of exp(-drop), and means of functions of y.

    Args:
      law: The law.
      function: Function of y, with an axis of nodes at the end, that returns a
        list of tensors.
      ends: Its `_reaches`, if they are at hand.

    Returns:
      List of tensors, without derivatives.
    """
    ends = _reaches(law) if ends is None else ends
    left, right = -ends[0], ends[1]
    # 2 n + c is the curvature at the mode; drop is entire, and falls where
    # |Im y| < pi / 4.
    step = tf.math.rsqrt(120 + 3 * (2 * law.n + law.c))
    nodes = Law(*(x[..., tf.newaxis] for x in law))

    def integrand(y):
        weight = tf.exp(-_drop(y, nodes))
        return [weight, *(weight * value for value in function(y))]

    one, *others = _trapezoid.integrate(integrand, left, right, step)
    return [tf.math.log(one), *(value / one for value in others)]


def slopes(t, df, noncentrality, log_factor=0.0):
    """Those of a sample t: that in df over t, that in the noncentrality.

    The latter times exp(log_factor).
    """
    law = Law.of(*map(tf.stop_gradient, (t, df, noncentrality)))
    half, log_u = tf.stop_gradient(df) / 2, law.log_u
    # Where dx/ddf is a series in 1 / df, whose mean has all digits.
    ends = _reaches(law)
    far = tf.abs(log_u) + 2 * tf.reduce_max(ends, axis=0)
    is_series = (half >= _log_gamma_flow.LEAST) & (tf.abs(log_u) < _CLOSE)
    is_series &= far < _log_gamma_flow.FARTHEST
    zero = tf.zeros_like(is_series, tf.float64)

    def direct():
        half_, log_half = (
            x[..., tf.newaxis] for x in (half, tf.math.log(half))
        )

        def function(y):
            log_gamma = log_u[..., tf.newaxis] + 2 * y + log_half
            slope = random_loggamma_grad(half_, log_gamma) - 1 / half_
            return [slope, tf.math.expm1(y)]

        return _means(law, function, ends)[1:]

    def series():
        large = tf.where(is_series, half, _log_gamma_flow.LEAST + zero)

        def function(y):
            x = log_u[..., tf.newaxis] + 2 * y
            x = tf.where(is_series[..., tf.newaxis], x, tf.zeros_like(x))
            rest = _log_gamma_flow.scaled_remainder(large, x)
            two, one = map(_exp_remainder.remainder, (2 * y, y))
            return [rest, two, one, tf.math.expm1(y)]

        _, rest, two, one, rise = _means(law, function, ends)
        # The mean of the slope of drop is 0: a E(e**(2 y) - 1) = c E(e**y - 1).
        mean_y = (law.c * one - law.a * two) / (2 * law.n + law.c)
        return [(rest - log_u / 2 - mean_y) / half, rise]

    # Most often all are of one kind.
    none = [zero, zero]
    each = zip(
        tf.cond(tf.reduce_any(is_series), series, lambda: none),
        tf.cond(tf.reduce_all(is_series), lambda: none, direct),
        strict=True,
    )
    of_half, rise = (tf.where(is_series, a, b) for a, b in each)
    # E exp(-y), since exp(-y - drop) is 0 at both ends: a sum of its own would
    # have many more terms for a small df.
    inverse = 1 + (1 + law.a * rise) / df
    return [-of_half / 4, inverse * tf.exp(log_factor - law.log_u / 2)]


def attach_to_sample(t, df, noncentrality):
    """A sample with its first derivatives in the parameters.

    Args:
      t: float64 tensor.
      df: float64 tensor that broadcasts to it.
      noncentrality: float64 tensor that broadcasts to it.

    Returns:
      Tensor with the values of t.
    """

    def pull_back(upstream, t, *parameters):
        both = without_second(slopes, t, *parameters)
        relative, slope = tf.unstack(both, num=2)
        # dL/dt t is of the order of L, dt/ddf may overflow.
        return [upstream * t * relative, upstream * slope]

    shape = tf.shape(t)
    wide = [tf.broadcast_to(x, shape) for x in (df, noncentrality)]
    return _attach.attach_gradient(t, wide, pull_back)


def log_prob(t, df, noncentrality):
    """The log density at t, with first derivatives."""
    shape = tf.shape(t)
    for x in (df, noncentrality):
        shape = tf.broadcast_dynamic_shape(shape, tf.shape(x))
    return _log_prob(
        *(tf.broadcast_to(x, shape) for x in (t, df, noncentrality))
    )


@_attach.custom_gradient
def _log_prob(t, df, noncentrality):
    def gradient(upstream):
        own = [tf.identity(x) for x in (t, df, noncentrality)]
        each = tf.unstack(without_second(_scores, *own), num=3)
        return tuple(upstream * slope for slope in each)

    law = Law.of(t, df, noncentrality)
    (log_norm,) = _means(law, lambda y: [])
    half, y = df / 2, law.log_u / 2
    # The density of log(u) / 2 at 0 is twice that of u at 1.
    log_norm += gamma_log_prob(half, half, tf.ones_like(half)) + _LOG_FACTOR
    # t sqrt(u) - noncentrality, with the digits of t - noncentrality.
    small = tf.abs(y) < 0.5
    rise = t * tf.math.expm1(tf.where(small, y, tf.zeros_like(y)))
    root = tf.exp(y / 2)
    x = tf.where(
        small, (t - noncentrality) + rise, t * root * root - noncentrality
    )
    of_u = half * _exp_remainder.remainder(law.log_u)
    return log_norm - (of_u - y) - x**2 / 2, gradient


def _scores(t, df, noncentrality):
    """The derivatives of the log density."""
    laws = [Law.of(t, df, x) for x in (noncentrality, tf.zeros_like(df))]
    (root_rise, square_rise, of_df), (_, _, of_central) = (
        _score_means(law) for law in laws
    )
    root = tf.exp(laws[0].log_u / 2)
    with tf.GradientTape() as tape:
        tape.watch(df)
        central = student_t_log_prob(df, t)
    scaled = t * root
    return [
        # E (noncentrality - t sqrt(u)) sqrt(u).
        root * (noncentrality * (1 + root_rise) - scaled * (1 + square_rise)),
        tape.gradient(central, df) + (of_central - of_df) / 2,
        scaled * (1 + root_rise) - noncentrality,
    ]


def _score_means(law):
    """E exp(y) - 1, E exp(2 y) - 1, and E (u - 1 - log u)."""
    log_u = law.log_u[..., tf.newaxis]
    return _means(
        law,
        lambda y: [
            tf.math.expm1(y),
            tf.math.expm1(2 * y),
            _exp_remainder.remainder(log_u + 2 * y),
        ],
    )[1:]


def without_second(function, *arguments):
    """The stacked values of a function, whose derivatives are an error."""

    @_attach.custom_gradient
    def value(*arguments):
        def gradient(upstream):
            raise NotImplementedError(
                "tf_implicit provides first derivatives of a noncentral "
                "Student's t distribution, none above."
            )

        return tf.stack(function(*map(tf.stop_gradient, arguments))), gradient

    return value(*arguments)
