# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the corpus loaders."""

import pathlib
import pickle

import numpy as np
import pytest
import scipy.sparse
import tensorflow as tf

from experiments import corpora
from tests.experiments import small_corpus


def train_without_empty() -> np.ndarray:
    return small_corpus.counts(d for d in small_corpus.TRAIN if d)


@pytest.mark.parametrize(
    "write", [small_corpus.write_archive, small_corpus.write_originals]
)
def test_both_forms_of_20newsgroups_are_read(tmp_path, write):
    write(tmp_path)
    corpus = corpora.load("20newsgroups", str(tmp_path))
    np.testing.assert_array_equal(corpus.train.toarray(), train_without_empty())
    np.testing.assert_array_equal(
        corpus.test.toarray(),
        small_corpus.counts(d for d in small_corpus.TEST if d),
    )
    assert corpus.vocabulary == small_corpus.WORDS
    assert corpus.notes == {
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
    corpus = corpora.load("wikipedia")
    documents = corpus.train.shape[0], corpus.test.shape[0]
    assert documents == pytest.approx((2988, 332), abs=5)
    assert len(corpus.vocabulary) == corpus.train.shape[1] == 2000
    assert "philosoph" in corpus.vocabulary
    assert "includ" not in corpus.vocabulary
    for counts in (corpus.train, corpus.test):
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        assert lengths.min() >= 1
        # A passage, less its words that are not in the vocabulary.
        assert lengths.max() <= 100
    assert corpus.notes["unseen_test_words_left_out"] > 0


def test_unknown_dataset_lists_the_choices():
    with pytest.raises(
        corpora.CorpusError, match=r"'reuters'; --dataset .*wikipedia, 20news"
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
    with pytest.raises(corpora.CorpusError, match=message):
        corpora.load("20newsgroups", str(tmp_path))


def test_word_number_outside_the_vocabulary_names_file_and_document(tmp_path):
    small_corpus.write_originals(tmp_path)
    documents = np.empty(2, dtype=object)
    documents[:] = [[0], [1, 6]]
    np.save(tmp_path / "test.txt.npy", documents)
    with pytest.raises(
        corpora.CorpusError, match=r"test\.txt\.npy: document 1 .* 6 words"
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
    with pytest.raises(corpora.CorpusError, match="plain data"):
        corpora.load("20newsgroups", str(tmp_path))
    assert not mark.exists()


def test_batches_have_the_rows_in_order():
    dense = train_without_empty()
    # Row 1 is empty here: a batch must not skip it.
    dense[1] = 0
    batches = corpora.DocumentBatches(scipy.sparse.csr_matrix(dense))
    assert batches.shape == dense.shape
    for rows in ([3, 0, 1, 3], [1]):
        batch = batches.batch(np.array(rows))
        assert batch.dtype == tf.float32
        np.testing.assert_array_equal(tf.sparse.to_dense(batch), dense[rows])


def test_batches_of_steps_are_those_of_each_step():
    dense = train_without_empty()
    dense[1] = 0
    batches = corpora.DocumentBatches(scipy.sparse.csr_matrix(dense))
    numbers = np.array([[3, 1, 0], [1, 2, 6], [1, 1, 1]])
    steps = batches.steps(numbers)
    for i, rows in enumerate(numbers):
        entries = slice(steps.row_splits[i], steps.row_splits[i + 1])
        want = batches.batch(rows)
        np.testing.assert_array_equal(steps.cells[entries], want.indices)
        np.testing.assert_array_equal(steps.counts[entries], want.values)
    assert steps.row_splits[-1] == len(steps.cells)
