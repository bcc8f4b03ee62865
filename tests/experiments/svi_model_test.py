# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of stochastic variational inference against gensim's own loop."""

import gensim.models
import numpy as np
import scipy.sparse
import tensorflow as tf

from experiments.common import seeds
from experiments.data import document_batches
from experiments.topic_models import svi

DOCUMENTS, WORDS, TOPICS, CHUNK, PASSES = 12, 9, 3, 4, 3


def random_counts() -> scipy.sparse.csr_matrix:
    rng = np.random.default_rng(0)
    counts = rng.poisson(1.0, [DOCUMENTS, WORDS])
    counts[:, 0] += 1
    return scipy.sparse.csr_matrix(counts.astype(np.float32))


def make_model(counts) -> svi.SviModel:
    return svi.SviModel(
        document_batches.DocumentBatches(counts), TOPICS, CHUNK, 0.5, seed=7
    )


class _Seeded(gensim.models.LdaModel):
    """Draws the start of its E steps as `SviModel` does."""

    steps = 0

    def inference(self, chunk, collect_sstats=False):
        self.random_state = np.random.RandomState(
            [7, seeds.Stream.TRAINING_SAMPLES, self.steps]
        )
        self.steps += 1
        return super().inference(chunk, collect_sstats)


def test_steps_are_those_of_gensims_update():
    counts = random_counts()
    ours = make_model(counts)
    gensims = _Seeded(
        id2word={i: str(i) for i in range(WORDS)},
        num_topics=TOPICS,
        chunksize=CHUNK,
        decay=0.5,
        alpha="auto",
        passes=PASSES,
        eval_every=None,
        random_state=np.random.RandomState(
            [7, seeds.Stream.INITIAL_WEIGHTS, 0]
        ),
    )
    # Differs: gensim's very first E step leaves the topics' prior out.
    gensims.sync_state()
    gensims.update(
        [
            [(int(i), float(row[i])) for i in np.flatnonzero(row)]
            for row in counts.toarray()
        ]
    )
    order = np.tile(np.arange(DOCUMENTS), PASSES).reshape(-1, CHUNK)
    losses = ours.train_steps(tf.constant(order), tf.constant(0))
    assert losses.shape == (PASSES * DOCUMENTS // CHUNK,)
    assert np.isfinite(losses).all()
    # The same float32 operations in the same order.
    np.testing.assert_allclose(ours.statistics, gensims.state.sstats, rtol=1e-5)
    np.testing.assert_allclose(ours.alpha, gensims.alpha, rtol=1e-5)
    np.testing.assert_allclose(ours.topics(), gensims.get_topics(), rtol=1e-5)
    # It has learned something.
    assert np.ptp(ours.alpha.numpy()) > 0


def test_mean_field_bound_is_that_of_gensim():
    counts = random_counts()
    model = make_model(counts)
    order = np.arange(DOCUMENTS).reshape(-1, CHUNK)
    model.train_steps(tf.constant(order), tf.constant(0))
    batch = document_batches.DocumentBatches(counts).batch(np.arange(DOCUMENTS))
    seed = tf.constant([1, 2])
    # gensim takes one row a document.
    gamma = model._posterior(batch, seed).numpy()[:, np.newaxis]
    lda = model._lda
    documents = svi._documents(batch)
    # gensim adds the divergence of the topics from their prior, which is the
    # same whatever the documents are.
    bound = lda.bound(documents, gamma) - lda.bound([], gamma)
    np.testing.assert_allclose(
        np.sum(model.mean_field_bound(batch, seed).value), bound, rtol=1e-4
    )
    # Jensen's inequality, twice.
    assert np.mean(model.elbo(batch, seed).value) > bound / DOCUMENTS


def test_proportions_are_the_means_of_the_posterior():
    counts = random_counts()
    batch = document_batches.DocumentBatches(counts).batch(np.arange(3))
    proportions = make_model(counts).mean_proportions(batch)
    assert proportions.shape == (3, TOPICS)
    np.testing.assert_allclose(np.sum(proportions, axis=1), 1, rtol=1e-5)
