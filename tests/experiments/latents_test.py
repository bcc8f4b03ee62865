# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of latent variables: divergences, densities, representations."""

import math

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from experiments.autoencoders import latents

ALL = [(q, p) for q in latents.POSTERIORS for p in latents.PRIORS[q]]
SIZE = 3
# Encoder outputs at which the posterior is the prior; None: it never is, or
# the bound on the concentration forbids it.
AT_PRIOR = {
    ("normal", "normal"): [0.0] * 3 + [math.log(math.e - 1)] * 3,
    ("gamma", "bell"): [math.log(math.expm1(10))] * 6,
    ("gamma", "sparse"): [math.log(math.expm1(0.3))] * 6,
    ("beta", "uniform"): [math.log(math.e - 1)] * 6,
    ("beta", "bell"): [math.log(math.expm1(10))] * 6,
    ("von_mises", "bell"): [5.0] * 3
    + [0.0] * 3
    + [math.log(math.expm1(10))] * 3,
}


def outputs(latent, scale, batch=200, seed=0):
    rng = np.random.default_rng(seed)
    return tf.constant(
        scale * rng.standard_normal([batch, latent.num_outputs]), tf.float32
    )


@pytest.mark.parametrize(("posterior", "prior"), ALL)
def test_kl_is_the_mean_of_the_log_ratio(posterior, prior):
    latent = latents.make(posterior, prior, SIZE)
    q = latent.posterior(outputs(latent, 2.0, batch=20))
    _, ratio = latent.importance_sample(q, 20000, tf.constant([1, 2]))
    kl = latent.kl(q).numpy()
    mean, stddev = -np.mean(ratio, axis=0), np.std(ratio, axis=0)
    assert kl.shape == (20,)
    # 8 standard errors: the ratio may have heavy tails.
    np.testing.assert_array_less(
        np.abs(kl - mean), 8 * stddev / math.sqrt(20000) + 1e-4
    )
    # There is something to see.
    assert kl.max() > 0.1


@pytest.mark.parametrize(("posterior", "prior"), ALL)
def test_kl_is_never_negative(posterior, prior):
    # Appendix D's sanity check, over the whole range of parameters that the
    # clipping lets through.
    latent = latents.make(posterior, prior, SIZE)
    for scale in (0.1, 1.0, 10.0, 100.0, 1e4):
        kl = latent.kl(latent.posterior(outputs(latent, scale))).numpy()
        assert np.isfinite(kl).all() or posterior == "normal"
        # Rounding errors of terms, such as log-Gamma functions, of size up to
        # 1e4.
        assert kl.min() >= -1e-2, scale
        if scale <= 1:
            assert kl.min() >= -1e-5, scale


@pytest.mark.parametrize(("posterior", "prior"), AT_PRIOR)
def test_kl_vanishes_where_the_posterior_is_the_prior(posterior, prior):
    latent = latents.make(posterior, prior, SIZE)
    q = latent.posterior(tf.constant([AT_PRIOR[posterior, prior]], tf.float32))
    # Rounding errors of terms of size 30.
    assert abs(float(latent.kl(q)[0])) < 2e-5
    _, log_ratio = latent.importance_sample(q, 100, tf.constant([1, 2]))
    np.testing.assert_allclose(log_ratio, 0, atol=1e-4)


@pytest.mark.parametrize("concentration", [1e-3, 1.0, 10.0, 1e3])
def test_kl_of_von_mises_from_the_uniform(concentration):
    # Against quadrature, which converges exponentially for periodic functions.
    x = np.arange(20000) * (2 * math.pi / 20000)
    density = np.exp(concentration * (np.cos(x) - 1))
    density /= density.mean() * 2 * math.pi
    log_density = np.log(np.maximum(density, 1e-300))
    expected = np.mean(density * log_density) * 2 * math.pi + math.log(
        2 * math.pi
    )
    latent = latents.make("von_mises", "uniform", 1)
    logit = math.log(math.expm1(concentration)) if concentration < 50 else 1e4
    q = latent.posterior(tf.constant([[0.3, 0.7, logit]], tf.float32))
    assert float(q.concentration[0, 0]) == pytest.approx(
        concentration, rel=1e-6
    )
    # A factor of the concentration is rounded.
    assert float(latent.kl(q)[0]) == pytest.approx(
        expected, rel=1e-5, abs=2e-7 * max(concentration, 1)
    )


@pytest.mark.parametrize(("posterior", "prior"), ALL)
@pytest.mark.parametrize("estimator", ["implicit", "rsvi"])
def test_gradients_are_finite_far_out(posterior, prior, estimator):
    if estimator == "rsvi" and latents.FAMILIES[posterior] is None:
        pytest.skip("the posterior has one gradient only")
    latent = latents.make(posterior, prior, SIZE)
    make = {
        "implicit": tfi.estimators.implicit,
        "rsvi": lambda: tfi.estimators.rsvi(20),
    }[estimator]()
    # At 0 there is no direction. The scale of a Normal is not clipped.
    for scale in (0.0, 1.0) if posterior == "normal" else (0.0, 1.0, 30.0):
        y = outputs(latent, scale, batch=50)
        with tf.GradientTape() as tape:
            tape.watch(y)
            q = latent.posterior(y)
            loss = latent.kl(q) + latent.expected_loss(
                make, q, tf.constant([1, 2]), lambda h: tf.reduce_sum(h, -1)
            )
        assert loss.shape == [50]
        gradient = tape.gradient(loss, y).numpy()
        assert np.isfinite(gradient).all()
        assert np.abs(gradient).max() > 0


@pytest.mark.parametrize("posterior", latents.POSTERIORS)
def test_estimators_decode_the_samples_of_the_posterior(posterior):
    # The mean of the decoder's inputs, by the estimator and by the
    # distribution.
    latent = latents.make(posterior, latents.PRIORS[posterior][0], SIZE)
    y = tf.repeat(outputs(latent, 1.0, batch=1, seed=3), 20000, axis=0)
    q = latent.posterior(y)
    seen = []

    def loss(features):
        seen.append(features.numpy())
        return tf.reduce_sum(features, -1)

    latent.expected_loss(
        tfi.estimators.implicit(), q, tf.constant([1, 2]), loss
    )
    one = latent.posterior(y[:1])
    other = latent.features(
        latent.importance_sample(one, 20000, tf.constant([3, 4]))[0][:, 0]
    ).numpy()
    assert seen[0].shape == (20000, latent.num_features)
    difference = seen[0].mean(axis=0) - other.mean(axis=0)
    stddev = np.sqrt((seen[0].var(axis=0) + other.var(axis=0)) / 20000)
    np.testing.assert_array_less(np.abs(difference), 6 * stddev)


def test_circular_latents_are_points_on_circles():
    latent = latents.make("von_mises", "uniform", 2)
    z = tf.constant([[0.3, -3.1], [0.3 + 2 * math.pi, -3.1]])
    features = latent.features(z).numpy()
    np.testing.assert_allclose(features[0], features[1], atol=1e-6)
    np.testing.assert_allclose(
        features[:, :2] ** 2 + features[:, 2:] ** 2, 1, 1e-6
    )


@pytest.mark.parametrize(
    ("posterior", "prior"), [pair for pair in ALL if "fisher" not in pair[0]]
)
def test_quantiles_invert_the_cdf(posterior, prior):
    latent = latents.make(posterior, prior, 2)
    probabilities = np.array([[0.01, 0.3], [0.5, 0.99]])
    z = latent.quantile(probabilities)
    if posterior == "von_mises":
        cdf = tfi.math.von_mises_cdf(z, latent.prior.concentration)
    else:
        cdf = latent.prior.cdf(z)
    np.testing.assert_allclose(cdf, probabilities, atol=1e-5)


def test_prior_of_another_posterior_is_refused():
    with pytest.raises(ValueError, match="--posterior=beta has the priors"):
        latents.make("beta", "sparse", 2)
