# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""CDFs and survival functions with the derivatives of the samples.

`Truncated`, `Mixture` and others differentiate the CDF of what they are made
of. Here dF/dphi = -q(z) dz/dphi (Figurnov et al. 2018, equation 8, read
backwards), with the sample's own derivative dz/dphi from `tf_implicit.math`:
as accurate, as fast and of the same order.
"""

import tensorflow as tf
import tensorflow_probability as tfp

from tf_implicit import _attach, _tensors
from tf_implicit.math import (
    igamma,
    igammac,
    lgamma,
    log_igamma,
    log_igammac,
    logit_beta_cdf,
    logit_beta_log_cdf,
    logit_beta_log_survival_function,
    logit_beta_survival_function,
)

__all__ = [
    "TwoTails",
    "constant_where",
    "differentiable_tail",
    "gamma_tail",
    "log_gamma_tail",
    "log_quotient",
    "logit_beta_tail",
    "underflows",
]


class TwoTails:
    """Base class of a distribution that has `_tail(value, upper)`.

    The survival function is computed as itself: log1p(-cdf), that of TFP, has
    lost the upper tail. A distribution that has `_log_tail` keeps the tails
    where they underflow.
    """

    def _tail(self, value, upper):
        raise NotImplementedError

    def _log_tail(self, value, upper):
        return tf.math.log(self._tail(value, upper=upper))

    def _cdf(self, value):
        return self._tail(value, upper=False)

    def _survival_function(self, value):
        return self._tail(value, upper=True)

    def _log_cdf(self, value):
        return self._log_tail(value, upper=False)

    def _log_survival_function(self, value):
        return self._log_tail(value, upper=True)


def differentiable_tail(value, upper, density, sample_gradients, z, parameters):
    """A tail probability with derivatives in z and the parameters.

    Args:
      value: Function of z and the parameters: F, or 1 - F.
      upper: Whether it is 1 - F.
      density: Function of the same, the density q.
      sample_gradients: Function of the same that returns dz/dphi for each
        parameter.
      z: Floating tensor.
      parameters: List of tensors that broadcast with z.

    Returns:
      The tail probability.
    """
    sign = -1 if upper else 1

    @_attach.custom_gradient
    def tail(*arguments):
        def gradient(upstream):
            # The identities bring tensors of an outer graph into the one where
            # this gradient is built.
            own = [tf.identity(argument) for argument in arguments]
            flow = sign * upstream * density(*own)
            # Where the density underflows, dz/dphi may overflow.
            return flow, *(
                -tf.math.multiply_no_nan(slope, flow)
                for slope in sample_gradients(*own)
            )

        # Forward mode would ask for the gradients of its own ops too.
        return value(*map(tf.stop_gradient, arguments)), gradient

    shape = tf.shape(z)
    for parameter in parameters:
        shape = tf.broadcast_dynamic_shape(shape, tf.shape(parameter))
    return tail(*(tf.broadcast_to(x, shape) for x in (z, *parameters)))


def gamma_tail(concentration, z, upper, logarithm=False):
    """P(a, z) or Q(a, z) of Gamma(a, 1), or its logarithm.

    Args:
      concentration: Floating tensor, a.
      z: Floating tensor of the same dtype that broadcasts with it. Below 0 the
        tails are constant.
      upper: Whether it is Q, 1 - F.
      logarithm: Whether its logarithm is returned.

    Returns:
      The tail probability.
    """
    if logarithm:
        function = log_igammac if upper else log_igamma
        below = 0.0 if upper else -float("inf")
    else:
        function = igammac if upper else igamma
        below = 1.0 if upper else 0.0
    outside = z < 0
    tail = function(concentration, tf.where(outside, tf.ones_like(z), z))
    return tf.where(outside, tf.constant(below, tail.dtype), tail)


def log_gamma_tail(concentration, log_z, z, upper, logarithm=False):
    """`gamma_tail` where z may underflow, from log z and z.

    There P(a, z) = z**a / Gamma(a + 1), which may be anything: the median of
    concentration 1e-3 is e**-693.

    Args:
      concentration: Floating tensor, a.
      log_z: Floating tensor of the same dtype that broadcasts with it.
      z: Its exponential; not used, and without derivative, where it underflows.
      upper: Whether it is Q, 1 - F.
      logarithm: Whether its logarithm is returned.

    Returns:
      The tail probability.
    """
    a = tf.convert_to_tensor(concentration)
    least = tf.constant(-708.0 if a.dtype == tf.float64 else -87.0, a.dtype)
    low = log_z < least
    far = tf.where(low, log_z, least)
    log_lower = constant_where(tf.math.is_inf(far), a) * far
    log_lower -= lgamma(a + 1)
    if logarithm:
        tail = tfp.math.log1mexp(log_lower) if upper else log_lower
    else:
        tail = -tf.math.expm1(log_lower) if upper else tf.exp(log_lower)
    z = tf.where(low, tf.ones_like(z), z)
    return tf.where(low, tail, gamma_tail(a, z, upper, logarithm))


def underflows(x):
    """Where x is below the smallest normal number."""
    return x < _tensors.smallest_normal(x.dtype)


def log_quotient(x, y):
    """log(x / y), where the quotient underflows and overflows, too.

    Args:
      x: Floating tensor, not negative.
      y: Positive floating tensor of the same dtype that broadcasts with it.

    Returns:
      Tensor of the broadcast shape.
    """
    x, y = tf.convert_to_tensor(x), tf.convert_to_tensor(y)
    quotient = tf.stop_gradient(x / y)
    normal = ~underflows(quotient) & tf.math.is_finite(quotient)
    # That of the quotient has the digits; this has derivatives that overflow
    # nowhere else than they should.
    difference = tf.math.log(x) - tf.math.log(y)
    near = tf.math.log(quotient) + (difference - tf.stop_gradient(difference))
    return tf.where(normal, near, difference)


def logit_beta_tail(logit, a, b, upper, logarithm=False):
    """A tail probability of the logit of a Beta(a, b) variable.

    Args:
      logit: Floating tensor.
      a: Positive floating tensor of the same dtype.
      b: Positive floating tensor of the same dtype.
      upper: Whether it is the survival function.
      logarithm: Whether its logarithm is returned.

    Returns:
      The tail probability.
    """
    if logarithm:
        function = (
            logit_beta_log_survival_function if upper else logit_beta_log_cdf
        )
    else:
        function = logit_beta_survival_function if upper else logit_beta_cdf
    return function(logit, a, b)


def constant_where(condition, x):
    """x, as a constant of the derivatives where `condition` is true.

    For an argument whose derivative is 0 there, while the chain rule would
    multiply 0 with infinity.
    """
    return tf.where(condition, tf.stop_gradient(x), x)
