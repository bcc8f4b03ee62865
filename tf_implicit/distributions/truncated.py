# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Truncation of any univariate distribution, with implicit gradients."""

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit._types import TensorLike
from tf_implicit.distributions import (
    _composite,
    _interval,
    _live,
    _quadrature,
    _root,
    _seeds,
)
from tf_implicit.random import _uniform

__all__ = ["Truncated"]


class Truncated(_composite.MadeOfDistributions, tfd.Distribution):
    """A univariate distribution conditioned on low <= z <= high.

        pdf(z; low <= z <= high) = q(z) / (F(high) - F(low))

    q and F the density and the CDF of the distribution that is truncated. The
    samples are F^-1((1 - u) F(low) + u F(high)), u uniform: by the quantile of
    the distribution where it has one, verified, and corrected where needed by
    Newton's method within a shrinking bracket; NaN where this fails. By
    Figurnov et al. 2018, equations 6 and 8, with the standardization function
    S(z) = (F(z) - F(low)) / (F(high) - F(low)), they have a gradient in `low`,
    `high` and everything that the distribution was built from, to second order
    where that of F is right.

    All of this is done with the logarithm of the smaller tail, F or 1 - F. So
    intervals far out in either tail are possible, to the accuracy of `log_cdf`
    and `log_survival_function` of the distribution and the rounding of the
    logarithm: a relative error of eps |log T| of a tail T. A Normal over
    float32 is therefore computed in float64, as is TFP's Gumbel, whose upper
    tail is log1p(-F); TFP's Normal itself is off by 4e-9
    beyond 20 standard deviations there. A distribution of TFP without a
    `log_survival_function` of its own has log1p(-F), so that the interval must
    not lie where F rounds to 1; if its probability is 0 in this arithmetic,
    samples and log_prob are NaN. Steps of F that are more than the root of eps
    of the probability of the interval make a sample between them NaN, too. A
    sample that would round to the end of the support, where the tail goes to 0
    within an ULP, is the last number before it. A gradient is NaN where the
    density, or what the base computes it from, under- or overflows: float32
    StudentT(0.02) beyond 7e34. An interval with a probability p much smaller
    than T adds eps T / p.

    `mean`, `variance` and `entropy` are integrals by the tanh-sinh rule over
    the quantiles, with gradients; NaN where they do not exist, or where the
    density of the base has a corner, so that two step sizes disagree by more
    than 1e-4 (float32) or 1e-9 (float64). `mode` supposes that the base has no
    other local maximum than its own mode.

    #### Examples

        import tensorflow as tf
        import tensorflow_probability as tfp
        import tf_implicit as tfi

        loc = tf.constant(0.2)
        with tf.GradientTape() as tape:
            tape.watch(loc)
            normal = tfp.distributions.Normal(loc, 1.0)
            z = tfi.distributions.Truncated(normal, low=4.0, high=6.0).sample(
                10000, seed=1)
            loss = tf.reduce_mean(z)
        tape.gradient(loss, loc)   # about 0.05

    #### References

    [1]: Figurnov, M., Mohamed, S., Mnih, A. Implicit Reparameterization
         Gradients. NeurIPS 2018.
    """

    def __init__(
        self,
        distribution: tfd.Distribution,
        low: TensorLike,
        high: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Truncated",
    ) -> None:
        """Truncates a distribution.

        Args:
          distribution: Distribution with scalar events, float32 or float64
            samples, and a `cdf` (better: `log_cdf` and
            `log_survival_function`) that is differentiable in the value and the
            parameters, and defined from `low` to `high`.
          low: Lower bound, a tensor that broadcasts with the batch shape of
            `distribution`. May be -inf, where `high` is finite.
          high: Upper bound, larger than `low`. May be inf, where `low` is
            finite.
          validate_args: Whether the bounds are checked, at some cost.
          allow_nan_stats: Whether undefined statistics are NaN, instead of an
            error.
          name: Name of the ops.

        Raises:
          TypeError: Where the samples are not float32 or float64.
          ValueError: Where the events are not scalars.
        """
        parameters = dict(locals())
        _composite.require_distribution(distribution, "distribution")
        if distribution.dtype not in _root.RANKS:
            raise TypeError(
                "Truncated takes a distribution over float32 or float64, got "
                f"{distribution.name} with dtype {distribution.dtype.name}."
            )
        if distribution.event_shape.rank != 0:
            raise ValueError(
                "Truncated takes a univariate distribution, got "
                f"{distribution.name} with event_shape "
                f"{distribution.event_shape}."
            )
        with tf.name_scope(name) as name:
            self._distribution = distribution
            self._low = _live.convert(low, distribution.dtype, "low")
            self._high = _live.convert(high, distribution.dtype, "high")
            super().__init__(
                dtype=distribution.dtype,
                reparameterization_type=tfd.FULLY_REPARAMETERIZED,
                validate_args=validate_args,
                allow_nan_stats=allow_nan_stats,
                parameters=parameters,
                name=name,
            )

    @property
    def distribution(self) -> tfd.Distribution:
        """The distribution that is truncated."""
        return self._distribution

    @property
    def low(self) -> tf.Tensor:
        """The lower bound."""
        return self._low

    @property
    def high(self) -> tf.Tensor:
        """The upper bound."""
        return self._high

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {
            "distribution": tfp.util.BatchedComponentProperties(),
            "low": tfp.util.ParameterProperties(),
            "high": tfp.util.ParameterProperties(),
        }

    def _event_shape_tensor(self):
        return tf.constant([], dtype=tf.int32)

    def _event_shape(self):
        return tf.TensorShape([])

    def _interval(self):
        return _interval.Interval(self.distribution, self.low, self.high)

    def _sample_n(self, n, seed=None):
        interval = self._interval()
        shape = tf.concat([[n], tf.shape(interval.low)], axis=0)
        seed = _seeds.sanitize(seed, "truncated")
        # Without 0, at which F may have no derivative.
        u = _uniform.stateless_uniform(shape, seed, self.dtype)
        u = tf.cast(u, interval.dtype)
        z = interval.sample(tf.math.log(u), tf.math.log1p(-u))
        return tf.ensure_shape(z, [None, *self.batch_shape])

    def _log_prob(self, value):
        return self._log_prob_in(self._interval(), value)

    def _log_prob_in(self, interval, value):
        value = tf.cast(value, interval.dtype)
        inside = (value >= interval.low) & (value <= interval.high)
        log_prob = interval.log_prob(_clip(value, interval))
        return tf.cast(
            tf.where(
                inside, log_prob, tf.constant(-float("inf"), interval.dtype)
            ),
            self.dtype,
        )

    def _cdf(self, value):
        lower, below, above = self._halves(value)
        return tf.cast(tf.where(lower, below, 1 - above), self.dtype)

    def _survival_function(self, value):
        # Not 1 - cdf, as in the base class.
        lower, below, above = self._halves(value)
        return tf.cast(tf.where(lower, 1 - below, above), self.dtype)

    def _halves(self, value):
        interval = self._interval()
        value = tf.cast(value, interval.dtype)
        return interval.halves(_clip(value, interval))

    def _log_cdf(self, value):
        return self._log_part(value, above=False)

    def _log_survival_function(self, value):
        return self._log_part(value, above=True)

    def _log_part(self, value, above):
        interval = self._interval()
        value = tf.cast(value, interval.dtype)
        log_part = interval.log_parts(_clip(value, interval))[above]
        none, all_ = value <= interval.low, value >= interval.high
        if above:
            none, all_ = all_, none
        log_part = tf.where(all_, tf.zeros_like(log_part), log_part)
        minus_infinity = tf.constant(-float("inf"), interval.dtype)
        log_part = tf.where(none, minus_infinity, log_part)
        return tf.cast(log_part, self.dtype)

    def _quantile(self, value):
        interval = self._interval()
        p = tf.cast(value, interval.dtype)
        return interval.sample(tf.math.log(p), tf.math.log1p(-p), p)

    def _mode(self):
        # The density of the base has one maximum, if it says where.
        low, high = (tf.convert_to_tensor(b) for b in (self.low, self.high))
        mode = self.distribution.mode()
        return tf.minimum(tf.maximum(mode, low), high)

    def _mean(self):
        return self._expectation(lambda z: z)

    def _variance(self):
        interval = self._interval()
        mean = self._expectation(lambda z: z, interval)
        return self._expectation(lambda z: (z - mean) ** 2, interval)

    def _entropy(self):
        interval = self._interval()
        return self._expectation(
            lambda z: -self._log_prob_in(interval, z), interval
        )

    def _expectation(self, function, interval=None):
        interval = interval or self._interval()

        def quantile(log_u, log_v):
            shape = tf.concat(
                [tf.shape(log_u), tf.ones_like(tf.shape(interval.low))],
                axis=0,
            )
            log_u, log_v = (
                tf.reshape(tf.cast(x, interval.dtype), shape)
                for x in (log_u, log_v)
            )
            return interval.sample(log_u, log_v)

        return _quadrature.expectation(function, quantile, self.dtype)

    def _default_event_space_bijector(self):
        # Bounds that are infinite, all of them, and known to be.
        low, high = (
            None if _live.is_live(bound) else tf.get_static_value(bound)
            for bound in (self.low, self.high)
        )
        if high is not None and np.all(np.isinf(high)):
            return tfp.bijectors.Chain(
                [tfp.bijectors.Shift(self.low), tfp.bijectors.Softplus()]
            )
        if low is not None and np.all(np.isinf(low)):
            return tfp.bijectors.Chain(
                [
                    tfp.bijectors.Shift(self.high),
                    tfp.bijectors.Scale(tf.constant(-1, self.dtype)),
                    tfp.bijectors.Softplus(),
                ]
            )
        return tfp.bijectors.Sigmoid(
            low=self.low, high=self.high, validate_args=self.validate_args
        )

    def _sample_control_dependencies(self, value):
        if not self.validate_args:
            return []
        return [
            tf.debugging.assert_greater_equal(
                value, self.low, message="Sample must not be below `low`."
            ),
            tf.debugging.assert_less_equal(
                value, self.high, message="Sample must not be above `high`."
            ),
        ]

    def _parameter_control_dependencies(self, is_init):
        if not self.validate_args:
            return []
        if not is_init and not any(
            _live.is_live(bound) for bound in (self.low, self.high)
        ):
            return []
        return [
            tf.debugging.assert_less(
                self.low, self.high, message="`low` must be less than `high`."
            ),
            tf.debugging.assert_equal(
                tf.math.is_inf(self.low) & tf.math.is_inf(self.high),
                False,
                message="One of `low` and `high` must be finite.",
            ),
        ]


def _clip(value, interval):
    # tf.clip_by_value does not broadcast its value.
    return tf.minimum(tf.maximum(value, interval.low), interval.high)


class _CompositeTruncated(Truncated, tfd.AutoCompositeTensorDistribution):
    """A truncated composite tensor."""


Truncated.versions = (Truncated, _CompositeTruncated)
