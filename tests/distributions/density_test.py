# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Densities, entropies and divergences of Beta, Dirichlet and von Mises.

Each of these numbers is wrong in TensorFlow Probability 0.25; the true values
are of mpmath.
"""

import itertools
import pickle

import numpy as np
import pytest
import tensorflow as tf
from mpmath import mp, mpf
from tensorflow_probability import distributions as tfd

import tf_implicit as tfi

tfid = tfi.distributions


def _gradient(f, *arguments):
    arguments = [tf.convert_to_tensor(a) for a in arguments]
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        y = f(*arguments)
    return [g.numpy() for g in tape.gradient(y, arguments)]


def _beta_divergence(a, c, b, d):
    with mp.workdps(60):
        a, c, b, d = (mpf(float(v)) for v in (a, c, b, d))

        def log_beta(a, c):
            return mp.loggamma(a) + mp.loggamma(c) - mp.loggamma(a + c)

        return float(
            log_beta(b, d)
            - log_beta(a, c)
            - (b - a) * mp.psi(0, a)
            - (d - c) * mp.psi(0, c)
            + (b + d - a - c) * mp.psi(0, a + c)
        )


def test_dirichlet_gradient_at_ones():
    x = tf.constant([0.7, 0.2, 0.1])
    (grad,) = _gradient(lambda a: tfid.Dirichlet(a).log_prob(x), tf.ones([3]))
    np.testing.assert_allclose(grad, np.log([0.7, 0.2, 0.1]) + 1.5, rtol=1e-5)


def test_beta_gradient_at_concentrations_of_one():
    # psi(1) - psi(2) = -1.
    da, dc, dx = _gradient(
        lambda a, c, x: tfid.Beta(a, c).log_prob(x),
        tf.constant(1.0),
        tf.constant(1.0),
        tf.constant(0.2),
    )
    np.testing.assert_allclose(da, np.log(0.2) + 1, rtol=1e-5)
    np.testing.assert_allclose(dc, np.log(0.8) + 1, rtol=1e-5)
    assert dx == 0


def test_von_mises_gradients_at_concentration_zero():
    zero = tf.constant(0.0)
    _, slope = _gradient(
        lambda z, k: tfid.VonMises(0.5, k).log_prob(z), tf.constant(1.5), zero
    )
    np.testing.assert_allclose(slope, np.cos(1), rtol=1e-6)
    (slope,) = _gradient(lambda k: tfid.VonMises(0.5, k).entropy(), zero)
    assert slope == 0
    uniform = tfd.Uniform(-np.float32(np.pi), np.float32(np.pi))
    (slope,) = _gradient(
        lambda k: tfd.kl_divergence(tfid.VonMises(0.5, k), uniform), zero
    )
    assert slope == 0
    for other in (tfid.VonMises(0.5, 2.0), tfd.VonMises(0.5, 2.0)):
        # d/dk at 0 is (k - 2) A'(0), A'(0) = 1/2.
        (slope,) = _gradient(
            lambda k, other=other: tfd.kl_divergence(
                tfid.VonMises(0.5, k), other
            ),
            zero,
        )
        np.testing.assert_allclose(slope, -1, rtol=1e-6)


@pytest.mark.parametrize("kappa", [1e-4, 1.0, 300.0, 1e3, 1e6])
def test_von_mises_divergence_from_uniform_in_float32(kappa):
    kappa = np.float32(kappa)
    with mp.workdps(60):
        k = mpf(float(kappa))
        a = mp.besseli(1, k) / mp.besseli(0, k) if k < 1e4 else None
        if a is None:
            # DLMF 10.40.1.
            a = 1 - 1 / (2 * k) - 1 / (8 * k**2) - 1 / (8 * k**3)
            log_i0 = k - mp.log(2 * mp.pi * k) / 2 + 1 / (8 * k)
        else:
            log_i0 = mp.log(mp.besseli(0, k))
        want = float(k * a - log_i0)
        slope = float(k * (1 - a / k - a * a))
    pi = np.float32(np.pi)
    uniform = tfd.Uniform(-pi, pi)
    got = tfd.kl_divergence(tfid.VonMises(0.0, kappa), uniform)
    np.testing.assert_allclose(got, want, rtol=2e-6)
    (grad,) = _gradient(
        lambda k: tfd.kl_divergence(tfid.VonMises(0.0, k), uniform), kappa
    )
    np.testing.assert_allclose(grad, slope, rtol=2e-6)


def test_von_mises_divergence_from_other_uniforms():
    von_mises = tfid.VonMises(tf.constant([0.3, 1.0], tf.float64), 2.0)
    turn = tfd.Uniform(np.float64(0), 2 * np.pi)
    circle = tfd.kl_divergence(von_mises, turn)
    np.testing.assert_allclose(
        circle,
        np.log(2 * np.pi) - von_mises.entropy().numpy(),
        rtol=1e-14,
    )
    twice = tfd.Uniform(np.float64(-10), 4 * np.pi - 10)
    np.testing.assert_allclose(
        tfd.kl_divergence(von_mises, twice), circle + np.log(2), rtol=1e-14
    )
    less = tfd.Uniform(np.float64(-3), 3.0)
    np.testing.assert_array_equal(
        tfd.kl_divergence(von_mises, less), [np.inf, np.inf]
    )


def test_beta_entropy_of_large_concentrations():
    a = np.float32([1e8, 1e6, 1.0, 1e10])
    # log(pi e / (4 a)) / 2 for large a, to 1 / a.
    want = np.log(np.pi * np.e / (4 * np.float64(a))) / 2
    want[2] = 0
    got = tfid.Beta(a, a).entropy()
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_divergence_of_close_pairs_of_beta(dtype):
    rng = np.random.default_rng(3)
    a, c = np.exp(rng.uniform(-10, 20, [2, 60])).astype(dtype)
    step = 1 + rng.choice([-1, 1], [2, 60]) * 10 ** rng.uniform(-6, -2, [2, 60])
    b, d = (a * step[0]).astype(dtype), (c * step[1]).astype(dtype)
    got = tfd.kl_divergence(tfid.Beta(a, c), tfid.Beta(b, d)).numpy()
    want = [_beta_divergence(*point) for point in zip(a, c, b, d, strict=True)]
    assert np.all(got > 0)
    np.testing.assert_allclose(got, want, rtol=16 * np.finfo(dtype).eps)


def test_divergence_of_close_pairs_of_dirichlet():
    a = tf.constant([2.0, 0.3, 7.0])
    got = tfd.kl_divergence(tfid.Dirichlet(a), tfid.Dirichlet(1.0001 * a))
    same_mean = 1.0001 * a
    with mp.workdps(60):
        x = [mpf(float(v)) for v in a]
        y = [mpf(float(v)) for v in same_mean]
        s, t = mp.fsum(x), mp.fsum(y)
        want = mp.loggamma(s) - mp.loggamma(t) + (t - s) * mp.psi(0, s)
        for u, v in zip(x, y, strict=True):
            want += mp.loggamma(v) - mp.loggamma(u) - (v - u) * mp.psi(0, u)
    np.testing.assert_allclose(got, float(want), rtol=2e-6)


def test_divergence_of_far_pairs_of_beta_in_float32():
    # One digit is left at 1e6 elsewhere, and the sign is lost at 3e7.
    a = np.float32([1e3, 1e6, 3e7, 1e9])
    got = tfd.kl_divergence(tfid.Beta(a, a), tfid.Beta(0.3, 0.3))
    c = np.float32(0.3)
    want = [_beta_divergence(v, v, c, c) for v in a]
    np.testing.assert_allclose(got, want, rtol=2e-6)


_PAIRS = {
    "Beta": (
        (tfid.Beta, tfd.Beta),
        (np.float64([0.4, 3.0]), 2.0),
        (np.float64(1.5), np.float64([[1.0], [0.2], [30.0]])),
    ),
    "Dirichlet": (
        (tfid.Dirichlet, tfd.Dirichlet),
        (np.float64([[0.4, 3.0, 1.0], [2.0, 1.0, 0.3]]),),
        (np.float64([1.0, 1.0, 1.0]),),
    ),
    "VonMises": (
        (tfid.VonMises, tfd.VonMises),
        (np.float64([0.4, 3.0]), 2.0),
        (np.float64(1.5), np.float64([[1.0], [0.2], [30.0]])),
    ),
}


@pytest.mark.parametrize("pair", _PAIRS.values(), ids=_PAIRS.keys())
def test_divergences_are_registered_and_agree_with_tfp(pair):
    (ours, theirs), p, q = pair
    want = tfd.kl_divergence(theirs(*p), theirs(*q)).numpy()
    entropy = theirs(*p).entropy().numpy()
    for first, second in itertools.product((ours, theirs), repeat=2):
        a, b = first(*p), second(*q)
        got = tfd.kl_divergence(a, b)
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=1e-9)
        np.testing.assert_allclose(
            a.cross_entropy(b), entropy + want, rtol=1e-9
        )
        if first is ours:
            assert np.all(tfd.kl_divergence(a, second(*p)) == 0)


def test_divergence_of_a_beta_with_the_cdf_method():
    a = tfid.Beta(2.0, 3.0, method="cdf")
    np.testing.assert_array_equal(
        tfd.kl_divergence(a, tfid.Beta(2.0, 4.0)),
        tfd.kl_divergence(tfid.Beta(2.0, 3.0), tfid.Beta(2.0, 4.0)),
    )


@pytest.mark.parametrize("pair", _PAIRS.values(), ids=_PAIRS.keys())
def test_log_prob_and_entropy_agree_with_tfp(pair):
    (ours, theirs), p, _ = pair
    a, b = ours(*p), theirs(*p)
    x = b.sample(50, seed=3)
    np.testing.assert_allclose(a.log_prob(x), b.log_prob(x), rtol=1e-9)
    np.testing.assert_allclose(a.prob(x), b.prob(x), rtol=1e-9)
    assert a.entropy().shape == b.entropy().shape
    np.testing.assert_allclose(a.entropy(), b.entropy(), rtol=1e-9)


@pytest.mark.parametrize("concentration", [0.5, 0.1, 1e-3])
@pytest.mark.parametrize("method", ["gamma", "cdf"])
def test_beta_samples_stay_inside_and_have_finite_densities(
    concentration, method
):
    a = tf.constant(concentration)
    with tf.GradientTape() as tape:
        tape.watch(a)
        beta = tfid.Beta(a, a, method=method)
        z = beta.sample(50000, seed=7)
        loss = tf.reduce_mean(beta.log_prob(z))
    assert np.all(z > 0) and np.all(z < 1)
    # Samples that would be 1 are the number next to it.
    assert np.any(z == np.nextafter(np.float32(1), np.float32(0)))
    assert np.isfinite(loss) and np.isfinite(tape.gradient(loss, a))


@pytest.mark.parametrize(
    "dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64]
)
def test_beta_samples_stay_inside_in_every_dtype(dtype):
    z = tfid.Beta(tf.constant(0.01, dtype), 0.01).sample(2000, seed=7)
    assert z.dtype == dtype
    z = tf.cast(z, tf.float64)
    assert np.all(z > 0) and np.all(z < 1)


def test_beta_logits_carry_what_samples_lose():
    a = tf.constant(0.1)
    with tf.GradientTape() as tape:
        tape.watch(a)
        beta = tfid.Beta(a, a)
        y = beta.sample_logit([100, 200], seed=[3, 4])
        log_p = beta.log_prob_at_logit(y)
        loss = tf.reduce_mean(log_p)
    np.testing.assert_allclose(
        beta.sample([100, 200], seed=[3, 4]),
        np.clip(1 / (1 + np.exp(-np.float64(y))), 2.0**-126, 1 - 2.0**-24),
        rtol=2 * 2.0**-23,
    )
    assert np.all(np.isfinite(log_p))
    # E log p = -H, to 4 standard deviations of the mean.
    error = 4 * np.std(log_p) / np.sqrt(y.shape.num_elements())
    np.testing.assert_allclose(loss, -beta.entropy(), atol=error)
    # dE log p / da = -dH/da, in the same way.
    (slope,) = _gradient(lambda a: -tfid.Beta(a, a).entropy(), a)
    np.testing.assert_allclose(tape.gradient(loss, a), slope, rtol=0.1)
    inside = np.abs(y) < 8
    np.testing.assert_allclose(
        log_p[inside], beta.log_prob(tf.sigmoid(y[inside])), rtol=1e-2
    )


def test_beta_logit_in_a_graph_and_with_batches():
    @tf.function
    def graph(a):
        return tfid.Beta(a, tf.ones([2, 1])).sample_logit(5, seed=[1, 2])

    assert graph(tf.constant([0.1, 1.0, 3.0])).shape == (5, 2, 3)
    beta = pickle.loads(pickle.dumps(tfid.Beta(0.5, 0.5)))
    assert beta.sample_logit(seed=1).shape == ()


def test_outside_of_the_support():
    beta = tfid.Beta(2.0, 3.0)
    x = tf.constant([-0.5, 1.5])
    np.testing.assert_array_equal(beta.log_prob(x), [-np.inf, -np.inf])
    np.testing.assert_array_equal(beta.prob(x), [0, 0])
    dirichlet = tfid.Dirichlet([2.0, 3.0])
    assert dirichlet.log_prob([1.5, -0.5]) == -np.inf
    strict = tfid.Dirichlet(
        [2.0, 3.0], force_probs_to_zero_outside_support=True
    )
    assert strict.log_prob([0.5, 0.6]) == -np.inf
    assert np.isfinite(strict.log_prob([0.5, 0.5]))
    several = strict.log_prob([[0.5, 0.5], [0.5, 0.6], [0.25, 0.75]])
    np.testing.assert_array_equal(np.isfinite(several), [True, False, True])


def _fisher_divergence(m, x, y, cosine):
    with mp.workdps(60):
        x, y, nu = mpf(x), mpf(y), mpf(m) / 2 - 1

        def log_partition(k):
            return mp.log(mp.hyp0f1(mpf(m) / 2, k * k / 4))

        mean = mp.besseli(nu + 1, x) / mp.besseli(nu, x) if x else mpf(0)
        bregman = log_partition(y) - log_partition(x) - (y - x) * mean
        return float(bregman + y * mean * (1 - cosine))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("m", [2, 3, 5, 50])
def test_von_mises_fisher_divergence(m, dtype):
    rng = np.random.default_rng(m)
    direction = np.zeros(m, dtype)
    direction[0] = 1
    other = direction.copy()
    other[:2] = [0.6, 0.8]
    pairs = [(0.0, 2.0), (2.0, 0.0), (1.0, 1.0001), (30.0, 30.1)]
    pairs += [(5.0, 80.0), (200.0, 3.0), (0.25, 0.5)]
    pairs += [tuple(np.exp(rng.uniform(-3, 5, 2))) for _ in range(6)]
    for x, y in np.array(pairs, dtype):
        for second, cosine in ((direction, 1), (other, float(other[0]))):
            a = tfid.VonMisesFisher(direction, x)
            b = tfd.VonMisesFisher(second, y)
            got = tfd.kl_divergence(a, b)
            want = _fisher_divergence(m, float(x), float(y), cosine)
            rtol = 1e-6 if dtype == np.float32 else 2e-12
            np.testing.assert_allclose(got, want, rtol=rtol)
    same = tfid.VonMisesFisher(direction, dtype(3))
    assert tfd.kl_divergence(same, same) == 0
    if m == 2:
        a = tfid.VonMisesFisher(direction, dtype(3))
        b = tfid.VonMisesFisher(other, dtype(7))
        angle = np.arctan2(other[1], other[0]).astype(dtype)
        want = tfd.kl_divergence(
            tfid.VonMises(dtype(0), dtype(3)), tfid.VonMises(angle, dtype(7))
        )
        np.testing.assert_allclose(tfd.kl_divergence(a, b), want, rtol=1e-6)


def test_von_mises_fisher_divergence_has_gradients():
    direction = tf.constant([0.6, 0.0, 0.8], tf.float64)
    other = tf.constant([0.0, 1.0, 0.0], tf.float64)

    def divergence(x, y):
        return tfd.kl_divergence(
            tfid.VonMisesFisher(direction, x), tfid.VonMisesFisher(other, y)
        )

    for x, y in ((2.0, 2.5), (0.5, 40.0), (40.0, 1.0)):
        arguments = [tf.constant(x, tf.float64), tf.constant(y, tf.float64)]
        theoretical, numerical = tf.test.compute_gradient(
            divergence, arguments, delta=1e-5
        )
        for t, n in zip(theoretical, numerical, strict=True):
            np.testing.assert_allclose(t, n, rtol=1e-6)
    gradient = _gradient(
        lambda x: divergence(x, tf.constant(3.0, tf.float64)),
        tf.constant(3.0, tf.float64),
    )
    assert np.isfinite(gradient[0])
