# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Text corpora as word counts, sparse in memory and in minibatches.

`load(name, data_dir)` returns a `Corpus`. Every loader gives the same promises:

*   Documents without a single known word are left out: they have no words
    over which the perplexity could average. `Corpus.notes` counts them.
*   Words of the test documents that the vocabulary lacks are left out, and
    counted; words that the vocabulary has but no training document uses stay.
*   Duplicates stay where they are, and are counted.

Corpora:

*   `wikipedia`: passages from 250 English Wikipedia articles, as stems without
    stop words, one passage in ten for testing. The gensim package ships them
    among its test data, so nothing is downloaded.
*   `20newsgroups`: 20 Newsgroups as preprocessed by Srivastava and Sutton
    (2017), "Autoencoding variational inference for topic models": the corpus
    of the paper's Table 3. Read from `20news_avitm.npz` (word counts in
    compressed sparse rows) or from its authors' own `train.txt.npy`,
    `test.txt.npy` and `vocab.pkl`.
"""

import collections
import dataclasses
import hashlib
import importlib.resources
import itertools
import pathlib
import pickle
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO, NamedTuple

import numpy as np
import scipy.sparse
import tensorflow as tf

__all__ = [
    "DATASETS",
    "Corpus",
    "CorpusError",
    "DocumentBatches",
    "StepBatches",
    "load",
]

# `wikipedia`: articles are cut into passages of this many words, because 250
# documents are too few to train an inference network on. Every tenth passage
# is for testing.
_WIKIPEDIA_PASSAGE = 100
_WIKIPEDIA_TEST_EVERY = 10
# A word in a larger share of the training passages ("time", "includ") does not
# tell topics apart. Of the others the most frequent are the vocabulary, as
# many as the paper has for 20 Newsgroups.
_WIKIPEDIA_MAX_SHARE = 0.1
_WIKIPEDIA_VOCABULARY = 2000


class CorpusError(ValueError):
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
            digest.update(counts.indptr.astype("<i8").tobytes())
            digest.update(counts.indices.astype("<i8").tobytes())
            digest.update(counts.data.astype("<f4").tobytes())
        return digest.hexdigest()


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


def load(name: str, data_dir: str | None = None) -> Corpus:
    """Loads a corpus.

    Args:
        name: One of `DATASETS`.
        data_dir: Folder with the data files, for corpora that need one.

    Returns:
        The corpus, checked and cleaned as the module's docstring says.

    Raises:
        CorpusError: `name` is not a corpus, or a file does not hold what it
            should.
        FileNotFoundError: A data file is missing.
    """
    if name not in _LOADERS:
        raise CorpusError(
            f"unknown dataset {name!r}; --dataset must be one of: "
            f"{', '.join(DATASETS)}"
        )
    return _clean(*_LOADERS[name](data_dir))


def _clean(train, test, vocabulary, notes) -> Corpus:
    """Leaves out empty documents and counts what a reader should know."""
    notes = dict(notes)
    kept = {}
    for split, counts in (("train", train), ("test", test)):
        used = np.asarray(counts.sum(axis=1)).ravel() > 0
        if not used.any():
            raise CorpusError(f"the {split} documents hold no known word")
        notes[f"empty_{split}_documents_left_out"] = int((~used).sum())
        kept[split] = counts[used]
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
    """Yields one key a row; equal rows have equal keys."""
    for start, end in zip(counts.indptr[:-1], counts.indptr[1:], strict=True):
        words = counts.indices[start:end].astype(np.int64)
        yield words.tobytes() + counts.data[start:end].tobytes()


def _matrix(data, indices, indptr, shape, source: str):
    """Returns a checked matrix in canonical form (sorted, no duplicates)."""
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


def _count(documents: Iterable[Sequence[int]], num_words: int, source: str):
    """Counts words given as one sequence of word numbers a document."""
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
    return _matrix(
        np.concatenate(data),
        np.concatenate(indices),
        indptr,
        (len(data), num_words),
        source,
    )


def _load_wikipedia(data_dir: str | None):
    """Loads passages of Wikipedia from gensim's files; needs no `data_dir`."""
    del data_dir
    path = (
        importlib.resources.files("gensim")
        / "test"
        / "test_data"
        / "head500.noblanks.cor"
    )
    articles = [
        re.findall(r"(?<!\S)[a-z]{3,}(?!\S)", line)
        for line in path.read_text("utf-8").splitlines()
    ]
    passages = [
        article[start : start + _WIKIPEDIA_PASSAGE]
        for article in articles
        for start in range(0, len(article), _WIKIPEDIA_PASSAGE)
    ]
    test = passages[::_WIKIPEDIA_TEST_EVERY]
    train = [p for i, p in enumerate(passages) if i % _WIKIPEDIA_TEST_EVERY]
    frequency = collections.Counter(itertools.chain.from_iterable(train))
    passages_with = collections.Counter(
        itertools.chain.from_iterable(map(set, train))
    )
    most = _WIKIPEDIA_MAX_SHARE * len(train)
    candidates = [w for w in sorted(frequency) if passages_with[w] <= most]
    candidates.sort(key=frequency.get, reverse=True)
    vocabulary = sorted(candidates[:_WIKIPEDIA_VOCABULARY])
    number = {word: i for i, word in enumerate(vocabulary)}

    def count(passages, split):
        known = ([number[w] for w in p if w in number] for p in passages)
        return _count(known, len(vocabulary), f"{path.name}, {split}")

    unseen = sum(word not in frequency for passage in test for word in passage)
    return (
        count(train, "train"),
        count(test, "test"),
        vocabulary,
        {"unseen_test_words_left_out": unseen},
    )


def _load_20newsgroups(data_dir: str | None):
    """Loads 20 Newsgroups from either of its two forms."""
    if not data_dir:
        raise FileNotFoundError(
            "the dataset 20newsgroups needs a folder with its files: set "
            "--data_dir or the environment variable TF_IMPLICIT_DATA_DIR to "
            f"one that holds {_NEWS_FORMS}"
        )
    folder = pathlib.Path(data_dir)
    archive = folder / "20news_avitm.npz"
    originals = [folder / name for name in _NEWS_ORIGINALS]
    if archive.is_file():
        return _read_archive(archive)
    missing = [str(path) for path in originals if not path.is_file()]
    if missing:
        raise FileNotFoundError(
            f"no 20 Newsgroups corpus in --data_dir={data_dir}: there is no "
            f"{archive}, and of its authors' files these are missing: "
            f"{', '.join(missing)}. Put there {_NEWS_FORMS}, or point "
            "--data_dir (or TF_IMPLICIT_DATA_DIR) at a folder that holds them"
        )
    return _read_originals(*originals)


_NEWS_ORIGINALS = ("train.txt.npy", "test.txt.npy", "vocab.pkl")
_NEWS_FORMS = (
    "20news_avitm.npz, or the files train.txt.npy, test.txt.npy and vocab.pkl "
    "from the folder data/20news_clean of the public code of Srivastava and "
    "Sutton (2017)"
)


def _read_archive(path: pathlib.Path):
    """Reads word counts in compressed sparse rows from an npz file."""
    with np.load(path) as archive:
        try:
            vocabulary = str(archive["vocab"]).split("\n")
            splits = [
                [archive[f"{split}_{part}"] for part in _ARCHIVE_PARTS]
                for split in ("train", "test")
            ]
        except KeyError as error:
            raise CorpusError(f"{path}: array missing: {error}") from error
    for *_, shape in splits:
        if shape[1] != len(vocabulary):
            raise CorpusError(
                f"{path}: counts have {shape[1]} columns, but the vocabulary "
                f"has {len(vocabulary)} words"
            )
    return *(_matrix(*split, str(path)) for split in splits), vocabulary, {}


_ARCHIVE_PARTS = ("data", "indices", "indptr", "shape")


class _PlainDataUnpickler(pickle.Unpickler):
    """Unpickles containers, numbers, strings and numpy arrays; nothing else.

    The corpus' authors chose pickle, which can run any code that its file
    names. The names below are all that such data needs, so that a file from
    an untrusted place can only fail.
    """

    _ALLOWED = frozenset(
        {
            ("numpy", "dtype"),
            ("numpy", "ndarray"),
            # The first name is that of numpy 1, which wrote the files.
            ("numpy.core.multiarray", "_reconstruct"),
            ("numpy.core.multiarray", "scalar"),
            ("numpy._core.multiarray", "_reconstruct"),
            ("numpy._core.multiarray", "scalar"),
            # How protocol 2 spells bytes.
            ("_codecs", "encode"),
        }
    )

    def find_class(self, module: str, name: str):
        if (module, name) not in self._ALLOWED:
            raise pickle.UnpicklingError(
                f"refusing to load {module}.{name}: a corpus holds plain data"
            )
        return super().find_class(
            module.replace("numpy.core", "numpy._core"), name
        )


def _unpickle(file: BinaryIO):
    """Unpickles plain data."""
    try:
        # Python 2 wrote the authors' files: their strings are bytes.
        return _PlainDataUnpickler(file, encoding="latin1").load()
    except pickle.UnpicklingError as error:
        raise CorpusError(f"{file.name}: {error}") from error


def _read_originals(
    train: pathlib.Path, test: pathlib.Path, vocabulary: pathlib.Path
):
    """Reads lists of word numbers and a pickled dict from word to number."""
    with vocabulary.open("rb") as file:
        numbers = _unpickle(file)
    words = sorted(numbers, key=numbers.get)
    if [numbers[word] for word in words] != list(range(len(words))):
        raise CorpusError(
            f"{vocabulary}: the word numbers are not 0 to {len(words) - 1}"
        )
    splits = (
        _count(_read_object_array(path), len(words), str(path))
        for path in (train, test)
    )
    return *splits, words, {}


def _read_object_array(path: pathlib.Path) -> np.ndarray:
    """Reads an npy file of Python objects without trusting its pickle."""
    with path.open("rb") as file:
        readers = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        version = np.lib.format.read_magic(file)
        if version not in readers:
            raise CorpusError(f"{path}: unknown npy version {version}")
        _, _, dtype = readers[version](file)
        if not dtype.hasobject:
            raise CorpusError(f"{path}: expected lists of words, got {dtype}")
        return _unpickle(file)


_LOADERS = {"wikipedia": _load_wikipedia, "20newsgroups": _load_20newsgroups}
DATASETS = tuple(_LOADERS)
