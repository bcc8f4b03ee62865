# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Normal-inverse Gaussian distribution with implicit gradients."""

import math as pymath

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import math
from tf_implicit.distributions import _inverse_gaussian, _seeds, _shapes, _tfp
from tf_implicit.random import _normal

__all__ = ["NormalInverseGaussian"]

_LOG_PI = pymath.log(pymath.pi)


class NormalInverseGaussian(_tfp.SampledAtOnce, tfd.NormalInverseGaussian):
    """Normal-inverse Gaussian, a `tfp.distributions.NormalInverseGaussian`.

    The sample is loc + skewness w + sqrt(w) n with a Normal sample n and the
    sample w of `tf_implicit.distributions.InverseGaussian(scale / g, scale^2)`,
    g = sqrt(tailweight^2 - skewness^2), whose implicit gradients the base class
    has exchanged. The gradient at one sample is that of the pair (w, n).

    In `log_prob`, mean and variance the differences are factored, so that they
    keep their digits where tailweight and skewness are close or the exponents
    large.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        scale = tf.constant(2.0)
        with tf.GradientTape() as tape:
            tape.watch(scale)
            z = tfi.distributions.NormalInverseGaussian(
                0.0, scale, tailweight=1.25, skewness=0.75).sample(
                    10000, seed=1)
            loss = tf.reduce_mean(z)
        tape.gradient(loss, scale)   # about 0.75
    """

    def _sample_n(self, n, seed=None):
        parameters = self._read()
        loc, scale, tailweight, skewness = parameters
        shape = _shapes.shape_of_samples(n, *parameters)
        seed = _seeds.sanitize(seed, "normal_inverse_gaussian")
        other = _seeds.sanitize(seed, "normal")
        root = _root(tailweight, skewness)
        w = _inverse_gaussian.sample(shape, seed, scale / root, scale**2)
        normal = _normal.stateless_normal(shape, other, w.dtype)
        return loc + skewness * w + tf.sqrt(w) * normal

    def _log_prob(self, value):
        # In float64: the terms cancel.
        loc, scale, a, b = (tf.cast(x, tf.float64) for x in self._read())
        y = tf.cast(value, tf.float64) - loc
        infinite = tf.math.is_inf(y)
        y = tf.where(infinite, tf.zeros_like(y), y)
        # sqrt(scale^2 + y^2), without overflow and with derivatives at 0.
        size = tf.maximum(tf.abs(y), scale)
        ratio = tf.minimum(tf.abs(y), scale) / size
        g = size * tf.sqrt(1 + ratio * ratio)
        # b y - a g + scale root.
        rest = a * y - b * g
        rest *= rest / (a * g - b * y + scale * _root(a, b))
        log_prob = (
            math.log_bessel_k1e(a * g)
            + tf.math.log(a)
            + tf.math.log(scale / g)
            - _LOG_PI
            - rest
        )
        end = tf.constant(-float("inf"), log_prob.dtype)
        return tf.cast(tf.where(infinite, end, log_prob), self.dtype)

    def _mean(self):
        loc, scale, tailweight, skewness = self._read()
        return loc + skewness * scale / _root(tailweight, skewness)

    def _variance(self):
        loc, scale, tailweight, skewness = self._read()
        root = _root(tailweight, skewness)
        return scale * tailweight**2 / root**3 + tf.zeros_like(loc)

    def _read(self):
        return [
            tf.convert_to_tensor(x)
            for x in (self.loc, self.scale, self.tailweight, self.skewness)
        ]


def _root(tailweight, skewness):
    """sqrt(tailweight^2 - skewness^2)."""
    return tf.sqrt((tailweight - skewness) * (tailweight + skewness))
