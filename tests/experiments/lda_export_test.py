# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of exported topic models and of predictions by them."""

import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from experiments import lda_predict
from experiments.topic_models import export, lda, ln_lda

WORDS = ("apple", "boat", "cloud", "dune", "elm", "fox")


def make(model_class, **more):
    model = model_class(
        num_words=len(WORDS),
        num_topics=3,
        hidden_units=(4,),
        initial_prior=0.7,
        seed=tf.constant([0, 1]),
        **more,
    )
    model.topic_logits.assign(5 * np.eye(3, 6))
    return model


@pytest.mark.parametrize("kind", ["lda", "ln_lda"])
def test_exported_model_predicts_as_the_model(tmp_path, kind):
    if kind == "lda":
        model = make(
            lda.LatentDirichletAllocation,
            estimator=tfi.estimators.implicit(),
        )
    else:
        model = make(ln_lda.LogisticNormalLda)
    export.export(model, WORDS, tmp_path / "model")
    predictor = export.load(tmp_path / "model")
    assert predictor.vocabulary == WORDS
    # "zebra" is unknown; the last document has no known word.
    proportions = predictor([["fox", "fox", "elm", "zebra"], ["boat"], []])
    counts = np.zeros([3, 6], np.float32)
    counts[0, 5], counts[0, 4], counts[1, 1] = 2, 1, 1
    np.testing.assert_allclose(
        proportions,
        model.mean_proportions(tf.sparse.from_dense(counts)),
        rtol=1e-6,
    )
    np.testing.assert_allclose(proportions.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(
        predictor.saved.prior_concentration(), 0.7, rtol=1e-6
    )


def test_report_names_words_and_topics(tmp_path):
    model = make(
        lda.LatentDirichletAllocation,
        estimator=tfi.estimators.implicit(),
    )
    export.export(model, WORDS, tmp_path)
    report = lda_predict.predict(
        tmp_path, {"a": "An apple, a BOAT.", "b": "zebra"}, top=2
    ).splitlines()
    # "An" and "a" are too short to be words.
    assert report[0] == "a: 2 words, 2 of them in the vocabulary"
    assert len(report) == 5
    shares = [float(line.split("%")[0]) for line in report[1:3]]
    assert shares[0] >= shares[1] > 0
    assert any(word in report[1] for word in ("apple", "boat", "cloud"))
    assert report[4].strip() == "nothing is known about this text"


def test_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no exported topic model"):
        export.load(tmp_path)


def test_exported_model_needs_only_tensorflow(tmp_path):
    model = make(
        lda.LatentDirichletAllocation,
        estimator=tfi.estimators.implicit(),
    )
    export.export(model, WORDS, tmp_path)
    program = (
        "import sys, tensorflow as tf\n"
        f"m = tf.saved_model.load({str(tmp_path)!r})\n"
        "print(m.proportions(tf.ones([2, 6])).shape)\n"
        "assert 'tf_implicit' not in sys.modules\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == "(2, 3)"
