# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""LN-LDA: topic proportions that are logistic Normal (Srivastava, Sutton 2017).

    prior       p(z)     = law of softmax(Normal(mu(alpha), sigma(alpha)))
    posterior   q(z | w) = law of softmax(Normal(encoder(word counts of w)))

with diagonal covariances and the likelihood of topic_model.py. mu and sigma
are the Laplace approximation of Dirichlet(alpha) in the softmax basis
(Srivastava and Sutton 2017, equation 5, from Hennig et al. 2012):

    mu_k      = log alpha_k - 1/K sum_i log alpha_i
    sigma_k^2 = 1/alpha_k (1 - 2/K) + 1/K^2 sum_i 1/alpha_i

As in Appendix D of the implicit reparameterization paper, and differs from
Srivastava and Sutton: alpha is trained, and the encoder has neither dropout
nor batch normalization.
"""

from collections.abc import Sequence

import tensorflow as tf
import tensorflow_probability as tfp

from experiments.common import networks
from experiments.common.elbo import Elbo
from experiments.topic_models import topic_model

__all__ = ["LogisticNormalLda", "laplace_approximation"]

tfd = tfp.distributions


class LogisticNormalLda(topic_model.TopicModel):
    """LN-LDA, trained by explicit reparameterization of the Normal."""

    def __init__(
        self,
        num_words: int,
        num_topics: int,
        hidden_units: Sequence[int],
        initial_prior: float,
        seed: tf.Tensor,
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
            sampled_kl: Whether training estimates the KL divergence from the
                sample.
            bounds: What alpha is clipped to.
        """
        super().__init__(
            num_words,
            num_topics,
            hidden_units,
            2 * num_topics,
            initial_prior,
            seed,
            bounds,
        )
        self._sampled_kl = sampled_kl

    def prior(self) -> tfd.Normal:
        """Returns the law of z's logits in the prior, `[topics]`."""
        return tfd.Normal(*laplace_approximation(self.prior_concentration()))

    def posterior(self, outputs: tf.Tensor) -> tfd.Normal:
        """Returns the law of z's logits in q(z | w), `[batch, topics]`.

        Args:
            outputs: The encoder's, `[batch, 2 topics]`.
        """
        loc, scale = tf.split(outputs, 2, axis=-1)
        # The one positive parameter that Appendix D does not clip.
        return tfd.Normal(loc, tf.nn.softplus(scale))

    def training_elbo(
        self,
        counts: tf.SparseTensor,
        seed: tf.Tensor,
        shard: topic_model.Shard,
    ) -> Elbo:
        """See base class."""
        posterior, prior = self.posterior(self.encode(counts)), self.prior()
        # For the whole minibatch; of the others' documents any will do.
        everybody = tfd.Normal(
            shard.pad(posterior.loc, 0.0), shard.pad(posterior.scale, 1.0)
        )
        logits = shard.take(everybody.sample(seed=seed))
        if self._sampled_kl:
            kl = posterior.log_prob(logits) - prior.log_prob(logits)
        else:
            kl = tfd.kl_divergence(posterior, prior)
        return self._elbo(logits, kl, counts)

    def elbo_of(
        self, outputs: tf.Tensor, counts: tf.SparseTensor, seed: tf.Tensor
    ) -> Elbo:
        """See base class."""
        posterior = self.posterior(outputs)
        return self._elbo(
            posterior.sample(seed=seed),
            tfd.kl_divergence(posterior, self.prior()),
            counts,
        )

    def mean_proportions(self, counts: tf.SparseTensor) -> tf.Tensor:
        """Returns softmax of the mean logits; the mean has no closed form."""
        return tf.nn.softmax(self.posterior(self.encode(counts)).mean())

    def _elbo(self, logits, kl, counts) -> Elbo:
        """The bound from a sample and each component's divergence."""
        return Elbo(
            topic_model.log_likelihood(
                tf.nn.softmax(logits), self.topics(), counts
            ),
            tf.reduce_sum(kl, axis=-1),
        )


def laplace_approximation(
    concentration: tf.Tensor,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns mean and standard deviation of the logits of a Dirichlet.

    Args:
        concentration: alpha, `[topics]`, at least 2 topics.
    """
    num_topics = concentration.shape[-1]
    log = tf.math.log(concentration)
    inverse = 1 / concentration
    variance = (
        inverse * (1 - 2 / num_topics)
        + tf.reduce_mean(inverse, axis=-1, keepdims=True) / num_topics
    )
    return log - tf.reduce_mean(log, axis=-1, keepdims=True), tf.sqrt(variance)
