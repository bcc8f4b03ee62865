# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Half Student's t distribution with implicit reparameterization gradients."""

import math as pymath

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from tf_implicit import math
from tf_implicit._op_library import ops
from tf_implicit.distributions import _seeds, _shapes, _tails, _tfp
from tf_implicit.distributions.student_t import from_normals, standardized

__all__ = ["HalfStudentT"]

_LOG_2 = pymath.log(2)


class HalfStudentT(_tfp.SampledAtOnce, _tails.TwoTails, tfd.HalfStudentT):
    """Distribution of loc + scale |t| for t ~ StudentT(df, 0, 1).

    A `tfp.distributions.HalfStudentT` whose samples are those of `StudentT`,
    with the implicit reparameterization gradient in `df` of their own CDF
    (`tf_implicit.math.random_student_t_grad`; Figurnov et al. 2018, equation
    8), and with the same ends. The upper tail is twice that of
    `tf_implicit.math.student_t_survival_function`, the lower one the incomplete
    beta function I_x(1 / 2, df / 2) at x = t**2 / (df + t**2), which keeps its
    digits next to `loc`.

    #### Examples

        import tensorflow as tf
        import tf_implicit as tfi

        df = tf.constant([3.0, 1e6])
        with tf.GradientTape() as tape:
            tape.watch(df)
            x = tfi.distributions.HalfStudentT(df, 0.0, 1.0).sample(
                10000, seed=1)
            loss = tf.reduce_mean(x, axis=0)
        tape.gradient(loss, df)   # about [-0.155, -6e-13]
    """

    def _sample_n(self, n, seed=None):
        seed = _seeds.sanitize(seed, "half_student_t")
        df = tf.convert_to_tensor(self.df)
        loc = tf.convert_to_tensor(self.loc)
        scale = tf.convert_to_tensor(self.scale)
        shape = _shapes.shape_of_samples(n, df, loc, scale)
        # loc + scale t is not used: no gradients in its loc and scale.
        fixed = tf.stop_gradient(scale)
        t = from_normals(shape, seed, df, tf.zeros_like(fixed), fixed).standard
        return loc + scale * tf.abs(t)

    def _log_prob(self, x):
        loc = tf.convert_to_tensor(self.loc)
        scale = tf.convert_to_tensor(self.scale)
        log_prob = ops.tf_implicit_student_t_log_prob(
            df=self.df, loc=loc, scale=scale, sample=x
        ).log_prob
        log_prob = _constant_where(x < loc, -float("inf"), log_prob + _LOG_2)
        # The sign of the scale, which changes no other law, is wrong here.
        return _constant_where(scale < 0, float("nan"), log_prob)

    def _prob(self, x):
        return tf.exp(self._log_prob(x))

    def _tail(self, value, upper):
        df, outside, t = self._at(value)
        tail = half_tail(t, df, upper)
        return _constant_where(outside, 1.0 if upper else 0.0, tail)

    def _log_tail(self, value, upper):
        df, outside, t = self._at(value)
        tail = half_tail(t, df, upper, logarithm=True)
        return _constant_where(outside, 0.0 if upper else -float("inf"), tail)

    def _quantile(self, p):
        df = tf.convert_to_tensor(self.df)
        logit = math.logit_beta_quantile(p, tf.constant(0.5, df.dtype), df / 2)
        lower = tf.sqrt(df) * tf.exp(logit / 2)
        upper = -math.student_t_quantile(tf.minimum((1 - p) / 2, 0.25), df)
        return self.loc + self.scale * tf.where(p < 0.5, lower, upper)

    def _entropy(self):
        df = tf.convert_to_tensor(self.df)
        scale = tf.convert_to_tensor(self.scale)
        entropy = math.student_t_entropy(df) + tf.math.log(scale) - _LOG_2
        shape = self._batch_shape_tensor(df=df, scale=scale)
        return tf.broadcast_to(entropy, shape)

    def _at(self, value):
        scale = tf.convert_to_tensor(self.scale)
        t = standardized(value - self.loc, scale)
        outside = t < 0
        t = tf.where(outside, tf.ones_like(t), t)
        return tf.convert_to_tensor(self.df), outside, t


def half_tail(
    t: tf.Tensor, df: tf.Tensor, upper: bool, logarithm: bool = False
) -> tf.Tensor:
    """P(|T| < t) or P(|T| > t) of T ~ StudentT(df, 0, 1), or its logarithm.

    Args:
      t: Non-negative floating tensor.
      df: Positive floating tensor of the same dtype.
      upper: Whether it is the survival function.
      logarithm: Whether its logarithm is returned.

    Returns:
      The tail probability. At t = 0 it is a constant of the derivatives.
    """
    if upper and logarithm:
        return math.student_t_log_survival_function(t, df) + _LOG_2
    if upper:
        return 2 * math.student_t_survival_function(t, df)
    ended = (t == 0) | tf.math.is_inf(t)
    logit = 2 * tf.math.log(_tails.constant_where(ended, t)) - tf.math.log(df)
    half = tf.constant(0.5, df.dtype)
    return _tails.logit_beta_tail(logit, half, df / 2, upper, logarithm)


def _constant_where(outside, constant, inside):
    return tf.where(outside, tf.constant(constant, inside.dtype), inside)
