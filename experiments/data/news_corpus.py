# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""20 Newsgroups as preprocessed by Srivastava and Sutton (2017)."""

import pathlib

import numpy as np

from experiments.common import errors
from experiments.data import archive_corpus, corpus, files, plain_pickle
from experiments.data.files import DataError

__all__ = ["load"]


def load(data_dir: str | None) -> corpus.Corpus:
    """Loads 20 Newsgroups from either of its two forms."""
    if not data_dir:
        raise errors.MissingFileError(
            "the dataset 20newsgroups needs a folder with its files: set "
            "--data_dir or the environment variable TF_IMPLICIT_DATA_DIR to "
            f"one that holds {_NEWS_FORMS}"
        )
    folder = pathlib.Path(data_dir)
    archive = folder / "20news_avitm.npz"
    originals = [folder / name for name in _NEWS_ORIGINALS]
    if archive.is_file():
        return corpus.clean(*_read_archive(archive))
    missing = [str(path) for path in originals if not path.is_file()]
    if missing:
        raise errors.MissingFileError(
            f"no 20 Newsgroups corpus in --data_dir={data_dir}: there is no "
            f"{archive}, and of its authors' files these are missing: "
            f"{', '.join(missing)}. Put there {_NEWS_FORMS}, or point "
            "--data_dir (or TF_IMPLICIT_DATA_DIR) at a folder that holds them"
        )
    return corpus.clean(*_read_originals(*originals))


_NEWS_ORIGINALS = ("train.txt.npy", "test.txt.npy", "vocab.pkl")
_NEWS_FORMS = (
    "20news_avitm.npz, or the files train.txt.npy, test.txt.npy and vocab.pkl "
    "from the folder data/20news_clean of the public code of Srivastava and "
    "Sutton (2017)"
)


def _read_archive(path: pathlib.Path):
    """Reads word counts in compressed sparse rows from an npz file."""
    parts = ("data", "indices", "indptr", "shape")
    splits = [[f"{split}_{p}" for p in parts] for split in ("train", "test")]
    arrays = files.read_npz(path, ("vocab", *splits[0], *splits[1]))
    counts = []
    for names in splits:
        of_split = [arrays[name] for name in names]
        words = archive_corpus.vocabulary(arrays["vocab"], of_split[3], path)
        counts.append(corpus.matrix(*of_split, str(path)))
    return *counts, words, {}, str(path)


def _read_originals(
    train: pathlib.Path, test: pathlib.Path, vocabulary: pathlib.Path
):
    """Reads lists of word numbers and a pickled dict from word to number."""
    with vocabulary.open("rb") as file:
        numbers = plain_pickle.load(file, vocabulary)
    if not isinstance(numbers, dict) or not all(
        isinstance(word, str) and type(number) is int
        for word, number in numbers.items()
    ):
        raise DataError(
            f"{vocabulary}: must be a dict from words to their numbers"
        )
    words = sorted(numbers, key=numbers.get)
    if [numbers[word] for word in words] != list(range(len(words))):
        raise DataError(
            f"{vocabulary}: the word numbers are not 0 to {len(words) - 1}"
        )
    splits = (
        corpus.count(_read_object_array(path), len(words), str(path))
        for path in (train, test)
    )
    return *splits, words, {}, str(train.parent)


def _read_object_array(path: pathlib.Path) -> list:
    """Reads an npy file of lists or arrays of word numbers."""
    with path.open("rb") as file:
        with files.reading(path, "an npy file"):
            version = np.lib.format.read_magic(file)
            if version not in files.NPY_HEADERS:
                raise DataError(f"{path}: unknown npy version {version}")
            _, _, dtype = files.NPY_HEADERS[version](file)
        if not dtype.hasobject:
            raise DataError(f"{path}: expected lists of words, got {dtype}")
        documents = plain_pickle.load(file, path)
    if not isinstance(documents, list):
        raise DataError(f"{path}: expected a list of documents")
    return documents
