# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of topics that are made of documents."""

import numpy as np
import pytest
import scipy.sparse

from experiments.common import errors
from experiments.topic_models import initial_topics

# Document i has word i alone, i + 1 times; nobody uses word 6.
COUNTS = scipy.sparse.csr_matrix(
    np.diag(np.arange(1.0, 7.0)) @ np.eye(6, 7), dtype=np.float32
)


def test_topics_are_half_their_documents_and_half_the_corpus():
    topics = np.exp(initial_topics.logits(COUNTS, 3, 2, seed=4))
    np.testing.assert_allclose(topics.sum(axis=1), 1, rtol=1e-6)
    corpus = np.array([2, 3, 4, 5, 6, 7, 1]) / 28
    own = 2 * topics - corpus
    # Two documents each, none in two topics, in proportion of their lengths.
    members = own > 1e-6
    np.testing.assert_array_equal(members.sum(axis=1), 2)
    np.testing.assert_array_equal(members.sum(axis=0), [1] * 6 + [0])
    for topic, words in zip(own, members, strict=True):
        lengths = np.flatnonzero(words) + 1
        np.testing.assert_allclose(
            topic[words], lengths / lengths.sum(), rtol=1e-5
        )


def test_a_seed_fixes_the_documents():
    first, again, other = (
        initial_topics.logits(COUNTS, 3, 1, seed) for seed in (0, 0, 1)
    )
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)


def test_too_few_documents_are_an_error():
    with pytest.raises(
        errors.SettingsError,
        match="=3 for each of 3 topics are 9 documents; 6 are for training",
    ):
        initial_topics.logits(COUNTS, 3, 3, seed=0)
