# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Skew-Normal distribution with implicit reparameterization gradients."""

import math
from typing import Any

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import _attach
from tf_implicit._types import TensorLike
from tf_implicit.distributions import (
    _normal_tail,
    _scalar_family,
    _seeds,
    _shapes,
)
from tf_implicit.random import _normal

__all__ = ["SkewNormal"]

_LOG_ROOT_HALF_PI = math.log(math.pi / 2) / 2


class SkewNormal(_scalar_family.ScalarFamily):
    """Skew-Normal distribution.

    The density over the real numbers (Azzalini 1985) is, with phi and Phi the
    density and the CDF of Normal(0, 1) and y = (x - loc) / scale,

        pdf(x; loc, scale, skewness) = 2 phi(y) Phi(skewness y) / scale

    `skewness` may be any number: the distribution is Normal(loc, scale) at 0,
    and close to loc +- HalfNormal(scale) at large values. (It is the parameter
    of that name, not the third moment.) Samples are loc + scale y with
    y = delta |u| + sqrt(1 - delta**2) v for two Normal samples and
    delta = skewness / sqrt(1 + skewness**2). Their gradient in `skewness` is
    the implicit reparameterization gradient (Figurnov et al. 2018, equation 8),
    which has a closed form,

        dy/dskewness = phi(skewness y) / Phi(skewness y) / (1 + skewness**2)

    and is the mean of that of u and v at the same y, so it has less variance.
    `log_prob` is right in the far tail, where Phi underflows; it is computed in
    float64.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        skewness = tf.constant([1.0, 3.0])
        with tf.GradientTape() as tape:
            tape.watch(skewness)
            law = tfi.distributions.SkewNormal(0.0, 1.0, skewness)
            loss = tf.reduce_mean(law.sample(10000, seed=1), axis=0)
        tape.gradient(loss, skewness)   # about [0.282, 0.0252]

    #### References

    [1]: Azzalini, A. A class of distributions which includes the normal ones.
         Scandinavian Journal of Statistics 12, 1985.
    """

    _POSITIVE = ("scale",)

    def __init__(
        self,
        loc: TensorLike,
        scale: TensorLike,
        skewness: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "SkewNormal",
    ) -> None:
        """Initializes the distribution.

        Args:
          loc: Floating tensor.
          scale: Positive floating tensor of the same dtype.
          skewness: Floating tensor of the same dtype. The three broadcast
            against each other.
          validate_args: Whether to check the parameters.
          allow_nan_stats: Whether undefined statistics are NaN or an error.
          name: Name of the distribution.
        """
        self._initialize(locals())

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        normal = tfd.Normal.parameter_properties(dtype)
        return {
            "loc": normal["loc"],
            "scale": normal["scale"],
            "skewness": normal["loc"],
        }

    @property
    def loc(self) -> Any:
        """Where Normal(loc, scale) has its peak."""
        return self._loc

    @property
    def scale(self) -> Any:
        """The scale."""
        return self._scale

    @property
    def skewness(self) -> Any:
        """The shape parameter."""
        return self._skewness

    def _sample_n(self, n, seed=None):
        seeds = _seeds.split(seed, 2, "skew_normal")
        loc, scale, skewness = self._read()
        shape = _shapes.sample_shape(n, *map(tf.shape, (loc, scale, skewness)))
        delta, rest = _mixing(tf.stop_gradient(skewness))
        u, v = (_normal.stateless_normal(shape, s, self.dtype) for s in seeds)
        y = _attach.attach_gradient(
            delta * tf.abs(u) + rest * v,
            [tf.broadcast_to(skewness, shape)],
            _pull_back,
        )
        return loc + scale * y

    def _log_prob(self, value):
        loc, scale, skewness = (tf.cast(x, tf.float64) for x in self._read())
        y = (tf.cast(value, tf.float64) - loc) / scale
        # log 2 phi(y) is this up to y^2 / 2.
        log_norm = _LOG_ROOT_HALF_PI + tf.math.log(scale)
        log_prob = _normal_tail.log_ndtr(skewness * y) - y * y / 2 - log_norm
        return tf.cast(log_prob, self.dtype)

    def _mean(self):
        loc, scale, skewness = self._read()
        delta, _ = _mixing(skewness)
        return loc + scale * delta * math.sqrt(2 / math.pi)

    def _variance(self):
        loc, scale, skewness = self._read()
        delta, _ = _mixing(skewness)
        variance = scale**2 * (1 - (2 / math.pi) * delta**2)
        return tf.broadcast_to(
            variance,
            tf.broadcast_dynamic_shape(*map(tf.shape, (loc, variance))),
        )

    def _stddev(self):
        return tf.sqrt(self._variance())

    def _read(self):
        return [
            tf.convert_to_tensor(x)
            for x in (self._loc, self._scale, self._skewness)
        ]


def _mixing(skewness):
    """Delta and sqrt(1 - delta**2), with derivatives."""
    # In float64 the square of any float32 number is finite.
    wide = tf.cast(skewness, tf.float64)
    large = tf.abs(wide) > 1
    # In the larger of skewness and 1 / skewness the square may overflow.
    near = tf.where(large, tf.ones_like(wide), wide)
    inverse = 1 / tf.where(large, wide, tf.ones_like(wide))
    low = tf.math.rsqrt(1 + near**2)
    high = tf.math.rsqrt(1 + inverse**2)
    delta = tf.where(large, tf.sign(wide) * high, near * low)
    rest = tf.where(large, tf.abs(inverse) * high, low)
    return tf.cast(delta, skewness.dtype), tf.cast(rest, skewness.dtype)


def _pull_back(upstream, y, skewness):
    """The gradient in the skewness of y at a fixed value of its CDF."""
    alpha = tf.cast(skewness, tf.float64)
    slope = _normal_tail.inverse_mills(alpha * tf.cast(y, tf.float64))
    # The square of a large skewness would overflow.
    _, rest = _mixing(alpha)
    return [upstream * tf.cast(slope * rest * rest, y.dtype)]
