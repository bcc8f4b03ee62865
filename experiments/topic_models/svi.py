# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Stochastic variational inference for LDA, by gensim.

The method of Hoffman, Bach and Blei (2010), "Online learning for latent
Dirichlet allocation", with a trained prior alpha. gensim's `LdaModel` does the
work; this module calls its E step and M step one chunk at a time, in the order
of `LdaModel.update`, so that a run can stop and go on between any two, and
keeps its state in variables, so that a checkpoint holds it.

Differs from `LdaModel.update`: each pass takes the documents in a new order,
and leaves out the remainder that does not fill a chunk. The 20 Newsgroups
documents stand in the order of their newsgroups, so that a chunk without
shuffling would hold two or three of the twenty.
"""

from collections.abc import Mapping, Sequence

import gensim.models
import gensim.models.ldamodel
import numpy as np
import tensorflow as tf

import tf_implicit as tfi
from experiments.common import loop, seeds
from experiments.common.elbo import Elbo
from experiments.data import document_batches
from experiments.topic_models import evaluation, topic_model
from experiments.topic_models import lda as lda_model

__all__ = ["SviLearner", "SviModel"]


class SviModel(tf.Module):
    """LDA whose topics have a Dirichlet posterior, trained by SVI.

    Attributes:
        statistics: The topics' sufficient statistics, `[topics, words]`: less
            the prior, the concentrations of their posterior.
        alpha: Concentrations of the documents' prior, `[topics]`.
    """

    def __init__(
        self,
        documents: document_batches.DocumentBatches,
        num_topics: int,
        chunk_size: int,
        decay: float,
        seed: int,
    ):
        """Starts from random topics.

        Args:
            documents: The training documents.
            num_topics: Number of topics.
            chunk_size: Documents in a step.
            decay: Exponent of the falling learning rate.
            seed: Seed of the run.
        """
        super().__init__()
        self._documents = documents
        self._num_documents, num_words = documents.shape
        self._chunk_size = chunk_size
        self._decay = decay
        self._seed = seed
        self._lda = gensim.models.LdaModel(
            id2word=dict(enumerate(map(str, range(num_words)))),
            num_topics=num_topics,
            chunksize=chunk_size,
            decay=decay,
            alpha="auto",
            random_state=self._random_state(seeds.Stream.INITIAL_WEIGHTS, 0),
        )
        # What gensim scales the statistics of a chunk to.
        self._lda.state.numdocs = self._num_documents
        self.statistics = tf.Variable(
            self._lda.state.sstats, trainable=False, name="statistics"
        )
        self.alpha = tf.Variable(self._lda.alpha, trainable=False, name="alpha")

    def topics(self) -> tf.Tensor:
        """Returns `[topics, words]`: the mean of each topic's posterior."""
        concentration = self.statistics + self._lda.eta
        return concentration / tf.reduce_sum(
            concentration, axis=1, keepdims=True
        )

    def prior_concentration(self) -> tf.Tensor:
        """Returns alpha, `[topics]`."""
        return tf.convert_to_tensor(self.alpha)

    def train_steps(
        self, examples: tf.Tensor, first_step: tf.Tensor
    ) -> tf.Tensor:
        """Trains as `loop.Learner.train` says.

        Args:
            examples: int64 `[steps, chunk_size]`, numbers of the documents.
            first_step: Number of the first step.

        Returns:
            -ELBO of each step's documents, `[steps]`.
        """
        losses = []
        for i, numbers in enumerate(examples.numpy()):
            step = int(first_step) + i
            counts = self._documents.batch(numbers)
            gamma = self._train(counts, step)
            elbo = lda_model.sampled_elbo(
                tf.constant(gamma),
                self.prior_concentration(),
                self.topics(),
                counts,
                seeds.step_seed(
                    self._seed, seeds.Stream.TRAINING_SAMPLES, step
                ),
            )
            losses.append(-tf.reduce_mean(elbo.value))
        return tf.stack(losses)

    def elbo(self, counts: tf.SparseTensor, seed: tf.Tensor) -> Elbo:
        """Estimates the bound with the posterior of gensim's E step.

        Args:
            counts: The documents, `[batch, words]`.
            seed: int32 `[2]`, a stateless seed.
        """
        return lda_model.sampled_elbo(
            self._posterior(counts, seed),
            self.prior_concentration(),
            self.topics(),
            counts,
            seed,
        )

    def mean_field_bound(
        self, counts: tf.SparseTensor, seed: tf.Tensor
    ) -> Elbo:
        """The bound that gensim itself climbs and reports.

        It is lower than `elbo`: it does not sum over the topics of each word
        but has a variational posterior for them, and it integrates over the
        topics' posterior, of which `elbo` takes the mean. In place of the log
        likelihood stands, for each word, log(exp(E[log z]) exp(E[log Phi])).

        Args:
            counts: The documents, `[batch, words]`.
            seed: int32 `[2]`, a stateless seed for the start of the E step.
        """
        gamma = self._posterior(counts, seed)
        return Elbo(
            topic_model.log_likelihood(
                tf.exp(_expected_log(gamma)),
                tf.constant(self._lda.expElogbeta),
                counts,
            ),
            tfi.math.dirichlet_divergence(gamma, self.prior_concentration()),
        )

    def mean_proportions(self, counts: tf.SparseTensor) -> tf.Tensor:
        """Returns `[batch, topics]`: each document's mean of q(z | w)."""
        gamma = self._posterior(counts, tf.constant([0, 0]))
        return gamma / tf.reduce_sum(gamma, axis=1, keepdims=True)

    def _posterior(self, counts, seed) -> tf.Tensor:
        self._load_state()
        self._lda.random_state = np.random.RandomState(seed.numpy().view("u4"))
        gamma, _ = self._lda.inference(_documents(counts))
        return tf.constant(gamma)

    def _train(self, counts, step: int) -> np.ndarray:
        """Does what one turn of the loop in `LdaModel.update` does."""
        self._load_state()
        lda = self._lda
        lda.random_state = self._random_state(
            seeds.Stream.TRAINING_SAMPLES, step
        )
        passes, within = divmod(step, self._num_documents // self._chunk_size)
        # gensim counts the chunks of the first pass, then passes.
        updates = self._num_documents // self._chunk_size if passes else within
        statistics = gensim.models.ldamodel.LdaState(
            lda.eta, lda.state.sstats.shape, lda.dtype
        )
        gamma = lda.do_estep(_documents(counts), statistics)
        lda.update_alpha(gamma, self._rate(passes, updates))
        lda.do_mstep(
            self._rate(passes, updates), statistics, extra_pass=passes > 0
        )
        self.statistics.assign(lda.state.sstats)
        self.alpha.assign(lda.alpha)
        return gamma

    def _rate(self, passes: int, updates: int) -> float:
        return (self._lda.offset + passes + updates) ** -self._decay

    def _load_state(self) -> None:
        """Gives gensim the state that the variables hold."""
        # Copies: gensim changes its arrays in place, and `numpy` may give the
        # variable's own memory.
        self._lda.state.sstats = self.statistics.numpy().copy()
        self._lda.alpha = self.alpha.numpy().copy()
        self._lda.sync_state()

    def _random_state(self, stream, step) -> np.random.RandomState:
        return np.random.RandomState([self._seed, stream, step])


class SviLearner(loop.Learner):
    """Trains an `SviModel`, which steps by itself."""

    def __init__(self, model: SviModel):
        """Takes the model."""
        self._model = model

    @property
    def state(self) -> Mapping[str, tf.Module]:
        """See base class."""
        return {"model": self._model}

    @property
    def bounds(self) -> evaluation.Bounds:
        """See `evaluation.Bounds`."""
        return {
            "": self._model.elbo,
            "_mean_field": self._model.mean_field_bound,
        }

    def train(self, examples: tf.Tensor, first_step: tf.Tensor) -> tf.Tensor:
        """See base class."""
        return self._model.train_steps(examples, first_step)


def _expected_log(concentration: tf.Tensor) -> tf.Tensor:
    """E[log z] for z ~ Dirichlet(concentration), over the last axis."""
    return tf.math.digamma(concentration) - tf.math.digamma(
        tf.reduce_sum(concentration, axis=-1, keepdims=True)
    )


def _documents(counts: tf.SparseTensor) -> Sequence[list[tuple[int, float]]]:
    """Returns documents in gensim's form."""
    indices, values = counts.indices.numpy(), counts.values.numpy()
    ends = np.searchsorted(
        indices[:, 0], np.arange(counts.shape[0]), side="right"
    )
    pairs = list(zip(indices[:, 1].tolist(), values.tolist(), strict=True))
    return [
        pairs[start:end]
        for start, end in zip([0, *ends[:-1]], ends, strict=True)
    ]
