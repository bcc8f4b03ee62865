# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Corpora in one npz file, sparse on disk as in memory.

The arrays `data`, `indices`, `indptr` and `shape` are word counts in compressed
sparse rows; the first `n_train` rows are for training, the others for testing;
`vocab` is one string, the words in column order with a newline between two.
"""

import pathlib
import zipfile
from collections.abc import Sequence

import numpy as np
import scipy.sparse

from experiments.common import errors
from experiments.data import corpus

__all__ = ["load_imdb", "read", "write"]


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
    return corpus.clean(*read(path), {})


def read(
    path: pathlib.Path,
) -> tuple[scipy.sparse.csr_matrix, scipy.sparse.csr_matrix, Sequence[str]]:
    """Returns training counts, test counts and the vocabulary.

    Raises:
        corpus.CorpusError: The file is not in the form that the module's
            docstring describes.
    """
    try:
        with np.load(path) as archive:
            data, indices, indptr, shape, num_train, words = (
                archive[name]
                for name in (
                    *("data", "indices", "indptr", "shape"),
                    *("n_train", "vocab"),
                )
            )
    except KeyError as error:
        raise corpus.CorpusError(f"{path}: array missing: {error}") from error
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise corpus.CorpusError(f"{path}: no npz file: {error}") from error
    vocabulary = str(words).split("\n")
    if shape[1] != len(vocabulary):
        raise corpus.CorpusError(
            f"{path}: counts have {shape[1]} columns, but the vocabulary has "
            f"{len(vocabulary)} words"
        )
    counts = corpus.matrix(data, indices, indptr, shape, str(path))
    if not 0 < num_train < counts.shape[0]:
        raise corpus.CorpusError(
            f"{path}: {num_train} of {counts.shape[0]} documents are for "
            "training"
        )
    return counts[:num_train], counts[num_train:], vocabulary


def write(
    path: pathlib.Path,
    counts: scipy.sparse.csr_matrix,
    num_train: int,
    vocabulary: Sequence[str],
) -> None:
    """Writes what `read` reads, in one piece."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        np.savez(
            file,
            data=counts.data,
            indices=counts.indices,
            indptr=counts.indptr,
            shape=np.array(counts.shape),
            n_train=np.array(num_train),
            vocab=np.array("\n".join(vocabulary)),
        )
    part.replace(path)
