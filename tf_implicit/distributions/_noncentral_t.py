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

import typing

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit.distributions import _gig_law, _trapezoid
from tf_implicit.math import random_loggamma_grad, student_t_log_prob

__all__ = ["attach_to_sample", "log_prob", "slopes"]

_DEPTH = 42.0
# Rounds of a bisection in the logarithm of a reach, of an interval of a factor
# of 500: one of 3% is left.
_FACTOR = 500.0
_ROUNDS = 8
_LARGE = 1e10


class Law(typing.NamedTuple):
    """A law of y, of tensors that broadcast.

    Attributes:
      n: df + 1.
      a: That of `drop`.
      c: That of `drop`.
      log_u: log(u) at the mode.
      log_peak: The logarithm of the factor of exp(-drop), less that for a
        noncentrality of 0, noncentrality**2 / 2 aside.
    """

    n: tf.Tensor
    a: tf.Tensor
    c: tf.Tensor
    log_u: tf.Tensor
    log_peak: tf.Tensor

    @classmethod
    def of(cls, t, df, noncentrality):
        """The law given t."""
        n = df + 1
        r = t / tf.sqrt(df)
        is_far = tf.abs(r) > 1
        one = tf.ones_like(r)
        near, far = tf.where(is_far, one, r), tf.where(is_far, r, one)
        cosine = tf.where(
            is_far,
            tf.sign(far) * tf.math.rsqrt(1 + (1 / far) ** 2),
            near * tf.math.rsqrt(1 + near**2),
        )
        log_square = tf.where(
            is_far,
            2 * tf.math.log(tf.abs(far)) + tf.math.log1p((1 / far) ** 2),
            tf.math.log1p(near**2),
        )
        kappa = noncentrality * tf.sqrt(n) * cosine
        log_q = tf.math.asinh(kappa / (2 * n))
        q = tf.exp(log_q)
        c = kappa * q
        return cls(
            n,
            n * q**2,
            c,
            tf.math.log1p(1 / df) - log_square + 2 * log_q,
            n * log_q + c / 2,
        )


def _drop(y, law):
    """Of terms of one sign."""
    two, one = (_gig_law.remainders(x)[0] for x in (2 * y, y))
    return tf.where(
        law.c > 0,
        law.n * two / 2 + law.c * tf.math.expm1(y) ** 2 / 2,
        law.a * two / 2 - law.c * one,
    )


def _reach(law, side):
    """How far it is to a drop of 42, or a little more."""
    # Drop is at least (n + c / 2) y**2 / (1 + |y|)**2, and n (|y| - 1 / 2).
    high = 15 * tf.math.rsqrt(2 * law.n + law.c)
    high = tf.where(high < 0.25, high, 45 * tf.ones_like(high))
    low = high / _FACTOR
    for _ in range(_ROUNDS):
        middle = tf.sqrt(low * high)
        is_low = _drop(side * middle, law) < _DEPTH
        low = tf.where(is_low, middle, low)
        high = tf.where(is_low, high, middle)
    return high


def _means(law, function):
    """Log of the integral of exp(-drop), and means of functions of y.

    Args:
      law: The law.
      function: Function of y, with an axis of nodes at the end, that returns a
        list of tensors.

    Returns:
      List of tensors, without derivatives.
    """
    left, right = -_reach(law, -1.0), _reach(law, 1.0)
    # 2 n + c is the curvature at the mode; drop is entire, and falls where
    # |Im y| < pi / 4.
    step = tf.math.rsqrt(120 + 3 * (2 * law.n + law.c))
    nodes = Law(*(x[..., tf.newaxis] for x in law))

    def integrand(y):
        weight = tf.exp(-_drop(y, nodes))
        return [weight, *(weight * value for value in function(y))]

    one, *others = _trapezoid.integrate(integrand, left, right, step)
    return [tf.math.log(one), *(value / one for value in others)]


def slopes(t, df, noncentrality):
    """Those of a sample t: that in df over t, that in the noncentrality."""
    law = Law.of(*map(tf.stop_gradient, (t, df, noncentrality)))
    half = df[..., tf.newaxis] / 2
    log_u = law.log_u[..., tf.newaxis]

    def function(y):
        log_gamma = log_u + 2 * y + tf.math.log(half)
        of_x = random_loggamma_grad(half, log_gamma) - 1 / half
        return [of_x / 2, tf.math.expm1(y)]

    _, of_x, rise = _means(law, function)
    # E exp(-y), since exp(-y - drop) is 0 at both ends: a sum of its own would
    # have many more terms for a small df.
    inverse = 1 + (1 + law.a * rise) / df
    # The mean of an almost odd function has lost its digits for a large df:
    # there, the first term in 1 / df.
    square = t * (t - noncentrality)
    relative = tf.where(df > _LARGE, -(1 + square) / (4 * df) / df, -of_x / 2)
    return [relative, inverse * tf.exp(-law.log_u / 2)]


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
        both = _without_second(slopes, t, *parameters)
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
        each = tf.unstack(_without_second(_scores, *own), num=3)
        return tuple(upstream * slope for slope in each)

    law = Law.of(t, df, noncentrality)
    (log_norm,) = _means(law, lambda y: [])
    (central,) = _means(Law.of(t, df, tf.zeros_like(df)), lambda y: [])
    ratio = law.log_peak - noncentrality**2 / 2 + (log_norm - central)
    return student_t_log_prob(df, t) + ratio, gradient


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
            _gig_law.remainders(log_u + 2 * y)[0],
        ],
    )[1:]


def _without_second(function, *arguments):
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
