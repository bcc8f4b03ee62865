# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""CDFs and survival functions with the derivatives of the samples.

`Truncated`, `Mixture` and others differentiate the CDF of what they are made
of. Here dF/dphi = -q(z) dz/dphi (Figurnov et al. 2018, equation 8, read
backwards), with the sample's own derivative dz/dphi from `tf_implicit.math`:
as accurate, as fast and of the same order.
"""

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit.math import igamma, igammac, log_igamma, log_igammac

__all__ = ["TwoTails", "constant_where", "differentiable_tail", "gamma_tail"]


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


def constant_where(condition, x):
    """x, as a constant of the derivatives where `condition` is true.

    For an argument whose derivative is 0 there, while the chain rule would
    multiply 0 with infinity.
    """
    return tf.where(condition, tf.stop_gradient(x), x)
