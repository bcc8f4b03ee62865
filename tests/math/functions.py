# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The functions of tf_implicit.math, for the tests that all of them share."""

import dataclasses
from collections.abc import Callable

import numpy as np
import tensorflow as tf

import tf_implicit as tfi


@dataclasses.dataclass(frozen=True)
class Function:
    """One public function.

    Attributes:
      call: The function.
      arguments: The names of its tensor arguments.
      points: For each argument, values inside the domain, of one length.
      algorithms: Whether it has an `algorithm` argument.
      orders: How many times it can be differentiated.
      composed: Whether it calls an op whose arguments have other names.
      refuses: Whether one more derivative is an error.
    """

    call: Callable
    arguments: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]
    algorithms: bool = False
    orders: int = 1
    composed: bool = False
    refuses: bool = True

    @property
    def name(self):
        return self.call.__name__

    def outputs(self, *arguments, **keywords):
        """The outputs as a list, also where there is only one."""
        y = self.call(*arguments, **keywords)
        return list(y) if isinstance(y, tuple) else [y]

    def tensors(self, dtype=tf.float64):
        return [tf.constant(p, dtype) for p in self.points]

    def random_arguments(self, size):
        """Arguments near `points`, as float32 arrays of the given size."""
        rng = np.random.default_rng(size)
        index = rng.integers(len(self.points[0]), size=size)
        return [
            (np.take(p, index) * np.exp(rng.uniform(-0.3, 0.3, size))).astype(
                np.float32
            )
            for p in self.points
        ]


def _trigamma(x):
    return tfi.math.polygamma(1, x)


def _log_rate_divergence(concentration1, rate1, concentration2, rate2):
    return tfi.math.gamma_divergence(
        concentration1, rate1, concentration2, rate2, log_rates=True
    )


def _log_rate_log_prob(concentration, rate, sample):
    return tfi.math.gamma_log_prob(concentration, rate, sample, log_rate=True)


def _exp_log_rate_log_prob(concentration, rate, log_sample):
    return tfi.math.exp_gamma_log_prob(
        concentration, rate, log_sample, log_rate=True
    )


_DENSITY_POINTS = (
    (0.3, 1.7, 9.0, 40.0),
    (0.5, 0.9, 3.0, 2.0),
    (0.1, 0.8, 2.5, 1.1),
)
_LOGITS = (0.4, 2.5, -1.4, 0.6)
_SAMPLES = (1.1, -2.5, 0.4, -0.1)
_PROBABILITIES = (0.2, 0.7, 0.45, 0.9)

FUNCTIONS = [
    Function(
        tfi.math.igamma_grad_a,
        ("a", "x"),
        ((0.3, 1.7, 9.0, 40.0), (0.1, 2.5, 8.0, 42.0)),
        algorithms=True,
    ),
    Function(
        tfi.math.igamma,
        ("a", "x"),
        ((0.3, 1.7, 9.0, 40.0), (0.1, 2.5, 8.0, 42.0)),
        orders=2,
    ),
    Function(
        tfi.math.igammac,
        ("a", "x"),
        ((0.3, 1.7, 9.0, 40.0), (0.1, 2.5, 8.0, 42.0)),
        orders=2,
    ),
    Function(
        tfi.math.log_igamma,
        ("a", "x"),
        ((0.3, 1.7, 9.0, 40.0), (0.1, 2.5, 8.0, 42.0)),
        orders=2,
    ),
    Function(
        tfi.math.log_igammac,
        ("a", "x"),
        ((0.3, 1.7, 9.0, 40.0), (0.1, 2.5, 8.0, 42.0)),
        orders=2,
    ),
    Function(
        tfi.math.igammainv,
        ("a", "p"),
        ((0.3, 1.7, 9.0, 40.0), (0.3, 0.6, 0.05, 0.7)),
        orders=2,
    ),
    Function(
        tfi.math.igammacinv,
        ("a", "q"),
        ((0.3, 1.7, 9.0, 40.0), (0.3, 0.6, 0.05, 0.7)),
        orders=2,
    ),
    Function(
        tfi.math.log_igammainv,
        ("a", "p"),
        ((0.3, 1.7, 9.0, 40.0), (0.3, 0.6, 0.05, 0.7)),
        orders=2,
    ),
    Function(
        tfi.math.log_igammacinv,
        ("a", "q"),
        ((0.3, 1.7, 9.0, 40.0), (0.3, 0.6, 0.05, 0.7)),
        orders=2,
    ),
    Function(
        tfi.math.random_gamma_grad,
        ("alpha", "sample"),
        ((0.3, 1.7, 9.0, 400.0), (0.1, 2.5, 8.0, 420.0)),
        algorithms=True,
    ),
    Function(
        tfi.math.random_loggamma_grad,
        ("alpha", "log_sample"),
        ((0.01, 0.3, 1.7, 9.0), (-200.0, -2.0, 0.9, 2.2)),
    ),
    Function(
        tfi.math.random_von_mises_grad,
        ("concentration", "sample"),
        ((0.3, 1.7, 9.0, 400.0), (1.1, -2.5, 0.4, -0.1)),
        algorithms=True,
    ),
    Function(
        tfi.math.von_mises_cdf,
        ("x", "concentration"),
        ((1.1, -2.5, 0.4, -0.1), (0.3, 1.7, 9.0, 400.0)),
        orders=2,
    ),
    Function(
        tfi.math.von_mises_quantile,
        ("p", "concentration"),
        ((0.8, 0.1, 0.6, 0.4), (0.3, 1.7, 9.0, 400.0)),
        orders=2,
    ),
    Function(
        tfi.math.random_logit_beta_grad,
        ("concentration1", "concentration0", "logit_sample"),
        (
            (0.3, 1.7, 9.0, 400.0),
            (0.5, 0.9, 30.0, 200.0),
            (0.4, 2.5, -1.4, 0.6),
        ),
    ),
    Function(
        tfi.math.random_beta_grad,
        ("concentration1", "concentration0", "sample"),
        (
            (0.3, 1.7, 9.0, 400.0),
            (0.5, 0.9, 30.0, 200.0),
            (0.6, 0.7, 0.25, 0.65),
        ),
    ),
    Function(
        tfi.math.random_student_t_grad,
        ("df", "sample"),
        ((0.3, 1.7, 9.0, 400.0), (1.1, -2.5, 0.4, -0.1)),
    ),
    Function(tfi.math.lgamma, ("x",), ((0.3, 1.4, 9.0, 40.0),), orders=3),
    Function(tfi.math.digamma, ("x",), ((0.3, 1.7, 9.0, 40.0),), orders=2),
    Function(_trigamma, ("x",), ((0.3, 1.7, 9.0, 40.0),)),
    Function(
        tfi.math.gamma_divergence,
        ("concentration1", "rate1", "concentration2", "rate2"),
        (
            (0.3, 1.7, 9.0, 40.0),
            (0.5, 0.9, 3.0, 2.0),
            (0.4, 0.8, 9.5, 50.0),
            (0.6, 0.7, 2.5, 2.2),
        ),
        orders=2,
    ),
    Function(
        _log_rate_divergence,
        ("concentration1", "rate1", "concentration2", "rate2"),
        (
            (0.3, 1.7, 9.0, 40.0),
            (0.5, -0.9, 0.3, 0.2),
            (0.4, 0.8, 9.5, 50.0),
            (0.6, -0.7, 0.25, 0.22),
        ),
        orders=2,
    ),
    Function(
        tfi.math.gamma_log_prob,
        ("concentration", "rate", "sample"),
        _DENSITY_POINTS,
        orders=3,
    ),
    Function(
        tfi.math.inverse_gamma_log_prob,
        ("concentration", "scale", "sample"),
        _DENSITY_POINTS,
        orders=3,
    ),
    Function(
        tfi.math.chi_log_prob,
        ("df", "sample"),
        (_DENSITY_POINTS[0], _DENSITY_POINTS[2]),
        orders=3,
    ),
    Function(
        tfi.math.exp_gamma_log_prob,
        ("concentration", "rate", "log_sample"),
        _DENSITY_POINTS,
        orders=3,
    ),
    Function(
        _log_rate_log_prob,
        ("concentration", "rate", "sample"),
        _DENSITY_POINTS,
        orders=3,
    ),
    Function(
        _exp_log_rate_log_prob,
        ("concentration", "rate", "log_sample"),
        _DENSITY_POINTS,
        orders=3,
    ),
    Function(
        tfi.math.gamma_entropy,
        ("concentration", "rate"),
        ((0.3, 1.7, 9.0, 40.0), (0.5, 0.9, 3.0, 2.0)),
        orders=2,
    ),
    Function(
        tfi.math.exp_gamma_entropy,
        ("concentration",),
        ((0.3, 1.7, 9.0, 40.0),),
        orders=2,
    ),
    Function(
        tfi.math.inverse_gamma_entropy,
        ("concentration", "scale"),
        ((0.3, 1.7, 9.0, 40.0), (0.5, 0.9, 3.0, 2.0)),
        orders=2,
    ),
    Function(
        tfi.math.chi2_log_prob,
        ("df", "sample"),
        ((0.3, 1.7, 9.0, 40.0), (0.1, 0.8, 3.5, 20.0)),
        orders=3,
        composed=True,
    ),
    Function(
        tfi.math.chi2_divergence,
        ("df1", "df2"),
        ((0.3, 1.7, 9.0, 40.0), (0.5, 0.9, 3.0, 50.0)),
        orders=2,
        composed=True,
    ),
    Function(
        tfi.math.chi2_entropy, ("df",), ((0.3, 1.7, 9.0, 40.0),), orders=2
    ),
    Function(
        tfi.math.beta_log_prob,
        ("concentration1", "concentration0", "sample"),
        (
            (0.3, 1.7, 9.0, 400.0),
            (0.5, 0.9, 30.0, 200.0),
            (0.6, 0.7, 0.25, 0.65),
        ),
        orders=3,
    ),
    Function(
        tfi.math.logit_beta_log_prob,
        ("concentration1", "concentration0", "logit_sample"),
        (
            (0.3, 1.7, 9.0, 400.0),
            (0.5, 0.9, 30.0, 200.0),
            (0.4, 2.5, -1.4, 0.6),
        ),
        orders=3,
    ),
    Function(
        tfi.math.beta_entropy,
        ("concentration1", "concentration0"),
        ((0.3, 1.7, 9.0, 400.0), (0.5, 0.9, 30.0, 200.0)),
        orders=2,
    ),
    Function(
        tfi.math.beta_divergence,
        (
            "concentration1_a",
            "concentration0_a",
            "concentration1_b",
            "concentration0_b",
        ),
        (
            (0.3, 1.7, 9.0, 40.0),
            (0.5, 0.9, 30.0, 20.0),
            (0.4, 3.7, 11.0, 45.0),
            (0.7, 0.8, 20.0, 25.0),
        ),
        orders=2,
    ),
    Function(
        tfi.math.von_mises_log_prob,
        ("concentration", "sample"),
        ((0.3, 1.7, 9.0, 40.0), (1.1, -2.5, 0.4, -0.1)),
        orders=3,
    ),
    Function(
        tfi.math.von_mises_log_cdf,
        ("x", "concentration"),
        ((1.1, -2.5, 0.4, -0.1), (0.3, 1.7, 9.0, 40.0)),
        orders=2,
    ),
    Function(
        tfi.math.student_t_divergence,
        ("df1", "loc1", "scale1", "df2", "loc2", "scale2"),
        (
            (0.8, 3.0, 9.0, 40.0),
            (0.1, -0.5, 1.3, 2.0),
            (0.7, 1.0, 2.0, 0.5),
            (2.0, 3.5, 1.5, 45.0),
            (0.2, 0.4, 1.0, 2.1),
            (1.1, 0.9, 0.4, 0.6),
        ),
        refuses=False,
    ),
    Function(
        tfi.math.von_mises_divergence,
        ("loc_a", "concentration_a", "loc_b", "concentration_b"),
        (
            (0.3, 1.7, -2.0, 0.1),
            (0.3, 1.7, 9.0, 40.0),
            (0.5, -0.9, -1.0, 0.2),
            (0.4, 3.7, 11.0, 35.0),
        ),
        orders=2,
    ),
    *[
        Function(
            call,
            ("a", "b", last),
            (
                (0.3, 1.7, 9.0, 400.0),
                (0.5, 0.9, 30.0, 200.0),
                (0.6, 0.7, 0.25, 0.65),
            ),
            orders=2,
        )
        for call, last in [
            (tfi.math.betainc, "x"),
            (tfi.math.betaincc, "x"),
            (tfi.math.log_betainc, "x"),
            (tfi.math.log_betaincc, "x"),
            (tfi.math.betaincinv, "p"),
            (tfi.math.betainccinv, "p"),
        ]
    ],
    *[
        Function(
            call,
            (first, "concentration1", "concentration0"),
            (points, (0.3, 1.7, 9.0, 400.0), (0.5, 0.9, 30.0, 200.0)),
            orders=2,
        )
        for call, first, points in [
            (tfi.math.logit_beta_cdf, "logit", _LOGITS),
            (tfi.math.logit_beta_survival_function, "logit", _LOGITS),
            (tfi.math.logit_beta_log_cdf, "logit", _LOGITS),
            (tfi.math.logit_beta_log_survival_function, "logit", _LOGITS),
            (tfi.math.logit_beta_quantile, "p", _PROBABILITIES),
        ]
    ],
    *[
        Function(
            call,
            (first, "df"),
            (points, (0.3, 1.7, 9.0, 400.0)),
            orders=2,
        )
        for call, first, points in [
            (tfi.math.student_t_cdf, "x", _SAMPLES),
            (tfi.math.student_t_survival_function, "x", _SAMPLES),
            (tfi.math.student_t_log_cdf, "x", _SAMPLES),
            (tfi.math.student_t_log_survival_function, "x", _SAMPLES),
            (tfi.math.student_t_quantile, "p", _PROBABILITIES),
        ]
    ],
    Function(
        tfi.math.student_t_log_prob,
        ("df", "sample"),
        ((0.3, 1.7, 9.0, 400.0), _SAMPLES),
        orders=2,
        refuses=False,
    ),
    Function(
        tfi.math.inverse_gaussian_log_prob,
        ("loc", "concentration", "sample"),
        ((0.3, 1.7, 9.0, 0.4), (0.5, 0.9, 3.0, 20.0), (0.4, 2.5, 4.0, 0.35)),
        orders=3,
        refuses=False,
    ),
    Function(
        tfi.math.log_bessel_k1e,
        ("x",),
        ((0.01, 0.7, 3.0, 50.0),),
        orders=4,
        refuses=False,
    ),
]
