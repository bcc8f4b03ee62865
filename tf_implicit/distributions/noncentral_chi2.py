# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Noncentral chi-squared distribution with gradients in both parameters."""

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import _attach, random
from tf_implicit.distributions import _shapes

__all__ = ["NoncentralChi2"]


class NoncentralChi2(tfd.NoncentralChi2):
    """Noncentral chi-squared distribution, as in `tfp.distributions`.

    The sample z is a Chi2 sample with df + 2 k degrees of freedom, where k is
    Poisson(noncentrality / 2). The gradient in `df` is that of the Chi2 sample
    at its k, whose law has no `df`; that in `noncentrality` is the implicit
    reparameterization gradient of z itself, because k is an integer. From
    dF/dnoncentrality = -q(z; df + 2, noncentrality) and DLMF 10.25,

        dz/dnoncentrality = sqrt(z / noncentrality) I_v(s) / I_(v-1)(s)

    with v = df / 2 and s = sqrt(noncentrality z), whose limit at 0 is z / df.
    Together they have the mean of the gradient of an expectation; second
    derivatives are an error. `log_prob`, the CDF and the quantile are those of
    the base class.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        df, noncentrality = tf.constant(0.5), tf.constant(3.0)
        with tf.GradientTape() as tape:
            tape.watch([df, noncentrality])
            z = tfi.distributions.NoncentralChi2(df, noncentrality).sample(
                10000, seed=1)
            loss = tf.reduce_mean(z)
        tape.gradient(loss, [df, noncentrality])   # about [1.0, 1.0]
    """

    @property
    def reparameterization_type(self) -> tfd.ReparameterizationType:
        """FULLY_REPARAMETERIZED."""
        return tfd.FULLY_REPARAMETERIZED

    def _sample_n(self, n, seed=None):
        seed = tfp.random.sanitize_seed(seed, salt="noncentral_chi2")
        df = tf.convert_to_tensor(self.df)
        nc = tf.convert_to_tensor(self.noncentrality)
        shape = _shapes.sample_shape(n, tf.shape(df), tf.shape(nc))
        df, nc = tf.broadcast_to(df, shape), tf.broadcast_to(nc, shape)
        k = tf.random.stateless_poisson(
            shape,
            tfp.random.sanitize_seed(seed, salt="poisson"),
            tf.stop_gradient(nc) / 2,
            df.dtype,
        )
        z = 2 * tf.exp(random.stateless_loggamma(shape, seed, df / 2 + k))
        # 0, with the gradient.
        step = _attach.attach_gradient(
            tf.zeros_like(z),
            [nc, tf.stop_gradient(df), tf.stop_gradient(z)],
            _pull_back,
        )
        first = _attach.refuse_derivatives_above(1, df + nc)
        return z + step + first


def _pull_back(upstream, step, nc, df, z):
    del step
    return [upstream * z * _relative_slope(nc, df, z), None, None]


def _relative_slope(nc, df, z):
    """I_v(s) / (s I_(v-1)(s)) = dz/dnoncentrality / z."""
    half, s = (
        tf.cast(x, tf.float64) for x in (df / 2, tf.sqrt(nc) * tf.sqrt(z))
    )
    # The next term is s^2 / (4 v (v + 1)) as large as the first.
    small = s < 1e-8 * tf.sqrt(half)
    s = tf.where(small, tf.ones_like(s), s)
    ratio = tfp.math.bessel_iv_ratio(half, s) / s
    return tf.cast(tf.where(small, 0.5 / half, ratio), z.dtype)
