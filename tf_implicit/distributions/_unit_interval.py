# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Numbers between 0 and 1, and what is a difference from 1."""

import tensorflow as tf

from tf_implicit._op_library import ops
from tf_implicit.math import _gradients

__all__ = [
    "below_one",
    "gap",
    "inside",
    "log1mexp",
    "logit_and_logs",
    "sigmoid",
]

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
    least, gap = _ENDS[z.dtype]
    z = tf.maximum(z, tf.constant(least, z.dtype))
    below_one = tf.minimum(z, tf.constant(1 - gap, z.dtype))
    return z + tf.stop_gradient(below_one - z)


def gap(dtype):
    """The distance of the nearest number below 1."""
    return _ENDS[dtype][1]


def below_one(z):
    """Z, but for 1 the nearest number below it, with the gradient of z."""
    return z - gap(z.dtype) * tf.cast(tf.equal(z, 1), z.dtype)


def sigmoid(y):
    """1 / (1 + exp(-y)), moved to the nearest normal number inside of (0, 1).

    The derivative is that of the sigmoid itself and keeps its digits near 1,
    where that of `tf.sigmoid`, z (1 - z), is eps or 0.
    """
    least, gap = _ENDS[y.dtype]
    return ops.tf_implicit_bounded_sigmoid(
        logit=y,
        least=tf.constant(least, y.dtype),
        most=tf.constant(1 - gap, y.dtype),
    ).output


@tf.RegisterGradient("TFImplicit>BoundedSigmoid")
def _sigmoid_gradient(op, upstream, unused):
    del unused
    logit = op.inputs[0]
    (slope,) = _gradients.with_slopes(
        [op.outputs[1]], [logit], _sigmoid_second, [0]
    )
    # The slope is 0 where z underflows, and a density may be infinite there.
    return tf.math.multiply_no_nan(upstream, slope), None, None


def _sigmoid_second(y):
    slope = tf.sigmoid(y) * tf.sigmoid(-y)
    return [[-slope * tf.tanh(y / 2)]]


def logit_and_logs(x):
    """log(x / (1 - x)) for 0 < x < 1, to a few eps, at 1/2, too.

    Args:
      x: Floating tensor.

    Returns:
      The logit, log x and log(1 - x), with their derivatives.
    """
    log_x, log_rest = tf.math.log(x), tf.math.log1p(-x)
    difference = log_x - log_rest
    # Both differences are exact above 1/2. The derivatives, 1 / x + 1 / (1 - x)
    # and so on, are right without it.
    near = tf.math.log1p((2 * x - 1) / (1 - x))
    change = tf.where(x < 0.25, tf.zeros_like(x), near - difference)
    return difference + tf.stop_gradient(change), log_x, log_rest


def log1mexp(t):
    """log(1 - exp(-t)) for t > 0, with derivatives at small t, too.

    `tfp.math.log1mexp` has the derivative NaN where exp(-t) rounds to 1.
    """
    minus = tf.math.expm1(-t)
    log = tf.math.log(-minus)
    # What 1 - exp(-t) lost in its rounding, where it is near 1: 1 + minus is
    # exact above 1/2. The derivatives of `log` are right without it.
    lost = (1 + minus) - tf.exp(-t)
    lost *= tf.cast(minus < -0.5, t.dtype)
    return log + tf.stop_gradient(lost)
