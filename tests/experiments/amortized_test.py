# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the training steps of the amortized topic models."""

import numpy as np
import scipy.sparse
import tensorflow as tf

import tf_implicit as tfi
from experiments.common import adam
from experiments.data import document_batches
from experiments.topic_models import amortized, lda, refinement, topic_model

COUNTS = np.array(
    [[2, 0, 1, 0], [0, 1, 3, 0], [1, 1, 1, 1], [0, 0, 0, 4]], np.float32
)
SEED = 5


def make_model() -> lda.LatentDirichletAllocation:
    return lda.LatentDirichletAllocation(
        num_words=COUNTS.shape[1],
        num_topics=3,
        hidden_units=[5],
        initial_prior=0.7,
        seed=tf.constant([0, 1]),
        estimator=tfi.estimators.implicit(),
    )


def make_learner(model, burn_in, learning_rate=0.1, **settings):
    return amortized.AmortizedLearner(
        model,
        adam.Adam(model.trainable_variables, learning_rate, 0.9, 0.999, 1e-8),
        document_batches.DocumentBatches(scipy.sparse.csr_matrix(COUNTS)),
        batch_size=2,
        seed=SEED,
        burn_in=burn_in,
        **settings,
    )


def test_each_step_draws_samples_of_its_own_seed():
    model = make_model()
    # Nothing is learnt: losses of the same documents differ by noise alone.
    learner = make_learner(model, burn_in=0, learning_rate=0.0)
    examples = tf.constant([[0, 2]] * 4, tf.int64)
    first_step = 7
    losses = learner.train(examples, tf.constant(first_step)).numpy()
    assert len(set(losses.tolist())) == len(losses)
    for i, loss in enumerate(losses):
        elbo = model.training_elbo(
            tf.sparse.from_dense(COUNTS[[0, 2]]),
            # The seed of the run, the number of the stream, the step.
            tf.random.fold_in(tf.constant([SEED, 2]), first_step + i),
            topic_model.Shard(0, 2, 2),
        )
        np.testing.assert_allclose(loss, -np.mean(elbo.value), rtol=1e-5)
    again = learner.train(examples, tf.constant(first_step)).numpy()
    np.testing.assert_array_equal(again, losses)


def test_bounds_are_the_encoders_and_if_asked_for_refined_ones():
    model = make_model()
    counts, seed = tf.sparse.from_dense(COUNTS), tf.constant([3, 4])
    assert list(make_learner(model, burn_in=0).bounds) == [""]
    bounds = make_learner(model, burn_in=0, refinement_steps=2).bounds
    assert list(bounds) == ["", "_refined"]
    for name, expected in (
        ("", model.elbo(counts, seed)),
        ("_refined", refinement.refined_elbo(model, counts, seed, 2)),
    ):
        np.testing.assert_allclose(
            bounds[name](counts, seed).value, expected.value, rtol=1e-5
        )


def test_weight_of_the_divergence_grows_to_one_and_stays():
    model = make_model()
    learner = make_learner(
        model, burn_in=0, learning_rate=0.0, kl_annealing_steps=4
    )
    examples = tf.constant([[0, 2]] * 6, tf.int64)
    losses = learner.train(examples, tf.constant(0)).numpy()
    for step, weight in enumerate((0, 0.25, 0.5, 0.75, 1, 1)):
        elbo = model.training_elbo(
            tf.sparse.from_dense(COUNTS[[0, 2]]),
            tf.random.fold_in(tf.constant([SEED, 2]), step),
            topic_model.Shard(0, 2, 2),
        )
        np.testing.assert_allclose(
            losses[step],
            np.mean(weight * elbo.kl - elbo.log_likelihood),
            rtol=1e-5,
        )


def test_prior_is_fixed_for_exactly_the_steps_of_the_burn_in():
    model = make_model()
    learner = make_learner(model, burn_in=3)
    start = model.prior_logits.numpy()
    moved = []
    for step in range(5):
        learner.train(tf.constant([[step % 4, 1]], tf.int64), tf.constant(step))
        moved.append(bool(np.any(model.prior_logits.numpy() != start)))
    # Steps 0, 1 and 2 are the burn-in.
    assert moved == [False, False, False, True, True]


def test_prior_is_fixed_for_good_without_an_end_of_the_burn_in():
    model = make_model()
    start = model.prior_logits.numpy()
    learner = make_learner(model, burn_in=None)
    learner.train(tf.constant([[0, 1]] * 5, tf.int64), tf.constant(1000))
    np.testing.assert_array_equal(model.prior_logits, start)
    assert np.any(model.kernels[0].numpy() != make_model().kernels[0].numpy())
