# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of the inverse Gaussian distribution, their gradients, and its CDF.

The formulas stand in inverse_gaussian.py.
"""

import math

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit._op_library import ops
from tf_implicit.distributions import _mills, _seeds
from tf_implicit.math import _gradients
from tf_implicit.random import _normal, _uniform

__all__ = ["log_slopes", "sample", "slopes", "tail"]


def sample(shape, seed, loc, concentration):
    """Samples with their gradients in both parameters.

    Args:
      shape: Integer vector, with which both parameters broadcast.
      seed: Integer tensor of shape [2].
      loc: Floating tensor, the mean.
      concentration: Floating tensor of the same dtype.

    Returns:
      Tensor of the given shape.
    """
    m, c = tf.stop_gradient(loc), tf.stop_gradient(concentration)
    # loc / z and z / loc are the roots 1 + h / k +- sqrt(h / k (h / k + 2)).
    k = c / m
    other = _seeds.sanitize(seed, "side")
    h = _normal.stateless_normal(shape, seed, m.dtype) ** 2 / 2
    step = h + tf.sqrt(h * (h + 2 * k))
    total = k + step
    u = _uniform.stateless_uniform(shape, other, m.dtype)
    small = u * (total + k) < total
    z = tf.where(small, c / total, m * (total / k))
    z = tf.minimum(z, z.dtype.max / 2)
    side = tf.where(small, step, -step) / (step + 2 * k)
    parameters = [tf.broadcast_to(x, shape) for x in (loc, concentration)]
    return _attach.attach_gradient(z, [*parameters, side], _pull_back)


def _pull_back(upstream, z, loc, concentration, side):
    # Equal to `side`, with its derivatives.
    rounded = (loc - z) / (loc + z)
    side = rounded + tf.stop_gradient(side - rounded)
    logarithmic = log_slopes(z, loc, concentration, side)
    # dL/dz z is of the order of L, dz/dphi may overflow.
    flow = upstream * z
    return [
        *(
            flow * slope / parameter
            for slope, parameter in zip(
                logarithmic, (loc, concentration), strict=True
            )
        ),
        None,
    ]


def slopes(z, loc, concentration):
    """dz/dloc and dz/dconcentration at a number z."""
    side = (loc - z) / (loc + z)
    logarithmic = log_slopes(z, loc, concentration, side)
    return [
        z * slope / parameter
        for slope, parameter in zip(
            logarithmic, (loc, concentration), strict=True
        )
    ]


def log_slopes(z, loc, concentration, side):
    """The derivatives of log z in log loc and log concentration."""
    return ops.tf_implicit_random_inverse_gaussian_log_grad(
        loc=loc, concentration=concentration, sample=z, side=side
    )


def _log_slopes_formula(loc, c, z, side):
    """That of kernels/special/inverse_gaussian.h, for second derivatives."""
    x = tf.sqrt(c / z) * (z / loc + 1)
    mills, first = _mills.moments(x, 2)
    twice = 2 / (1 + loc / z)
    return [twice * x * mills, side + twice * first]


_gradients.register_formula(
    "TFImplicit>RandomInverseGaussianLogGrad", _log_slopes_formula
)


def tail(z, loc, concentration, upper):
    """Phi(b) + phi(b) M(x) with b = sqrt(c / z) (z / loc - 1); or 1 less it."""
    dtype = z.dtype
    z, loc, c = (tf.cast(x, tf.float64) for x in (z, loc, concentration))
    root = tf.sqrt(c / z)
    b = root * ((z - loc) / loc)
    (mills,) = _mills.moments(root * (z / loc + 1), 1)
    (own,) = _mills.moments(tf.abs(b), 1)
    density = tf.exp(-b * b / 2) / math.sqrt(2 * math.pi)
    # The tail on the side of z is that of b, the other one its complement.
    lower = b < 0
    near = density * tf.where(lower, own + mills, own - mills)
    far = 1 - near
    return tf.cast(tf.where(lower == (not upper), near, far), dtype)
