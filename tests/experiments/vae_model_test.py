# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the autoencoder, of its training step and its evaluation."""

import dataclasses
import math

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from experiments.autoencoders import autoencoder, evaluation, latents, learner
from experiments.autoencoders import config as vae_config
from experiments.common import adam, seeds

PIXELS = 20


def make_model(posterior="gamma", size=2, hidden_units=(12, 8), pixels=PIXELS):
    return autoencoder.VariationalAutoencoder(
        pixels,
        latents.make(posterior, latents.PRIORS[posterior][0], size),
        hidden_units,
        tf.constant([0, 1]),
    )


def random_images(count, pixels=PIXELS):
    rng = np.random.default_rng(0)
    return tf.constant(rng.integers(0, 2, [count, pixels]), tf.float32)


def test_binarization_has_the_brightness_as_probability():
    count = 20000
    pixels = tf.tile(tf.range(256)[tf.newaxis], [count, 1])
    images = autoencoder.binarize(tf.cast(pixels, tf.uint8), [1, 2]).numpy()
    assert set(np.unique(images)) == {0.0, 1.0}
    assert images[:, 0].max() == 0
    assert images[:, 255].min() == 1
    p = np.arange(256) / 255
    error = np.abs(images.mean(axis=0) - p)
    # Six standard deviations, for 254 pixels at once.
    np.testing.assert_array_less(
        error[1:255], 6 * np.sqrt(p * (1 - p) / count)[1:255]
    )


def test_binarization_is_fresh_and_independent():
    grey = tf.fill([400, 25], tf.constant(128, tf.uint8))
    one, two = (autoencoder.binarize(grey, [0, i]).numpy() for i in (1, 2))
    for other in (two, np.roll(one, 1, axis=0), np.roll(one, 1, axis=1)):
        # 10,000 pairs: a correlation of 0.06 is six standard deviations.
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.06


@pytest.mark.parametrize("pixels", [784, 20, 7])
def test_log_likelihood_is_that_of_bernoulli(pixels):
    x = random_images(30, pixels)
    logits = tf.random.stateless_normal([30, pixels], [1, 2]) * 10
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        value = autoencoder.log_likelihood(logits, x)
        expected = -tf.reduce_sum(
            tf.nn.sigmoid_cross_entropy_with_logits(x, logits), axis=-1
        )
    np.testing.assert_allclose(value, expected, rtol=2e-6)
    np.testing.assert_allclose(
        tape.gradient(value, logits),
        tape.gradient(expected, logits),
        atol=3e-7,
    )


def test_log_likelihood_at_extreme_logits():
    logits = tf.constant([[1e4, -1e4, 100.0, -100.0]])
    right = autoencoder.log_likelihood(logits, tf.constant([[1.0, 0, 1, 0]]))
    assert float(right[0]) == 0
    wrong = autoencoder.log_likelihood(logits, tf.constant([[0.0, 1, 0, 1]]))
    assert float(wrong[0]) == -20200


def test_initial_weights_have_the_variance_of_the_fan_in():
    model = make_model(hidden_units=(300, 200), pixels=400)
    kernels = [*model.encoder.kernels, *model.decoder.kernels]
    for kernel in (k for k in kernels if k.shape.num_elements() > 1e4):
        n = kernel.shape.num_elements()
        # The variance estimate of n values has a relative standard deviation
        # below sqrt(2 / n); six of them fail once in 1e9.
        assert np.var(kernel.numpy()) == pytest.approx(
            1 / kernel.shape[0], rel=6 * math.sqrt(2 / n)
        )
    for bias in (*model.encoder.biases, *model.decoder.biases):
        assert not np.any(bias.numpy())


def test_architecture_is_that_of_the_paper():
    model = learner.make_model(
        vae_config.Config(
            posterior="von_mises", prior="uniform", latent_size=5
        ),
        784,
    )
    assert [k.shape.as_list() for k in model.encoder.kernels] == [
        [784, 256],
        [256, 128],
        [128, 15],
    ]
    assert [k.shape.as_list() for k in model.decoder.kernels] == [
        [10, 128],
        [128, 256],
        [256, 784],
    ]


@pytest.mark.parametrize("posterior", latents.POSTERIORS)
@pytest.mark.parametrize("estimator", ["implicit", "rsvi"])
def test_training_step_is_that_of_tape_and_optimizer(posterior, estimator):
    if estimator == "rsvi" and latents.FAMILIES[posterior] is None:
        pytest.skip("the posterior has one gradient only")
    config = vae_config.Config(
        posterior=posterior,
        prior=latents.PRIORS[posterior][0],
        estimator=estimator,
        hidden_units="12,8",
        batch_size=10,
        kl_annealing_steps=8,
        learning_rate=0.01,
    )
    # Black and white: binarization changes nothing, so that only the seed of
    # the samples has to be known.
    x = random_images(30)
    fast, slow = (learner.make_model(config, PIXELS) for _ in range(2))
    optimizers = [
        adam.Adam(m.trainable_variables, 0.01, 0.9, 0.999, 1e-8)
        for m in (fast, slow)
    ]
    trained = learner.AutoencoderLearner(
        fast, optimizers[0], (255 * x.numpy()).astype(np.uint8), config
    )
    numbers = np.random.default_rng(0).integers(0, 30, [3, 10])
    first_step = 2
    losses = trained.train(tf.constant(numbers), tf.constant(first_step))
    for i, batch in enumerate(numbers):
        seed = seeds.step_seed(0, seeds.Stream.TRAINING_SAMPLES, first_step + i)
        with tf.GradientTape() as tape:
            elbo = slow.elbo(
                tf.gather(x, batch),
                tf.random.split(seed, 2)[1],
                learner.make_estimator(config),
            )
            weight = (first_step + i) / 8
            loss = tf.reduce_mean(weight * elbo.kl - elbo.log_likelihood)
        variables = slow.trainable_variables
        optimizers[1].apply(tape.gradient(loss, variables))
        assert float(losses[i]) == pytest.approx(float(loss), rel=1e-5)
    # Adam's steps are of size 0.01, and its signs magnify rounding errors of
    # gradients near 0.
    for one, two in zip(
        fast.trainable_variables, slow.trainable_variables, strict=True
    ):
        np.testing.assert_allclose(one, two, atol=2e-4)
        assert np.abs(one.numpy() - vae_initial(config, one)).max() > 1e-3


def vae_initial(config, variable):
    model = learner.make_model(config, PIXELS)
    return next(
        v.numpy() for v in model.trainable_variables if v.name == variable.name
    )


def test_kl_has_its_weight_from_the_start_without_annealing():
    config = vae_config.Config(
        prior="normal", kl_annealing_steps=0, batch_size=10
    )
    annealed = dataclasses.replace(config, kl_annealing_steps=100)
    losses = []
    for c in (config, annealed):
        model = learner.make_model(c, PIXELS)
        optimizer = adam.Adam(model.trainable_variables, 1e-3, 0.9, 0.999, 1e-8)
        trained = learner.AutoencoderLearner(
            model, optimizer, np.zeros([10, PIXELS], np.uint8), c
        )
        losses.append(
            float(trained.train(tf.range(10, dtype=tf.int64)[None], 0)[0])
        )
    # At step 0 the annealed loss has no divergence.
    assert losses[0] > losses[1]


@pytest.mark.parametrize("posterior", latents.POSTERIORS)
@pytest.mark.parametrize("samples", [1100, 40])
def test_importance_sampling_finds_a_known_likelihood(posterior, samples):
    model = make_model(posterior)
    # The decoder does not see z: p(x) is known, whatever the posterior.
    logits = np.linspace(-2, 2, PIXELS).astype(np.float32)
    for kernel in model.decoder.kernels:
        kernel.assign(tf.zeros_like(kernel))
    model.decoder.biases[-1].assign(logits)
    pixels = (255 * random_images(60).numpy()).astype(np.uint8)
    expected = (
        -autoencoder.log_likelihood(tf.constant(logits), random_images(60))
        .numpy()
        .astype(float)
    )
    result = evaluation.Evaluator(model, pixels, 0, 0, 1).nll(0, samples)
    assert result["test_nll"] == pytest.approx(
        expected.mean(), abs=8 * result["test_nll_sampling_error"] + 1e-3
    )
    assert 0 < result["test_nll_sampling_error"] < 0.3
    assert result["test_nll_standard_error"] == pytest.approx(
        expected.std(ddof=1) / math.sqrt(60), rel=0.2
    )


def test_importance_sampling_is_exact_where_posterior_is_prior():
    model = make_model("normal")
    model.encoder.kernels[-1].assign(tf.zeros([8, 4]))
    model.encoder.biases[-1].assign([0.0, 0.0] + [math.log(math.e - 1)] * 2)
    model.decoder.kernels[-1].assign(tf.zeros([12, PIXELS]))
    pixels = np.zeros([5, PIXELS], np.uint8)
    result = evaluation.Evaluator(model, pixels, 0, 0, 1).nll(0, 10)
    assert result["test_nll"] == pytest.approx(PIXELS * math.log(2), rel=1e-5)
    assert result["test_nll_sampling_error"] < 1e-3


def test_lower_bound_is_below_the_likelihood():
    model = make_model("von_mises")
    pixels = (255 * random_images(300).numpy()).astype(np.uint8)
    evaluator = evaluation.Evaluator(model, pixels, 0, 0, 1)
    bound = evaluator.elbo(0)
    likelihood = evaluator.nll(0, 500)
    assert -bound["test_elbo"] > likelihood["test_nll"]
    assert bound["test_elbo"] == pytest.approx(
        bound["test_log_likelihood"] - bound["test_kl"]
    )
    assert 0 < bound["test_smallest_kl"] < bound["test_kl"]


@pytest.mark.parametrize("posterior", ["normal", "von_mises_fisher"])
def test_estimator_that_does_not_exist_is_refused(posterior):
    config = vae_config.Config(posterior=posterior, estimator="rsvi")
    with pytest.raises(ValueError, match="--estimator=rsvi does not exist"):
        learner.make_estimator(config)
    knowles = vae_config.Config(posterior="von_mises", estimator="knowles")
    with pytest.raises(ValueError, match="--posterior=von_mises"):
        learner.make_estimator(knowles)


def test_estimator_reaches_the_gradient():
    assert (
        learner.make_estimator(
            vae_config.Config(
                posterior="gamma", estimator="rsvi", shape_augmentation=3
            )
        ).name
        == tfi.estimators.rsvi(3).name
    )
