# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of coherence and diversity."""

import math

import gensim.models
import numpy as np
import pytest
import scipy.sparse

from experiments.topic_models import topic_quality

# Words 0 and 1 stand together in two of four documents, 2 in the two others;
# 3 stands in all, 4 in the first only.
COUNTS = scipy.sparse.csr_matrix(
    [[1, 2, 0, 1, 3], [4, 1, 0, 1, 0], [0, 0, 1, 1, 0], [0, 0, 5, 2, 0]]
)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ((0, 1), 1.0),
        ((0, 2), -1.0),
        ((0, 3), 0.0),
        # p(0) = 1/2, p(4) = p(0, 4) = 1/4: log 2 / log 4.
        ((0, 4), 0.5),
        ((3, 3), 1.0),
    ],
)
def test_npmi_of_a_pair_matches_a_hand_computation(pair, expected):
    np.testing.assert_allclose(
        topic_quality.npmi(np.array([pair]), COUNTS), expected, atol=1e-12
    )


def test_npmi_of_a_topic_is_the_mean_over_its_pairs():
    np.testing.assert_allclose(
        topic_quality.npmi(np.array([[0, 1, 2], [0, 3, 4]]), COUNTS),
        [(1 - 1 - 1) / 3, (0 + 0.5 + 0) / 3],
        atol=1e-12,
    )


def test_npmi_matches_gensim():
    rng = np.random.default_rng(0)
    counts = rng.poisson(0.5, [200, 12])
    counts[:, 5] += counts[:, 3]
    words = rng.permutation(12).reshape(3, 4)
    names = [str(i) for i in range(12)]
    texts = [
        [name for name, n in zip(names, row, strict=True) for _ in range(n)]
        for row in counts
    ]
    dictionary = gensim.corpora.Dictionary(texts)
    coherence = gensim.models.CoherenceModel(
        topics=[[names[i] for i in row] for row in words],
        texts=texts,
        dictionary=dictionary,
        coherence="c_npmi",
        # Whole documents.
        window_size=10**6,
        processes=1,
    )
    # gensim adds 1e-12 to the probability of the pair.
    np.testing.assert_allclose(
        topic_quality.npmi(words, scipy.sparse.csr_matrix(counts)),
        coherence.get_coherence_per_topic(),
        atol=1e-9,
    )


def test_diversity_is_the_share_of_different_words():
    topics = np.zeros([2, 60])
    topics[0, :25] = topics[1, 20:45] = 1
    assert topic_quality.diversity(topics) == 45 / 50


def test_topics_are_described_by_falling_weight():
    topics = np.array([[0.1, 0.2, 0.3, 0.4, 0], [0.5, 0.4, 0, 0.1, 0]])
    alpha = np.array([0.001, 0.999])
    described = topic_quality.describe(topics, alpha, "abcde", COUNTS)
    assert [topic.number for topic in described] == [1, 0]
    assert described[0].words[:3] == ("a", "b", "d")
    assert described[0].prior_weight == pytest.approx(0.999)
    assert math.fsum(topic.share for topic in described) == pytest.approx(1)
    summary = topic_quality.summary(topics, described)
    assert (summary["topics"], summary["used_topics"]) == (2, 1)
    assert summary["used_npmi"] == described[0].npmi
