# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Noncentral chi-squared distribution with gradients in both parameters."""

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import _attach, random
from tf_implicit.distributions import (
    _exponential,
    _noncentral_chi2,
    _seeds,
    _shapes,
    _tails,
    _tfp,
)

__all__ = ["NoncentralChi2"]


class NoncentralChi2(_tfp.SampledAtOnce, _tails.TwoTails, tfd.NoncentralChi2):
    """Noncentral chi-squared distribution, as in `tfp.distributions`.

    The sample z is a Chi2 sample with df + 2 k degrees of freedom, where k is
    Poisson(noncentrality / 2), and no smaller than twice the smallest normal
    number. The gradient in `df` is that of the Chi2 sample
    at its k, whose law has no `df`; that in `noncentrality` is the implicit
    reparameterization gradient of z itself, because k is an integer. From
    dF/dnoncentrality = -q(z; df + 2, noncentrality) and DLMF 10.25,

        dz/dnoncentrality = sqrt(z / noncentrality) I_v(s) / I_(v-1)(s)

    with v = df / 2 and s = sqrt(noncentrality z), whose limit at 0 is z / df.
    Together they have the mean of the gradient of an expectation; second
    derivatives of samples are an error. `log_prob` is computed in float64 for
    either dtype, with its derivative in `df`, which the base class lacks: by
    the sum over k or, for v**2 + s**2 above 2500, by the expansion of I_(v-1)
    that is uniform in its order (DLMF 10.41.3), to 1e-14 of max(1,
    abs(log_prob)). The CDF and the survival function are sums over k in
    float64, with all derivatives, to 1e-12, relative, also in the tails; the
    quantile is that of the base class with the derivatives of this CDF.

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
        seed = _seeds.sanitize(seed, "noncentral_chi2")
        df = tf.convert_to_tensor(self.df)
        nc = tf.convert_to_tensor(self.noncentrality)
        shape = _shapes.shape_of_samples(n, df, nc)
        df, nc = tf.broadcast_to(df, shape), tf.broadcast_to(nc, shape)
        k = tf.random.stateless_poisson(
            shape,
            _seeds.sanitize(seed, "poisson"),
            tf.stop_gradient(nc) / 2,
            df.dtype,
        )
        z = _exponential.scaled_exponential(
            random.stateless_loggamma(shape, seed, df / 2 + k),
            tf.constant(2, df.dtype),
        )
        # 0, with the gradient.
        step = _attach.attach_gradient(
            tf.zeros_like(z),
            [nc, tf.stop_gradient(df), tf.stop_gradient(z)],
            _pull_back,
        )
        first = _attach.refuse_derivatives_above(1, df + nc)
        return z + step + first

    def _log_prob(self, x):
        log_prob = _noncentral_chi2.log_prob(*self._wide(x))
        return tf.cast(log_prob, self.dtype)

    def _tail(self, value, upper):
        outside = (value < 0) | tf.math.is_inf(value)
        x = tf.where(outside, tf.ones_like(value), value)
        x, df, noncentrality = self._wide(x)
        tail = _noncentral_chi2.tail(x, df, noncentrality, upper)
        at_end = tf.cast((value < 0) == upper, self.dtype)
        return tf.where(outside, at_end, tf.cast(tail, self.dtype))

    def _quantile(self, value):
        p, df, noncentrality = self._wide(value)
        fixed = tf.stop_gradient(df), tf.stop_gradient(noncentrality)
        z = tfd.NoncentralChi2(*fixed).quantile(tf.stop_gradient(p))
        z = tf.stop_gradient(z)
        # dz/dp = 1 / q, dz/dphi = -(dF/dphi) / q; none at the ends.
        inside = (z > 0) & tf.math.is_finite(z)
        at = tf.where(inside, z, tf.ones_like(z))
        error = p - _noncentral_chi2.tail(at, df, noncentrality, upper=False)
        density = tf.exp(_noncentral_chi2.log_prob(at, *fixed))
        step = (error - tf.stop_gradient(error)) / density
        return tf.cast(tf.where(inside, z + step, z), self.dtype)

    def _wide(self, x):
        """X and the parameters, in float64."""
        return (
            tf.cast(x, tf.float64),
            tf.cast(self.df, tf.float64),
            tf.cast(self.noncentrality, tf.float64),
        )


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
