# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Von Mises distribution with implicit reparameterization gradients."""

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import math, random
from tf_implicit.distributions import _shapes, _tails

__all__ = ["VonMises"]


class VonMises(_tails.TwoTails, tfd.VonMises):
    """Von Mises distribution over angles, a `tfp.distributions.VonMises`.

    The density is exp(concentration cos(z - loc)) / (2 pi I_0(concentration)).

    It differs from its base class in the samples: they are drawn by
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
        seed = tfp.random.sanitize_seed(seed, salt="von_mises")
        loc = tf.convert_to_tensor(self.loc)
        concentration = tf.convert_to_tensor(self.concentration)
        shape = _shapes.sample_shape(n, tf.shape(loc), tf.shape(concentration))
        return random.stateless_von_mises(shape, seed, concentration, loc=loc)

    def _tail(self, value, upper):
        # F(-z) = 1 - F(z) around 0.
        z = value - self.loc
        return math.von_mises_cdf(-z if upper else z, self.concentration)

    def _quantile(self, value):
        return self.loc + math.von_mises_quantile(value, self.concentration)
