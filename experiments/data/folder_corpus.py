# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Corpora of a user's own: a folder of text files, or a matrix of counts.

`text`: every `.txt` file below the folder is a document. Where the folder has
the folders `train` and `test`, these are the splits; otherwise every tenth file
in the order of their paths is for testing. Words are runs of three or more
letters, in lower case. The vocabulary is the 10,000 words that are most
frequent in training, without those that only one training document uses, or
more than half of them.

`matrix`: `train.npz` and `test.npz`, sparse matrices `[documents, words]` as
`scipy.sparse.save_npz` writes them (scikit-learn's CountVectorizer makes such
ones), and `vocabulary.txt`, the words in column order, one a line. Where there
is no `test.npz`, every tenth row is for testing.
"""

import collections
import pathlib
import re
import zipfile
from collections.abc import Sequence

import numpy as np
import scipy.sparse

from experiments.common import errors
from experiments.data import corpus

__all__ = ["load_matrix", "load_text", "read_text", "words"]

_TEST_EVERY = 10
_VOCABULARY = 10_000
_MAX_SHARE = 0.5
_MIN_DOCUMENTS = 2
_WORD = re.compile(r"[^\W\d_]{3,}")


def load_text(data_dir: str | None) -> corpus.Corpus:
    """Loads a folder of text files."""
    folder = _folder(data_dir, "text")
    train_files, test_files = (
        sorted((folder / split).rglob("*.txt")) for split in ("train", "test")
    )
    if not (train_files and test_files):
        files = sorted(folder.rglob("*.txt"))
        test_files = files[::_TEST_EVERY]
        train_files = [f for i, f in enumerate(files) if i % _TEST_EVERY]
    if not (train_files and test_files):
        raise errors.MissingFileError(
            f"too few .txt files below --data_dir={folder}: one for training "
            "and one for testing at least"
        )
    train, test = (
        [collections.Counter(words(read_text(file))) for file in files]
        for files in (train_files, test_files)
    )
    frequency, documents_with = collections.Counter(), collections.Counter()
    for document in train:
        frequency.update(document)
        documents_with.update(document.keys())
    candidates = [
        word
        for word, documents in documents_with.items()
        if _MIN_DOCUMENTS <= documents <= _MAX_SHARE * len(train)
    ]
    # By name where frequencies are equal, so that the order of the files does
    # not matter.
    candidates.sort(key=lambda word: (-frequency[word], word))
    vocabulary = sorted(candidates[:_VOCABULARY])
    number = {word: i for i, word in enumerate(vocabulary)}
    known = frequency.keys()
    return corpus.clean(
        *(_count(split, number, str(folder)) for split in (train, test)),
        vocabulary,
        {
            "unseen_test_words_left_out": sum(
                count
                for document in test
                for word, count in document.items()
                if word not in known
            )
        },
    )


def load_matrix(data_dir: str | None) -> corpus.Corpus:
    """Loads sparse matrices and their vocabulary."""
    folder = _folder(data_dir, "matrix")
    for name in ("train.npz", "vocabulary.txt"):
        if not (folder / name).is_file():
            raise errors.MissingFileError(
                f"the dataset matrix needs {folder / name}: set --data_dir to "
                "a folder that holds train.npz, vocabulary.txt and maybe "
                "test.npz"
            )
    vocabulary = _lines(folder / "vocabulary.txt")
    train = _read_matrix(folder / "train.npz", len(vocabulary))
    if (folder / "test.npz").is_file():
        test = _read_matrix(folder / "test.npz", len(vocabulary))
    else:
        rows = np.arange(train.shape[0])
        train, test = (
            train[rows % _TEST_EVERY != 0],
            train[rows % _TEST_EVERY == 0],
        )
    return corpus.clean(train, test, vocabulary, {})


def words(text: str) -> list[str]:
    """Returns the words of a text, as the module's docstring defines them."""
    return _WORD.findall(text.lower())


def read_text(path: pathlib.Path) -> str:
    """Reads a text file.

    Raises:
        corpus.CorpusError: A line, which is named, is not UTF-8.
    """
    return "\n".join(_lines(path))


def _folder(data_dir: str | None, name: str) -> pathlib.Path:
    if not data_dir:
        raise errors.MissingFileError(
            f"the dataset {name} needs a folder: set --data_dir or the "
            "environment variable TF_IMPLICIT_DATA_DIR"
        )
    folder = pathlib.Path(data_dir)
    if not folder.is_dir():
        raise errors.MissingFileError(f"--data_dir={data_dir} is no folder")
    return folder


def _lines(path: pathlib.Path) -> list[str]:
    """Reads lines; names the one that is no text."""
    lines = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise corpus.CorpusError(
                f"{path}:{number}: not UTF-8: {error.reason}"
            ) from error
    return lines


def _count(documents: Sequence[collections.Counter], number, source):
    """Returns the counts of the words that have a number."""
    data, indices, indptr = [], [], [0]
    for document in documents:
        for word, count in document.items():
            if word in number:
                data.append(count)
                indices.append(number[word])
        indptr.append(len(indices))
    return corpus.matrix(
        data, indices, indptr, (len(documents), len(number)), source
    )


def _read_matrix(path: pathlib.Path, num_words: int):
    """Reads counts of a vocabulary of `num_words`."""
    try:
        counts = scipy.sparse.load_npz(path).tocsr()
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise corpus.CorpusError(
            f"{path}: no sparse matrix: {error}"
        ) from error
    if counts.shape[1] != num_words:
        raise corpus.CorpusError(
            f"{path} has {counts.shape[1]} columns, but vocabulary.txt "
            f"{num_words} lines"
        )
    return corpus.matrix(
        counts.data, counts.indices, counts.indptr, counts.shape, str(path)
    )
