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

Each file must hold as many documents as its authors wrote: one that was cut
short is refused.

Reading the files takes minutes, so the counts are kept beside them in
`rcv1_10000.npz` (see `archive_corpus`), and read from there the next time. The
cache knows the sizes and SHA-256 of the files that it was made from. Where a
file is another one now, it is made again; where the files are gone, it is
believed if it has all 804,414 documents.
"""

import array
import collections
import functools
import gzip
import hashlib
import json
import os
import pathlib
import zlib
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import scipy.sparse
import tqdm

from experiments.common import errors
from experiments.data import archive_corpus, corpus, files
from experiments.data.files import DataError

__all__ = ["load"]

# Documents in each file (Lewis et al. 2004).
_DOCUMENTS = {
    "train": 23_149,
    "test_pt0": 199_328,
    "test_pt1": 199_339,
    "test_pt2": 199_576,
    "test_pt3": 183_022,
}
_VOCABULARY = 10_000
_TEST_EVERY = 200

# The longest line and the most stems of a document that are taken for data.
_LINE = 1 << 20
_STEMS = 1 << 16


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
    if not _is_valid(cache, folder):
        _build(_files(folder), cache)
    train, test, vocabulary = archive_corpus.read(cache)
    documents, known = train.shape[0] + test.shape[0], sum(_DOCUMENTS.values())
    if documents != known:
        raise DataError(
            f"{cache} holds {documents} documents, RCV1 has {known}: delete "
            f"it, and point --data_dir at a folder with the token files"
        )
    return corpus.clean(train, test, vocabulary, {}, str(cache))


def _is_valid(cache: pathlib.Path, folder: pathlib.Path) -> bool:
    """Whether the cache is there and was made from the files that are there."""
    if not cache.is_file():
        return False
    there = _present(folder)
    if len(there) < len(_DOCUMENTS):
        # Without its sources it can be read, but not made again.
        return True
    try:
        stored = json.loads(archive_corpus.read_sources(cache) or "{}")
        made_from = {name: tuple(entry) for name, entry in stored.items()}
    except (DataError, ValueError, TypeError, AttributeError) as error:
        print(f"{cache} cannot be read and is made again: {error}", flush=True)
        return False
    for path in there.values():
        size, written, digest = made_from.get(path.name, (None, None, None))
        found = path.stat()
        same = size == found.st_size and (
            written == found.st_mtime_ns or digest == _sha256(path)
        )
        if not same:
            print(
                f"{cache} was not made from this {path.name}: it is made again",
                flush=True,
            )
            return False
    return True


def _build(paths: Mapping[str, pathlib.Path], cache: pathlib.Path) -> None:
    """Counts the files' stems and writes the result."""
    sources = {
        path.name: (
            path.stat().st_size,
            path.stat().st_mtime_ns,
            _sha256(path),
        )
        for path in paths.values()
    }
    counts, vocabulary = _count(paths)
    test = np.arange(counts.shape[0]) % _TEST_EVERY == 0
    order = np.concatenate([np.flatnonzero(~test), np.flatnonzero(test)])
    archive_corpus.write(
        cache,
        counts[order],
        int((~test).sum()),
        vocabulary,
        json.dumps(sources),
    )


def _sha256(path: pathlib.Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def _present(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """Returns the token files that are there, compressed or not, by part."""
    found = {}
    for part in _DOCUMENTS:
        plain = folder / f"lyrl2004_tokens_{part}.dat"
        for path in (plain, plain.with_name(plain.name + ".gz")):
            if path.is_file():
                found.setdefault(part, path)
    return found


def _files(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """Returns all token files by part."""
    found = _present(folder)
    missing = [
        f"{folder / f'lyrl2004_tokens_{part}.dat'}[.gz]"
        for part in _DOCUMENTS
        if part not in found
    ]
    if missing:
        raise errors.MissingFileError(
            f"no RCV1 corpus in --data_dir={folder}: these of its files are "
            f"missing: {', '.join(missing)}. Point --data_dir (or "
            "TF_IMPLICIT_DATA_DIR) at a folder that holds them"
        )
    return found


def _count(
    paths: Mapping[str, pathlib.Path],
) -> tuple[scipy.sparse.csr_matrix, Sequence[str]]:
    """Returns the counts of the most frequent stems of training documents."""
    number: dict[str, int] = {}
    # 32 and 16 bits an entry: the whole corpus has 60 million of them.
    words, counts = array.array("I"), array.array("H")
    ends = array.array("Q", [0])
    folder = str(next(iter(paths.values())).parent)
    size = sum(path.stat().st_size for path in paths.values())
    with tqdm.tqdm(
        total=size, unit="B", unit_scale=True, desc="reading RCV1"
    ) as bar:
        for part, path in paths.items():
            documents = 0
            for stems in _documents(path, bar):
                documents += 1
                if documents > _DOCUMENTS[part]:
                    break
                for stem, count in collections.Counter(stems).items():
                    words.append(number.setdefault(stem, len(number)))
                    counts.append(count)
                ends.append(len(words))
            if documents != _DOCUMENTS[part]:
                more = documents > _DOCUMENTS[part]
                raise DataError(
                    f"{path} holds {'more than ' if more else ''}"
                    f"{min(documents, _DOCUMENTS[part])} documents, but that "
                    f"file of RCV1 has {_DOCUMENTS[part]}: it was cut short "
                    "or is another one; fetch it again"
                )
    if not words:
        raise DataError(f"{folder}: RCV1 files without stems")
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
        folder,
    ), [str(stem) for stem in stems[chosen]]


def _documents(path: pathlib.Path, bar: tqdm.tqdm) -> Iterator[list[str]]:
    """Yields the stems of each document; names a line that is out of place."""

    def broken(what):
        return DataError(f"{path}:{line_number}: {what}. Fetch it again")

    stems = None  # None: outside a document; a list: after .W.
    expect_words = False
    line_number = 0
    with path.open("rb") as raw, files.reading(path, "a token file"):
        lines = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
        position = 0
        try:
            for line in iter(functools.partial(lines.readline, _LINE), b""):
                line_number += 1
                if len(line) == _LINE:
                    raise broken(f"a line of {_LINE} bytes or more")
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
                    # Their counts have 16 bits each.
                    if len(stems) >= _STEMS:
                        raise broken(f"a document of {_STEMS} stems or more")
                elif stems is not None:
                    yield stems
                    stems = None
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise broken(f"broken gzip file: {error}") from error
        if expect_words:
            raise broken("the file ends within a document")
        if stems is not None:
            # The last blank line may be missing.
            yield stems
        bar.update(os.path.getsize(path) - position)
