# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Topics to start from that differ from each other as documents do.

From random logits all topics are one at first, the words of the corpus, and
the posterior of a document has nothing to choose from: on a corpus of one
subject it falls back to the prior (docs/topic_model.md, "A large corpus").
"""

import numpy as np
import scipy.sparse

from experiments.common import errors, seeds

__all__ = ["logits"]

# Share of the whole corpus in each topic: no word of a document is unlikely
# in any of them.
_CORPUS_SHARE = 0.5


def logits(
    counts: scipy.sparse.csr_matrix,
    num_topics: int,
    documents: int,
    seed: int,
) -> np.ndarray:
    """Returns the logarithms of the topics, float32 `[topics, words]`.

    A topic is, half and half, the words of some random documents and those of
    all, of which each counts once more, so that no probability is 0. No
    document is in two topics.

    Args:
        counts: The training documents, `[documents, words]`, none of them
            empty.
        num_topics: Number of topics.
        documents: Documents of each topic, at least 1.
        seed: Seed of the run.

    Raises:
        errors.SettingsError: There are too few documents.
    """
    chosen = num_topics * documents
    if chosen > counts.shape[0]:
        raise errors.SettingsError(
            f"--initial_topic_documents={documents} for each of {num_topics} "
            f"topics are {chosen} documents; {counts.shape[0]} are for training"
        )
    generator = np.random.default_rng((seed, seeds.Stream.INITIAL_TOPICS))
    rows = generator.permutation(counts.shape[0])[:chosen]
    # Row i of the product is the sum of the documents of topic i.
    members = scipy.sparse.csr_matrix(
        (
            np.ones(chosen),
            (np.repeat(np.arange(num_topics), documents), rows),
        ),
        shape=(num_topics, counts.shape[0]),
    )
    own = (members @ counts).toarray()
    everywhere = np.asarray(counts.sum(axis=0)).ravel().astype(float) + 1
    return np.log(
        (1 - _CORPUS_SHARE) * own / own.sum(axis=1, keepdims=True)
        + _CORPUS_SHARE * everywhere / everywhere.sum()
    ).astype(np.float32)
