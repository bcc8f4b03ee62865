# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Beta and Student-t distribution functions: ends, gradients, inverses.

Truths without a source are mpmath's, at 30 digits.
"""

import mpmath
import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tests.reference import reference


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_right_where_tf_math_betainc_is_not(dtype):
    a = np.array([1e4, 1e-3, 0.01], dtype)
    b = np.array([1e8, 0.3, 0.01], dtype)
    x = np.array([9.768e-5, 1e-30, 1e-20], dtype)
    np.testing.assert_allclose(
        tfi.math.betainc(a, b, x),
        [0.0100348693, 0.930533154, 0.315529824],
        rtol=1e-3,
    )
    np.testing.assert_allclose(
        tfi.math.betaincc(a, b, x),
        [0.98996513, 0.069466846, 0.684470176],
        rtol=1e-4,
    )


def _gradient(function, *arguments):
    arguments = [tf.constant(v, tf.float64) for v in arguments]
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        y = function(*arguments)
    return [float(g) for g in tape.gradient(y, arguments)]


def test_gradients_at_the_ends():
    # d/dx is the density: 0, b, infinity for a > 1, = 1, < 1.
    assert _gradient(tfi.math.betainc, 2.0, 3.0, 0.0) == [0, 0, 0]
    assert _gradient(tfi.math.betainc, 1.0, 3.0, 0.0) == [0, 0, 3]
    assert _gradient(tfi.math.betainc, 0.5, 3.0, 0.0) == [0, 0, np.inf]
    assert _gradient(tfi.math.betaincc, 2.0, 1.0, 1.0) == [0, 0, -2]
    assert _gradient(tfi.math.log_betaincc, 1.0, 3.0, 0.0) == [0, 0, -3]
    # log F at 1 is smooth, whatever log(1 - F) is.
    assert _gradient(tfi.math.log_betainc, 2.0, 3.0, 1.0) == [0, 0, 0]
    assert _gradient(tfi.math.student_t_cdf, np.inf, 3.0) == [0, 0]
    assert _gradient(tfi.math.betaincinv, 2.0, 3.0, 0.0) == [0, 0, np.inf]


def test_gradients_in_the_tails():
    # log I ~ a log x + const: d/dx = a/x, where I itself is 1e-400.
    d = _gradient(tfi.math.log_betainc, 200.0, 3.0, 1e-2)
    assert np.isfinite(d).all()
    with tf.GradientTape() as tape:
        y = tf.constant(-1e5, tf.float64)
        tape.watch(y)
        log_cdf = tfi.math.logit_beta_log_cdf(y, 0.25, 7.0)
    np.testing.assert_allclose(tape.gradient(log_cdf, y), 0.25, rtol=1e-14)


def test_first_derivatives_match_the_samples():
    # dF/da = -f dz/da, with both from other ops.
    table = reference.load("beta_sample_grad")
    names = ["concentration1", "concentration0", "logit_sample"]
    a, b, y = (tf.constant(table[n], tf.float64) for n in names)
    with tf.GradientTape() as tape:
        tape.watch([a, b, y])
        cdf = tfi.math.logit_beta_cdf(y, a, b)
    d_a, d_b, density = tape.gradient(cdf, [a, b, y])
    np.testing.assert_allclose(d_a, -density * table["dy_da"], rtol=3e-13)
    np.testing.assert_allclose(d_b, -density * table["dy_db"], rtol=3e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_quantiles_invert(dtype):
    rng = np.random.default_rng(1)
    a, b = 10 ** rng.uniform(-2, 4, [2, 1000])
    a, b = a.astype(dtype), b.astype(dtype)
    p = rng.uniform(0, 1, 1000).astype(dtype)
    eps = np.finfo(dtype).eps
    y = tfi.math.logit_beta_quantile(p, a, b)
    with tf.GradientTape() as tape:
        tape.watch(y)
        lower = tfi.math.logit_beta_cdf(y, a, b)
    upper = tfi.math.logit_beta_survival_function(y, a, b)
    # The lesser tail counts. A ULP of y is worth |y| D eps.
    slack = np.abs(y * tape.gradient(lower, y))
    bound = np.maximum(16 * np.minimum(p, 1 - p), slack)
    error = np.where(p < 0.5, np.abs(lower - p), np.abs(upper - (1 - p)))
    assert np.all(error <= eps * bound)
    x = tfi.math.betaincinv(a, b, p)
    upper = tfi.math.betainccinv(a, b, 1 - p)
    np.testing.assert_allclose(upper, x, rtol=1e3 * eps)


def test_quantiles_next_to_the_smallest_number():
    # Below 1e-290 the last step had been left out: 150 eps.
    a = np.array([4.35913e-5, 8.0909e-5, 1e-4, 1e-3])
    b = np.array([3.3e8, 0.0029, 2.0, 5.0])
    p = np.array([0.9718, 0.921, 0.95, 0.5])
    x = tfi.math.betaincinv(a, b, p)
    assert np.min(x) < 1e-290
    upper = tfi.math.betaincc(a, b, x)
    np.testing.assert_allclose(upper, 1 - p, rtol=16 * 2.0**-52)


@pytest.mark.parametrize("exponent", [-304, -305, -307, -308, -310, -315, -320])
def test_quantiles_below_the_smallest_normal_number(exponent):
    # Below 1e-304 it had been left out still: 1e-9 of x.
    a, b = 0.0325, 0.0004
    with mpmath.workdps(40):
        scale = a * mpmath.beta(a, b)  # I = x**a / scale there
        p = float(mpmath.mpf(10) ** (exponent * a) / scale)
        truth = (p * scale) ** (1 / mpmath.mpf(a))
    x = float(tfi.math.betaincinv(*np.array([a, b, p])))
    within = 16 * 2.0**-52 / a * truth + 5e-324
    assert abs(x - truth) <= within


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_median(dtype):
    a = np.array([3, 1, 0.7], dtype)
    b = np.array([1, 5, 0.7], dtype)
    want = [0.5 ** (1 / 3), 1 - 0.5**0.2, 0.5]
    got = tfi.math.betaincinv(a, b, np.array(0.5, dtype))
    np.testing.assert_allclose(got, want, rtol=2 * np.finfo(dtype).eps)


def test_student_t_near_the_normal_distribution():
    # The naive formula gives 7e-8 in float32.
    df = tf.constant(1e4)
    with tf.GradientTape() as tape:
        tape.watch(df)
        log_prob = tfi.math.student_t_log_prob(df, 1.0)
    np.testing.assert_allclose(tape.gradient(log_prob, df), 5e-9, rtol=1e-3)
    for df in [1e8, np.inf]:
        entropy = tfi.math.student_t_entropy(np.float32(df))
        np.testing.assert_allclose(entropy, 1.4189385, rtol=1e-7)
    np.testing.assert_allclose(
        tfi.math.student_t_quantile(np.float32(0.975), np.float32(np.inf)),
        1.959964,
        rtol=1e-6,
    )


def test_student_t_of_a_saturated_sample():
    largest = np.float32(np.finfo(np.float32).max / 2)
    log_prob = tfi.math.student_t_log_prob(np.float32(0.1), largest)
    # log f ~ log(0.05) - 1.1 log t + ..., by mpmath.
    assert np.isfinite(log_prob)
    wide = tfi.math.student_t_log_prob(np.float64(0.1), np.float64(largest))
    np.testing.assert_allclose(log_prob, wide, rtol=1e-6)


def test_logit_beta_grad_next_to_one():
    # Eight steps of a recurrence had added up to an error of 2.6e-6.
    point = np.float32([0.000730720814, 0.996370614, 11.1364546])
    d_a, _ = tfi.math.random_logit_beta_grad(*point)
    np.testing.assert_allclose(d_a, 1373.50065952197, rtol=2e-6)


def test_student_t_entropy_gradients():
    df = tf.constant([0.3, 2.0, 50.0], tf.float64)
    theoretical, numerical = tf.test.compute_gradient(
        tfi.math.student_t_entropy, [df], delta=1e-5
    )
    np.testing.assert_allclose(theoretical, numerical, rtol=1e-6, atol=1e-10)

    def slope(df):
        with tf.GradientTape() as tape:
            tape.watch(df)
            y = tfi.math.student_t_entropy(df)
        return tape.gradient(y, df)

    theoretical, numerical = tf.test.compute_gradient(slope, [df], delta=1e-5)
    np.testing.assert_allclose(theoretical, numerical, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    "function,points",
    [
        (tfi.math.betainc, (0.7, 3.0, 0.3)),
        (tfi.math.log_betaincc, (4.0, 0.6, 0.8)),
        (tfi.math.betaincinv, (2.0, 3.0, 0.4)),
        (tfi.math.logit_beta_log_cdf, (-2.0, 0.5, 6.0)),
        (tfi.math.student_t_log_cdf, (-1.3, 4.0)),
        (tfi.math.student_t_log_prob, (4.0, -1.3)),
        (tfi.math.student_t_quantile, (0.2, 4.0)),
    ],
    ids=lambda x: getattr(x, "__name__", None),
)
def test_second_derivatives_match_differences_of_the_first(function, points):
    arguments = [tf.constant([x], tf.float64) for x in points]
    for k in range(len(arguments)):

        def slope(*x, k=k):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = function(*x)
            return tape.gradient(y, x[k])

        theoretical, numerical = tf.test.compute_gradient(
            slope, arguments, delta=1e-5
        )
        for t, n in zip(theoretical, numerical, strict=True):
            np.testing.assert_allclose(t, n, rtol=1e-6, atol=1e-8)
