# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The part of a univariate distribution that lies between two bounds."""

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from tf_implicit import implicit
from tf_implicit.distributions import _live, _root

__all__ = ["Interval"]


class Interval:
    """The interval low <= z <= high of a distribution with the CDF F.

    A point is in the lower half where F < 1 - F, in the upper half elsewhere.
    Everything is computed from the smaller of the two tails, log F or
    log(1 - F), so that it is as accurate far out in one as in the bulk. All
    parameters are read once, here.

    Attributes:
      distribution: The distribution, in the precision that is worked in.
      dtype: This precision. float64 for a Normal distribution over float32: its
        log F at 1e4 standard deviations, -5e7, has no digit after the point;
        and for a Gumbel distribution, whose upper tail is log(1 - F) in TFP.
      low: The lower bound, broadcast.
      high: The upper bound, broadcast.
      log_probability: log(F(high) - F(low)).
    """

    def __init__(self, distribution, low, high):
        """Evaluates the tails at the bounds.

        Args:
          distribution: Univariate distribution over float32 or float64.
          low: Lower bound.
          high: Upper bound.
        """
        self._result_dtype = distribution.dtype
        self.distribution = distribution = _widened(
            _live.read_once(distribution)
        )
        self.dtype = distribution.dtype
        low, high = (
            tf.cast(tf.convert_to_tensor(bound), self.dtype)
            for bound in (low, high)
        )
        batch_shape = tf.broadcast_dynamic_shape(
            distribution.batch_shape_tensor(),
            tf.broadcast_dynamic_shape(tf.shape(low), tf.shape(high)),
        )
        self.low = low = tf.broadcast_to(low, batch_shape)
        self.high = high = tf.broadcast_to(high, batch_shape)
        # log F and log(1 - F) at both bounds, as numbers.
        self._ends = [
            [tf.stop_gradient(tail) for tail in self._log_tails_at(bound)]
            for bound in (low, high)
        ]
        (log_f_low, log_s_low), (log_f_high, log_s_high) = self._ends
        log_of_half = tf.math.log(tf.constant(0.5, low.dtype))
        upper = log_f_low > log_of_half

        # With their derivatives, except where a tail is 0 or 1: the support
        # ends there and the derivative need not exist. The median takes the
        # place of such a bound.
        def constant(end):
            return tf.math.is_inf(end) | (end == 0)

        def median():
            log_half = tf.fill(batch_shape, log_of_half)
            return self.quantile(log_half, log_half)

        median = tf.cond(
            tf.reduce_any(
                [constant(end) for ends in self._ends for end in ends]
            ),
            median,
            lambda: tf.stop_gradient(low),
        )

        def tail(log_tail, bound, end):
            value = log_tail(tf.where(constant(end), median, bound))
            return tf.where(constant(end), end, value)

        log_f = distribution.log_cdf
        log_s = distribution.log_survival_function
        self._log_f_low = tail(log_f, low, log_f_low)
        self._log_s_high = tail(log_s, high, log_s_high)
        self._log_s_low = tail(log_s, low, log_s_low)
        self._log_f_high = tail(log_f, high, log_f_high)
        largest = tf.where(upper, self._log_s_low, self._log_f_high)
        # All tails in units of the largest one in the interval.
        self._unit = tf.stop_gradient(largest)
        self.log_probability = tfp.math.log_sub_exp(
            largest, tf.where(upper, self._log_s_high, self._log_f_low)
        )

    def _log_tails(self, z):
        distribution = self.distribution
        return distribution.log_cdf(z), distribution.log_survival_function(z)

    def _log_tails_at(self, bound):
        """The tails at a bound that may be infinite."""
        infinite = tf.math.is_inf(bound)
        log_f, log_s = self._log_tails(bound)
        zero = tf.zeros_like(bound)
        minus_infinity = zero - float("inf")
        return (
            tf.where(
                infinite, tf.where(bound > 0, zero, minus_infinity), log_f
            ),
            tf.where(
                infinite, tf.where(bound > 0, minus_infinity, zero), log_s
            ),
        )

    def halves(self, z):
        """The probability below z, and that above it, given the interval.

        Args:
          z: Points in the interval.

        Returns:
          Three tensors: whether z is in the lower half; where it is,
          (F(z) - F(low)) / p with p = F(high) - F(low), else 0; where it is
          not, (F(high) - F(z)) / p, else 0.
        """
        log_f, log_s = self._log_tails(tf.cast(z, self.dtype))
        lower = log_f < log_s
        p = tf.exp(self.log_probability - self._unit)

        def difference(wanted, log_tail, log_end):
            # What is not wanted may overflow in this unit.
            log_tail, log_end = (
                tf.where(wanted, log_value, self._unit)
                for log_value in (log_tail, log_end)
            )
            return (
                tf.exp(log_tail - self._unit) - tf.exp(log_end - self._unit)
            ) / p

        below = difference(lower, log_f, self._log_f_low)
        above = difference(~lower, log_s, self._log_s_high)
        return lower, below, above

    def log_parts(self, z):
        """The logarithms of the probabilities below and above z, given it.

        Args:
          z: Points in the interval.

        Returns:
          Two tensors. Each is a difference of tails of one kind, of those that
          are the smaller ones at z.
        """
        log_f, log_s = self._log_tails(tf.cast(z, self.dtype))
        lower = log_f < log_s
        log_below = tfp.math.log_sub_exp(
            tf.where(lower, log_f, self._log_s_low),
            tf.where(lower, self._log_f_low, log_s),
        )
        log_above = tfp.math.log_sub_exp(
            tf.where(lower, self._log_f_high, log_s),
            tf.where(lower, log_f, self._log_s_high),
        )
        return (
            log_below - self.log_probability,
            log_above - self.log_probability,
        )

    def log_prob(self, z):
        """Log of the density at z in the interval."""
        z = tf.cast(z, self.dtype)
        return self.distribution.log_prob(z) - self.log_probability

    def standardize(self, z, u=0.0):
        """A standardization function: the accurate one of the two halves."""
        lower, below, above = self.halves(z)
        return tf.where(lower, below - u, above - (1 - u))

    def sample(self, log_u, log_v, u=0.0):
        """The quantile, with the implicit reparameterization gradient.

        Args:
          log_u: log(u), in the precision of the interval.
          log_v: log(1 - u).
          u: For a gradient in u: u itself, in the same precision.

        Returns:
          z, in the precision of the distribution that is truncated. The
          gradient is that at this z.
        """
        z = tf.cast(self.quantile(log_u, log_v), self._result_dtype)
        z = implicit.implicit_reparameterization(
            tf.cast(z, self.dtype), lambda z: self.standardize(z, u)
        )
        return tf.cast(z, self._result_dtype)

    def quantile(self, log_u, log_v):
        """The z with the probability u below it and v = 1 - u above it.

        Args:
          log_u: log(u).
          log_v: log(1 - u).

        Returns:
          z, to a rounding error of log F or log(1 - F), without a gradient;
          NaN where the interval has no probability.
        """
        (log_f_low, log_s_low), (log_f_high, log_s_high) = self._ends
        add = tfp.math.log_add_exp
        log_f = add(log_f_low + log_v, log_f_high + log_u)
        log_s = add(log_s_low + log_v, log_s_high + log_u)
        lower = log_f < log_s
        target = tf.stop_gradient(tf.where(lower, log_f, log_s))
        # Relative to the rounding error of the logarithm.
        scale = tf.maximum(tf.ones_like(target), -target)
        sign = tf.where(lower, tf.ones_like(target), -tf.ones_like(target))
        # A poor tail, log1p(-F), has jumps: as large as the root of eps, in
        # units of the probability of the interval.
        log_probability = tfp.math.log_sub_exp(
            tf.where(lower, log_f_high, log_s_low),
            tf.where(lower, log_f_low, log_s_high),
        )
        part = tf.exp(target - tf.stop_gradient(log_probability))
        root = np.finfo(target.dtype.as_numpy_dtype).eps ** 0.5
        jump = tf.math.log1p(tf.math.divide_no_nan(root, part)) / scale

        def value_and_slope(z):
            log_f, log_s = self._log_tails(z)
            log_tail = tf.where(lower, log_f, log_s)
            slope = tf.exp(self.distribution.log_prob(z) - log_tail) / scale
            return sign * (log_tail - target) / scale, slope

        shape = tf.shape(target)
        low, high = (
            tf.broadcast_to(tf.stop_gradient(bound), shape)
            for bound in (self.low, self.high)
        )
        start = self._direct_quantile(lower, log_f, log_s)
        if start is None:
            # A half line is searched from its end.
            start = tf.where(
                tf.math.is_inf(low),
                high,
                tf.where(
                    tf.math.is_inf(high),
                    low,
                    low + (high - low) * tf.exp(tf.stop_gradient(log_u)),
                ),
            )
        start = tf.broadcast_to(tf.stop_gradient(start), shape)
        z = _root.find_root(value_and_slope, start, low, high, jump)
        z = tf.where(tf.math.is_inf(log_u), low, z)
        z = tf.where(tf.math.is_inf(log_v), high, z)
        probable = (log_f_high > log_f_low) | (log_s_low > log_s_high)
        return tf.where(probable, z, tf.constant(float("nan"), z.dtype))

    def _direct_quantile(self, lower, log_f, log_s):
        """The quantile by that of the distribution, where it has one, or None.

        It is a start, of which the search verifies how good it is: as a rule it
        has nothing to do. The upper tail of a symmetric law is the lower one of
        its mirror image; that of another law has digits as far as 1 - F has.
        """
        symmetric = isinstance(self.distribution, _SYMMETRIC)
        tail = tf.exp(tf.where(lower, log_f, log_s) if symmetric else log_f)
        try:
            z = self.distribution.quantile(tf.stop_gradient(tail))
        except NotImplementedError:
            return None
        if not symmetric:
            return z
        return tf.where(lower, z, 2 * self.distribution.loc - z)


_SYMMETRIC = (tfd.Normal, tfd.StudentT, tfd.Logistic, tfd.Laplace, tfd.Cauchy)


def _widened(distribution):
    """A Normal or Gumbel distribution over float32 in float64."""
    if distribution.dtype == tf.float32:
        # TFP's Gumbel has 1 - F for its upper tail.
        for law in (tfd.Normal, tfd.Gumbel):
            if isinstance(distribution, law):
                return law(
                    tf.cast(distribution.loc, tf.float64),
                    tf.cast(distribution.scale, tf.float64),
                )
    return distribution
