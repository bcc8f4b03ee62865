# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Power spherical distribution with implicit reparameterization gradients."""

import math

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import math as tfi_math
from tf_implicit.distributions import _half_steps, _seeds, _shapes, _sphere
from tf_implicit.distributions.beta import sample_logit
from tf_implicit.random import _normal

__all__ = ["PowerSpherical"]


class PowerSpherical(tfd.PowerSpherical):
    """Power spherical distribution, a `tfp.distributions.PowerSpherical`.

    The density over the unit sphere of dimension d (De Cao and Aziz 2020) is
    proportional to (1 + <mean_direction, x>)**concentration. A sample is
    t mean_direction + sqrt(1 - t**2) v with (1 + t) / 2 ~
    Beta((d - 1) / 2 + concentration, (d - 1) / 2), whose logit is a difference
    of log-Gamma samples (`tf_implicit.random.stateless_loggamma`) with their
    implicit reparameterization gradients (Figurnov et al. 2018, section 4):
    both ends of t keep their digits. The gradient in `mean_direction` is that
    of a rotation, as for `VonMisesFisher`. The density, the entropy and the
    divergence from the uniform distribution keep their digits at any
    concentration; all else is that of the base class.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        concentration = tf.constant([0.5, 10.0])
        with tf.GradientTape() as tape:
            tape.watch(concentration)
            law = tfi.distributions.PowerSpherical(
                [1.0, 0.0, 0.0], concentration)
            x = law.sample(10000, seed=1)
            loss = tf.reduce_mean(x[..., 0], axis=0)
        tape.gradient(loss, concentration)   # 2 / (concentration + 2)**2

    #### References

    [1]: De Cao, N., Aziz, W. The Power Spherical distribution. 2020,
         arXiv:2006.04437.
    """

    def _sample_n(self, n, seed=None):
        seeds = _seeds.split(seed, 3, "power_spherical")
        direction = tf.convert_to_tensor(self.mean_direction)
        direction /= tf.norm(direction, axis=-1, keepdims=True)
        concentration = tf.convert_to_tensor(self.concentration)
        dimension = tf.shape(direction)[-1]
        half = (tf.cast(dimension, self.dtype) - 1) / 2
        shape = _shapes.sample_shape(
            n, tf.shape(direction)[:-1], tf.shape(concentration)
        )
        logit = sample_logit(shape, seeds[:2], half + concentration, half)
        normal = _normal.stateless_normal(
            _sphere.normal_shape(shape, dimension), seeds[2], self.dtype
        )
        # t = tanh(logit / 2); sqrt(1 - t**2) = 1 / cosh(logit / 2)
        root = tf.exp(-tf.abs(logit) / 2)
        across = 2 * root / (1 + root * root)
        return _sphere.around(direction, tf.tanh(logit / 2), across, normal)

    def _log_prob(self, x):
        direction = tf.convert_to_tensor(self.mean_direction)
        concentration = tf.convert_to_tensor(self.concentration)
        # (1 + <mean_direction, x>) / 2 = toward / (toward + away)
        dimension = tf.shape(direction)[-1]
        rank = tf.maximum(tf.rank(x), tf.rank(direction))
        x, direction = (_sphere.axis_first(v, rank) for v in (x, direction))
        difference, total = x - direction, x + direction
        away = tf.reduce_sum(difference * difference, axis=0)
        toward = tf.reduce_sum(total * total, axis=0)
        log_half = -tf.math.log1p(away / toward)
        area = _log_area(concentration, dimension)
        return tf.math.multiply_no_nan(log_half, concentration) - area

    # The divergence from a von Mises-Fisher distribution calls it with both.
    def _entropy(self, concentration=None, mean_direction=None):
        if concentration is None:
            concentration = tf.convert_to_tensor(self.concentration)
        if mean_direction is None:
            mean_direction = tf.convert_to_tensor(self.mean_direction)
        count = tf.shape(mean_direction)[-1] - 1
        # digamma(a + (d - 1) / 2) - digamma(a)
        df = 2 * concentration + tf.cast(count, self.dtype)
        _, steps = _half_steps.half_steps(df, count)
        area = _log_area(concentration, count + 1)
        entropy = area + concentration * tf.reduce_sum(steps, axis=-1)
        shape = self._batch_shape_tensor(
            concentration=concentration, mean_direction=mean_direction
        )
        return tf.broadcast_to(entropy, shape)


def _log_area(concentration, dimension):
    """Minus the log density at the mean direction.

    (d - 1) / 2 log(4 pi) - lgamma(a + (d - 1) / 2) + lgamma(a) for
    a = concentration + (d - 1) / 2, by steps of a half.
    """
    count = dimension - 1
    df = 2 * concentration + tf.cast(count, concentration.dtype)
    log_c, _ = _half_steps.half_steps(df, count)
    rows = df[..., tf.newaxis] + tf.cast(tf.range(count), df.dtype)
    terms = math.log(2) - tf.math.log(rows) / 2 - log_c
    return tf.reduce_sum(terms, axis=-1)


@tfd.RegisterKL(PowerSpherical, tfd.SphericalUniform)
def _divergence_from_uniform(a, b, name=None):
    """The Kullback-Leibler divergence of a from b, without cancellation.

    It is that of (1 + <mean_direction, x>) / 2, which has a Beta distribution
    under both.
    """
    with tf.name_scope(name or "kl_power_spherical_spherical_uniform"):
        dimension = a.event_shape[-1]
        if dimension is not None and dimension != b.dimension:
            raise ValueError(
                "The PowerSpherical and the SphericalUniform distribution must "
                f"have one dimension, got {dimension} and {b.dimension}."
            )
        concentration = tf.convert_to_tensor(a.concentration)
        half = (tf.cast(a.event_shape_tensor()[-1], a.dtype) - 1) / 2
        divergence = tfi_math.beta_divergence(
            half + concentration, half, half, half
        )
        shape = tf.broadcast_dynamic_shape(
            a.batch_shape_tensor(), b.batch_shape_tensor()
        )
        return tf.broadcast_to(divergence, shape)
