# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Chi-squared distribution with implicit reparameterization gradients."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import math, random
from tf_implicit.distributions import (
    _divergences,
    _seeds,
    _shapes,
    _tails,
    _tfp,
)

__all__ = ["Chi2"]


class Chi2(_tfp.SampledAtOnce, _tails.TwoTails, tfd.Chi2):
    """Chi-squared distribution, that of 2 z for z ~ Gamma(df / 2, 1).

    A `tfp.distributions.Chi2` whose samples are drawn by
    `tf_implicit.random.stateless_gamma`, with its implicit reparameterization
    gradient in `df` (Figurnov et al. 2018, equation 8). Its CDF and quantile
    are those of Gamma(df / 2, 1) at half of the value; `log_prob`, `entropy`
    and `kl_divergence` those of `tf_implicit.math.chi2_log_prob`,
    `chi2_entropy` and `chi2_divergence`.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        df = tf.constant([0.5, 10.0])
        with tf.GradientTape() as tape:
            tape.watch(df)
            x = tfi.distributions.Chi2(df).sample(10000, seed=1)
            loss = tf.reduce_mean(x, axis=0)
        tape.gradient(loss, df)   # about [1, 1]
    """

    def _sample_n(self, n, seed=None):
        seed = _seeds.sanitize(seed, "chi2")
        df = tf.convert_to_tensor(self.df)
        shape = _shapes.shape_of_samples(n, df)
        return 2 * random.stateless_gamma(shape, seed, df / 2)

    def _log_prob(self, value):
        return math.chi2_log_prob(self.df, value)

    def _entropy(self):
        return math.chi2_entropy(self.df)

    def _tail(self, value, upper):
        return _tails.gamma_tail(self.df / 2, value / 2, upper)

    def _log_tail(self, value, upper):
        return _tails.gamma_tail(self.df / 2, value / 2, upper, logarithm=True)

    def _quantile(self, value):
        df = tf.convert_to_tensor(self.df)
        return 2 * math.igammainv(df / 2, value)


@_divergences.register_kl(Chi2, tfd.Chi2)
def _divergence(p, q):
    return math.chi2_divergence(p.df, q.df)
