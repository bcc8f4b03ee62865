# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""A tiny 20 Newsgroups corpus in both of its forms."""

import pathlib
import pickle

import numpy as np

WORDS = ("apple", "boat", "cloud", "dune", "elm", "fox")

# Word numbers. The third training document is empty; the last two are alike.
# The second test document is empty, the third is the first of training. No
# training document uses word 5, which one test document has twice.
TRAIN = (
    (0, 0, 1),
    (2, 3, 3, 3),
    (),
    (4,),
    (1, 0),
    (2, 4, 4),
    (0, 4),
    (0, 4),
)
TEST = ((0, 5, 5), (), (0, 1, 0), (3,))


def counts(documents) -> np.ndarray:
    """Returns dense word counts."""
    return np.stack([np.bincount(d, minlength=len(WORDS)) for d in documents])


def write_archive(folder: pathlib.Path, **changes) -> None:
    """Writes 20news_avitm.npz; `changes` replace arrays, None removes one."""
    arrays = {"vocab": np.array("\n".join(WORDS))}
    for split, documents in (("train", TRAIN), ("test", TEST)):
        dense = counts(documents)
        rows, columns = dense.nonzero()
        arrays[f"{split}_data"] = dense[rows, columns].astype(np.uint16)
        arrays[f"{split}_indices"] = columns.astype(np.uint16)
        arrays[f"{split}_indptr"] = np.searchsorted(
            rows, np.arange(len(dense) + 1)
        )
        arrays[f"{split}_shape"] = np.array(dense.shape)
    arrays |= changes
    np.savez(
        folder / "20news_avitm.npz",
        **{name: value for name, value in arrays.items() if value is not None},
    )


def write_originals(folder: pathlib.Path) -> None:
    """Writes train.txt.npy, test.txt.npy and vocab.pkl."""
    for split, documents in (("train", TRAIN), ("test", TEST)):
        array = np.empty(len(documents), dtype=object)
        for i, document in enumerate(documents):
            array[i] = np.array(document, np.int64)
        np.save(folder / f"{split}.txt.npy", array)
    with (folder / "vocab.pkl").open("wb") as file:
        # As Python 2 would write it.
        pickle.dump({word: i for i, word in enumerate(WORDS)}, file, protocol=2)
