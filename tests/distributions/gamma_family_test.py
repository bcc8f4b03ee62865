# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Densities, entropies and divergences of the Gamma family's classes.

True values are of mpmath, 50 digits.
"""

import math

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from tests.reference import reference

tfd = tfi.distributions

# Euler's number gamma.
EULER = 0.57721566490153286


def gradient(function, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_gradient_at_concentration_one_has_its_logarithm(dtype):
    one = tf.constant(1, dtype)
    rate = tf.identity(one)  # a tensor that the tape does not watch
    z = tf.constant([0.25, 3.0], dtype)
    want = np.log(z) + EULER
    tolerance = 4 * np.finfo(dtype.as_numpy_dtype).eps
    for log_prob in (
        lambda a: tfd.Gamma(a, rate).log_prob(z),
        lambda a: tfd.Gamma(a, log_rate=0 * rate).log_prob(z),
        lambda a: tfd.ExpGamma(a, rate).log_prob(tf.math.log(z)),
        lambda a: tfd.InverseGamma(a, rate).log_prob(1 / z),
        lambda a: tfd.Chi2(2 * a).log_prob(2 * z),
    ):
        np.testing.assert_allclose(
            gradient(log_prob, one),
            np.sum(want),
            rtol=tolerance,
            atol=tolerance,
        )


def test_gradient_of_chi2_at_two_degrees_of_freedom():
    got = gradient(lambda df: tfd.Chi2(df).log_prob(0.5), tf.constant(2.0))
    np.testing.assert_allclose(got, (math.log(0.25) + EULER) / 2, rtol=1e-6)


def test_log_prob_of_large_concentrations():
    # At z = a, up to a^-3: -7.827 for 1e6.
    for a in (1e6, 1e8):
        want = -math.log(2 * math.pi * a) / 2 - 1 / (12 * a)
        got = tfd.Gamma(np.float32(a), np.float32(1)).log_prob(np.float32(a))
        np.testing.assert_allclose(got, want, rtol=1e-6)
        got = tfd.Gamma(a, np.float64(1)).log_prob(np.float64(a))
        np.testing.assert_allclose(got, want, rtol=1e-14)


def test_entropy_of_large_concentrations():
    # log(2 pi e a) / 2 - 1 / (3 a)
    want = 10.629278905
    got = tfd.Gamma(np.float32(1e8), np.float32(1)).entropy()
    np.testing.assert_allclose(got, want, rtol=1e-6)
    got = tfd.Chi2(np.float32(2e8)).entropy()
    np.testing.assert_allclose(got, want + math.log(2), rtol=1e-6)
    got = tfd.InverseGamma(np.float32(1e8), np.float32(1)).entropy()
    np.testing.assert_allclose(got, want - 2 * math.log(1e8), rtol=1e-6)
    got = tfd.ExpGamma(np.float32(1e8), np.float32(1)).entropy()
    np.testing.assert_allclose(got, want - math.log(1e8), rtol=1e-6)


def test_exp_gamma_entropy_and_mode():
    a = tf.constant([0.2, 1.0, 7.0], tf.float64)
    for law in (
        tfd.ExpGamma(a, tf.constant(3.0, tf.float64)),
        tfd.ExpGamma(a, log_rate=tf.constant(math.log(3.0), tf.float64)),
    ):
        y = law.sample(100_000, seed=(1, 2))
        scatter = tf.math.reduce_std(law.log_prob(y), 0) / math.sqrt(1e5)
        error = tf.abs(law.entropy() + tf.reduce_mean(law.log_prob(y), 0))
        assert np.all(error <= 5 * scatter)
        np.testing.assert_allclose(law.mode(), np.log(a / 3))
        slope = gradient(law.log_prob, law.mode())
        np.testing.assert_allclose(slope, np.zeros(3), atol=1e-14)
    assert tfd.ExpGamma(a, tf.ones([2, 1], tf.float64)).entropy().shape == (
        2,
        3,
    )


LAWS = {
    "Gamma": lambda tfd, a, b: tfd.Gamma(a, b),
    "Gamma of log_rate": lambda tfd, a, b: tfd.Gamma(
        a, log_rate=tf.math.log(b)
    ),
    "ExpGamma": lambda tfd, a, b: tfd.ExpGamma(a, b),
    "ExpGamma of log_rate": lambda tfd, a, b: tfd.ExpGamma(
        a, log_rate=tf.math.log(b)
    ),
    "InverseGamma": lambda tfd, a, b: tfd.InverseGamma(a, b),
    "Chi2": lambda tfd, a, b: tfd.Chi2(a),
}


@pytest.mark.parametrize("name", ["Gamma", "InverseGamma", "ExpGamma"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_divergence_matches_reference(name, dtype):
    # 2 eps of relative distance and factors of 1e16.
    table = reference.load("gamma_divergence")
    a1, b1, a2, b2 = (table[k].astype(dtype) for k in ("a1", "b1", "a2", "b2"))
    make = LAWS[name]
    got = tfd.kl_divergence(make(tfd, a1, b1), make(tfd, a2, b2))
    np.testing.assert_allclose(
        got, table["divergence"], rtol=8 * np.finfo(dtype).eps
    )


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_divergence_of_close_and_equal_laws(name, dtype):
    # KL is about (da)^2 (psi'(a) - 1 / a) / 2 where b follows a.
    a = tf.cast(10.0 ** np.arange(-4, 8), dtype)
    b = tf.ones_like(a)
    make = LAWS[name]
    law = make(tfd, a, b)
    assert np.all(tfd.kl_divergence(law, make(tfd, a, b)) == 0)
    slope = gradient(
        lambda x: tfd.kl_divergence(law, make(tfd, x, b)), tf.identity(a)
    )
    assert np.all(slope == 0)
    near = a * tf.cast(1 + 1e-5, dtype)
    step = tf.cast(near, tf.float64) - tf.cast(a, tf.float64)
    half = 2 if name == "Chi2" else 1
    wide = tf.cast(a, tf.float64) / half
    want = (step / half) ** 2 * tf.math.polygamma(tf.ones_like(wide), wide) / 2
    got = tfd.kl_divergence(law, make(tfd, near, b))
    np.testing.assert_allclose(got, want, rtol=1e-4)


@pytest.mark.parametrize("name", LAWS)
def test_divergence_of_ours_and_theirs(name):
    make = LAWS[name]
    a, b = tf.constant([0.3, 2.0]), tf.constant([2.0, 0.7])
    c, d = tf.constant([0.5, 9.0]), tf.constant([1.0, 3.0])
    want = tfd.kl_divergence(make(tfd, a, b), make(tfd, c, d))
    theirs = tfp.distributions
    for p, q in ((tfd, theirs), (theirs, tfd)):
        got = tfp.distributions.kl_divergence(make(p, a, b), make(q, c, d))
        np.testing.assert_array_equal(got, want)
    p, q = make(tfd, a, b), make(theirs, c, d)
    np.testing.assert_allclose(
        p.cross_entropy(q), p.entropy() + want, rtol=1e-6
    )
    z = p.sample(200_000, seed=(3, 4))
    ratio = p.log_prob(z) - make(tfd, c, d).log_prob(z)
    scatter = np.std(ratio, axis=0) / math.sqrt(len(z))
    error = np.abs(np.mean(ratio, axis=0) - want)
    assert np.all(error <= 5 * scatter)


def test_divergence_of_one_rate_and_one_log_rate():
    p = tfd.Gamma(2.0, rate=3.0)
    q = tfd.Gamma(4.0, log_rate=math.log(5.0))
    want = tfd.kl_divergence(p, tfd.Gamma(4.0, rate=5.0))
    np.testing.assert_allclose(tfd.kl_divergence(p, q), want, rtol=1e-6)


@pytest.mark.parametrize("name", LAWS)
def test_outside_of_the_support(name):
    if name.startswith("Exp"):
        return
    law = LAWS[name](tfd, tf.constant(2.0), tf.constant(3.0))
    assert law.log_prob(-1.0) == -math.inf
    assert law.prob(-1.0) == 0
    assert gradient(law.log_prob, -1.0) == 0


def test_log_prob_of_log_samples_that_underflow():
    # z = e^-1e5.
    got = tfd.ExpGamma(np.float32(1e-4), np.float32(1)).log_prob(
        np.float32(-1e5)
    )
    np.testing.assert_allclose(got, -10 - math.lgamma(1e-4), rtol=1e-6)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_inverse_gamma_saturates(dtype):
    a = tf.constant([1e-3, 0.01, 0.05], dtype)
    scale = tf.constant([1e-10, 1.0, 1e10], dtype)
    for loss in (
        lambda x: x / (1 + x),
        lambda x: tf.exp(-1 / x),
        lambda x: tf.math.log1p(x) / 1e3,
    ):
        with tf.GradientTape() as tape:
            tape.watch([a, scale])
            x = tfd.InverseGamma(a, scale).sample(2000, seed=(5, 6))
            y = tf.reduce_mean(loss(x))
        assert np.all(np.isfinite(x)) and np.all(x > 0)
        for g in tape.gradient(y, [a, scale]):
            assert np.all(np.isfinite(g))
    # At concentration 1e-3 almost half of the samples are at the end.
    at_end = np.mean(x > dtype.max / 4, axis=0)
    assert at_end[0] > 0.4


def test_inverse_gamma_samples_keep_their_law_below_the_end():
    a = tf.constant(0.05, tf.float64)
    log_z = tfi.random.stateless_loggamma([1000], (5, 6), a)
    x = tfd.InverseGamma(a, tf.constant(2.0, tf.float64)).sample(
        1000, seed=(5, 6)
    )
    assert np.max(x) < tf.float64.max
    p = tfd.InverseGamma(a, tf.constant(2.0, tf.float64)).cdf(x)
    assert abs(np.mean(p) - 0.5) < 5 / math.sqrt(12 * 1000)
    assert log_z.shape == x.shape
