# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the corpus loaders."""

import gzip
import pathlib
import pickle
import re

import numpy as np
import pytest
import scipy.sparse
import tensorflow as tf

from experiments.data import (
    corpora,
    corpus,
    document_batches,
    files,
    rcv1_corpus,
)
from tests.experiments import small_corpus


def train_without_empty() -> np.ndarray:
    return small_corpus.counts(d for d in small_corpus.TRAIN if d)


@pytest.mark.parametrize(
    "write", [small_corpus.write_archive, small_corpus.write_originals]
)
def test_both_forms_of_20newsgroups_are_read(tmp_path, write):
    write(tmp_path)
    loaded = corpora.load("20newsgroups", str(tmp_path))
    np.testing.assert_array_equal(loaded.train.toarray(), train_without_empty())
    np.testing.assert_array_equal(
        loaded.test.toarray(),
        small_corpus.counts(d for d in small_corpus.TEST if d),
    )
    assert loaded.vocabulary == small_corpus.WORDS
    assert loaded.notes == {
        "empty_train_documents_left_out": 1,
        "empty_test_documents_left_out": 1,
        "vocabulary_words_never_in_train": 1,
        "test_words_never_in_train": 2,
        "repeated_train_documents": 1,
        "test_documents_also_in_train": 1,
    }


def test_both_forms_have_one_fingerprint_and_other_data_another(tmp_path):
    folders = [tmp_path / name for name in ("archive", "originals", "other")]
    for folder in folders:
        folder.mkdir()
    small_corpus.write_archive(folders[0])
    small_corpus.write_originals(folders[1])
    small_corpus.write_archive(folders[2], vocab=np.array("a\nb\nc\nd\ne\nf"))
    archive, originals, other = (
        corpora.load("20newsgroups", str(folder)).sha256() for folder in folders
    )
    assert archive == originals
    assert archive != other


def test_wikipedia_needs_no_folder():
    loaded = corpora.load("wikipedia")
    documents = loaded.train.shape[0], loaded.test.shape[0]
    assert documents == pytest.approx((2988, 332), abs=5)
    assert len(loaded.vocabulary) == loaded.train.shape[1] == 2000
    assert "philosoph" in loaded.vocabulary
    assert "includ" not in loaded.vocabulary
    for counts in (loaded.train, loaded.test):
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        assert lengths.min() >= 1
        # A passage, less its words that are not in the vocabulary.
        assert lengths.max() <= 100
    assert loaded.notes["unseen_test_words_left_out"] > 0


def test_unknown_dataset_lists_the_choices():
    with pytest.raises(
        files.DataError, match=r"'reuters'; --dataset .*wikipedia, 20news"
    ):
        corpora.load("reuters")


def test_missing_file_names_path_flag_and_remedy(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        corpora.load("20newsgroups", str(tmp_path))
    message = str(caught.value)
    for part in (
        f"--data_dir={tmp_path}",
        str(tmp_path / "20news_avitm.npz"),
        str(tmp_path / "vocab.pkl"),
        "TF_IMPLICIT_DATA_DIR",
    ):
        assert part in message


def test_missing_folder_names_flag_and_variable():
    with pytest.raises(
        FileNotFoundError, match=r"--data_dir .*TF_IMPLICIT_DATA_DIR"
    ):
        corpora.load("20newsgroups", None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"test_indptr": None}, "test_indptr"),
        ({"vocab": np.array("apple\nboat")}, "6 columns.* 2 words"),
        ({"train_indices": np.full(13, 6)}, "not a sparse matrix"),
        ({"train_data": np.full(13, -1)}, "negative or not finite"),
        ({"train_data": np.full(13, np.nan)}, "negative or not finite"),
        ({"train_data": np.zeros(13)}, "train documents hold no known word"),
    ],
)
def test_broken_archive_is_refused(tmp_path, changes, message):
    small_corpus.write_archive(tmp_path, **changes)
    with pytest.raises(files.DataError, match=message):
        corpora.load("20newsgroups", str(tmp_path))


def test_word_number_outside_the_vocabulary_names_file_and_document(tmp_path):
    small_corpus.write_originals(tmp_path)
    documents = np.empty(2, dtype=object)
    documents[:] = [[0], [1, 6]]
    np.save(tmp_path / "test.txt.npy", documents)
    with pytest.raises(
        files.DataError, match=r"test\.txt\.npy: document 1 .* 6 words"
    ):
        corpora.load("20newsgroups", str(tmp_path))


class _TouchesFile:
    """Unpickling an instance would make a file: code from a data file."""

    def __init__(self, path: pathlib.Path):
        self._path = path

    def __reduce__(self):
        return pathlib.Path.touch, (self._path,)


def test_a_pickle_cannot_run_code(tmp_path):
    small_corpus.write_originals(tmp_path)
    mark = tmp_path / "mark"
    with (tmp_path / "vocab.pkl").open("wb") as file:
        pickle.dump({"word": _TouchesFile(mark)}, file)
    with pytest.raises(files.DataError, match="plain data"):
        corpora.load("20newsgroups", str(tmp_path))
    assert not mark.exists()


def test_batches_have_the_rows_in_order():
    dense = train_without_empty()
    # Row 1 is empty here: a batch must not skip it.
    dense[1] = 0
    batches = document_batches.DocumentBatches(scipy.sparse.csr_matrix(dense))
    assert batches.shape == dense.shape
    for rows in ([3, 0, 1, 3], [1]):
        batch = batches.batch(np.array(rows))
        assert batch.dtype == tf.float32
        np.testing.assert_array_equal(tf.sparse.to_dense(batch), dense[rows])


def test_batches_of_steps_are_those_of_each_step():
    dense = train_without_empty()
    dense[1] = 0
    batches = document_batches.DocumentBatches(scipy.sparse.csr_matrix(dense))
    numbers = np.array([[3, 1, 0], [1, 2, 6], [1, 1, 1]])
    steps = batches.steps(numbers)
    for i, rows in enumerate(numbers):
        entries = slice(steps.row_splits[i], steps.row_splits[i + 1])
        want = batches.batch(rows)
        np.testing.assert_array_equal(steps.cells[entries], want.indices)
        np.testing.assert_array_equal(steps.counts[entries], want.values)
    assert steps.row_splits[-1] == len(steps.cells)


def write_imdb(folder, **changes):
    counts = scipy.sparse.csr_matrix(small_corpus.counts(small_corpus.TRAIN))
    arrays = {
        "data": counts.data.astype(np.uint8),
        "indices": counts.indices.astype(np.int16),
        "indptr": counts.indptr,
        "shape": np.array(counts.shape, np.int32),
        "n_train": np.int32(5),
        "vocab": np.array("\n".join(small_corpus.WORDS)),
    } | changes
    np.savez(
        folder / "imdb100k.npz",
        **{name: value for name, value in arrays.items() if value is not None},
    )


def test_archive_is_split_where_it_says(tmp_path):
    write_imdb(tmp_path)
    loaded = corpora.load("imdb100k", str(tmp_path))
    # The third of the first five documents is empty.
    train = [d for d in small_corpus.TRAIN[:5] if d]
    np.testing.assert_array_equal(
        loaded.train.toarray(), small_corpus.counts(train)
    )
    np.testing.assert_array_equal(
        loaded.test.toarray(), small_corpus.counts(small_corpus.TRAIN[5:])
    )
    assert loaded.vocabulary == small_corpus.WORDS
    assert loaded.notes["empty_train_documents_left_out"] == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_train": None}, "n_train"),
        ({"n_train": np.int32(8)}, "8 of 8 documents are for training"),
        ({"vocab": np.array("apple")}, "6 columns.* 1 words"),
        ({"indices": np.full(12, 6)}, "not a sparse matrix"),
    ],
)
def test_broken_counts_in_one_file_are_refused(tmp_path, changes, message):
    write_imdb(tmp_path, **changes)
    with pytest.raises(files.DataError, match=message):
        corpora.load("imdb100k", str(tmp_path))


def test_file_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "imdb100k.npz").write_bytes(b"PK no archive")
    with pytest.raises(files.DataError, match=r"imdb100k\.npz: not an npz"):
        corpora.load("imdb100k", str(tmp_path))


RCV1_PARTS = ("train", "test_pt0", "test_pt1", "test_pt2", "test_pt3")


@pytest.fixture(name="small_rcv1")
def fixture_small_rcv1(monkeypatch):
    """401 documents: the first, 201st and last are for testing."""
    numbers = {part: 0 for part in RCV1_PARTS}
    for i in range(401):
        numbers[RCV1_PARTS[5 * i // 401]] += 1
    monkeypatch.setattr(rcv1_corpus, "_DOCUMENTS", numbers)


def write_rcv1(folder, packed=(), documents=401):
    texts = dict.fromkeys(RCV1_PARTS, "")
    for i in range(documents):
        part = RCV1_PARTS[5 * i // documents]
        stems = f"oil oil bank{i % 3}\nshar" if i % 200 else "oil neverelse"
        texts[part] += f".I {i + 2286}\n.W\n{stems}\n\n"
    for part, text in texts.items():
        path = folder / f"lyrl2004_tokens_{part}.dat"
        if part in packed:
            path.with_name(path.name + ".gz").write_bytes(
                gzip.compress(text.encode())
            )
        else:
            path.write_text(text)


pytestmark = pytest.mark.usefixtures("small_rcv1")


def test_rcv1_is_counted_and_kept_for_the_next_time(tmp_path):
    write_rcv1(tmp_path, packed=("test_pt0", "test_pt3"))
    first = corpora.load("rcv1", str(tmp_path))
    # In order of names; "neverelse" stands in test documents only.
    assert first.vocabulary == ("bank0", "bank1", "bank2", "oil", "shar")
    assert first.train.shape == (398, 5)
    assert first.test.shape == (3, 5)
    np.testing.assert_array_equal(first.train[0].toarray(), [[0, 1, 0, 2, 1]])
    np.testing.assert_array_equal(first.test.toarray(), [[0, 0, 0, 1, 0]] * 3)
    for part in RCV1_PARTS:
        for path in tmp_path.glob(f"lyrl2004_tokens_{part}.dat*"):
            path.unlink()
    again = corpora.load("rcv1", str(tmp_path))
    assert again.sha256() == first.sha256()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (".I 1\n.W\noil\n.I 2\n", "dat:4: a document starts within another"),
        (".I 1\noil\n", "dat:2: expected .I or .W, got 'oil'"),
        (".I one\n.W\n", "dat:1: expected .I and a number"),
        (".W\noil\n", "dat:1: .W without .I"),
        (".I 1\n", "dat:1: the file ends within a document"),
        (".I 1\n.W\nöl\n\n", "dat:3: not ASCII"),
    ],
)
def test_broken_rcv1_file_is_reported_with_its_line(tmp_path, text, message):
    write_rcv1(tmp_path)
    (tmp_path / "lyrl2004_tokens_test_pt1.dat").write_text(text, "utf-8")
    with pytest.raises(files.DataError, match=f"test_pt1.{re.escape(message)}"):
        corpora.load("rcv1", str(tmp_path))
    assert not (tmp_path / "rcv1_10000.npz").exists()


def test_cut_off_gzip_file_is_reported(tmp_path):
    write_rcv1(tmp_path, packed=("test_pt2",))
    path = tmp_path / "lyrl2004_tokens_test_pt2.dat.gz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(files.DataError, match=r"pt2\.dat\.gz:\d+: broken"):
        corpora.load("rcv1", str(tmp_path))


def test_missing_rcv1_files_are_named(tmp_path):
    write_rcv1(tmp_path)
    (tmp_path / "lyrl2004_tokens_test_pt3.dat").unlink()
    with pytest.raises(FileNotFoundError, match=r"tokens_test_pt3\.dat\[\.gz"):
        corpora.load("rcv1", str(tmp_path))


def test_folder_of_text_files_is_read(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for i in range(20):
        folder = tmp_path / "deep" if i % 2 else tmp_path / "deep" / "er"
        # "the" is in all documents and "word<i>" in one: both are left out.
        animal = ("Cat", "dog", "Emu")[i % 3]
        (folder / f"{i:02}.txt").write_text(
            f"the {animal} {animal.lower()} of word{chr(97 + i)}", "utf-8"
        )
    (tmp_path / "notes.md").write_text("cat")
    loaded = corpora.load("text", str(tmp_path))
    assert loaded.vocabulary == ("cat", "dog", "emu")
    assert (loaded.train.shape, loaded.test.shape) == ((18, 3), (2, 3))
    assert set(loaded.train.data) == {2}
    # "worda" and "wordk" or the like.
    assert loaded.notes["unseen_test_words_left_out"] == 2


def test_folders_named_train_and_test_are_the_splits(tmp_path):
    for split, names in (("train", "abcd"), ("test", "ef")):
        (tmp_path / split).mkdir()
        for i, name in enumerate(names):
            (tmp_path / split / f"{name}.txt").write_text(
                "fish" if i % 2 else "bird"
            )
    loaded = corpora.load("text", str(tmp_path))
    assert loaded.vocabulary == ("bird", "fish")
    assert (loaded.train.shape[0], loaded.test.shape[0]) == (4, 2)


def test_text_that_is_not_utf8_names_file_and_line(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text("fish\nbird")
    (tmp_path / "b.txt").write_bytes(b"fish\nbird\n\xff\n")
    with pytest.raises(files.DataError, match=r"b\.txt:3: not UTF-8"):
        corpora.load("text", str(tmp_path))


@pytest.mark.parametrize("with_test", [False, True])
def test_matrix_with_vocabulary_is_read(tmp_path, with_test):
    rng = np.random.default_rng(0)
    train = scipy.sparse.csc_matrix(rng.integers(1, 9, [30, 3]))
    scipy.sparse.save_npz(tmp_path / "train.npz", train)
    (tmp_path / "vocabulary.txt").write_text("ein\nzwei\nfünf\n", "utf-8")
    if with_test:
        scipy.sparse.save_npz(tmp_path / "test.npz", train[:7].tocoo())
    loaded = corpora.load("matrix", str(tmp_path))
    assert loaded.vocabulary == ("ein", "zwei", "fünf")
    documents = loaded.train.shape[0], loaded.test.shape[0]
    assert documents == ((30, 7) if with_test else (27, 3))
    np.testing.assert_array_equal(loaded.test[0].toarray(), train[0].toarray())


def test_matrix_that_does_not_fit_its_vocabulary_is_refused(tmp_path):
    scipy.sparse.save_npz(tmp_path / "train.npz", scipy.sparse.eye(4).tocsr())
    (tmp_path / "vocabulary.txt").write_text("one\ntwo\n")
    with pytest.raises(files.DataError, match=r"4 columns.* 2 lines"):
        corpora.load("matrix", str(tmp_path))
    (tmp_path / "train.npz").write_bytes(b"nothing")
    with pytest.raises(files.DataError, match=r"train\.npz: not an npz"):
        corpora.load("matrix", str(tmp_path))


@pytest.mark.parametrize("name", ["imdb100k", "rcv1", "text", "matrix"])
def test_every_corpus_says_which_folder_it_needs(name, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"--data_dir"):
        corpora.load(name, None)
    with pytest.raises(FileNotFoundError, match=r"--data_dir"):
        corpora.load(name, str(tmp_path / "nowhere"))


def test_nothing_is_made_dense():
    # Dense, this would be 200 gigabytes.
    documents, words = 50_000, 1_000_000
    rng = np.random.default_rng(0)
    matrix = scipy.sparse.csr_matrix(
        (
            np.ones(2 * documents, np.float32),
            np.sort(rng.integers(words, size=[documents, 2])).ravel(),
            np.arange(0, 2 * documents + 1, 2),
        ),
        shape=(documents, words),
    )
    batches = document_batches.DocumentBatches(matrix)
    numbers = rng.integers(documents, size=[100, 32])
    steps = batches.steps(numbers)
    assert steps.row_splits[-1] == len(steps.counts) <= 2 * numbers.size
    loaded = corpus.clean(
        matrix[1000:], matrix[:1000], [str(i) for i in range(words)], {}, "x"
    )
    assert loaded.train.nnz + loaded.test.nnz == matrix.nnz
