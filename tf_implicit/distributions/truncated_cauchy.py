# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Truncated Cauchy distribution with implicit reparameterization gradients."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import _attach
from tf_implicit._op_library import ops
from tf_implicit.distributions import _bounded, _live, _tfp
from tf_implicit.math import _gradients

__all__ = ["TruncatedCauchy"]

# It stands for an infinite bound: its square is finite, its arc tangent pi / 2.
_FAR = 1e100

# Below this width the variance is Gauss and Legendre's sum: the closed form is
# a difference of terms 12 / width^2 as large.
_SMALL = 0.5
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


class TruncatedCauchy(
    _tfp.SampledAtOnce, _bounded.Bounded, tfd.TruncatedCauchy
):
    """Truncated Cauchy distribution, a `tfp.distributions.TruncatedCauchy`.

    With the angle D(a, b) = atan(b) - atan(a) = atan2(b - a, 1 + a b) between
    standardized points, a sample y has D(a, y) = u D(a, b), so that

        dy / (1 + y^2) = (1 - u) da / (1 + a^2) + u db / (1 + b^2).

    Samples and gradients are right for bounds in either tail, and infinite
    ones. The gradient is computed in float64 for either dtype, from the sample
    itself; in an interval of a width of w scales that of `loc` and `scale` has
    an error of eps / w. Mean and variance are NaN where a bound is infinite.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        low = tf.constant(3.0)
        with tf.GradientTape() as tape:
            tape.watch(low)
            z = tfi.distributions.TruncatedCauchy(
                0.0, 1.0, low, high=9.0).sample(10000, seed=1)
            loss = tf.reduce_mean(z)
        tape.gradient(loss, low)   # about 0.9
    """

    @staticmethod
    def _invert(loc, scale, low, high, p):
        return ops.tf_implicit_truncated_cauchy_quantile(
            loc=loc, scale=scale, low=low, high=high, p=p
        )

    @staticmethod
    def _slopes(loc, scale, low, high, sample):
        return ops.tf_implicit_random_truncated_cauchy_grad(
            loc=loc, scale=scale, low=low, high=high, sample=sample
        )

    def _log_prob(self, value):
        law = _live.read_once(self)
        _, loc, scale, a, b = law._standardized()
        value = tf.cast(value, tf.float64)
        # What is of the parameters' shape costs little.
        log_width = tf.math.log(scale * _angle(_clip(a), _clip(b)))
        y = (value - loc) / scale
        log_prob = -tf.math.log1p(y * y) - log_width
        return law._inside(value, tf.cast(log_prob, self.dtype))

    def _part(self, value, above):
        value, loc, scale, a, b = self._standardized(value)
        a, b = _clip(a), _clip(b)
        y = tf.minimum(tf.maximum((value - loc) / scale, a), b)
        part = _angle(y, b) if above else _angle(a, y)
        return part / _angle(a, b)

    def _cdf(self, value):
        return tf.cast(self._part(value, above=False), self.dtype)

    def _survival_function(self, value):
        return tf.cast(self._part(value, above=True), self.dtype)

    def _log_cdf(self, value):
        return tf.cast(tf.math.log(self._part(value, above=False)), self.dtype)

    def _log_survival_function(self, value):
        return tf.cast(tf.math.log(self._part(value, above=True)), self.dtype)

    def _mean(self):
        _, loc, scale, a, b = self._standardized()
        return self._moment(a, b, loc + scale * _mean(a, b))

    def _variance(self):
        _, _, scale, a, b = self._standardized()
        mean, width = _mean(a, b), _angle(a, b)
        small = b - a < _SMALL
        wide = (b - a) / width - 1 - mean * mean
        half = tf.where(small, b - a, tf.ones_like(a))[..., tf.newaxis] / 2
        t = a[..., tf.newaxis] + half * (1 + _NODES)
        density = half * _WEIGHTS / (1 + t * t)
        mass = tf.reduce_sum(density, axis=-1)
        mean = tf.reduce_sum(density * t, axis=-1) / mass
        deviation = (t - mean[..., tf.newaxis]) ** 2
        near = tf.reduce_sum(density * deviation, axis=-1) / mass
        return self._moment(a, b, scale**2 * tf.where(small, near, wide))

    def _moment(self, a, b, value):
        finite = tf.math.is_finite(a) & tf.math.is_finite(b)
        nan = tf.constant(float("nan"), value.dtype)
        return tf.cast(tf.where(finite, value, nan), self.dtype)


def _sample_grad_formula(loc, scale, low, high, sample):
    """That of kernels/special/truncated_cauchy.h, for second derivatives."""
    a, b, y, left, right = (
        _clip(_bounded.divide(x, scale))
        for x in (
            low - loc,
            high - loc,
            sample - loc,
            sample - low,
            high - sample,
        )
    )
    below = tf.math.atan2(left, 1 + a * y)
    above = tf.math.atan2(right, 1 + b * y)
    total = below + above
    p = above / total / (1 + a * a)
    q = below / total / (1 + b * b)
    return [
        q * right * (b + y) - p * left * (a + y),
        p * left * (1 - a * y) - q * right * (1 - b * y),
        p * (1 + y * y),
        q * (1 + y * y),
        scale * total * (1 + y * y),
    ]


_gradients.register_formula(
    "TFImplicit>RandomTruncatedCauchyGrad", _sample_grad_formula
)
_gradients.refuse_gradient(
    "TFImplicit>TruncatedCauchyQuantile",
    "samples, to which distributions attach their gradient",
)


def _clip(x):
    return tf.clip_by_value(x, -_FAR, _FAR)


def _angle(a, b):
    """The angle atan(b) - atan(a) for b >= a, with its derivatives."""
    value = tf.math.atan2(b - a, 1 + a * b)
    return _attach.attach_gradient(
        value,
        [a, b],
        lambda upstream, _, a, b: [
            -upstream / (1 + a * a),
            upstream / (1 + b * b),
        ],
    )


def _mean(a, b):
    """The mean, half of log((1 + b^2) / (1 + a^2)) over the angle."""
    swap = tf.abs(a) > tf.abs(b)
    small, large = tf.where(swap, b, a), tf.where(swap, a, b)
    log = tf.math.log1p((large - small) * (large + small) / (1 + small * small))
    return tf.where(swap, -log, log) / (2 * _angle(a, b))
