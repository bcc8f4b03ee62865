# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""A text corpus as sparse word counts, and what every loader of one needs."""

import collections
import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import scipy.sparse

from experiments.data.files import DataError

__all__ = ["Corpus", "check_vocabulary", "clean", "count", "matrix", "split"]

# Whole numbers up to here are what they are in float32.
_MAX_COUNT = 2**24

# Elements in each part of an array that is hashed.
_PART = 1 << 20


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
    source: str,
) -> Corpus:
    """Leaves out empty documents and counts what a reader should know.

    Args:
        train: What `matrix` or `count` made.
        test: Likewise.
        vocabulary: The words, in column order.
        notes: What the loader left out or noticed.
        source: Names the file or folder in error messages.

    Raises:
        DataError: A split has no known word, or a word is empty or repeated.
    """
    check_vocabulary(vocabulary, source)
    notes = dict(notes)
    kept = {}
    for split, counts in (("train", train), ("test", test)):
        used = np.asarray(counts.sum(axis=1)).ravel() > 0
        if not used.any():
            raise DataError(
                f"{source}: the {split} documents hold no known word: each "
                "split needs a word of the vocabulary"
            )
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


def check_vocabulary(vocabulary: Sequence[str], source: str) -> None:
    """Checks that each word is a text, not empty, and there once.

    Raises:
        DataError: One is not; it is named.
    """
    first = {}
    for number, word in enumerate(vocabulary):
        if not word.strip():
            raise DataError(
                f"{source}: word {number} of the vocabulary is empty: give "
                "each column a word"
            )
        if first.setdefault(word, number) != number:
            raise DataError(
                f"{source}: word {number} of the vocabulary is word "
                f"{first[word]} again, {word!r}: add up the two columns"
            )
        try:
            word.encode()
        except UnicodeEncodeError as error:
            raise DataError(
                f"{source}: word {number} of the vocabulary is no text: "
                f"{error.reason}"
            ) from error


def matrix(
    data, indices, indptr, shape, source: str
) -> scipy.sparse.csr_matrix:
    """Returns a checked matrix in canonical form (sorted, no duplicates).

    Everything is checked before SciPy sees it, whose conversions write where
    the indices point.

    Args:
        data: The counts.
        indices: Their columns.
        indptr: Where each row starts, and where the last one ends.
        shape: Number of documents and of words.
        source: Names the file in error messages.

    Raises:
        DataError: It is no matrix of counts.
    """
    data, indices, indptr = map(np.asarray, (data, indices, indptr))
    rows, columns = _sizes(shape, source)
    for name, array, kinds in (
        ("data", data, "biuf"),
        ("indices", indices, "iu"),
        ("indptr", indptr, "iu"),
    ):
        if array.ndim != 1 or array.dtype.kind not in kinds:
            raise DataError(
                f"{source}: not a sparse matrix: {name} must be a list of "
                f"{'numbers' if 'f' in kinds else 'integers'}, got "
                f"{array.dtype} {list(array.shape)}"
            )
    # What is too large for int64 is negative then, and refused as such.
    starts = indptr.astype(np.int64)
    numbers = indices.astype(np.int64)
    if (
        len(starts) != rows + 1
        or starts[0] != 0
        or starts[-1] != len(numbers)
        or len(data) != len(numbers)
    ):
        raise DataError(
            f"{source}: not a sparse matrix: {rows} documents need "
            f"{rows + 1} starts from 0 to the number of entries; there are "
            f"{len(starts)} starts, {len(numbers)} word numbers and "
            f"{len(data)} counts"
        )
    bad = np.flatnonzero(np.diff(starts) < 0)
    if bad.size:
        raise DataError(
            f"{source}: not a sparse matrix: document {bad[0]} ends before it "
            "starts"
        )

    def refuse(wrong, what):
        if wrong.any():
            entry = int(np.argmax(wrong))
            row = int(np.searchsorted(starts, entry, side="right")) - 1
            raise DataError(
                f"{source}: {what}: word number {indices[entry]} in document "
                f"{row}, count {data[entry]}"
            )

    refuse(
        (numbers < 0) | (numbers >= columns),
        f"not a sparse matrix of {columns} words",
    )
    refuse(
        ~(np.isfinite(data) & (data >= 0)),
        "a word count is negative or not finite",
    )
    refuse(data > _MAX_COUNT, f"a word count is above {_MAX_COUNT}")
    refuse(data != np.floor(data), "a word count is not a whole number")
    counts = scipy.sparse.csr_matrix(
        (data.astype(np.float32), numbers, starts), shape=(rows, columns)
    )
    counts.sum_duplicates()
    counts.eliminate_zeros()
    return counts


def split(
    counts: scipy.sparse.csr_matrix, every: int
) -> tuple[scipy.sparse.csr_matrix, scipy.sparse.csr_matrix]:
    """Returns training and test documents: one in `every` is for testing."""
    test = np.arange(counts.shape[0]) % every == 0
    return counts[~test], counts[test]


def _sizes(shape, source: str) -> tuple[int, int]:
    """Returns the number of documents and of words."""
    sizes = np.asarray(shape)
    if sizes.shape != (2,) or sizes.dtype.kind not in "iu":
        raise DataError(
            f"{source}: not a sparse matrix: the shape must be two integers, "
            f"got {sizes.dtype} {list(sizes.shape)}"
        )
    rows, columns = (int(size) for size in sizes)
    if not (0 <= rows < 2**31 and 0 <= columns < 2**31):
        raise DataError(
            f"{source}: not a sparse matrix: its shape is {rows} x {columns}"
        )
    return rows, columns


def count(
    documents: Iterable[Sequence[int]], num_words: int, source: str
) -> scipy.sparse.csr_matrix:
    """Counts words given as one sequence of word numbers a document.

    Args:
        documents: The word numbers.
        num_words: Size of the vocabulary.
        source: Names the file in error messages.

    Raises:
        DataError: There are no documents, or a number is not a word's.
    """
    data, indices, indptr = [], [], [0]
    for position, document in enumerate(documents):
        place = f"{source}: document {position}"
        numbers = np.asarray(document)
        if numbers.ndim != 1 or (
            numbers.size and numbers.dtype.kind not in "iuf"
        ):
            raise DataError(
                f"{place} must be a list of word numbers, got "
                f"{numbers.dtype} {list(numbers.shape)}"
            )
        if not np.array_equal(numbers, np.floor(numbers)):
            raise DataError(f"{place} has word numbers that are not whole")
        words, counts = np.unique(numbers, return_counts=True)
        if words.size and not 0 <= words[0] <= words[-1] < num_words:
            raise DataError(
                f"{place} has the word numbers "
                f"{words[0]} to {words[-1]}, but the vocabulary has "
                f"{num_words} words"
            )
        data.append(counts)
        indices.append(words.astype(np.int64))
        indptr.append(indptr[-1] + words.size)
    if not data:
        raise DataError(f"{source}: no documents")
    return matrix(
        np.concatenate(data),
        np.concatenate(indices),
        indptr,
        (len(data), num_words),
        source,
    )
