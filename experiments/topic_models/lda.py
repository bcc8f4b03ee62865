# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Amortized variational latent Dirichlet allocation, the model alone.

    prior       p(z)     = Dirichlet(z | alpha)
    posterior   q(z | w) = Dirichlet(z | encoder(word counts of w))

and the likelihood of topic_model.py.
"""

from collections.abc import Sequence

import tensorflow as tf

import tf_implicit as tfi
from experiments.common import networks
from experiments.common.elbo import Elbo
from experiments.topic_models import topic_model

__all__ = ["LatentDirichletAllocation", "sampled_elbo"]


class LatentDirichletAllocation(topic_model.TopicModel):
    """The model of section 6.2, trained by any gradient estimator."""

    def __init__(
        self,
        num_words: int,
        num_topics: int,
        hidden_units: Sequence[int],
        initial_prior: float,
        seed: tf.Tensor,
        estimator: tfi.estimators.Estimator,
        sampled_kl: bool = False,
        bounds: networks.Bounds = networks.PAPER_BOUNDS,
    ):
        """Makes the variables.

        Args:
            num_words: Size of the vocabulary.
            num_topics: Number of topics.
            hidden_units: Units of the encoder's hidden layers.
            initial_prior: What each element of alpha is before training,
                within the bounds.
            seed: int32 `[2]`, a stateless seed for the initial weights.
            estimator: Gives the gradient of the expected log-likelihood.
            sampled_kl: Whether training estimates the KL divergence, too,
                from the sample, which then is implicitly reparameterized
                whatever `estimator` says.
            bounds: What the concentrations are clipped to.
        """
        super().__init__(
            num_words,
            num_topics,
            hidden_units,
            num_topics,
            initial_prior,
            seed,
            bounds,
        )
        self._estimator = estimator
        self._sampled_kl = sampled_kl

    def posterior(self, outputs: tf.Tensor) -> tf.Tensor:
        """Returns the concentrations of q(z | w), `[batch, topics]`.

        Args:
            outputs: The encoder's, likewise.
        """
        return networks.positive(outputs, self._bounds)

    def divergence(self, posterior: tf.Tensor, prior: tf.Tensor) -> tf.Tensor:
        """Returns KL(q(z | w) || p(z)) of the concentrations, `[batch]`."""
        return tfi.math.dirichlet_divergence(posterior, prior)

    def training_elbo(
        self,
        counts: tf.SparseTensor,
        seed: tf.Tensor,
        shard: topic_model.Shard,
    ) -> Elbo:
        """See base class."""
        concentration = self.posterior(self.encode(counts))
        topics = self.topics()
        prior = self.prior_concentration()
        # For the whole minibatch; of the others' documents any will do.
        all_concentrations = shard.pad(concentration, 1.0)
        if self._sampled_kl:
            # Components underflow at small concentrations, their logarithms
            # do not.
            log_gamma = tfi.random.stateless_loggamma(
                tf.shape(all_concentrations), seed, all_concentrations
            )
            log_sample = tf.nn.log_softmax(shard.take(log_gamma))
            return Elbo(
                topic_model.log_likelihood(tf.exp(log_sample), topics, counts),
                _log_density(concentration, log_sample)
                - _log_density(prior, log_sample),
            )

        def loss(sample):
            log_likelihood = topic_model.log_likelihood(
                shard.take(sample), topics, counts
            )
            return shard.pad(-log_likelihood, 0.0)

        losses = self._estimator(
            "Dirichlet",
            {"concentration": all_concentrations},
            all_concentrations.shape.as_list(),
            seed,
            loss,
        )
        return Elbo(-shard.take(losses), self.divergence(concentration, prior))

    def elbo_of(
        self, outputs: tf.Tensor, counts: tf.SparseTensor, seed: tf.Tensor
    ) -> Elbo:
        """See base class."""
        return sampled_elbo(
            self.posterior(outputs),
            self.prior_concentration(),
            self.topics(),
            counts,
            seed,
        )

    def mean_proportions(self, counts: tf.SparseTensor) -> tf.Tensor:
        """See base class."""
        concentration = self.posterior(self.encode(counts))
        return concentration / tf.reduce_sum(
            concentration, axis=-1, keepdims=True
        )


def sampled_elbo(
    posterior: tf.Tensor,
    prior: tf.Tensor,
    topics: tf.Tensor,
    counts: tf.SparseTensor,
    seed: tf.Tensor,
) -> Elbo:
    """Estimates the bound by one exact sample of a Dirichlet posterior.

    Args:
        posterior: Concentrations of q(z | w), `[batch, topics]`.
        prior: alpha, `[topics]`.
        topics: `[topics, words]`.
        counts: The documents.
        seed: int32 `[2]`, a stateless seed for the samples.
    """
    sample = tfi.random.stateless_dirichlet(
        tf.shape(posterior), seed, posterior
    )
    return Elbo(
        topic_model.log_likelihood(sample, topics, counts),
        tfi.math.dirichlet_divergence(posterior, prior),
    )


def _log_density(concentration: tf.Tensor, log_sample: tf.Tensor) -> tf.Tensor:
    """The Dirichlet's log density at exp(log_sample), over the last axis.

    `tfi.math.dirichlet_log_prob` takes the sample itself, whose logarithm is
    lost where it underflows.
    """
    return tf.reduce_sum(
        (concentration - 1) * log_sample - tfi.math.lgamma(concentration),
        axis=-1,
    ) + tfi.math.lgamma(tf.reduce_sum(concentration, axis=-1))
