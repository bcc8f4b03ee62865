# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The perplexity by which all topic models are compared."""

from collections.abc import Callable

import numpy as np
import scipy.sparse
import tensorflow as tf

from experiments.common import training
from experiments.data import document_batches
from experiments.topic_models import topic_model

__all__ = ["Evaluator", "perplexity"]

# Evaluation needs no gradient, so a batch may be larger than in training. The
# size is part of the result only through which document gets which sample.
_EVALUATION_BATCH = 256


def perplexity(elbo: np.ndarray, lengths: np.ndarray) -> float:
    """Returns the perplexity as `experiments.lda` defines it.

    Args:
        elbo: `[documents]`, in nats.
        lengths: `[documents]`, number of words of each, at least 1.
    """
    per_word = np.asarray(elbo, np.float64) / np.asarray(lengths, np.float64)
    return float(np.exp(-np.mean(per_word)))


class Evaluator:
    """Measures a model on the documents of one split."""

    def __init__(
        self,
        elbo: Callable[[tf.SparseTensor, tf.Tensor], topic_model.Elbo],
        counts: scipy.sparse.csr_matrix,
        split: str,
        seed: int,
    ):
        """Initializes the evaluator.

        Args:
            elbo: Estimates the bound of a batch, given a stateless seed.
            counts: Sparse `[documents, words]` matrix; none is empty.
            split: How the metrics call these documents.
            seed: Seed of the run.
        """
        self._elbo = elbo
        self._documents = document_batches.DocumentBatches(counts)
        self._lengths = np.asarray(counts.sum(axis=1)).ravel()
        self._split = split
        self._seed = seed

    def __call__(self, step: int) -> dict[str, float]:
        """Returns the metrics after `step` training steps.

        Raises:
            training.NonFiniteError: The bound of a document is not finite.
        """
        seeds = training.step_seed(
            self._seed, training.Stream.EVALUATION_SAMPLES, step
        )
        parts = []
        for start in range(0, len(self._lengths), _EVALUATION_BATCH):
            stop = min(start + _EVALUATION_BATCH, len(self._lengths))
            parts.append(
                self._elbo(
                    self._documents.batch(np.arange(start, stop)),
                    tf.random.fold_in(seeds, start),
                )
            )
        log_likelihood, kl = (
            np.concatenate(term) for term in zip(*parts, strict=True)
        )
        elbo = log_likelihood - kl
        bad = np.flatnonzero(~np.isfinite(elbo))
        if bad.size:
            raise training.NonFiniteError(
                f"after step {step}, the evidence lower bound of {self._split} "
                f"document {bad[0]} is {elbo[bad[0]]}"
            )
        return {
            f"{self._split}_perplexity": perplexity(elbo, self._lengths),
            f"{self._split}_log_likelihood": float(log_likelihood.mean()),
            f"{self._split}_kl": float(kl.mean()),
            # Appendix D: never negative, or the numerics are unstable.
            f"{self._split}_smallest_kl": float(kl.min()),
        }
