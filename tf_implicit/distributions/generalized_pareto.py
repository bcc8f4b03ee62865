# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Generalized Pareto distribution, differentiable at concentration 0 too."""

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit.distributions import _box_cox, _seeds, _shapes, _tfp
from tf_implicit.distributions.student_t import standardized
from tf_implicit.random import _uniform

__all__ = ["GeneralizedPareto"]


class GeneralizedPareto(_tfp.SampledAtOnce, tfd.GeneralizedPareto):
    """Generalized Pareto distribution, a `tfp.distributions.GeneralizedPareto`.

    The sample is the explicit function of an Exponential sample e

        z = loc + scale (exp(concentration e) - 1) / concentration,

    which is analytic in the concentration. Its gradient, that of `log_prob`,
    of the CDF and of the others have the digits of their arguments at 0 and
    near 0, where the base class has the gradient 0, or few digits.

    Heavy tails do not end in infinity: (z - loc) / scale is at most half the
    largest finite number, divided by `scale` where that is above 1. Outside of
    the support `log_prob` is -infinity. A sample that would round to the upper
    end of the support, where the density is 0 or infinite, is moved below it by
    4 eps of its distance from `loc` and of `loc`.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        concentration = tf.constant(0.0)
        with tf.GradientTape() as tape:
            tape.watch(concentration)
            z = tfi.distributions.GeneralizedPareto(
                0.0, 1.0, concentration).sample(10000, seed=1)
            loss = tf.reduce_mean(z)
        tape.gradient(loss, concentration)   # about 1.0
    """

    def _sample_n(self, n, seed=None):
        loc, scale, c = map(
            tf.convert_to_tensor, (self.loc, self.scale, self.concentration)
        )
        shape = _shapes.shape_of_samples(n, loc, scale, c)
        seed = _seeds.sanitize(seed, "generalized_pareto")
        u = _uniform.stateless_uniform(shape, seed, c.dtype)
        ends = _box_cox.bounds(c, loc, scale)
        return loc + scale * _box_cox.box_cox(c, -tf.math.log(u), ends)

    def _exponential(self, value, scale, c):
        """The Exponential sample of a value, and where that is none."""
        x = standardized(value - self.loc, tf.convert_to_tensor(scale))
        outside = x < 0
        x = tf.where(outside, tf.ones_like(x), x)
        return _box_cox.inverse_or_end(c, x), outside

    def _log_prob(self, value):
        scale = tf.convert_to_tensor(self.scale)
        c = tf.convert_to_tensor(self.concentration)
        x = standardized(value - self.loc, scale)
        e = _box_cox.inverse_box_cox(c, x)
        # At the upper end, where c x = -1, the density is 0, 1 or infinite.
        outside = (x < 0) | (c * x < -1)
        log_prob = -tf.math.multiply_no_nan(e, 1 + c) - tf.math.log(scale)
        return tf.where(outside, _infinity(-1, log_prob), log_prob)

    def _log_survival_function(self, value):
        e, outside = self._exponential(value, self.scale, self.concentration)
        return tf.where(outside, tf.zeros_like(e), -e)

    def _log_cdf(self, value):
        e, outside = self._exponential(value, self.scale, self.concentration)
        return tf.where(outside, _infinity(-1, e), tfp.math.log1mexp(e))

    def _survival_function(self, value):
        return tf.exp(self._log_survival_function(value))

    def _cdf(self, value):
        return -tf.math.expm1(self._log_survival_function(value))

    def _quantile(self, p):
        e = -tf.math.log1p(-p)
        return self.loc + self.scale * _box_cox.box_cox(self.concentration, e)


def _infinity(sign, like):
    return tf.constant(sign * float("inf"), like.dtype)
