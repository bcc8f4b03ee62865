# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The distributions that stand in for TFP's, for the tests they share."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi

tfd = tfp.distributions


@dataclasses.dataclass(frozen=True)
class Case:
    """One class and one set of parameters of batch shape [3].

    Attributes:
      ours: The class.
      theirs: The class of TFP that it stands in for.
      parameters: The keyword arguments, as lists.
      invalid: For some argument, a value that `validate_args` must refuse, and
        a part of the message.
      methods: How many statistics the class of TFP has at least.
      wrong: The statistics that are not those of the class of TFP.
      second_moment: Of one sample, a function of the parameters; None where
        the class of TFP has the mean and the variance.
    """

    ours: type
    theirs: type
    parameters: dict[str, Any]
    invalid: tuple[str, Any, str]
    methods: int = 5
    wrong: tuple[str, ...] = ()
    second_moment: Callable[..., tf.Tensor] | None = None

    @property
    def name(self):
        return f"{self.ours.__name__}-{'-'.join(self.parameters)}"

    def tensors(self, dtype=tf.float32):
        return {k: tf.constant(v, dtype) for k, v in self.parameters.items()}


def _sigmoid_beta_moment(concentration1, concentration0):
    a, b = concentration1, concentration0
    one = tf.ones_like(a)
    variance = tf.math.polygamma(one, a) + tf.math.polygamma(one, b)
    return variance + (tf.math.digamma(a) - tf.math.digamma(b)) ** 2


def _gamma_gamma_moment(concentration, mixing_concentration, mixing_rate):
    a, b = concentration, mixing_concentration
    return mixing_rate**2 * a * (a + 1) / ((b - 1) * (b - 2))


def _beta_quotient_moment(
    concentration1_numerator,
    concentration0_numerator,
    concentration1_denominator,
    concentration0_denominator,
):
    # E z**2 E w**-2
    a, c = concentration1_numerator, concentration1_denominator
    s, t = a + concentration0_numerator, c + concentration0_denominator
    inverse = (t - 1) * (t - 2) / ((c - 1) * (c - 2))
    return a * (a + 1) / (s * (s + 1)) * inverse


def _logit_normal_moment(loc, scale):
    # A sum over Normal quantiles, to all digits.
    e = tf.range(-12.0, 12.0, 0.01, loc.dtype)[:, tf.newaxis]
    density = tf.exp(-(e**2) / 2) / (2 * np.pi) ** 0.5
    square = tf.sigmoid(loc + scale * e) ** 2
    return 0.01 * tf.reduce_sum(density * square, axis=0)


CASES = [
    Case(
        tfi.distributions.Gamma,
        tfd.Gamma,
        {"concentration": [0.3, 2.0, 50.0], "rate": [2.0, 0.5, 7.0]},
        ("concentration", -1.0, "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.Gamma,
        tfd.Gamma,
        {"concentration": [0.3, 2.0, 50.0], "log_rate": [0.7, -0.7, 2.0]},
        ("concentration", -1.0, "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.Dirichlet,
        tfd.Dirichlet,
        {"concentration": [[0.3, 1.0], [2.0, 2.0], [50.0, 3.0]]},
        ("concentration", [-1.0, 1.0], "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.ExpGamma,
        tfd.ExpGamma,
        {"concentration": [0.3, 2.0, 50.0], "rate": [2.0, 0.5, 7.0]},
        ("concentration", -1.0, "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.InverseGamma,
        tfd.InverseGamma,
        {"concentration": [9.0, 12.0, 50.0], "scale": [2.0, 0.5, 7.0]},
        ("concentration", -1.0, "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.Chi2,
        tfd.Chi2,
        {"df": [0.6, 4.0, 100.0]},
        ("df", -1.0, "`df` must be positive"),
    ),
    Case(
        tfi.distributions.Beta,
        tfd.Beta,
        {"concentration1": [0.3, 2.0, 50.0], "concentration0": [2.0, 0.5, 7.0]},
        ("concentration1", -1.0, "must be positive"),
    ),
    Case(
        tfi.distributions.StudentT,
        tfd.StudentT,
        {
            "df": [9.0, 12.0, 50.0],
            "loc": [2.0, 0.5, 7.0],
            "scale": [1.0, 0.5, 2.0],
        },
        ("df", -1.0, "`df` must be positive"),
    ),
    Case(
        tfi.distributions.Normal,
        tfd.Normal,
        {"loc": [2.0, 0.5, -7.0], "scale": [1.0, 0.5, 2.0]},
        ("scale", -1.0, "`scale` must be positive"),
    ),
    Case(
        tfi.distributions.GeneralizedExtremeValue,
        tfd.GeneralizedExtremeValue,
        {
            "loc": [2.0, 0.5, -7.0],
            "scale": [1.0, 0.5, 2.0],
            "concentration": [0.1, -0.2, 0.05],
        },
        ("scale", -1.0, "`scale` must be positive"),
    ),
    Case(
        tfi.distributions.GeneralizedPareto,
        tfd.GeneralizedPareto,
        {
            "loc": [2.0, 0.5, -7.0],
            "scale": [1.0, 0.5, 2.0],
            "concentration": [0.1, -0.2, 0.05],
        },
        ("scale", -1.0, "`scale` must be positive"),
    ),
    Case(
        tfi.distributions.Chi,
        tfd.Chi,
        {"df": [0.6, 4.0, 100.0]},
        ("df", -1.0, "`df` must be positive"),
    ),
    Case(
        tfi.distributions.ExpInverseGamma,
        tfd.ExpInverseGamma,
        {"concentration": [0.3, 2.0, 50.0], "scale": [2.0, 0.5, 7.0]},
        ("concentration", -1.0, "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.ExpInverseGamma,
        tfd.ExpInverseGamma,
        {"concentration": [0.3, 2.0, 50.0], "log_scale": [0.7, -0.7, 2.0]},
        ("concentration", -1.0, "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.GammaGamma,
        tfd.GammaGamma,
        {
            "concentration": [0.3, 2.0, 50.0],
            "mixing_concentration": [9.0, 12.0, 50.0],
            "mixing_rate": [2.0, 0.5, 7.0],
        },
        ("concentration", -1.0, "`concentration` must be positive"),
        methods=3,
        wrong=("variance", "stddev"),
        second_moment=_gamma_gamma_moment,
    ),
    Case(
        tfi.distributions.BetaQuotient,
        tfd.BetaQuotient,
        {
            "concentration1_numerator": [0.3, 2.0, 5.0],
            "concentration0_numerator": [2.0, 0.5, 3.0],
            "concentration1_denominator": [9.0, 12.0, 9.0],
            "concentration0_denominator": [0.5, 3.0, 2.0],
        },
        ("concentration1_numerator", -1.0, "must be positive"),
        methods=1,
        wrong=("log_prob", "prob"),
        second_moment=_beta_quotient_moment,
    ),
    Case(
        tfi.distributions.SigmoidBeta,
        tfd.SigmoidBeta,
        {"concentration1": [0.3, 2.0, 50.0], "concentration0": [2.0, 0.5, 7.0]},
        ("concentration1", -1.0, "must be positive"),
        second_moment=_sigmoid_beta_moment,
    ),
    Case(
        tfi.distributions.ExponentiallyModifiedGaussian,
        tfd.ExponentiallyModifiedGaussian,
        {
            "loc": [2.0, 0.5, -7.0],
            "scale": [1.0, 0.5, 2.0],
            "rate": [0.3, 2.0, 1.0],
        },
        ("rate", -1.0, "`rate` must be positive"),
    ),
    Case(
        tfi.distributions.PERT,
        tfd.PERT,
        {
            "low": [1.0, -0.5, 7.0],
            "peak": [2.0, 0.5, 7.1],
            "high": [5.0, 1.7, 9.0],
            "temperature": [4.0, 0.5, 30.0],
        },
        ("temperature", -1.0, "`temperature` must be positive"),
    ),
    Case(
        tfi.distributions.HalfStudentT,
        tfd.HalfStudentT,
        {
            "df": [9.0, 12.0, 50.0],
            "loc": [2.0, 0.5, -7.0],
            "scale": [1.0, 0.5, 2.0],
        },
        ("df", -1.0, "`df` must be positive"),
    ),
    Case(
        tfi.distributions.TwoPieceStudentT,
        tfd.TwoPieceStudentT,
        {
            "df": [9.0, 12.0, 50.0],
            "loc": [2.0, 0.5, -7.0],
            "scale": [1.0, 0.5, 2.0],
            "skewness": [1.0, 0.4, 3.0],
        },
        ("df", -1.0, "`df` must be positive"),
    ),
    Case(
        tfi.distributions.GeneralizedNormal,
        tfd.GeneralizedNormal,
        {
            "loc": [2.0, 0.5, -7.0],
            "scale": [1.0, 0.5, 2.0],
            "power": [0.8, 2.0, 9.0],
        },
        ("power", -1.0, "`power` must be positive"),
    ),
    Case(
        tfi.distributions.InverseGaussian,
        tfd.InverseGaussian,
        {"loc": [2.0, 0.5, 1.0], "concentration": [6.0, 3.0, 8.0]},
        ("concentration", -1.0, "`concentration` must be positive"),
    ),
    Case(
        tfi.distributions.NormalInverseGaussian,
        tfd.NormalInverseGaussian,
        {
            "loc": [2.0, 0.5, -7.0],
            "scale": [3.0, 0.5, 2.0],
            "tailweight": [2.0, 5.0, 3.0],
            "skewness": [0.5, -1.0, 0.2],
        },
        ("scale", -1.0, "`scale` must be positive"),
    ),
    Case(
        tfi.distributions.TruncatedCauchy,
        tfd.TruncatedCauchy,
        {
            "loc": [0.5, -0.25, 1.0],
            "scale": [1.0, 0.5, 2.0],
            "low": [-1.0, -2.0, 0.5],
            "high": [3.0, 1.0, 4.0],
        },
        ("scale", -1.0, "`scale` must be positive"),
    ),
    Case(
        tfi.distributions.TruncatedNormal,
        tfd.TruncatedNormal,
        {
            "loc": [0.5, -0.25, 1.0],
            "scale": [1.0, 0.5, 2.0],
            "low": [-1.0, -2.0, 0.5],
            "high": [3.0, 1.0, 4.0],
        },
        ("scale", -1.0, "`scale` must be positive"),
    ),
    Case(
        tfi.distributions.Kumaraswamy,
        tfd.Kumaraswamy,
        {"concentration1": [0.3, 2.0, 9.0], "concentration0": [2.0, 0.5, 7.0]},
        ("concentration1", -1.0, "must be positive"),
    ),
    Case(
        tfi.distributions.LogitNormal,
        tfd.LogitNormal,
        {"loc": [0.5, -0.25, 1.0], "scale": [1.0, 0.5, 2.0]},
        ("scale", -1.0, "`scale` must be positive"),
        methods=4,
        second_moment=_logit_normal_moment,
    ),
]
