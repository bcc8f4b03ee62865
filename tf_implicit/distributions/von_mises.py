# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Von Mises distribution with implicit reparameterization gradients."""

import numpy as np
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

__all__ = ["VonMises"]


class VonMises(_tfp.SampledAtOnce, _tails.TwoTails, tfd.VonMises):
    """Von Mises distribution over angles, a `tfp.distributions.VonMises`.

    The density is exp(concentration cos(z - loc)) / (2 pi I_0(concentration)).

    It differs from its base class in `log_prob`, `entropy` and
    `kl_divergence`, which are right at concentration 0 and for any other, also
    between close distributions (`tf_implicit.math.von_mises_log_prob` and
    others; that from a `tfp.distributions.Uniform` is new), and in the samples:
    they are drawn by
    `tf_implicit.random.stateless_von_mises`, with the implicit
    reparameterization gradient in `concentration` (Figurnov et al. 2018,
    section 4), by `tf_implicit.math.random_von_mises_grad`; the gradient in
    `loc` is 1.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        concentration = tf.constant([0.5, 10.0, 1e6])
        with tf.GradientTape() as tape:
            tape.watch(concentration)
            z = tfi.distributions.VonMises(0.0, concentration).sample(
                10000, seed=1)
            loss = tf.reduce_mean(tf.cos(z), axis=0)
        tape.gradient(loss, concentration)   # 1 - A / k - A**2, A = I1 / I0
    """

    def _sample_n(self, n, seed=None):
        seed = _seeds.sanitize(seed, "von_mises")
        loc = tf.convert_to_tensor(self.loc)
        concentration = tf.convert_to_tensor(self.concentration)
        shape = _shapes.shape_of_samples(n, loc, concentration)
        return random.stateless_von_mises(shape, seed, concentration, loc=loc)

    def _tail(self, value, upper):
        # F(-z) = 1 - F(z) around 0.
        z = value - self.loc
        return math.von_mises_cdf(-z if upper else z, self.concentration)

    def _log_tail(self, value, upper):
        z = value - self.loc
        return math.von_mises_log_cdf(-z if upper else z, self.concentration)

    def _quantile(self, value):
        return self.loc + math.von_mises_quantile(value, self.concentration)

    def _log_prob(self, value):
        return math.von_mises_log_prob(self.concentration, value - self.loc)

    def _prob(self, value):
        return tf.exp(self._log_prob(value))

    def _entropy(self):
        return tf.broadcast_to(
            math.von_mises_entropy(self.concentration),
            self.batch_shape_tensor(),
        )


@_divergences.register_kl(VonMises, tfd.VonMises)
def _kl_von_mises_von_mises(a, b):
    """The Kullback-Leibler divergence of a from b, without cancellation."""
    return math.von_mises_divergence(
        a.loc,
        a.concentration,
        b.loc,
        b.concentration,
    )


@tfd.RegisterKL(VonMises, tfd.Uniform)
def _kl_von_mises_uniform(a, b, name=None):
    """The divergence from a uniform distribution over a turn or more.

    A turn may begin anywhere: the uniform distribution over it is that on the
    circle. Over less than a turn the divergence is infinite.
    """
    with tf.name_scope(name or "kl_von_mises_uniform"):
        divergence = math.von_mises_uniform_divergence(a.concentration)
        turns = (b.high - b.low) / tf.constant(2 * np.pi, a.dtype)
        # The rounding errors of the bounds.
        eps = {2: 2.0**-7, 4: 2.0**-23, 8: 2.0**-52}[a.dtype.size]
        turns = tf.where(
            tf.abs(turns - 1) <= 4 * eps,
            tf.ones_like(turns),
            turns,
        )
        infinity = tf.constant(float("inf"), a.dtype)
        more = tf.where(turns < 1, infinity, tf.math.log(turns))
        shape = tf.broadcast_dynamic_shape(
            a.batch_shape_tensor(), b.batch_shape_tensor()
        )
        return tf.broadcast_to(divergence + more, shape)
