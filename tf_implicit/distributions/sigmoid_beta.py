# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""SigmoidBeta distribution with implicit reparameterization gradients."""

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import math
from tf_implicit.distributions import _seeds, _shapes, _tails, _tfp
from tf_implicit.distributions.beta import sample_logit

__all__ = ["SigmoidBeta"]


class SigmoidBeta(_tfp.SampledAtOnce, _tails.TwoTails, tfd.SigmoidBeta):
    """Distribution of the logit of a Beta variable.

    A `tfp.distributions.SigmoidBeta` whose samples are differences of log-Gamma
    samples (`tf_implicit.random.stateless_loggamma`) with their implicit
    reparameterization gradients (Figurnov et al. 2018, section 4). The density,
    the CDF and the quantile are those of `tf_implicit.math.logit_beta_log_prob`
    and its neighbours, right also where the Beta variable rounds to 0 or 1.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        a = tf.constant([0.01, 2.0])
        with tf.GradientTape() as tape:
            tape.watch(a)
            y = tfi.distributions.SigmoidBeta(a, 3.0).sample(10000, seed=1)
            loss = tf.reduce_mean(y, axis=0)
        tape.gradient(loss, a)   # about [1e4, 0.645], trigamma(a)
    """

    def _sample_n(self, n, seed=None):
        seeds = _seeds.split(seed, 2, "sigmoid_beta")
        a = tf.convert_to_tensor(self.concentration1)
        b = tf.convert_to_tensor(self.concentration0)
        shape = _shapes.shape_of_samples(n, a, b)
        return sample_logit(shape, seeds, a, b)

    def _log_prob(self, x):
        return math.logit_beta_log_prob(
            self.concentration1, self.concentration0, x
        )

    def _prob(self, x):
        return tf.exp(self._log_prob(x))

    def _entropy(self):
        # The logit's is that of the Beta variable z less E log z(1 - z).
        a = tf.convert_to_tensor(self.concentration1)
        b = tf.convert_to_tensor(self.concentration0)
        logs = math.digamma(a), math.digamma(b), math.digamma(a + b)
        by_beta = math.beta_entropy(a, b) - (logs[0] + logs[1] - 2 * logs[2])
        # Those have a size of 1 / min(a, b), these of max(a, b).
        direct = (
            tfp.math.lbeta(a, b)
            + a * (logs[2] - logs[0])
            + b * (logs[2] - logs[1])
        )
        return tf.where(a * b > 1, by_beta, direct)

    def _tail(self, value, upper):
        return _tails.logit_beta_tail(
            value, self.concentration1, self.concentration0, upper
        )

    def _log_tail(self, value, upper):
        return _tails.logit_beta_tail(
            value,
            self.concentration1,
            self.concentration0,
            upper,
            logarithm=True,
        )

    def _quantile(self, p):
        return math.logit_beta_quantile(
            p, self.concentration1, self.concentration0
        )
