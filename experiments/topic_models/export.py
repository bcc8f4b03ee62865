# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Trained topic models as SavedModels, which need nothing but TensorFlow.

A folder that `export` wrote holds a SavedModel with

    proportions(counts)    float32 `[batch, words]` word counts to `[batch,
                           topics]`: the mean of each document's proportions
    topics()               `[topics, words]`, each topic's words
    prior_concentration()  alpha, `[topics]`

and `assets/vocabulary.txt`, the words in column order, one a line. Read it by
`tf.saved_model.load`, or have `python -m experiments.lda_predict` do so.
"""

import pathlib
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from experiments.common import errors
from experiments.topic_models import topic_model

__all__ = ["Predictor", "export", "load"]


class _Exported(tf.Module):
    """What a SavedModel holds."""

    def __init__(
        self, model: topic_model.TopicModel, vocabulary_file: pathlib.Path
    ):
        super().__init__()
        self.model = model
        self.vocabulary = tf.saved_model.Asset(str(vocabulary_file))
        num_words = model.topic_logits.shape[1]

        @tf.function(
            input_signature=[
                tf.TensorSpec([None, num_words], tf.float32, "counts")
            ]
        )
        def proportions(counts):
            return model.mean_proportions(tf.sparse.from_dense(counts))

        self.proportions = proportions
        self.topics = tf.function(model.topics, input_signature=[])
        self.prior_concentration = tf.function(
            model.prior_concentration, input_signature=[]
        )


def export(
    model: topic_model.TopicModel,
    vocabulary: Sequence[str],
    folder: pathlib.Path,
) -> None:
    """Writes a model as the module's docstring describes."""
    with tempfile.TemporaryDirectory() as scratch:
        words = pathlib.Path(scratch, "vocabulary.txt")
        words.write_text("\n".join(vocabulary) + "\n", "utf-8")
        exported = _Exported(model, words)
        tf.saved_model.save(
            exported,
            str(folder),
            signatures={"proportions": exported.proportions},
            # Predictions need none.
            options=tf.saved_model.SaveOptions(
                experimental_custom_gradients=False
            ),
        )


class Predictor(NamedTuple):
    """An exported model, read back.

    Attributes:
        vocabulary: The words, in column order.
        saved: What `tf.saved_model.load` returned.
    """

    vocabulary: tuple[str, ...]
    saved: tf.Module

    def __call__(self, documents: Sequence[Sequence[str]]) -> np.ndarray:
        """Returns `[documents, topics]`: each document's mean proportions.

        Args:
            documents: The words of each; those that the vocabulary lacks are
                passed over.
        """
        number = {word: i for i, word in enumerate(self.vocabulary)}
        counts = np.zeros([len(documents), len(self.vocabulary)], np.float32)
        for row, words in enumerate(documents):
            for word in words:
                if word in number:
                    counts[row, number[word]] += 1
        return self.saved.proportions(tf.constant(counts)).numpy()


def load(folder: pathlib.Path) -> Predictor:
    """Reads what `export` wrote.

    Raises:
        errors.MissingFileError: The folder holds no exported model.
    """
    words = folder / "assets" / "vocabulary.txt"
    if not words.is_file():
        raise errors.MissingFileError(
            f"{folder} holds no exported topic model: there is no {words}"
        )
    return Predictor(
        tuple(words.read_text("utf-8").splitlines()),
        tf.saved_model.load(str(folder)),
    )
