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
from collections.abc import Sequence

import numpy as np

from experiments.common import errors
from experiments.data import corpus, files

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
        _text_files(folder / split) for split in ("train", "test")
    )
    if not (train_files and test_files):
        paths = _text_files(folder)
        test_files = paths[::_TEST_EVERY]
        train_files = [p for i, p in enumerate(paths) if i % _TEST_EVERY]
    if not (train_files and test_files):
        raise errors.MissingFileError(
            f"too few .txt files below --data_dir={folder}: one for training "
            "and one for testing at least"
        )
    size = sum(path.stat().st_size for path in (*train_files, *test_files))
    files.check_size(size, size, str(folder))
    train, test = (
        [collections.Counter(words(read_text(path))) for path in paths]
        for paths in (train_files, test_files)
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
        str(folder),
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
    vocabulary = files.read_lines(folder / "vocabulary.txt")
    train = _read_matrix(folder / "train.npz", len(vocabulary))
    if (folder / "test.npz").is_file():
        test = _read_matrix(folder / "test.npz", len(vocabulary))
    else:
        train, test = corpus.split(train, _TEST_EVERY)
    return corpus.clean(train, test, vocabulary, {}, str(folder))


def words(text: str) -> list[str]:
    """Returns the words of a text, as the module's docstring defines them."""
    return _WORD.findall(text.lower())


def read_text(path: pathlib.Path) -> str:
    """Reads a text file.

    Raises:
        errors.MissingFileError: There is no such file.
        files.DataError: A line, which is named, is not UTF-8.
    """
    return "\n".join(files.read_lines(path))


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


def _text_files(folder: pathlib.Path) -> list[pathlib.Path]:
    """Returns the files, not the folders, that are named as texts."""
    return sorted(path for path in folder.rglob("*.txt") if path.is_file())


def _count(documents: Sequence[collections.Counter], number, source):
    """Returns the counts of the words that have a number."""
    data, indices, indptr = [], [], [0]
    for document in documents:
        for word, count in document.items():
            if word in number:
                data.append(count)
                indices.append(number[word])
        indptr.append(len(indices))
    # Integers, even where there are none.
    data, indices = np.array(data, np.int64), np.array(indices, np.int64)
    return corpus.matrix(
        data, indices, indptr, (len(documents), len(number)), source
    )


def _read_matrix(path: pathlib.Path, num_words: int):
    """Reads counts of a vocabulary of `num_words`.

    SciPy's own `load_npz` and conversions trust the indices that they find.
    """
    shape, form = (
        files.read_npz(path, [name])[name] for name in ("shape", "format")
    )
    if shape.shape != (2,) or shape[1] != num_words:
        raise files.DataError(
            f"{path} has {shape[1] if shape.shape == (2,) else 'no'} columns, "
            f"but vocabulary.txt {num_words} lines"
        )
    form = form.item() if not form.ndim else None
    form = form.decode("latin-1") if isinstance(form, bytes) else form
    if form == "coo":
        return _from_coordinates(path, shape)
    if form not in ("csr", "csc"):
        raise files.DataError(
            f"{path}: a sparse matrix of the format {form!r}: save its "
            "`.tocsr()`"
        )
    parts = ("data", "indices", "indptr")
    arrays = files.read_npz(path, parts)
    compressed = [arrays[name] for name in parts]
    if form == "csr":
        return corpus.matrix(*compressed, shape, str(path))
    # Documents and words change places, in error messages as well.
    _check_rows(path, shape)
    columns = corpus.matrix(*compressed, shape[::-1], f"{path} (transposed)")
    return columns.T.tocsr()


def _check_rows(path: pathlib.Path, shape: np.ndarray) -> None:
    """Bounds the number of documents where the file has no entry for each."""
    rows = int(shape[0])
    files.check_size(
        8 * max(rows, 0),
        path.stat().st_size,
        f"{path}: the starts of {rows} documents",
    )


def _from_coordinates(path: pathlib.Path, shape: np.ndarray):
    """Reads counts that are stored with row and column."""
    parts = ("data", "row", "col")
    data, row, column = map(files.read_npz(path, parts).get, parts)
    if not row.shape == column.shape == data.shape == (row.size,) or not (
        row.dtype.kind in "iu" and column.dtype.kind in "iu"
    ):
        raise files.DataError(
            f"{path}: not a sparse matrix: row, col and data must be lists of "
            "one length, and row and col integers"
        )
    _check_rows(path, shape)
    bad = np.flatnonzero((row < 0) | (row >= shape[0]))
    if bad.size:
        raise files.DataError(
            f"{path}: not a sparse matrix: entry {bad[0]} is in document "
            f"{row[bad[0]]} of {shape[0]}"
        )
    order = np.argsort(row, kind="stable")
    starts = np.searchsorted(row[order], np.arange(int(shape[0]) + 1))
    return corpus.matrix(data[order], column[order], starts, shape, str(path))
