# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Beta and StudentT: tails, quantiles, densities where TFP's are wrong."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from tensorflow_probability import distributions as tfd

import tf_implicit as tfi

tfid = tfi.distributions


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_beta_tails(dtype):
    # TFP: 1.2e35.
    cdf = tfid.Beta(dtype(1e4), dtype(1e8)).cdf(dtype(9.768e-5))
    np.testing.assert_allclose(cdf, 0.0100348693, rtol=1e-3)
    # Formed as betainc(b, a, 1 - z) both were 1.
    upper = tfid.Beta(dtype(1e-3), dtype(0.3)).survival_function(dtype(1e-30))
    np.testing.assert_allclose(upper, 0.069466846, rtol=1e-6)
    upper = tfid.Beta(dtype(0.01), dtype(0.01)).survival_function(dtype(1e-20))
    np.testing.assert_allclose(upper, 0.684470176, rtol=1e-6)


def test_beta_log_tails_do_not_underflow():
    d = tfid.Beta(tf.constant(300.0), 2.0)
    # z**300 (301 - 300 z), DLMF 8.17.20 twice.
    np.testing.assert_allclose(
        d.log_cdf(0.1), 300 * np.log(0.1) + np.log(301 - 30.0), rtol=1e-6
    )
    np.testing.assert_allclose(
        d.log_survival_function(0.1), 0, atol=np.finfo(np.float32).tiny
    )


def test_beta_outside_of_the_support():
    d = tfid.Beta(2.0, 3.0)
    np.testing.assert_array_equal(d.cdf([-1.0, 0.0, 1.0, 2.0]), [0, 0, 1, 1])
    np.testing.assert_array_equal(
        d.survival_function([-1.0, 0.0, 1.0, 2.0]), [1, 1, 0, 0]
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_beta_median(dtype):
    rng = np.random.default_rng(3)
    a, b = (10 ** rng.uniform(-1, 2, [2, 200])).astype(dtype)
    median = tfid.Beta(a, b).quantile(dtype(0.5))
    want = scipy.stats.beta(a.astype(float), b.astype(float)).median()
    np.testing.assert_allclose(median, want, rtol=1e-5)


def test_beta_quantile_gradient_is_that_of_the_samples():
    a = tf.constant(2.0, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(a)
        z = tfid.Beta(a, tf.constant(3.0, tf.float64)).quantile(0.3)
    want = tfi.math.random_beta_grad(a, tf.constant(3.0, tf.float64), z)[0]
    np.testing.assert_allclose(tape.gradient(z, a), want, rtol=1e-13)


def test_student_t_gradient_in_df_and_entropy():
    df = tf.constant([1e4, 1e6])
    with tf.GradientTape() as tape:
        tape.watch(df)
        log_prob = tfid.StudentT(df, 0.0, 1.0).log_prob(1.0)
    # 1 / (2 df^2) + ...; TFP has 7e-8 and the wrong sign.
    np.testing.assert_allclose(
        tape.gradient(log_prob, df), [5e-9, 5e-13], rtol=1e-3
    )
    entropy = tfid.StudentT(tf.constant(1e8), 0.0, 2.0).entropy()
    np.testing.assert_allclose(entropy, 1.4189385 + np.log(2), rtol=1e-6)


def test_student_t_log_prob_of_its_own_saturated_samples():
    d = tfid.StudentT(tf.constant(0.1), 0.0, 1.0)
    z = d.sample(100000, seed=1)
    assert np.max(np.abs(z)) > 1e38
    log_prob = d.log_prob(z)
    assert np.all(np.isfinite(log_prob))
    np.testing.assert_allclose(
        log_prob, scipy.stats.t(0.1).logpdf(z.numpy().astype(float)), rtol=1e-5
    )


@pytest.mark.parametrize("scale", [2.0, -2.0])
def test_student_t_quantile_and_tails(scale):
    d = tfid.StudentT(tf.constant(3.0, tf.float64), 1.0, scale)
    law = scipy.stats.t(3, 1, 2)
    p = np.array([1e-12, 0.2, 0.5, 0.9])
    z = d.quantile(p)
    np.testing.assert_allclose(z, law.ppf(p), rtol=1e-12)
    np.testing.assert_allclose(d.cdf(z), p, rtol=1e-14)
    np.testing.assert_allclose(d.survival_function(2 - z), p, rtol=1e-12)
    np.testing.assert_allclose(d.log_cdf(-1e10), law.logcdf(-1e10), rtol=1e-12)


def test_student_t_gradient_of_cdf_at_infinity():
    df, z = tf.constant(3.0), tf.constant([-np.inf, np.inf], tf.float32)
    with tf.GradientTape() as tape:
        tape.watch([df, z])
        cdf = tfid.StudentT(df, 0.0, 1.0).cdf(z)
    d_df, d_z = tape.gradient(cdf, [df, z])
    assert d_df == 0
    np.testing.assert_array_equal(d_z, [0, 0])


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_student_t_divergence_with_either_class(dtype):
    one, other = (
        [tf.constant(v, dtype) for v in values]
        for values in ((3.0, [0.1, 0.7], 1.0), (5.0, -0.3, -1.5))
    )
    # By quadrature of p log(p / q) with mpmath, at 30 digits.
    want = [0.086436213905063301, 0.24520741417514986]
    for first, second in (
        (tfid.StudentT, tfid.StudentT),
        (tfid.StudentT, tfd.StudentT),
        (tfd.StudentT, tfid.StudentT),
    ):
        a, b = first(*one), second(*other)
        got = tfd.kl_divergence(a, b)
        np.testing.assert_allclose(
            got, want, rtol=4 * np.finfo(dtype.as_numpy_dtype).eps
        )
    same = tfid.StudentT(*one)
    np.testing.assert_array_equal(tfd.kl_divergence(same, same), [0.0, 0.0])


def test_student_t_divergence_of_close_distributions():
    # Half the Fisher information times the square of the step.
    step = 2.0**-30
    scale = tf.constant(1.0 + step, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(scale)
        divergence = tfd.kl_divergence(
            tfid.StudentT(np.float64(4.0), 0.0, scale),
            tfid.StudentT(np.float64(4.0), 0.0, 1.0),
        )
    np.testing.assert_allclose(divergence, 4 / 7 * step**2, rtol=1e-8)
    np.testing.assert_allclose(
        tape.gradient(divergence, scale), 8 / 7 * step, rtol=1e-8
    )
