# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""GammaGamma distribution with implicit reparameterization gradients."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import math
from tf_implicit._op_library import ops
from tf_implicit.distributions import (
    _exponential,
    _seeds,
    _shapes,
    _tails,
    _tfp,
)
from tf_implicit.distributions.beta import sample_logit
from tf_implicit.math import _gradients

__all__ = ["GammaGamma"]


class GammaGamma(_tfp.SampledAtOnce, _tails.TwoTails, tfd.GammaGamma):
    """Gamma distribution whose rate is Gamma distributed.

    A `tfp.distributions.GammaGamma`, that of mixing_rate z / (1 - z) for
    z ~ Beta(concentration, mixing_concentration). The logit of z is a
    difference of log-Gamma samples (`tf_implicit.random.stateless_loggamma`)
    with their implicit reparameterization gradients (Figurnov et al. 2018,
    equation 8), so that nothing is lost at small concentrations; samples are
    between the smallest normal number and half of the largest finite one. The
    density, the CDF, which the base class lacks, and the quantile are those of
    the logit (`tf_implicit.math.logit_beta_log_prob` and its neighbours). The
    variance is mixing_rate**2 a (a + b - 1) / ((b - 1)**2 (b - 2)) with a and b
    the two concentrations, for b > 2: that of the base class is another.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        a = tf.constant([1e-3, 2.0])
        with tf.GradientTape() as tape:
            tape.watch(a)
            x = tfi.distributions.GammaGamma(a, 5.0, 8.0).sample(10000, seed=1)
            loss = tf.reduce_mean(x, axis=0)
        tape.gradient(loss, a)   # about [2, 2]
    """

    def _sample_n(self, n, seed=None):
        seeds = _seeds.split(seed, 2, "gamma_gamma")
        a = tf.convert_to_tensor(self.concentration)
        b = tf.convert_to_tensor(self.mixing_concentration)
        rate = tf.convert_to_tensor(self.mixing_rate)
        shape = _shapes.shape_of_samples(n, a, b, rate)
        logit = sample_logit(shape, seeds, a, b)
        return _exponential.scaled_exponential(logit, rate)

    def _log_prob(self, x):
        return ops.tf_implicit_gamma_gamma_log_prob(
            concentration=self.concentration,
            mixing_concentration=self.mixing_concentration,
            mixing_rate=self.mixing_rate,
            sample=x,
        ).log_prob

    def _prob(self, x):
        return tf.exp(self._log_prob(x))

    def _tail(self, value, upper):
        return self._of_logit(value, upper)

    def _log_tail(self, value, upper):
        return self._of_logit(value, upper, logarithm=True)

    def _quantile(self, value):
        logit = math.logit_beta_quantile(
            value, self.concentration, self.mixing_concentration
        )
        return tf.exp(logit) * self.mixing_rate

    def _variance(self):
        a = tf.convert_to_tensor(self.concentration)
        b = tf.convert_to_tensor(self.mixing_concentration)
        rate = tf.convert_to_tensor(self.mixing_rate)
        nan = tf.constant(float("nan"), a.dtype)
        checks = []
        if not self.allow_nan_stats:
            checks = [
                tf.debugging.assert_greater(
                    b,
                    tf.constant(2, b.dtype),
                    message="variance undefined where `mixing_concentration` "
                    "<= 2",
                )
            ]
        with tf.control_dependencies(checks):
            scale = tf.square(rate / (b - 1)) / (b - 2)
            return tf.where(b > 2, a * (a + b - 1) * scale, nan)

    def _logit(self, x):
        return _tails.log_quotient(tf.nn.relu(x), self.mixing_rate)

    def _of_logit(self, value, upper, logarithm=False):
        return _tails.logit_beta_tail(
            self._logit(value),
            self.concentration,
            self.mixing_concentration,
            upper,
            logarithm,
        )


def _log_prob_formula(a, c, rate, x):
    """For second derivatives, by the closed form."""
    log_beta = tf.math.lgamma(a) + tf.math.lgamma(c) - tf.math.lgamma(a + c)
    powers = (a - 1) * tf.math.log(x) + c * tf.math.log(rate)
    return powers - (a + c) * tf.math.log(rate + x) - log_beta


_gradients.register_known_partials(
    "TFImplicit>GammaGammaLogProb", _gradients.second_of(_log_prob_formula)
)
