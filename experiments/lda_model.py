# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Amortized variational latent Dirichlet allocation, the model alone.

    prior       p(z)     = Dirichlet(z | alpha)
    likelihood  p(w | z) = prod_i Categorical(w_i | Phi z)
    posterior   q(z | w) = Dirichlet(z | encoder(word counts of w))

where z is a document's distribution over topics and column k of Phi is topic
k's distribution over words. Section 6.2 and Appendix D of Figurnov, Mohamed
and Mnih (2018), "Implicit reparameterization gradients".
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import tensorflow as tf
import tensorflow_probability as tfp

__all__ = ["Elbo", "LatentDirichletAllocation"]

tfd = tfp.distributions

# Bounds of every concentration (Appendix D): within them the analytical KL
# divergence is numerically stable in float32.
_MIN_CONCENTRATION = 1e-3
_MAX_CONCENTRATION = 1e3

# Standard deviation of a standard Normal truncated at +-2, the law that
# `tf.random.stateless_truncated_normal` draws from:
# sqrt(1 - 4 pdf(2) / (2 cdf(2) - 1)).
_TRUNCATED_NORMAL_STDDEV = 0.87962566


class Elbo(NamedTuple):
    """Evidence lower bound of each document: `log_likelihood - kl`.

    Attributes:
        log_likelihood: `[batch]`, `log p(w | z)` at one sample of q(z | w).
        kl: `[batch]`, `KL(q(z | w) || p(z))`, analytical.
    """

    log_likelihood: tf.Tensor
    kl: tf.Tensor

    @property
    def value(self) -> tf.Tensor:
        """The bound itself, `[batch]`."""
        return self.log_likelihood - self.kl


class LatentDirichletAllocation(tf.Module):
    """Topics, prior and encoder, all float32."""

    def __init__(
        self,
        num_words: int,
        num_topics: int,
        hidden_units: Sequence[int],
        initial_prior: float,
        seed: tf.Tensor,
        dirichlet: Callable[[tf.Tensor], tfd.Dirichlet],
    ):
        """Makes the variables.

        Args:
            num_words: Size of the vocabulary.
            num_topics: Number of topics.
            hidden_units: Units of the encoder's hidden layers.
            initial_prior: What each element of alpha is before training,
                within [1e-3, 1e3].
            seed: int32 `[2]`, a stateless seed for the initial weights.
            dirichlet: Makes a Dirichlet distribution from concentrations; its
                samples must carry a gradient.
        """
        super().__init__(name="lda")
        if not _MIN_CONCENTRATION <= initial_prior <= _MAX_CONCENTRATION:
            raise ValueError(
                f"initial_prior is {initial_prior}, but must be in "
                f"[{_MIN_CONCENTRATION}, {_MAX_CONCENTRATION}]"
            )
        self._dirichlet = dirichlet
        sizes = [num_words, *hidden_units, num_topics]
        shapes = [*itertools.pairwise(sizes), (num_topics, num_words)]
        seeds = tf.random.split(seed, len(shapes))
        *kernels, logits = map(_xavier, shapes, tf.unstack(seeds))
        self.kernels = [
            tf.Variable(value, name=f"encoder_kernel_{i}")
            for i, value in enumerate(kernels)
        ]
        self.biases = [
            tf.Variable(tf.zeros(size), name=f"encoder_bias_{i}")
            for i, size in enumerate(sizes[1:])
        ]
        self.topic_logits = tf.Variable(logits, name="topic_logits")
        # The inverse of softplus.
        self.prior_logits = tf.Variable(
            tf.fill([num_topics], math.log(math.expm1(initial_prior))),
            name="prior_logits",
        )

    def topics(self) -> tf.Tensor:
        """Returns `[topics, words]`: each topic's distribution over words."""
        return tf.nn.softmax(self.topic_logits)

    def prior(self) -> tfd.Dirichlet:
        """Returns p(z), with batch shape `[]`."""
        return self._dirichlet(_concentration(self.prior_logits))

    def posterior(self, counts: tf.Tensor) -> tfd.Dirichlet:
        """Returns q(z | w), with batch shape `[batch]`.

        Args:
            counts: float32 `[batch, words]`, how often each document uses
                each word.
        """
        *hidden_layers, output_layer = zip(
            self.kernels, self.biases, strict=True
        )
        # The paper does not say how the counts enter the network. As they
        # are, the longest documents (thousands of words) can drive all units
        # of a layer below zero for good in the first steps, after which every
        # document has the same posterior.
        units = tf.math.log1p(counts)
        for kernel, bias in hidden_layers:
            units = tf.nn.relu(tf.matmul(units, kernel) + bias)
        kernel, bias = output_layer
        return self._dirichlet(_concentration(tf.matmul(units, kernel) + bias))

    def elbo(self, counts: tf.Tensor, seed: tf.Tensor) -> Elbo:
        """Estimates the evidence lower bound by one sample a document.

        Args:
            counts: float32 `[batch, words]`, how often each document uses
                each word.
            seed: int32 `[2]`, a stateless seed for the samples.

        Returns:
            The bound's two terms, differentiable in every variable.
        """
        posterior = self.posterior(counts)
        proportions = posterior.sample(seed=seed)
        word_probabilities = tf.matmul(proportions, self.topics())
        # Zero counts give exactly 0, in the gradient too, even should the
        # probability of the word underflow. A word that does occur where its
        # probability underflows gives -inf, at which training stops.
        log_likelihood = tf.reduce_sum(
            tf.math.xlogy(counts, word_probabilities), axis=-1
        )
        return Elbo(log_likelihood, tfd.kl_divergence(posterior, self.prior()))


def _concentration(logits: tf.Tensor) -> tf.Tensor:
    """Maps real numbers to concentrations (Appendix D)."""
    return tf.clip_by_value(
        tf.nn.softplus(logits), _MIN_CONCENTRATION, _MAX_CONCENTRATION
    )


def _xavier(shape: tuple[int, int], seed: tf.Tensor) -> tf.Tensor:
    """Draws a truncated Normal with variance 2 / (fan_in + fan_out)."""
    stddev = math.sqrt(2 / sum(shape)) / _TRUNCATED_NORMAL_STDDEV
    return tf.random.stateless_truncated_normal(shape, seed, stddev=stddev)
