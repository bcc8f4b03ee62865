# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Files that are damaged, cut, crafted or huge: refused, never believed.

Each error is a `DataError` (a sentence that names the file) and comes before
memory is taken. `fuzz_test.py` looks for more of them at random.
"""

import gzip
import io
import json
import os
import pathlib
import pickle
import struct
import zipfile
import zlib

import numpy as np
import pytest
import scipy.sparse

from experiments.common import errors
from experiments.data import (
    archive_corpus,
    corpora,
    corpus,
    files,
    images,
    plain_pickle,
    rcv1_corpus,
)
from tests.experiments import small_corpus

COUNTS = scipy.sparse.csr_matrix(small_corpus.counts(small_corpus.TRAIN))


def write_matrix(folder, form="csr", **changes):
    matrix = COUNTS.asformat(form)
    names = {
        "coo": ("data", "row", "col"),
        "csr": ("data", "indices", "indptr"),
        "csc": ("data", "indices", "indptr"),
    }[form]
    arrays = {name: getattr(matrix, name) for name in names}
    arrays |= {"shape": np.array(matrix.shape), "format": form.encode()}
    np.savez(folder / "train.npz", **arrays | changes)
    text = "\n".join(small_corpus.WORDS)
    (folder / "vocabulary.txt").write_text(text)


def refuse(folder, dataset, message):
    with pytest.raises(files.DataError, match=message) as caught:
        corpora.load(dataset, str(folder))
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("form", ["csr", "csc", "coo"])
def test_every_form_of_a_sparse_matrix_is_read(tmp_path, form):
    write_matrix(tmp_path, form)
    loaded = corpora.load("matrix", str(tmp_path))
    used = COUNTS.toarray()[1:]
    used = used[used.sum(axis=1) > 0]
    np.testing.assert_array_equal(loaded.train.toarray(), used)


@pytest.mark.parametrize("form", ["csr", "csc"])
@pytest.mark.parametrize("index", [-1, 8, 10**6, 2**31 - 1])
def test_indices_out_of_range_do_not_reach_scipy(tmp_path, form, index):
    # SciPy writes where they point: a crash, or a damaged heap.
    indices = COUNTS.asformat(form).indices.copy()
    indices[3] = index
    write_matrix(tmp_path, form, indices=indices)
    refuse(tmp_path, "matrix", f"word number {index} in document")


@pytest.mark.parametrize("part", ["row", "col"])
@pytest.mark.parametrize("index", [-1, 10**6])
def test_coordinates_out_of_range_are_refused(tmp_path, part, index):
    values = getattr(COUNTS.tocoo(), part).copy()
    values[3] = index
    write_matrix(tmp_path, "coo", **{part: values})
    refuse(tmp_path, "matrix", "not a sparse matrix")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data": np.full(13, 0.5)}, r"not a whole number: word number \d+ in"),
        ({"data": np.full(13, 1e30)}, "above 16777216"),
        ({"data": np.full(13, 2**24 + 1)}, "above 16777216"),
        ({"data": np.full(13, np.inf)}, "negative or not finite"),
        ({"data": np.full(13, 1j)}, "data must be a list of numbers"),
        ({"data": np.full(13, "1")}, "data must be a list of numbers"),
        ({"indices": np.full(13, 1.0)}, "indices must be a list of integers"),
        ({"indptr": np.arange(9.0)}, "indptr must be a list of integers"),
        ({"indptr": np.arange(9)[::-1]}, "starts from 0"),
        (
            {"indptr": np.array([0, 2, 1, 4, 4, 6, 8, 10, 13])},
            "document 1 ends before it starts",
        ),
        ({"indptr": np.full(9, 2**64 - 1, np.uint64)}, "starts from 0"),
        ({"shape": np.array([8, 6, 1])}, "has no columns"),
        ({"shape": np.array([-1, 6])}, "not a sparse matrix"),
        ({"shape": np.array([2**40, 6])}, "not a sparse matrix"),
        ({"shape": np.array([8.0, 6.0])}, "must be two integers"),
        ({"format": b"dia"}, r"format 'dia'.*\.tocsr\(\)"),
        ({"format": np.array([1, 2])}, "format None"),
    ],
)
def test_matrices_that_are_no_counts_are_refused(tmp_path, changes, message):
    write_matrix(tmp_path, "csr", **changes)
    refuse(tmp_path, "matrix", message)


@pytest.mark.parametrize("form", ["csc", "coo"])
def test_number_of_documents_is_bounded_before_memory_is_taken(tmp_path, form):
    changes = {"shape": np.array([2**31 - 1, 6])}
    write_matrix(tmp_path, form, **changes)
    refuse(tmp_path, "matrix", "starts of 2147483647 documents")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("apple\n\ncloud\ndune\nelm\nfox", "word 1 of the vocabulary is empty"),
        ("apple\nfox\ncloud\ndune\nelm\nfox", "word 5 .* is word 1 again"),
        ("apple\n \ncloud\ndune\nelm\nfox", "word 1 .* is empty"),
    ],
)
def test_empty_and_repeated_words_are_refused(tmp_path, words, message):
    write_matrix(tmp_path)
    (tmp_path / "vocabulary.txt").write_text(words)
    refuse(tmp_path, "matrix", message)
    small_corpus.write_archive(tmp_path, vocab=np.array(words))
    refuse(tmp_path, "20newsgroups", message)


def test_a_folder_named_as_a_text_is_no_text(tmp_path):
    (tmp_path / "x.txt").mkdir()
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text("fish bird")
    (tmp_path / "b.txt").write_text("fish whale")
    # "fish" is in all of them, "bird" in one of two: too few words are left.
    refuse(tmp_path, "text", "hold no known word")


def with_other_first_element(whole: bytes) -> bytes:
    """Changes the first byte behind the first array's header of 128 bytes."""
    place = whole.index(b"\x93NUMPY") + 128
    other = bytes([whole[place] ^ 255])
    return whole[:place] + other + whole[place + 1 :]


# What happens to archives: the loader's dataset, its file, how it is written.
ARCHIVES = {
    "20newsgroups": ("20news_avitm.npz", small_corpus.write_archive),
    "matrix": ("train.npz", write_matrix),
}


@pytest.mark.parametrize("dataset", ARCHIVES)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"<!DOCTYPE html><html>404</html>",
        b"\x93NUMPY\x01\x00v\x00",
        lambda whole: whole[:-30],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole.replace(b"NUMPY", b"NUMPX", 1),
        lambda whole: with_other_first_element(whole),
    ],
)
def test_files_that_are_no_archives_are_named(tmp_path, dataset, content):
    name, write = ARCHIVES[dataset]
    write(tmp_path)
    path = tmp_path / name
    path.write_bytes(
        content(path.read_bytes()) if callable(content) else content
    )
    refuse(tmp_path, dataset, f"{name}: not an npz file: .*again")


def npz_with(path: pathlib.Path, name: str, member: bytes, packed=True) -> None:
    """Replaces an array of an npz file by any bytes."""
    with np.load(path) as there:
        arrays = dict(there)
    with zipfile.ZipFile(
        path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    ) as archive:
        for other, array in arrays.items():
            content = io.BytesIO()
            np.save(content, array)
            archive.writestr(
                f"{other}.npy", member if other == name else content.getvalue()
            )


def npy_header(shape: str, dtype: str = "'<f8'") -> bytes:
    text = f"{{'descr': {dtype}, 'fortran_order': False, 'shape': {shape}}}"
    text = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


@pytest.mark.parametrize(
    ("member", "message"),
    [
        (npy_header("(1000000000000,)"), "needs 8000000000000 bytes, but 0"),
        (npy_header("(9999999999999999999999,)"), "needs"),
        (npy_header("(-3,)"), "needs -24 bytes"),
        (npy_header("(3,)") + b"12345678", "needs 24 bytes, but 8 are there"),
        (npy_header("(1,)") + b"1234567890", "needs 8 bytes, but 10 are there"),
        (npy_header("(1,)", "'|O'") + pickle.dumps([1]), "Python objects"),
        (npy_header("(1,)", "[('a', '<f8')]") + b"12345678", "list of numbers"),
        (npy_header("(0,)", "'<U0'"), "list of numbers"),
        (npy_header("__import__('os')"), "not an npz file"),
        (b"\x93NUMPY\x09\x00v\x00{}", "unknown npy version"),
        (b"\x93NUMPY\x01\x00\xff\xff{", "not an npz file"),
        (b"", "not an npz file"),
    ],
)
def test_arrays_are_measured_before_memory_is_taken(tmp_path, member, message):
    write_matrix(tmp_path)
    npz_with(tmp_path / "train.npz", "data", member)
    refuse(tmp_path, "matrix", message)


def test_a_bomb_is_not_unpacked(tmp_path):
    write_matrix(tmp_path)
    size = 10**8
    member = npy_header(f"({size},)", "'|u1'") + bytes(size)
    npz_with(tmp_path / "train.npz", "data", member)
    # A thousandth of the array.
    assert (tmp_path / "train.npz").stat().st_size < size / 500
    refuse(tmp_path, "matrix", "array data: 100000128 bytes are packed into")


def test_more_than_half_of_the_memory_is_not_taken(tmp_path, monkeypatch):
    write_matrix(tmp_path)
    monkeypatch.setattr(files, "budget", lambda: 100)
    refuse(tmp_path, "matrix", "more than half of this machine's memory")


def test_a_lie_about_the_size_is_found(tmp_path):
    write_matrix(tmp_path)
    path = tmp_path / "train.npz"
    content = bytearray(path.read_bytes())
    # The sizes of the first array, in its own header and in the directory.
    with zipfile.ZipFile(path) as archive:
        start = archive.start_dir
    content[start + 24 : start + 28] = struct.pack("<I", 2**31)
    path.write_bytes(content)
    refuse(tmp_path, "matrix", r"train\.npz")


def object_array(documents) -> bytes:
    array = np.empty(len(documents), dtype=object)
    for i, document in enumerate(documents):
        array[i] = document
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


@pytest.mark.parametrize(
    "convert",
    [
        list,
        lambda d: np.array(d, np.int64),
        lambda d: np.array(d, ">i4"),
        lambda d: np.array(d, np.uint8),
        lambda d: np.array(d, np.float64),
        lambda d: [np.int64(n) for n in d],
    ],
)
def test_lists_and_arrays_of_the_authors_are_read(tmp_path, convert):
    small_corpus.write_originals(tmp_path)
    for split, documents in (
        ("train", small_corpus.TRAIN),
        ("test", small_corpus.TEST),
    ):
        content = object_array([convert(d) for d in documents])
        (tmp_path / f"{split}.txt.npy").write_bytes(content)
    loaded = corpora.load("20newsgroups", str(tmp_path))
    np.testing.assert_array_equal(
        loaded.train.toarray(),
        small_corpus.counts(d for d in small_corpus.TRAIN if d),
    )


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL))
def test_dicts_of_every_protocol_are_read(tmp_path, protocol):
    value = {"a": 1, "ü": -2, "long": 2**70, "b": [True, None, 1.5, (1, 2)]}
    path = tmp_path / "x.pkl"
    content = io.BytesIO(pickle.dumps(value, protocol))
    assert plain_pickle.load(content, path) == value


# Instructions for an array of objects whose 8 bytes are taken for a pointer:
# NumPy's own unpickling reads the address that the file chooses.
POINTER = (
    b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntc_codecs\n"
    b"encode\n(Vb\nVlatin1\ntRtR(I1\n(I1\ntcnumpy\ndtype\n(S'O8'\nI0\nI1\ntR"
    b"(I3\nS'|'\nNNNI-1\nI-1\nI0\ntbI00\nc_codecs\nencode\n"
    b"(VAAAAAAAA\nVlatin1\ntRtb."
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (POINTER, "objects where numbers should be"),
        (b"cos\nsystem\n(S'true'\ntR.", r"os\.system, where only plain data"),
        (b"cnumpy\nload\n(S'x'\ntR.", r"numpy\.load, where only plain data"),
        (b"cnumpy\nndarray\n.", "instead of data"),
        (b"I1\n(tR.", "no function"),
        (b"]I1\nb.", "list as a container"),
        (b"I1\nI2\n.", "byte"),
        (b".", "byte"),
        (b"(t(t.", "byte"),
        (b"t.", "byte"),
        (b"h\x05.", "byte"),
        (b"", "pickle"),
        (b"]", "pickle"),
        (b"}](K\x01K\x02es.", "byte"),
        (b"\x8e" + b"\xff" * 7 + b"\x7f" + b".", "pickle"),
        (b"P1\n.", "PERSID"),
        (b"c__builtin__\neval\n(S'1'\ntR.", "eval, where only plain data"),
        (b"cnumpy\ndtype\n(S'U9999999'\ntR.", "an array of 'U9999999'"),
    ],
)
def test_pickles_of_anything_else_are_refused(tmp_path, content, message):
    path = tmp_path / "train.txt.npy"
    with pytest.raises(files.DataError, match=message) as caught:
        plain_pickle.load(io.BytesIO(content), path)
    assert str(path) in str(caught.value)


def test_crafted_pickle_in_the_authors_file_is_refused(tmp_path):
    small_corpus.write_originals(tmp_path)
    header = npy_header("(1,)", "'|O'")
    (tmp_path / "train.txt.npy").write_bytes(header + POINTER)
    refuse(tmp_path, "20newsgroups", r"train\.txt\.npy: not a pickle of plain")


# What clears a screen, what turns the rest of a line around, another line.
@pytest.mark.parametrize("name", ["\n\x1b[2J", "\u202eab", "\x9bnnn"])
def test_errors_do_not_command_the_terminal(tmp_path, name):
    small_corpus.write_originals(tmp_path)
    path = tmp_path / "test.txt.npy"
    # The module of a global of the pickle: found by fuzz_loaders.
    named = path.read_bytes().replace(b"numpy", name.encode()[:5])
    path.write_bytes(named)
    with pytest.raises(files.DataError, match="where only plain data") as found:
        corpora.load("20newsgroups", str(tmp_path))
    assert str(found.value).isprintable()


@pytest.mark.parametrize("name", ["\n\x1b[2J", "a" * 50_000])
def test_names_of_arrays_in_errors_are_short_and_printable(tmp_path, name):
    path = tmp_path / "imdb100k.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.npy", npy_header("(1,)") + bytes(8))
    with pytest.raises(files.DataError, match="array missing") as found:
        corpora.load("imdb100k", str(tmp_path))
    assert str(found.value).isprintable()
    assert len(str(found.value)) < 1000


def test_messages_are_cut_in_the_middle():
    message = str(files.DataError("a" * 10**6 + "b" * 100))
    assert len(message) <= 5005
    assert message.startswith("aaa") and message.endswith("b" * 100)


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [
        ([1, 2], "must be a dict"),
        ({"apple": 0.0}, "must be a dict"),
        ({1: 0}, "must be a dict"),
        ({"apple": 1}, "are not 0 to 0"),
    ],
)
def test_other_pickles_are_no_vocabulary(tmp_path, vocabulary, message):
    small_corpus.write_originals(tmp_path)
    (tmp_path / "vocab.pkl").write_bytes(pickle.dumps(vocabulary))
    refuse(tmp_path, "20newsgroups", message)


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([[0], "text"], "document 1 must be a list"),
        ([[0], [[1, 2], [3, 4]]], "document 1 must be a list"),
        ([[0], [0.5]], "document 1 has word numbers that are not whole"),
        ([[0], [float("nan")]], "document 1 has word numbers"),
        ([[0], ["a"]], "document 1 must be a list"),
        ([[0], [2**70]], "document 1"),
        ([[0], 3], "document 1 must be a list"),
        ([[0], [-1]], "document 1 has the word numbers -1"),
    ],
)
def test_documents_that_are_no_lists_of_words_are_refused(
    tmp_path, documents, message
):
    small_corpus.write_originals(tmp_path)
    (tmp_path / "test.txt.npy").write_bytes(object_array(documents))
    refuse(tmp_path, "20newsgroups", message)


def write_idx(folder, name, content):
    head = bytes([0, 0, 8, 1]) + struct.pack(">I", 2) + bytes(2)
    pictures = bytes([0, 0, 8, 3]) + struct.pack(">3I", 2, 3, 3) + bytes(18)
    for other in images._IDX_FILES.values():
        path = folder / other
        path.write_bytes(head if "idx1" in other else pictures)
    (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        # The product of the sizes is 0 in 32 bits, and in 64.
        bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**16, 2**16, 1),
        bytes([0, 0, 8, 4]) + struct.pack(">4I", *[2**16] * 4),
        bytes([0, 0, 8, 3]) + struct.pack(">3I", *[2**32 - 1] * 3),
        bytes([0, 0, 8, 255]) + struct.pack(">255I", *[2**32 - 1] * 255),
    ],
)
def test_sizes_of_idx_files_do_not_wrap(tmp_path, content):
    name = "train-images-idx3-ubyte"
    write_idx(tmp_path, name, content)
    with pytest.raises(files.DataError, match=f"{name}: .* bytes are"):
        images.load("mnist", str(tmp_path))


def test_idx_labels_without_a_dimension_are_refused(tmp_path):
    write_idx(
        tmp_path, "t10k-labels-idx1-ubyte", bytes([0, 0, 8, 0]) + bytes([6])
    )
    with pytest.raises(files.DataError, match=r"labels of 2 .* got uint8 \[\]"):
        images.load("mnist", str(tmp_path))


def test_broken_and_oversized_gzip_is_refused(tmp_path):
    name = "train-images-idx3-ubyte"
    write_idx(tmp_path, name, b"")
    (tmp_path / name).unlink()
    packed = tmp_path / f"{name}.gz"
    size = 10**8
    head = bytes([0, 0, 8, 3]) + struct.pack(">3I", size, 1, 1)
    whole = gzip.compress(head + bytes(size))
    for content in (
        whole,
        whole[:-20],
        b"\x1f\x8b" + os.urandom(40),
        whole[:10] + bytes(20),
        zlib.compress(b"x"),
    ):
        packed.write_bytes(content)
        with pytest.raises(files.DataError, match=f"{name}.gz"):
            images.load("mnist", str(tmp_path))


def test_a_picture_is_measured_before_it_is_decoded(tmp_path):
    # 20,000 x 20,000 black pixels in a few kilobytes.
    row = b"\x00" * 20_001

    def chunk(kind, body):
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(20_000))
    body += packer.flush()
    (tmp_path / "a.png").write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">2I5B", 20_000, 20_000, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", body)
        + chunk(b"IEND", b"")
    )
    with pytest.raises(files.DataError, match=r"a\.png"):
        images.read(str(tmp_path))


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"P5\n3 3\n"])
def test_broken_pictures_are_named(tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(files.DataError, match=r"a\.png: not a picture"):
        images.read(str(tmp_path))


PARTS = ("train", "test_pt0", "test_pt1", "test_pt2", "test_pt3")


@pytest.fixture(name="rcv1")
def fixture_rcv1(tmp_path, monkeypatch) -> pathlib.Path:
    """Two documents a file, 1 of 10 for testing."""
    monkeypatch.setattr(rcv1_corpus, "_DOCUMENTS", dict.fromkeys(PARTS, 2))
    for part in PARTS:
        write_tokens(tmp_path, part)
    return tmp_path


def write_tokens(folder, part, documents=2, stem="oil") -> pathlib.Path:
    path = folder / f"lyrl2004_tokens_{part}.dat"
    path.write_text(
        "".join(f".I {i}\n.W\n{stem} bank\n\n" for i in range(documents))
    )
    return path


@pytest.mark.parametrize("documents", [0, 1, 3])
def test_a_cut_or_other_rcv1_file_is_named(rcv1, documents):
    write_tokens(rcv1, "test_pt2", documents)
    refuse(rcv1, "rcv1", r"tokens_test_pt2\.dat holds .*fetch it again")
    assert not (rcv1 / "rcv1_10000.npz").exists()


def test_the_cache_follows_its_sources(rcv1, capsys):
    whole = corpora.load("rcv1", str(rcv1))
    capsys.readouterr()
    assert corpora.load("rcv1", str(rcv1)).sha256() == whole.sha256()
    assert not capsys.readouterr().out
    # Another file of the same length.
    path = write_tokens(rcv1, "test_pt1", stem="tin")
    os.utime(path, ns=(1, 1))
    other = corpora.load("rcv1", str(rcv1))
    assert "not made from this lyrl2004_tokens_test_pt1" in (
        capsys.readouterr().out
    )
    assert "tin" in other.vocabulary
    write_tokens(rcv1, "test_pt1")
    assert corpora.load("rcv1", str(rcv1)).sha256() == whole.sha256()


def test_a_touched_source_is_the_same_by_its_hash(rcv1, capsys):
    corpora.load("rcv1", str(rcv1))
    capsys.readouterr()
    os.utime(rcv1 / "lyrl2004_tokens_train.dat", ns=(1, 1))
    corpora.load("rcv1", str(rcv1))
    assert not capsys.readouterr().out


def test_a_cache_of_unknown_or_cut_sources_is_made_again(rcv1):
    whole = corpora.load("rcv1", str(rcv1))
    cache = rcv1 / "rcv1_10000.npz"
    counts = scipy.sparse.csr_matrix(np.ones([10, 1]))
    for sources in ("", "[]", "{", json.dumps({"other": [1, 2, "x"]})):
        archive_corpus.write(cache, counts, 5, ["one"], sources)
        assert corpora.load("rcv1", str(rcv1)).sha256() == whole.sha256()
    cache.write_bytes(cache.read_bytes()[:-40])
    assert corpora.load("rcv1", str(rcv1)).sha256() == whole.sha256()


def test_a_cache_without_its_sources_must_have_all_documents(rcv1):
    counts = scipy.sparse.csr_matrix(np.ones([9, 1]))
    archive_corpus.write(rcv1 / "rcv1_10000.npz", counts, 5, ["one"], "")
    (rcv1 / "lyrl2004_tokens_train.dat").unlink()
    refuse(rcv1, "rcv1", "holds 9 documents, RCV1 has 10")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (".I 1\n.W\n" + "oil " * 70_000 + "\n\n", "stems or more"),
        (".I 1\n.W\n" + "o" * 2**21 + "\n\n", "a line of 1048576 bytes"),
    ],
)
def test_endless_rcv1_documents_are_refused(rcv1, text, message):
    (rcv1 / "lyrl2004_tokens_train.dat").write_text(text)
    refuse(rcv1, "rcv1", message)


def test_broken_deflate_stream_of_rcv1_is_named(rcv1):
    path = rcv1 / "lyrl2004_tokens_train.dat"
    packed = bytearray(gzip.compress(path.read_bytes()))
    path.unlink()
    # A block of the type that there is not.
    packed[10] = 0xFF
    path.with_name(path.name + ".gz").write_bytes(packed)
    refuse(rcv1, "rcv1", r"train\.dat\.gz:\d+: broken gzip file")


def test_cache_that_cannot_be_written_is_an_error_with_its_path(
    rcv1, monkeypatch
):
    def savez(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", savez)
    with pytest.raises(errors.OutputError, match=r"rcv1_10000\.npz cannot be"):
        corpora.load("rcv1", str(rcv1))


def test_every_count_up_to_the_bound_is_exact():
    counts = corpus.matrix([2**24], [0], [0, 1], (1, 1), "x")
    assert counts.data[0] == 2**24
