# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Minibatches of sparse word counts."""

from typing import NamedTuple

import numpy as np
import scipy.sparse
import tensorflow as tf

__all__ = ["DocumentBatches", "StepBatches"]


class StepBatches(NamedTuple):
    """The documents of several training steps, one after another.

    Attributes:
        row_splits: int64 `[steps + 1]`: the entries of step i are those from
            `row_splits[i]` to `row_splits[i + 1]`.
        cells: int64 `[entries, 2]`, the row within the batch and the word.
        counts: float32 `[entries]`.
    """

    row_splits: np.ndarray
    cells: np.ndarray
    counts: np.ndarray


class DocumentBatches:
    """Cuts minibatches out of a sparse matrix, sparse themselves."""

    def __init__(self, counts: scipy.sparse.csr_matrix):
        """Initializes the batches.

        Args:
            counts: `[documents, words]` matrix in compressed sparse rows,
                without duplicate entries.
        """
        self._counts = counts

    @property
    def shape(self) -> tuple[int, int]:
        """Number of documents and of words."""
        return self._counts.shape

    def steps(self, documents: np.ndarray) -> StepBatches:
        """Returns the batches of the int `[steps, batch]` row numbers."""
        steps, batch = documents.shape
        rows = self._counts[documents.ravel()]
        row = np.tile(np.arange(batch), steps)
        return StepBatches(
            rows.indptr[::batch].astype(np.int64),
            np.stack([np.repeat(row, np.diff(rows.indptr)), rows.indices], 1),
            rows.data.astype(np.float32),
        )

    def batch(self, documents: np.ndarray) -> tf.SparseTensor:
        """Returns the counts `[batch, words]` of the `[batch]` row numbers."""
        _, cells, counts = self.steps(np.asarray(documents)[np.newaxis])
        return tf.SparseTensor(
            cells, counts, (len(documents), self._counts.shape[1])
        )
