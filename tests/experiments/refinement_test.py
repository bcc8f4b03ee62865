# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of posteriors that are refined for each document."""

import numpy as np
import pytest
import scipy.special
import tensorflow as tf

import tf_implicit as tfi
from experiments.common import networks
from experiments.topic_models import lda, ln_lda, refinement

WORDS = 4
COUNTS = np.array([[9, 0, 1, 0], [0, 3, 3, 0], [2, 1, 1, 4]], np.float32)
ALPHA = 0.7
SEED = tf.constant([3, 4])


def make_model(kind, bounds=networks.PAPER_BOUNDS):
    """A model in which each topic is one word, with an encoder at random."""
    architecture = {
        "num_words": WORDS,
        "num_topics": WORDS,
        "hidden_units": [5],
        "initial_prior": ALPHA,
        "seed": tf.constant([0, 1]),
        "bounds": bounds,
    }
    if kind == "ln_lda":
        model = ln_lda.LogisticNormalLda(**architecture)
    else:
        model = lda.LatentDirichletAllocation(
            **architecture, estimator=tfi.estimators.implicit()
        )
    model.topic_logits.assign(60.0 * np.eye(WORDS, dtype=np.float32))
    return model


def log_evidence():
    """Of a Dirichlet-multinomial, log p(w): no bound is above it."""
    total = COUNTS.sum(axis=1)
    gammaln = scipy.special.gammaln
    return (
        gammaln(WORDS * ALPHA)
        - gammaln(WORDS * ALPHA + total)
        + np.sum(gammaln(ALPHA + COUNTS) - gammaln(ALPHA), axis=1)
    )


def mean_bound(model, steps, samples=100):
    """The mean of a document's bound over all samples that it takes."""
    counts = tf.sparse.from_dense(COUNTS)

    @tf.function
    def bound(seed):
        return refinement.refined_elbo(model, counts, seed, steps).value

    return np.mean(
        [bound(tf.random.fold_in(SEED, i)).numpy() for i in range(samples)],
        axis=0,
    )


def test_refined_posterior_of_lda_is_the_exact_one():
    # Dirichlet(alpha + counts), whose bound is log p(w) at every sample.
    model = make_model("lda")
    evidence = log_evidence()
    # The encoder alone is far away.
    far, near = mean_bound(model, 0), mean_bound(model, 300)
    assert np.all(far < evidence - 3)
    # A standard error of 0.1, as the last posterior is not quite that one.
    np.testing.assert_allclose(near, evidence, atol=0.4)


@pytest.mark.parametrize("kind", ["lda", "ln_lda"])
def test_more_steps_have_higher_bounds(kind):
    model = make_model(kind)
    bounds = [mean_bound(model, steps, 20).sum() for steps in (0, 30, 300)]
    assert bounds[0] < bounds[1] - 1 < bounds[2] - 1


def test_no_step_is_the_encoder_s_own_bound():
    model = make_model("lda")
    counts = tf.sparse.from_dense(COUNTS)
    refined = refinement.refined_elbo(model, counts, SEED, 0)
    own = model.elbo(counts, tf.random.fold_in(SEED, 0))
    np.testing.assert_array_equal(refined.value, own.value)


def test_the_model_stays_as_it_is():
    model = make_model("lda")
    before = [variable.numpy() for variable in model.variables]
    mean_bound(model, 10, samples=10)
    for variable, value in zip(model.variables, before, strict=True):
        np.testing.assert_array_equal(variable, value)


def test_clipped_concentrations_are_refined_where_the_gradient_leads_back():
    bounds = networks.Bounds(ALPHA, 1e3)
    stays, leaves = (
        make_model("lda", bounds._replace(inward_gradient=inward))
        for inward in (False, True)
    )
    for model in (stays, leaves):
        # All concentrations are below the lower bound.
        bias = model.biases[-1]
        bias.assign(tf.fill(bias.shape, -4.0))
    far, near = mean_bound(leaves, 0), mean_bound(leaves, 300)
    evidence = log_evidence()
    assert np.all(far < evidence - 1)
    np.testing.assert_allclose(near, evidence, atol=0.4)
    # The last step's samples are others.
    np.testing.assert_allclose(mean_bound(stays, 300), far, atol=1.5)
