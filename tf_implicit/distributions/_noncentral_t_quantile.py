# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Quantiles of the noncentral t law, in float64."""

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit.distributions import (
    _noncentral_t,
    _noncentral_t_tail,
    _normal_tail,
    _root,
)
from tf_implicit.math import log_igammacinv, log_igammainv

__all__ = ["quantile"]

# Where the search for a larger df begins as if t were Normal.
_NORMAL = 8.0


def quantile(p, df, noncentrality):
    """The t whose CDF is p, with first derivatives; the three broadcast.

    Args:
      p: float64 tensor.
      df: float64 tensor.
      noncentrality: float64 tensor.

    Returns:
      Tensor; -infinity and infinity for a p of 0 and 1, and beyond all numbers.
    """
    shape = tf.shape(p)
    for x in (df, noncentrality):
        shape = tf.broadcast_dynamic_shape(shape, tf.shape(x))
    wide = [tf.broadcast_to(x, shape) for x in (p, df, noncentrality)]
    fixed, *parameters = map(tf.stop_gradient, wide)
    by_lower = fixed < 0.5
    goal = tf.where(by_lower, -tf.math.log(fixed), tf.math.log1p(-fixed))
    # A logarithm is rounded to so much.
    size = tf.maximum(tf.abs(goal), tf.ones_like(goal))

    def error(t):
        """The CDF, by the nearer tail, on a log scale."""
        lower, upper, log_density = _noncentral_t_tail.log_tails(t, *parameters)
        value = tf.where(by_lower, lower, -upper) + goal
        of_tail = tf.where(by_lower, lower, upper)
        return value / size, tf.exp(log_density - of_tail) / size

    end = tf.fill(shape, tf.constant(tf.float64.max, tf.float64))
    start = tf.clip_by_value(_start(fixed, *parameters), -end, end)
    t = _root.find_root(error, start, -end, end)
    infinity = tf.constant(float("inf"), tf.float64)
    t = tf.where((fixed == 0) | (t <= -end), -infinity, t)
    t = tf.where((fixed == 1) | (t >= end), infinity, t)
    return _attach.attach_gradient(t, wide, _pull_back)


def _start(p, df, noncentrality):
    """About the quantile."""
    # The Normal law of t sqrt(u) - noncentrality at a given t, with the mean
    # and the variance of sqrt(u) for a large df.
    z = tf.math.ndtri(p)
    shrunk = 1 - 1 / (4 * df)
    lead = shrunk**2 - z**2 / (2 * df)
    root = tf.sqrt(shrunk**2 + (noncentrality**2 - z**2) / (2 * df))
    normal = (noncentrality * shrunk + z * root) / lead
    # Of the mean of the numerator given its sign, which is that of t.
    above = p > tf.exp(_normal_tail.log_ndtr(-noncentrality))
    side = tf.where(above, noncentrality, -noncentrality)
    beyond = tf.where(above, 1 - p, p)
    beyond *= tf.exp(-_normal_tail.log_ndtr(side))
    numerator = side + _normal_tail.inverse_mills(side)
    half = df / 2
    few = tf.minimum(beyond, tf.ones_like(beyond))
    log_u = tf.where(
        few < 0.5,
        log_igammainv(half, few),
        log_igammacinv(half, 1 - few),
    ) - tf.math.log(half)
    ratio = numerator * tf.exp(-log_u / 2)
    ratio = tf.where(above, ratio, -ratio)
    usable = (df > _NORMAL) & (lead > 0) & tf.math.is_finite(normal)
    return tf.where(usable, normal, ratio)


def _pull_back(upstream, t, p, df, noncentrality):
    del p

    def slopes(t, df, noncentrality):
        # None at the ends.
        inside = tf.math.is_finite(t)
        t = tf.where(inside, t, tf.zeros_like(t))
        log_density = _noncentral_t.log_prob(t, df, noncentrality)
        relative, of_noncentrality = _noncentral_t.slopes(t, df, noncentrality)
        each = [tf.exp(-log_density), t * relative, of_noncentrality]
        return [tf.where(inside, x, tf.zeros_like(x)) for x in each]

    each = _noncentral_t.without_second(slopes, t, df, noncentrality)
    return [upstream * slope for slope in tf.unstack(each, num=3)]
