# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The perplexity by which all topic models are compared."""

from collections.abc import Callable, Mapping

import numpy as np
import scipy.sparse
import tensorflow as tf

from experiments.common import elbo
from experiments.data import document_batches

__all__ = ["Bounds", "Evaluation", "Evaluator", "perplexity"]

# Estimates of a batch's bound, given a stateless seed, by what stands behind
# the name of the split in the metrics.
Bounds = Mapping[str, Callable[[tf.SparseTensor, tf.Tensor], elbo.Elbo]]


def perplexity(bounds: np.ndarray, lengths: np.ndarray) -> float:
    """Returns the perplexity as `experiments.lda` defines it.

    Args:
        bounds: `[documents]`, each document's ELBO in nats.
        lengths: `[documents]`, number of words of each, at least 1.
    """
    per_word = np.asarray(bounds, np.float64) / np.asarray(lengths, np.float64)
    return float(np.exp(-np.mean(per_word)))


class Evaluator:
    """Measures a model on the documents of one split."""

    def __init__(
        self,
        bound: Callable[[tf.SparseTensor, tf.Tensor], elbo.Elbo],
        counts: scipy.sparse.csr_matrix,
        split: str,
        seed: int,
    ):
        """Initializes the evaluator.

        Args:
            bound: Estimates the bound of a batch, given a stateless seed.
            counts: Sparse `[documents, words]` matrix; none is empty.
            split: How the metrics call these documents.
            seed: Seed of the run.
        """
        self._bound = bound
        self._documents = document_batches.DocumentBatches(counts)
        self._lengths = np.asarray(counts.sum(axis=1)).ravel()
        self._split = split
        self._seed = seed

    def __call__(self, step: int) -> dict[str, float]:
        """Returns the metrics after `step` training steps.

        Raises:
            errors.NonFiniteError: The bound of a document is not finite.
        """
        bounds = elbo.measure(
            self._bound,
            lambda start, stop: self._documents.batch(np.arange(start, stop)),
            len(self._lengths),
            self._seed,
            step,
            f"{self._split} document",
        )
        return {
            f"{self._split}_perplexity": perplexity(
                bounds.value, self._lengths
            ),
            **elbo.metrics(bounds, self._split),
        }


class Evaluation:
    """Measures a model on all splits."""

    def __init__(
        self,
        bounds: Bounds,
        splits: Mapping[str, scipy.sparse.csr_matrix],
        seed: int,
    ):
        """Takes the bounds, the documents by split, and the run's seed."""
        self._evaluators = [
            Evaluator(bound, counts, split + suffix, seed)
            for split, counts in splits.items()
            if counts.shape[0]
            for suffix, bound in bounds.items()
        ]

    def __call__(self, step: int) -> dict[str, float]:
        """Returns the metrics after `step` training steps."""
        metrics = {}
        for evaluator in self._evaluators:
            metrics |= evaluator(step)
        return metrics
