# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""A text corpus as sparse word counts, and what every loader of one needs."""

import collections
import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import scipy.sparse

from experiments.common import errors

__all__ = ["Corpus", "CorpusError", "clean", "count", "matrix"]

# Elements in each part of an array that is hashed.
_PART = 1 << 20


class CorpusError(errors.UserError, ValueError):
    """A corpus is not known, or its files do not hold what they should."""


@dataclasses.dataclass(frozen=True)
class Corpus:
    """Word counts of training and test documents.

    Attributes:
        train: float32 `[documents, words]` matrix in compressed sparse rows.
        test: Like `train`, with the same words.
        vocabulary: The words, in column order.
        notes: What the loader left out or noticed, by name.
    """

    train: scipy.sparse.csr_matrix
    test: scipy.sparse.csr_matrix
    vocabulary: tuple[str, ...]
    notes: Mapping[str, int]

    def sha256(self) -> str:
        """Returns a fingerprint of the counts and the words."""
        digest = hashlib.sha256("\n".join(self.vocabulary).encode())
        for counts in (self.train, self.test):
            for array, dtype in (
                (counts.indptr, "<i8"),
                (counts.indices, "<i8"),
                (counts.data, "<f4"),
            ):
                # In parts: a whole array of a large corpus in another dtype
                # would take hundreds of megabytes.
                for start in range(0, array.size, _PART):
                    part = array[start : start + _PART]
                    digest.update(part.astype(dtype).tobytes())
        return digest.hexdigest()


def clean(
    train: scipy.sparse.csr_matrix,
    test: scipy.sparse.csr_matrix,
    vocabulary: Sequence[str],
    notes: Mapping[str, int],
) -> Corpus:
    """Leaves out empty documents and counts what a reader should know.

    Args:
        train: What `matrix` or `count` made.
        test: Likewise.
        vocabulary: The words, in column order.
        notes: What the loader left out or noticed.
    """
    notes = dict(notes)
    kept = {}
    for split, counts in (("train", train), ("test", test)):
        used = np.asarray(counts.sum(axis=1)).ravel() > 0
        if not used.any():
            raise CorpusError(f"the {split} documents hold no known word")
        notes[f"empty_{split}_documents_left_out"] = int((~used).sum())
        kept[split] = counts if used.all() else counts[used]
    train, test = kept["train"], kept["test"]
    in_train = np.asarray(train.sum(axis=0)).ravel() > 0
    in_test = np.asarray(test.sum(axis=0)).ravel()
    train_rows = collections.Counter(_rows(train))
    notes["vocabulary_words_never_in_train"] = int((~in_train).sum())
    notes["test_words_never_in_train"] = int(in_test[~in_train].sum())
    notes["repeated_train_documents"] = train.shape[0] - len(train_rows)
    notes["test_documents_also_in_train"] = sum(
        row in train_rows for row in _rows(test)
    )
    return Corpus(train, test, tuple(vocabulary), notes)


def _rows(counts: scipy.sparse.csr_matrix) -> Iterable[bytes]:
    """Yields one fingerprint a row; equal rows have equal ones."""
    for start, end in zip(counts.indptr[:-1], counts.indptr[1:], strict=True):
        words = counts.indices[start:end].astype("<i8").tobytes()
        # The rows themselves would double the memory of a large corpus.
        yield hashlib.blake2b(
            words + counts.data[start:end].tobytes(), digest_size=16
        ).digest()


def matrix(
    data, indices, indptr, shape, source: str
) -> scipy.sparse.csr_matrix:
    """Returns a checked matrix in canonical form (sorted, no duplicates).

    Args:
        data: The counts.
        indices: Their columns.
        indptr: Where each row starts, and where the last one ends.
        shape: Number of documents and of words.
        source: Names the file in error messages.

    Raises:
        CorpusError: It is no matrix of counts.
    """
    try:
        counts = scipy.sparse.csr_matrix(
            (np.asarray(data, np.float32), indices, indptr), shape=tuple(shape)
        )
        counts.check_format(full_check=True)
    except ValueError as error:
        raise CorpusError(f"{source}: not a sparse matrix: {error}") from error
    if not (np.isfinite(counts.data).all() and (counts.data >= 0).all()):
        raise CorpusError(f"{source}: a word count is negative or not finite")
    counts.sum_duplicates()
    counts.eliminate_zeros()
    return counts


def count(
    documents: Iterable[Sequence[int]], num_words: int, source: str
) -> scipy.sparse.csr_matrix:
    """Counts words given as one sequence of word numbers a document.

    Args:
        documents: The word numbers.
        num_words: Size of the vocabulary.
        source: Names the file in error messages.

    Raises:
        CorpusError: There are no documents, or a number is not a word's.
    """
    data, indices, indptr = [], [], [0]
    for position, document in enumerate(documents):
        words, counts = np.unique(
            np.asarray(document).astype(np.int64), return_counts=True
        )
        if words.size and not 0 <= words[0] <= words[-1] < num_words:
            raise CorpusError(
                f"{source}: document {position} has the word numbers "
                f"{words[0]} to {words[-1]}, but the vocabulary has "
                f"{num_words} words"
            )
        data.append(counts)
        indices.append(words)
        indptr.append(indptr[-1] + words.size)
    if not data:
        raise CorpusError(f"{source}: no documents")
    return matrix(
        np.concatenate(data),
        np.concatenate(indices),
        indptr,
        (len(data), num_words),
        source,
    )
