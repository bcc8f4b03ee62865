# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Gives the data loaders damaged files until they break, or time is over.

    make fuzz                                    # five minutes
    .venv/bin/python -m tests.experiments.fuzz_loaders --hours=8

Each file of each format is made, then cut, spliced and overwritten at places
that Hypothesis chooses; of archives also the single arrays, packed again with
checksums that hold. A loader must return data that are what it promises, or
raise one of the errors that name a file. Everything else is a finding: it is
shrunk, printed and kept in --folder, whose inputs are tried first the next
time. An input that kills the process is there as well, in `running.bin`.
`fuzz_coverage` lets the branches that a loader takes choose the damage.
"""

import dataclasses
import gzip
import io
import pathlib
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping

import hypothesis
import numpy as np
import PIL.Image
import scipy.sparse
from absl import app, flags
from hypothesis import strategies

from experiments.common import errors
from experiments.data import corpora, corpus, images, rcv1_corpus
from tests.experiments import small_corpus

# Of all that is read here no file needs more.
_MEMORY = 1 << 30

_INTERESTING = (
    *(b"\x00" * 4, b"\xff" * 4, b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80"),
    *(b"\xff" * 8, b"\xff" * 7 + b"\x7f", b"9" * 12, b"-1", b"nan", b"\n"),
    *(b"|O", b"<f8", b"<U9", b"R", b"b", b".", b"\x1f\x8b", b"PK\x03\x04"),
)

Files = dict[str, bytes]


def _counts() -> scipy.sparse.csr_matrix:
    return scipy.sparse.csr_matrix(small_corpus.counts(small_corpus.TRAIN))


def _written(write: Callable[[pathlib.Path], object]) -> Files:
    """Returns what a function writes into a folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder)
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def _npz(**arrays) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def _matrix(form: str) -> Files:
    content = io.BytesIO()
    scipy.sparse.save_npz(content, _counts().asformat(form), compressed=False)
    return {
        "train.npz": content.getvalue(),
        "vocabulary.txt": "\n".join(small_corpus.WORDS).encode(),
    }


def _imdb() -> Files:
    counts = _counts()
    return {
        "imdb100k.npz": _npz(
            data=counts.data.astype(np.uint8),
            indices=counts.indices,
            indptr=counts.indptr,
            shape=np.array(counts.shape),
            n_train=np.int32(5),
            vocab=np.array("\n".join(small_corpus.WORDS)),
        )
    }


def _rcv1(packed: bool) -> Files:
    text = b"".join(b".I %d\n.W\noil bank\nshar\n\n" % i for i in range(2))
    end = ".gz" if packed else ""
    return {
        f"lyrl2004_tokens_{part}.dat{end}": gzip.compress(text, mtime=0)
        if packed
        else text
        for part in rcv1_corpus._DOCUMENTS
    }


def _idx(packed: bool) -> Files:
    def file(*shape):
        head = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">u4").tobytes()
        content = head + bytes(range(int(np.prod(shape))))
        return gzip.compress(content, mtime=0) if packed else content

    return {
        name + (".gz" if packed else ""): file(4)
        if "idx1" in name
        else file(4, 3, 3)
        for name in images._IDX_FILES.values()
    }


def _mnist() -> Files:
    pixels = np.arange(36, dtype=np.uint8).reshape(4, 3, 3)
    return {"mnist.npz": _npz(x_train=pixels, x_test=pixels, y_test=np.ones(4))}


def _pictures() -> Files:
    found = {}
    for i, end in enumerate(("png", "bmp", "pgm", "tiff", "jpg")):
        content = io.BytesIO()
        pixels = np.full([6, 5], 40 * i, np.uint8)
        form = {"jpg": "jpeg", "pgm": "ppm"}.get(end, end)
        PIL.Image.fromarray(pixels).save(content, form)
        found[f"{i}.{end}"] = content.getvalue()
    return found


def _check_corpus(loaded: corpus.Corpus) -> None:
    words = loaded.vocabulary
    assert len(set(words)) == len(words)
    assert all(word.strip() for word in words)
    for counts in (loaded.train, loaded.test):
        assert counts.shape[1] == len(words)
        counts.check_format(full_check=True)
        data = counts.data
        assert ((data >= 1) & (data <= 2**24) & (data == np.rint(data))).all()
        assert (np.diff(counts.indptr) > 0).all()
    loaded.sha256()


def _check_images(loaded: images.Images) -> None:
    for pixels in (loaded.train, loaded.test):
        assert pixels.dtype == np.uint8
        assert pixels.ndim == 3
        assert pixels.size
    loaded.sha256()


def _load_corpus(name: str) -> Callable[[pathlib.Path], None]:
    return lambda folder: _check_corpus(corpora.load(name, str(folder)))


def _load_mnist(folder: pathlib.Path) -> None:
    _check_images(images.load("mnist", str(folder)))


def _load_pictures(folder: pathlib.Path) -> None:
    _check_images(images.read(str(folder)))


@dataclasses.dataclass(frozen=True)
class Target:
    """A loader and files that it reads."""

    load: Callable[[pathlib.Path], None]
    make: Callable[[], Files]


TARGETS: Mapping[str, Target] = {
    "news_archive": Target(
        _load_corpus("20newsgroups"),
        lambda: _written(small_corpus.write_archive),
    ),
    "news_originals": Target(
        _load_corpus("20newsgroups"),
        lambda: _written(small_corpus.write_originals),
    ),
    "imdb": Target(_load_corpus("imdb100k"), _imdb),
    "matrix_csr": Target(_load_corpus("matrix"), lambda: _matrix("csr")),
    "matrix_csc": Target(_load_corpus("matrix"), lambda: _matrix("csc")),
    "matrix_coo": Target(_load_corpus("matrix"), lambda: _matrix("coo")),
    "rcv1": Target(_load_corpus("rcv1"), lambda: _rcv1(False)),
    "rcv1_packed": Target(_load_corpus("rcv1"), lambda: _rcv1(True)),
    "text": Target(
        _load_corpus("text"),
        lambda: {
            f"{i}.txt": f"fish {word} bird\n{word}".encode()
            for i, word in enumerate(("cat", "dog", "cat", "dog"))
        },
    ),
    "mnist": Target(_load_mnist, _mnist),
    "idx": Target(_load_mnist, lambda: _idx(False)),
    "idx_packed": Target(_load_mnist, lambda: _idx(True)),
    "pictures": Target(_load_pictures, _pictures),
}


def _mutated(draw, content: bytes) -> bytes:
    """Changes bytes at a few places."""
    for _ in range(draw(strategies.integers(1, 4))):
        start = draw(strategies.integers(0, len(content)))
        length = draw(strategies.integers(0, min(16, len(content) - start)))
        kind = draw(strategies.integers(0, 4))
        end = start + length
        if kind == 0:
            content = content[:start] + content[end:]
        elif kind == 1:
            content = content[:start]
        elif kind == 2:
            new = draw(strategies.binary(min_size=1, max_size=8))
            content = content[:start] + new + content[start + len(new) :]
        elif kind == 3:
            new = draw(strategies.sampled_from(_INTERESTING))
            content = content[:start] + new + content[start + len(new) :]
        else:
            content = content[:end] + content[start:end] + content[end:]
    return content


def members(content: bytes) -> Files:
    """The members of a zip archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Files) -> bytes:
    """A zip archive of members, whose checksums hold."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in files.items():
            archive.writestr(zipfile.ZipInfo(name), member)
    return content.getvalue()


def _repacked(draw, content: bytes) -> bytes:
    """Changes one member of an archive; the checksums hold."""
    files = members(content)
    chosen = draw(strategies.sampled_from(sorted(files)))
    return packed(files | {chosen: _mutated(draw, files[chosen])})


@strategies.composite
def _damaged(draw, files: Files) -> tuple[str, bytes]:
    """Draws the name of a file and its damaged content."""
    name = draw(strategies.sampled_from(sorted(files)))
    content = files[name]
    whole = draw(strategies.booleans())
    if name.endswith(".npz") and not whole:
        return name, _repacked(draw, content)
    if name.endswith(".gz") and not whole:
        content = _mutated(draw, gzip.decompress(content))
        return name, gzip.compress(content, mtime=0)
    return name, _mutated(draw, content)


def expect_small_files() -> None:
    """Makes the RCV1 loader ask for as many documents as its files have."""
    rcv1_corpus._DOCUMENTS = dict.fromkeys(rcv1_corpus._DOCUMENTS, 2)


def try_input(target: Target, files: Files) -> None:
    """Loads files; anything but a promise kept is an AssertionError."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            target.load(folder)
        except errors.UserError as error:
            assert str(folder) in str(error), error
            assert str(error).isprintable(), error
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert 1024 * grown < _MEMORY, f"{grown} KiB more memory"


def campaign(
    name: str, examples: int, seed: int, keep: pathlib.Path | None = None
) -> None:
    """Tries so many damaged files of one target.

    Args:
        name: One of `TARGETS`.
        examples: How many.
        seed: Of Hypothesis.
        keep: Folder for inputs that are found.

    Raises:
        AssertionError: One broke the loader; it is the smallest found.
    """
    target = TARGETS[name]
    files = target.make()

    # Hypothesis tells of the smallest example; all before it are larger.
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(_damaged(files))
    def run(damaged):
        file, content = damaged
        if keep is not None:
            (keep / "running.bin").write_bytes(content)
            (keep / "running.txt").write_text(f"{name} {file}\n")
        try:
            try_input(target, files | {file: content})
        except BaseException:
            if keep is not None:
                (keep / f"{name}+{file}").write_bytes(content)
            raise

    run()


def try_kept(keep: pathlib.Path) -> int:
    """Tries the inputs that earlier campaigns found; returns how many."""
    found = sorted(keep.glob("*+*"))
    for path in found:
        name, _, file = path.name.partition("+")
        target = TARGETS[name]
        try_input(target, target.make() | {file: path.read_bytes()})
    return len(found)


def main(argv: list[str]) -> None:
    """Fuzzes until time is over or something is found."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    expect_small_files()
    keep = pathlib.Path(flags.FLAGS.folder)
    keep.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + 60 * flags.FLAGS.minutes + 3600 * flags.FLAGS.hours
    print(f"{try_kept(keep)} inputs of earlier campaigns are harmless now")
    seed = flags.FLAGS.seed
    tried = dict.fromkeys(TARGETS, 0)
    while time.monotonic() < end:
        for name in TARGETS:
            campaign(name, flags.FLAGS.examples, seed, keep)
            tried[name] += flags.FLAGS.examples
            if time.monotonic() >= end:
                break
        seed += 1
    for name, count in tried.items():
        print(f"{name:16} {count:8} damaged files, no finding")


if __name__ == "__main__":
    flags.DEFINE_float("minutes", 5, "How long.", lower_bound=0)
    flags.DEFINE_float("hours", 0, "How much longer.", lower_bound=0)
    flags.DEFINE_integer("examples", 200, "Files in a row of one loader.")
    flags.DEFINE_integer("seed", int(time.time()), "Seed of Hypothesis.")
    flags.DEFINE_string("folder", "output/fuzz", "Where findings are kept.")
    sys.setrecursionlimit(10_000)
    app.run(main)
