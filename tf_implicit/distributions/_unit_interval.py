# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Numbers between 0 and 1, and what is a difference from 1."""

import math

import tensorflow as tf

__all__ = ["inside", "log1mexp", "logit", "sigmoid"]

# The least normal number, and the distance of the nearest number below 1.
_ENDS = {
    tf.float16: (2.0**-14, 2.0**-11),
    tf.bfloat16: (2.0**-126, 2.0**-8),
    tf.float32: (2.0**-126, 2.0**-24),
    tf.float64: (2.0**-1022, 2.0**-53),
}


def inside(z):
    """Z in [0, 1], moved to the nearest normal number inside of (0, 1).

    The gradient is that of z, which is 0 where z underflows: the product with
    an infinite one, as of a density at the least number, must not be NaN.
    """
    least, gap = (tf.constant(end, z.dtype) for end in _ENDS[z.dtype])
    below = z < least
    z = tf.where(below, least, z)
    return tf.where(z <= 1 - gap, z, 1 - gap + (z - tf.stop_gradient(z)))


def sigmoid(y):
    """1 / (1 + exp(-y)), whose derivative keeps its digits near 1.

    That of `tf.sigmoid` is z (1 - z), which is eps or 0 there.
    """
    below = y < 0
    # Not of the absolute value, which has no derivative at 0.
    e = tf.exp(tf.where(below, y, -y))
    return tf.where(below, e, tf.ones_like(e)) / (1 + e)


def logit(x):
    """log(x / (1 - x)) for 0 < x < 1, to a few eps, at 1/2, too."""
    low = x < 0.25
    below = tf.where(low, x, tf.constant(0.25, x.dtype))
    above = tf.where(low, tf.constant(0.25, x.dtype), x)
    return tf.where(
        low,
        tf.math.log(below) - tf.math.log1p(-below),
        # Both differences are exact above 1/2.
        tf.math.log1p((2 * above - 1) / (1 - above)),
    )


def log1mexp(t):
    """log(1 - exp(-t)) for t > 0, with derivatives at small t, too.

    `tfp.math.log1mexp` has the derivative NaN where exp(-t) rounds to 1.
    """
    small = t < math.log(2)
    near = tf.where(small, t, tf.constant(0.5, t.dtype))
    far = tf.where(small, tf.ones_like(t), t)
    return tf.where(
        small,
        tf.math.log(-tf.math.expm1(-near)),
        tf.math.log1p(-tf.exp(-far)),
    )
