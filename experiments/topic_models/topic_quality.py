# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the topics of a model are, and how good they look to a reader.

Coherence is the normalized pointwise mutual information of word pairs (Bouma
2009; Lau, Newman and Baldwin 2014),

    NPMI(i, j) = log(p(i, j) / (p(i) p(j))) / -log p(i, j),

from -1 (never together) over 0 (independent) to 1 (always together), where p is
the share of documents that use the words; averaged over all pairs of a topic's
ten most probable words. Diversity is the share of different words among the 25
most probable ones of all topics (Dieng, Ruiz and Blei 2020).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse

__all__ = ["Topic", "describe", "diversity", "npmi", "summary"]

_WORDS_PER_TOPIC = 10
_WORDS_FOR_DIVERSITY = 25

# A topic counts as used if the prior gives it this share of the words.
_USED_SHARE = 0.01


class Topic(NamedTuple):
    """A topic.

    Attributes:
        number: Its row in the model.
        prior_weight: alpha_k.
        share: alpha_k / sum(alpha), its share of the words in the prior.
        npmi: Coherence of its words.
        words: The most probable ones, by falling probability.
    """

    number: int
    prior_weight: float
    share: float
    npmi: float
    words: tuple[str, ...]


def describe(
    topics: np.ndarray,
    alpha: np.ndarray,
    vocabulary: Sequence[str],
    counts: scipy.sparse.csr_matrix,
) -> list[Topic]:
    """Returns the topics by falling prior weight.

    Args:
        topics: `[topics, words]`.
        alpha: `[topics]`.
        vocabulary: The words.
        counts: `[documents, words]`, from which the coherence is computed.
    """
    best = _best_words(topics, _WORDS_PER_TOPIC)
    coherence = npmi(best, counts)
    return [
        Topic(
            number=int(k),
            prior_weight=float(alpha[k]),
            share=float(alpha[k] / alpha.sum()),
            npmi=float(coherence[k]),
            words=tuple(vocabulary[i] for i in best[k]),
        )
        for k in np.argsort(-alpha, kind="stable")
    ]


def summary(topics: np.ndarray, described: Sequence[Topic]) -> dict[str, Any]:
    """Returns coherence and diversity of all topics and of those in use."""
    used = [topic for topic in described if topic.share >= _USED_SHARE]
    numbers = [topic.number for topic in used]
    return {
        "topics": len(described),
        "npmi": float(np.mean([topic.npmi for topic in described])),
        "diversity": diversity(topics),
        "used_topics": len(used),
        "used_npmi": float(np.mean([topic.npmi for topic in used])),
        "used_diversity": diversity(topics[numbers]),
    }


def npmi(words: np.ndarray, counts: scipy.sparse.csr_matrix) -> np.ndarray:
    """Returns the coherence of each row of words, `[topics]`.

    Args:
        words: Word numbers, `[topics, words]`, at least two different ones a
            row.
        counts: `[documents, vocabulary]`.
    """
    different, position = np.unique(words, return_inverse=True)
    position = position.reshape(words.shape)
    present = (counts[:, different] > 0).astype(np.float64)
    together = (present.T @ present).toarray() / counts.shape[0]
    alone = np.diag(together)
    upper = np.triu_indices(words.shape[1], 1)
    values = []
    for row in position:
        first, second = row[upper[0]], row[upper[1]]
        joint = together[first, second]
        with np.errstate(divide="ignore", invalid="ignore"):
            pairs = np.log(joint / (alone[first] * alone[second])) / -np.log(
                joint
            )
        # The limits: never together, and both in every document.
        pairs = np.where(joint == 0, -1.0, pairs)
        values.append(np.mean(np.where(joint == 1, 1.0, pairs)))
    return np.array(values)


def diversity(topics: np.ndarray) -> float:
    """Returns the share of different words among the topics' best ones.

    Args:
        topics: `[topics, words]`.
    """
    best = _best_words(topics, _WORDS_FOR_DIVERSITY)
    return np.unique(best).size / best.size


def _best_words(topics: np.ndarray, number: int) -> np.ndarray:
    return np.argsort(-topics, axis=1, kind="stable")[:, :number]
