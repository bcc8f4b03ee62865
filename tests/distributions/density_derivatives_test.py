# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""First and second derivatives of log densities that ops compute."""

import mpmath
import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import distributions as tfd

import tf_implicit as tfi

tfid = tfi.distributions


def _exponentially_modified_gaussian(loc, scale, rate, x):
    u, k = (x - loc) / scale, rate * scale
    part = mpmath.exp(k * k / 2 - k * u)
    return mpmath.log(rate * part * mpmath.erfc((k - u) / mpmath.sqrt(2)) / 2)


def _beta_quotient(a, b, c, d, x):
    # Pham-Gia 2000, for x < 1.
    series = mpmath.hyp2f1(a + c, 1 - b, a + c + d, x)
    integral = mpmath.beta(a + c, d) * series
    norm = mpmath.beta(a, b) * mpmath.beta(c, d)
    return mpmath.log(x ** (a - 1) * integral / norm)


def _noncentral_chi2(df, noncentrality, x):
    half = df / 2
    series = mpmath.hyp0f1(half, noncentrality * x / 4)
    power = (half - 1) * mpmath.log(x / 2)
    rest = (x + noncentrality) / 2 + mpmath.loggamma(half) + mpmath.log(2)
    return power - rest + mpmath.log(series)


def _normal(loc, scale, x):
    t = (x - loc) / scale
    return -t * t / 2 - mpmath.log(scale * mpmath.sqrt(2 * mpmath.pi))


def _logit_normal(loc, scale, x):
    y = mpmath.log(x / (1 - x))
    return _normal(loc, scale, y) - mpmath.log(x * (1 - x))


def _pert(low, peak, high, temperature, x):
    width = high - low
    a = 1 + temperature * (peak - low) / width
    b = 1 + temperature * (high - peak) / width
    z = (x - low) / width
    powers = (a - 1) * mpmath.log(z) + (b - 1) * mpmath.log(1 - z)
    return powers - mpmath.log(width * mpmath.beta(a, b))


def _student_t(df, loc, scale, x):
    t = (x - loc) / scale
    norm = mpmath.beta(df / 2, mpmath.mpf(1) / 2) * mpmath.sqrt(df) * scale
    return -(df + 1) / 2 * mpmath.log1p(t * t / df) - mpmath.log(norm)


def _half_student_t(*arguments):
    return _student_t(*arguments) + mpmath.log(2)


def _two_piece_student_t(df, loc, scale, g, x):
    y = (x - loc) * (g if x < loc else 1 / g)
    width = mpmath.log((g + 1 / g) / 2)
    return _student_t(df, 0, scale, y) - width


def _gamma_gamma(a, c, rate, x):
    powers = (a - 1) * mpmath.log(x) + c * mpmath.log(rate)
    rest = (a + c) * mpmath.log(rate + x)
    return powers - rest - mpmath.log(mpmath.beta(a, c))


@pytest.mark.parametrize(
    ("law", "log_prob", "points"),
    [
        (
            tfid.ExponentiallyModifiedGaussian,
            _exponentially_modified_gaussian,
            [(0.5, 2.0, 0.25, -3.0), (0.5, 0.25, 3.0, 4.0), (0, 1, 8, 0.5)],
        ),
        (
            tfid.BetaQuotient,
            _beta_quotient,
            [(0.5, 1.5, 0.75, 0.5, 0.25), (5, 3, 9, 2, 0.875)],
        ),
        (
            tfid.NoncentralChi2,
            _noncentral_chi2,
            [(0.5, 3.0, 1.0), (7.0, 20.0, 30.0), (3.0, 0.0, 0.5)],
        ),
        (
            tfid.Normal,
            _normal,
            [(0.5, 2.0, -1.0), (-3.0, 0.125, -2.5), (1.0, 2.0, 3.0)],
        ),
        (
            tfid.LogitNormal,
            _logit_normal,
            [(0.5, 2.0, 0.125), (-3.0, 0.75, 0.9)],
        ),
        (
            tfid.StudentT,
            _student_t,
            [(3.0, 0.5, 2.0, -1.0), (0.5, 1.0, 0.25, 9.0), (40, 0, 1, 1)],
        ),
        (
            tfid.HalfStudentT,
            _half_student_t,
            [(3.0, 0.5, 2.0, 1.0), (40.0, 0.0, 1.0, 0.125)],
        ),
        (
            tfid.TwoPieceStudentT,
            _two_piece_student_t,
            [(3.0, 0.5, 2.0, 1.5, 1.0), (40.0, 0.0, 1.0, 0.75, -2.0)],
        ),
        (
            tfid.GammaGamma,
            _gamma_gamma,
            [(0.5, 3.0, 2.0, 0.25), (7.0, 1.5, 0.5, 40.0)],
        ),
        (tfid.PERT, _pert, [(1.0, 2.0, 5.0, 4.0, 1.5)]),
    ],
)
def test_derivatives(law, log_prob, points):
    for point in points:
        arguments = [tf.constant(v, tf.float64) for v in point]
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(arguments)
            with tf.GradientTape() as tape:
                tape.watch(arguments)
                value = law(*arguments[:-1]).log_prob(arguments[-1])
            slopes = tape.gradient(value, arguments)
        rows = [
            outer.gradient(
                slope,
                arguments,
                unconnected_gradients=tf.UnconnectedGradients.ZERO,
            )
            for slope in slopes
        ]
        with mpmath.workdps(60):
            exact = [mpmath.mpf(v) for v in point]
            orders = np.eye(len(point), dtype=int)

            def wanted(order, exact=exact):
                return float(
                    mpmath.diff(log_prob, exact, tuple(map(int, order)))
                )

            np.testing.assert_allclose(value, float(log_prob(*exact)), 1e-12)
            np.testing.assert_allclose(
                slopes, [wanted(i) for i in orders], rtol=1e-11, atol=1e-13
            )
            np.testing.assert_allclose(
                rows,
                [[wanted(i + j) for j in orders] for i in orders],
                rtol=1e-10,
                atol=1e-11,
            )


@pytest.mark.parametrize(
    ("name", "point"),
    [
        # The difference of value and loc overflows, the square of its quotient
        # by the scale, and the quotient itself.
        ("Normal", (-3e38, 3e38, 3e38)),
        ("Normal", (0.0, 1e15, 1e35)),
        ("StudentT", (5.0, -3e38, 3e38, 3e38)),
        ("StudentT", (5.0, 0.0, 1e15, 1e35)),
        ("StudentT", (5.0, 0.0, 1e-30, 1e30)),
    ],
)
def test_second_derivatives_where_intermediate_results_overflow(name, point):
    def rows(law, dtype):
        arguments = [tf.constant(x, dtype) for x in point]
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(arguments)
            with tf.GradientTape() as tape:
                tape.watch(arguments)
                y = law(*arguments[:-1]).log_prob(arguments[-1])
            slopes = tape.gradient(y, arguments)
        return np.array([outer.gradient(slope, arguments) for slope in slopes])

    # In float64 none of them overflows, in the formulas of TFP.
    wants = rows(getattr(tfd, name), tf.float64)
    with np.errstate(over="ignore"):
        wants = wants.astype(np.float32)
    got = rows(getattr(tfid, name), tf.float32)
    np.testing.assert_allclose(got, wants, rtol=2e-5, atol=1e-38)


def test_exponentially_modified_gaussian_at_infinity():
    law = tfid.ExponentiallyModifiedGaussian(0.0, 1.0, [2.0, -2.0])
    x = tf.constant(float("inf"))
    np.testing.assert_array_equal(law.log_prob(x), [-np.inf, np.nan])


def test_half_student_t_of_a_negative_scale():
    law = tfid.HalfStudentT(3.0, 0.0, [1.0, -1.0])
    assert np.isfinite(law.log_prob(0.5)[0])
    np.testing.assert_array_equal(law.log_prob(-0.5), [-np.inf, np.nan])
    assert np.isnan(law.log_prob(0.5)[1])


def test_student_t_of_a_negative_scale():
    scale = tf.constant([2.0, -2.0])
    with tf.GradientTape() as tape:
        tape.watch(scale)
        y = tfid.StudentT(3.0, 0.5, scale).log_prob(4.0)
    slope = tape.gradient(y, scale)
    assert y[0] == y[1] and slope[0] == -slope[1] > 0
