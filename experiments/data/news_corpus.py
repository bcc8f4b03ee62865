# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""20 Newsgroups as preprocessed by Srivastava and Sutton (2017)."""

import pathlib
import pickle
from typing import BinaryIO

import numpy as np

from experiments.common import errors
from experiments.data import corpus

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
    with np.load(path) as archive:
        try:
            vocabulary = str(archive["vocab"]).split("\n")
            splits = [
                [archive[f"{split}_{part}"] for part in _ARCHIVE_PARTS]
                for split in ("train", "test")
            ]
        except KeyError as error:
            raise corpus.CorpusError(
                f"{path}: array missing: {error}"
            ) from error
    for *_, shape in splits:
        if shape[1] != len(vocabulary):
            raise corpus.CorpusError(
                f"{path}: counts have {shape[1]} columns, but the vocabulary "
                f"has {len(vocabulary)} words"
            )
    return (
        *(corpus.matrix(*split, str(path)) for split in splits),
        vocabulary,
        {},
    )


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
        raise corpus.CorpusError(f"{file.name}: {error}") from error


def _read_originals(
    train: pathlib.Path, test: pathlib.Path, vocabulary: pathlib.Path
):
    """Reads lists of word numbers and a pickled dict from word to number."""
    with vocabulary.open("rb") as file:
        numbers = _unpickle(file)
    words = sorted(numbers, key=numbers.get)
    if [numbers[word] for word in words] != list(range(len(words))):
        raise corpus.CorpusError(
            f"{vocabulary}: the word numbers are not 0 to {len(words) - 1}"
        )
    splits = (
        corpus.count(_read_object_array(path), len(words), str(path))
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
            raise corpus.CorpusError(f"{path}: unknown npy version {version}")
        _, _, dtype = readers[version](file)
        if not dtype.hasobject:
            raise corpus.CorpusError(
                f"{path}: expected lists of words, got {dtype}"
            )
        return _unpickle(file)
