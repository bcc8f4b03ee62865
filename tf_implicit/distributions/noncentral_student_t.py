# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Noncentral Student's t distribution with implicit gradients."""

import functools
from typing import Any

import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import random
from tf_implicit._types import TensorLike
from tf_implicit.distributions import (
    _noncentral_t,
    _noncentral_t_quantile,
    _noncentral_t_tail,
    _scalar_family,
    _seeds,
    _shapes,
    _tails,
)
from tf_implicit.random import _normal

__all__ = ["NoncentralStudentT"]

_GREATEST_DF = 1e100  # No square overflows.
_GREATEST_NONCENTRALITY = 1e4  # Its square costs so many digits.


class NoncentralStudentT(_tails.TwoTails, _scalar_family.ScalarFamily):
    """Noncentral Student's t distribution.

    The law of z = loc + scale t, where

        t = (x + noncentrality) / sqrt(v / df)

    with x from Normal(0, 1) and v from Chi2(df): that of the t statistic of
    samples whose mean is not 0 (Johnson, Kotz, Balakrishnan 1995, chapter 31).
    For a noncentrality of 0 it is StudentT(df, loc, scale). SciPy has it as
    `nct(df, nc, loc, scale)`.

    Samples are those of this definition, and their gradients implicit
    reparameterization gradients [2]: with u = v / df and its own implicit
    derivative they are means over u at a given t,

        dt/dnoncentrality = E[1 / sqrt(u) | t]
        dt/ddf = -t / 2 E[dlog(u)/ddf | t]

    so they have less variance than the gradient of the ratio. They and
    `log_prob` are computed in float64 for either dtype, by the trapezoidal rule
    over log u, whose law given t has one peak. The gradient of a sample has an
    error of 64 eps max(1, 1 / df) in float64, to which that in `df` adds 16 eps
    min(df, 200): beyond, it is a series in 1 / df. `log_prob` has one of 8 eps
    of max(1, abs(log_prob)).

    The CDF and the survival function are sums of positive terms over log u,
    too, each right where it is small: with an error of 8 eps times 1 - log of
    the smaller of the two in float64, that is 1e-13 where it is 1e-25, and as
    much more as 1 / (32 df) for a df below 0.03. So are their logarithms,
    relative to themselves, also next to 0. Their derivatives are the density
    and those of the samples times it. `quantile` is the root of the logarithm
    of the smaller tail, within 256 eps of max(1, abs(log(p))) or one rounding
    of the quantile; it is infinite beyond all numbers. They take more time the
    larger the noncentrality is beside the root of `df`.

    In float32 all have an error of 1 eps. This was held for `df` from 0.1 on,
    for the tails from 0.01 on, up to 1e10, and noncentralities up to 37;
    results are NaN above noncentralities of 1e4 and a `df` of 1e100, and where
    a parameter is invalid. Samples are finite, as those of `StudentT`. There
    are no second derivatives.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        df, noncentrality = tf.constant(5.0), tf.constant(2.0)
        with tf.GradientTape() as tape:
            tape.watch([df, noncentrality])
            law = tfi.distributions.NoncentralStudentT(
                df, noncentrality, loc=0.0, scale=1.0)
            loss = tf.reduce_mean(law.sample(10000, seed=1))
        tape.gradient(loss, [df, noncentrality])   # about [-0.11, 1.19]

    #### References

    [1]: Johnson, N. L., Kotz, S., Balakrishnan, N. Continuous Univariate
         Distributions, volume 2, 2nd edition. Wiley 1995.
    [2]: Figurnov, M., Mohamed, S., Mnih, A. Implicit Reparameterization
         Gradients. NeurIPS 2018.
    """

    _POSITIVE = ("df", "scale")

    def __init__(
        self,
        df: TensorLike,
        noncentrality: TensorLike,
        loc: TensorLike,
        scale: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "NoncentralStudentT",
    ) -> None:
        """Initializes the distribution.

        Args:
          df: Positive floating tensor, the degrees of freedom.
          noncentrality: Floating tensor of the same dtype.
          loc: Floating tensor of the same dtype.
          scale: Positive floating tensor of the same dtype. The four broadcast
            against each other.
          validate_args: Whether to check the parameters.
          allow_nan_stats: Whether undefined statistics are NaN or an error.
          name: Name of the distribution.
        """
        self._initialize(locals())

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        central = tfd.StudentT.parameter_properties(dtype)
        return {
            "df": central["df"],
            "noncentrality": central["loc"],
            "loc": central["loc"],
            "scale": tfd.Normal.parameter_properties(dtype)["scale"],
        }

    @property
    def df(self) -> Any:
        """The degrees of freedom."""
        return self._df

    @property
    def noncentrality(self) -> Any:
        """The mean of the Normal variable in the numerator."""
        return self._noncentrality

    @property
    def loc(self) -> Any:
        """What is added to scale t."""
        return self._loc

    @property
    def scale(self) -> Any:
        """What t is multiplied with."""
        return self._scale

    def _sample_n(self, n, seed=None):
        seeds = _seeds.split(seed, 2, "noncentral_student_t")
        df, noncentrality, loc, scale = self._wide()
        shape = _shapes.shape_of_samples(n, df, noncentrality, loc, scale)
        of_df, of_nc, of_scale = map(
            tf.stop_gradient, (df, noncentrality, scale)
        )
        x = _normal.stateless_normal(shape, seeds[0], self.dtype)
        half = of_df / 2
        log_gamma = random.stateless_loggamma(
            shape, seeds[1], tf.broadcast_to(half, shape)
        )
        log_u = log_gamma - tf.math.log(half)
        t = (tf.cast(x, tf.float64) + of_nc) * tf.exp(-log_u / 2)
        # Heavy tails do not end in infinity, as in `StudentT`.
        last = self.dtype.max / 2 / tf.maximum(of_scale, tf.ones_like(of_scale))
        t = tf.clip_by_value(t, -last, last)
        t = _noncentral_t.attach_to_sample(t, df, noncentrality)
        return tf.cast(loc + scale * t, self.dtype)

    def _log_prob(self, value):
        end = -float("inf")
        log_prob, scale = self._at(value, _noncentral_t.log_prob, end, end)
        return tf.cast(log_prob - tf.math.log(scale), self.dtype)

    def _tail(self, value, upper):
        return self._some_tail(value, upper, False, 0.0, 1.0)

    def _log_tail(self, value, upper):
        return self._some_tail(value, upper, True, -float("inf"), 0.0)

    def _some_tail(self, value, upper, logarithm, least, greatest):
        function = functools.partial(
            _noncentral_t_tail.tail, upper=upper, logarithm=logarithm
        )
        below, above = (greatest, least) if upper else (least, greatest)
        return tf.cast(self._at(value, function, below, above)[0], self.dtype)

    def _at(self, value, function, below, above):
        """A function of t, its values at -infinity and infinity, and scale."""
        df, noncentrality, loc, scale = self._wide()
        t = (tf.cast(value, tf.float64) - loc) / scale
        infinite = tf.math.is_inf(t)
        inside = function(
            tf.where(infinite, tf.zeros_like(t), t), df, noncentrality
        )
        below, above = (tf.constant(x, tf.float64) for x in (below, above))
        end = tf.where(t < 0, below, above)
        nan = tf.stop_gradient(0 * (df + noncentrality + loc + scale))
        return tf.where(infinite, end, inside) + nan, scale

    def _quantile(self, value):
        df, noncentrality, loc, scale = self._wide()
        p = tf.cast(value, tf.float64)
        t = _noncentral_t_quantile.quantile(p, df, noncentrality)
        return tf.cast(loc + scale * t, self.dtype)

    def _mean(self):
        df, noncentrality, loc, scale = self._wide()
        df, checks = self._moment_df(df, 1.0, "mean")
        with tf.control_dependencies(checks):
            mean = loc + scale * noncentrality * _mean_inverse_root(df)
        return tf.cast(mean, self.dtype)

    def _variance(self):
        df, noncentrality, loc, scale = self._wide()
        # Infinite from 1 to 2.
        df, checks = self._moment_df(df, 1.0, "variance")
        finite = df > 2
        safe = tf.where(finite, df, 3 * tf.ones_like(df))
        with tf.control_dependencies(checks):
            square = safe / (safe - 2)
            excess = square - _mean_inverse_root(safe) ** 2
            variance = scale**2 * (square + noncentrality**2 * excess)
            infinity = tf.constant(float("inf"), tf.float64)
            variance = tf.where(finite, variance, infinity + 0 * variance)
            variance = tf.where(df > 1, variance, df + 0 * variance)
            variance += 0 * loc
        return tf.cast(variance, self.dtype)

    def _moment_df(self, df, least, name):
        """The df, NaN where a moment is undefined; or the check of it."""
        if not self.allow_nan_stats:
            return df, [
                tf.debugging.assert_greater(
                    df,
                    tf.constant(least, tf.float64),
                    message=f"The {name} is undefined for a `df` of at most "
                    f"{least}.",
                )
            ]
        nan = tf.constant(float("nan"), tf.float64)
        return tf.where(df > least, df, nan), []

    def _wide(self):
        """The parameters in float64, NaN where one is invalid."""
        df, noncentrality, loc, scale = (
            tf.cast(tf.convert_to_tensor(x), tf.float64)
            for x in (self._df, self._noncentrality, self._loc, self._scale)
        )
        nan = tf.constant(float("nan"), tf.float64)
        df = tf.where((df > 0) & (df <= _GREATEST_DF), df, nan)
        inside = tf.abs(noncentrality) <= _GREATEST_NONCENTRALITY
        noncentrality = tf.where(inside, noncentrality, nan)
        scale = tf.where((scale > 0) & tf.math.is_finite(scale), scale, nan)
        return df, noncentrality, loc, scale


def _mean_inverse_root(df):
    """E 1 / sqrt(u) for df > 1."""
    half = tf.constant(0.5, tf.float64)
    log_ratio = tfp.math.log_gamma_difference(half, (df - 1) / 2)
    return tf.exp(log_ratio + tf.math.log(df / 2) / 2)
