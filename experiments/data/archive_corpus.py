# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Corpora in one npz file, sparse on disk as in memory.

The arrays `data`, `indices`, `indptr` and `shape` are word counts in compressed
sparse rows; the first `n_train` rows are for training, the others for testing;
`vocab` is one string, the words in column order with a newline between two.
A file that was made from others says in `sources` which ones.
"""

import pathlib
from collections.abc import Sequence

import numpy as np
import scipy.sparse

from experiments.common import errors
from experiments.data import corpus, files
from experiments.data.files import DataError

__all__ = ["load_imdb", "read", "read_sources", "vocabulary", "write"]


def load_imdb(data_dir: str | None) -> corpus.Corpus:
    """Loads `imdb100k.npz`."""
    if not data_dir:
        raise errors.MissingFileError(
            "the dataset imdb100k needs a folder with its file: set --data_dir "
            "or the environment variable TF_IMPLICIT_DATA_DIR to one that "
            "holds imdb100k.npz"
        )
    path = pathlib.Path(data_dir, "imdb100k.npz")
    if not path.is_file():
        raise errors.MissingFileError(
            f"no imdb100k corpus in --data_dir={data_dir}: there is no {path}"
        )
    return corpus.clean(*read(path), {}, str(path))


def read(
    path: pathlib.Path,
) -> tuple[scipy.sparse.csr_matrix, scipy.sparse.csr_matrix, Sequence[str]]:
    """Returns training counts, test counts and the vocabulary.

    Raises:
        DataError: The file is not in the form that the module's docstring
            describes.
    """
    names = ("data", "indices", "indptr", "shape", "n_train", "vocab")
    arrays = files.read_npz(path, names)
    words = vocabulary(arrays["vocab"], arrays["shape"], path)
    counts = corpus.matrix(*(arrays[name] for name in names[:4]), str(path))
    num_train = arrays["n_train"]
    if num_train.ndim or num_train.dtype.kind not in "iu":
        raise DataError(f"{path}: n_train must be one integer")
    num_train = int(num_train)
    if not 0 < num_train < counts.shape[0]:
        raise DataError(
            f"{path}: {num_train} of {counts.shape[0]} documents are for "
            "training"
        )
    return counts[:num_train], counts[num_train:], words


def vocabulary(
    words: np.ndarray, shape: np.ndarray, path: pathlib.Path
) -> list[str]:
    """Returns the words that one string holds, one for each column.

    Raises:
        DataError: It is no string, or not of so many words.
    """
    if words.ndim or words.dtype.kind != "U":
        raise DataError(
            f"{path}: vocab must be one string, the words with a newline "
            f"between two, got {words.dtype} {list(words.shape)}"
        )
    with files.reading(path, "a file with a vocabulary"):
        found = str(words).split("\n")
    if np.shape(shape) != (2,) or shape[1] != len(found):
        columns = shape[1] if np.shape(shape) == (2,) else "no"
        raise DataError(
            f"{path}: counts have {columns} columns, but the vocabulary has "
            f"{len(found)} words"
        )
    return found


def read_sources(path: pathlib.Path) -> str:
    """Returns what `write` was told of the sources, "" if nothing.

    Raises:
        DataError: The file is damaged.
    """
    sources = files.read_npz(path, (), ("sources",)).get("sources", "")
    return str(sources)


def write(
    path: pathlib.Path,
    counts: scipy.sparse.csr_matrix,
    num_train: int,
    vocabulary: Sequence[str],
    sources: str,
) -> None:
    """Writes what `read` and `read_sources` read, in one piece."""
    part = path.with_name(path.name + ".part")
    with errors.writing(path):
        with part.open("wb") as file:
            np.savez(
                file,
                data=counts.data,
                indices=counts.indices,
                indptr=counts.indptr,
                shape=np.array(counts.shape),
                n_train=np.array(num_train),
                vocab=np.array("\n".join(vocabulary)),
                sources=np.array(sources),
            )
        part.replace(path)
