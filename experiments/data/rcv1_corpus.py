# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reuters Corpus Volume 1, from the token files of Lewis et al. (2004).

Five files, `lyrl2004_tokens_{train,test_pt0,...,test_pt3}.dat`, each maybe with
`.gz` behind: one document after another, each

    .I <number>
    .W
    <stems, separated by blanks, on one or more lines>
    <blank line>

The paper keeps the 10,000 most frequent stems. It does not say which documents
it tests on; "800,000 documents" leaves few, and here it is every 200th of the
804,414 (the files are in order of time, so that training and test documents are
of the same days).

Reading the files takes minutes, so the counts are kept beside them in
`rcv1_10000.npz` (see `archive_corpus`), and read from there the next time.
"""

import array
import collections
import gzip
import os
import pathlib
from collections.abc import Iterator, Sequence

import numpy as np
import scipy.sparse
import tqdm

from experiments.common import errors
from experiments.data import archive_corpus, corpus

__all__ = ["load"]

_PARTS = ("train", "test_pt0", "test_pt1", "test_pt2", "test_pt3")
_VOCABULARY = 10_000
_TEST_EVERY = 200


def load(data_dir: str | None) -> corpus.Corpus:
    """Loads RCV1, from the cache if there is one."""
    if not data_dir:
        raise errors.MissingFileError(
            "the dataset rcv1 needs a folder with its files: set --data_dir or "
            "the environment variable TF_IMPLICIT_DATA_DIR to one that holds "
            "lyrl2004_tokens_train.dat and its four companions"
        )
    folder = pathlib.Path(data_dir)
    cache = folder / "rcv1_10000.npz"
    if not cache.is_file():
        _build(_files(folder), cache)
    return corpus.clean(*archive_corpus.read(cache), {})


def _build(files: Sequence[pathlib.Path], cache: pathlib.Path) -> None:
    """Counts the files' stems and writes the result."""
    counts, vocabulary = _count(files)
    test = np.arange(counts.shape[0]) % _TEST_EVERY == 0
    order = np.concatenate([np.flatnonzero(~test), np.flatnonzero(test)])
    try:
        archive_corpus.write(
            cache, counts[order], int((~test).sum()), vocabulary
        )
    except OSError as error:
        raise corpus.CorpusError(
            f"the counts of RCV1 are kept in {cache}, which could not be "
            f"written: {error}"
        ) from error


def _files(folder: pathlib.Path) -> list[pathlib.Path]:
    """Returns the five token files, compressed or not."""
    found, missing = [], []
    for part in _PARTS:
        plain = folder / f"lyrl2004_tokens_{part}.dat"
        packed = plain.with_name(plain.name + ".gz")
        there = [path for path in (plain, packed) if path.is_file()]
        if there:
            found.append(there[0])
        else:
            missing.append(f"{plain}[.gz]")
    if missing:
        raise errors.MissingFileError(
            f"no RCV1 corpus in --data_dir={folder}: these of its files are "
            f"missing: {', '.join(missing)}. Point --data_dir (or "
            "TF_IMPLICIT_DATA_DIR) at a folder that holds them"
        )
    return found


def _count(
    files: Sequence[pathlib.Path],
) -> tuple[scipy.sparse.csr_matrix, Sequence[str]]:
    """Returns the counts of the most frequent stems of training documents."""
    number: dict[str, int] = {}
    # 32 and 16 bits an entry: the whole corpus has 60 million of them.
    words, counts = array.array("I"), array.array("H")
    ends = array.array("Q", [0])
    size = sum(path.stat().st_size for path in files)
    with tqdm.tqdm(
        total=size, unit="B", unit_scale=True, desc="reading RCV1"
    ) as bar:
        for path in files:
            for stems in _documents(path, bar):
                for stem, count in collections.Counter(stems).items():
                    words.append(number.setdefault(stem, len(number)))
                    counts.append(count)
                ends.append(len(words))
    if not words:
        raise corpus.CorpusError(f"{files[0].parent}: RCV1 files without stems")
    # The arrays below have an entry for each of the 60 million, so their types
    # are the smallest that do.
    indptr = np.array(ends, np.int64)
    documents = len(indptr) - 1
    words, counts = np.frombuffer(words, "u4"), np.frombuffer(counts, "u2")
    # Only training documents choose the vocabulary.
    in_training = np.repeat(
        np.arange(documents) % _TEST_EVERY != 0, np.diff(indptr)
    )
    frequency = np.bincount(
        words[in_training], counts[in_training], minlength=len(number)
    )
    stems = np.array(list(number))
    # By name where frequencies are equal.
    chosen = np.lexsort((stems, -frequency))[:_VOCABULARY]
    chosen = chosen[frequency[chosen] > 0]
    chosen = chosen[np.argsort(stems[chosen])]
    column = np.full(len(number), -1, np.int32)
    column[chosen] = np.arange(len(chosen))
    columns = column[words]
    kept = columns >= 0
    # How many are kept before each entry; at a document's start, that is
    # where it starts among those that are kept.
    before = np.zeros(len(kept) + 1, np.uint32)
    np.cumsum(kept, out=before[1:])
    indptr = before[indptr].astype(np.int64)
    return corpus.matrix(
        counts[kept],
        columns[kept],
        indptr,
        (documents, len(chosen)),
        str(files[0].parent),
    ), [str(stem) for stem in stems[chosen]]


def _documents(path: pathlib.Path, bar: tqdm.tqdm) -> Iterator[list[str]]:
    """Yields the stems of each document; names a line that is out of place."""

    def broken(what):
        return corpus.CorpusError(f"{path}:{line_number}: {what}")

    stems = None  # None: outside a document; a list: after .W.
    expect_words = False
    line_number = 0
    with path.open("rb") as raw:
        lines = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
        position = 0
        try:
            for line_number, line in enumerate(lines, start=1):
                if line_number % 10_000 == 0:
                    bar.update(raw.tell() - position)
                    position = raw.tell()
                try:
                    text = line.decode("ascii").strip()
                except UnicodeDecodeError as error:
                    raise broken("not ASCII") from error
                if text.startswith(".I"):
                    if expect_words or stems is not None:
                        raise broken("a document starts within another")
                    if not text[2:].strip().isdigit():
                        raise broken(f"expected .I and a number, got {text!r}")
                    expect_words = True
                elif text == ".W":
                    if not expect_words:
                        raise broken(".W without .I before it")
                    expect_words, stems = False, []
                elif text and stems is None:
                    raise broken(f"expected .I or .W, got {text[:40]!r}")
                elif text:
                    stems += text.split()
                elif stems is not None:
                    yield stems
                    stems = None
        except (EOFError, gzip.BadGzipFile) as error:
            raise broken(f"broken gzip file: {error}") from error
        if expect_words:
            raise broken("the file ends within a document")
        if stems is not None:
            # The last blank line may be missing.
            yield stems
        bar.update(os.path.getsize(path) - position)
