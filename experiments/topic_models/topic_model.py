# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What amortized topic models share: encoder, topics and prior parameters.

    likelihood  p(w | z) = prod_i Categorical(w_i | Phi z)

where z is a document's distribution over topics and column k of Phi is topic
k's distribution over words. Section 6.2 and Appendix D of Figurnov, Mohamed
and Mnih (2018), "Implicit reparameterization gradients".
"""

import abc
import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import tensorflow as tf

from experiments.common import networks
from experiments.common.elbo import Elbo
from experiments.topic_models import sparse_products

__all__ = [
    "Shard",
    "TopicModel",
    "log_likelihood",
]


class Shard(NamedTuple):
    """Which documents of a minibatch this process has.

    Samples are drawn for the whole minibatch, so that a document gets the same
    one however many processes share the work. That costs little: the encoder
    and the likelihood, which take the time, see their own documents only.

    Attributes:
        start: Number of the first of them.
        size: How many they are.
        total: Size of the minibatch.
    """

    start: tf.Tensor | int
    size: int
    total: int

    def pad(self, x: tf.Tensor, value: float) -> tf.Tensor:
        """Returns `[total, ...]`, filled up by `value`."""
        if self.size == self.total:
            return x
        behind = self.total - self.size - self.start
        paddings = [[self.start, behind], *([0, 0] for _ in x.shape[1:])]
        padded = tf.pad(x, paddings, constant_values=value)
        return tf.ensure_shape(padded, [self.total, *x.shape[1:]])

    def take(self, x: tf.Tensor) -> tf.Tensor:
        """Returns the rows of `[total, ...]` that are here."""
        if self.size == self.total:
            return x
        rows = x[self.start : self.start + self.size]
        return tf.ensure_shape(rows, [self.size, *x.shape[1:]])


class TopicModel(tf.Module, abc.ABC):
    """Topics, prior parameters and encoder, all float32.

    Documents are a float32 `tf.SparseTensor` `[batch, words]`: how often each
    document uses each word, no entry twice.
    """

    def __init__(
        self,
        num_words: int,
        num_topics: int,
        hidden_units: Sequence[int],
        num_outputs: int,
        initial_prior: float,
        seed: tf.Tensor,
        bounds: networks.Bounds = networks.PAPER_BOUNDS,
    ):
        """Makes the variables.

        Args:
            num_words: Size of the vocabulary.
            num_topics: Number of topics.
            hidden_units: Units of the encoder's hidden layers.
            num_outputs: Units of its last layer.
            initial_prior: What each element of alpha is before training,
                within the bounds.
            seed: int32 `[2]`, a stateless seed for the initial weights.
            bounds: What alpha, and concentrations of posteriors, are clipped
                to.
        """
        super().__init__()
        if not bounds.lower <= initial_prior <= bounds.upper:
            raise ValueError(
                f"initial_prior is {initial_prior}, but must be in "
                f"[{bounds.lower}, {bounds.upper}]"
            )
        self._bounds = bounds
        sizes = [num_words, *hidden_units, num_outputs]
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

    def prior_concentration(self) -> tf.Tensor:
        """Returns alpha, `[topics]`."""
        return networks.positive(self.prior_logits, self._bounds)

    @abc.abstractmethod
    def training_elbo(
        self, counts: tf.SparseTensor, seed: tf.Tensor, shard: Shard
    ) -> Elbo:
        """Estimates the evidence lower bound by one sample a document.

        Args:
            counts: The documents that are here, of static shape.
            seed: int32 `[2]`, a stateless seed for the samples.
            shard: Which documents of the minibatch these are.

        Returns:
            The bound's two terms, differentiable in every variable.
        """

    @abc.abstractmethod
    def elbo_of(
        self, outputs: tf.Tensor, counts: tf.SparseTensor, seed: tf.Tensor
    ) -> Elbo:
        """Estimates the bound where the encoder's output is `outputs`.

        Whatever training does, the sample has the exact law of q(z | w), and
        the KL divergence is analytical.

        Args:
            outputs: `[batch, num_outputs]`, which parameterize q(z | w).
            counts: The documents, as many as you like.
            seed: int32 `[2]`, a stateless seed for the samples.

        Returns:
            The bound's two terms, differentiable in `outputs`.
        """

    def elbo(self, counts: tf.SparseTensor, seed: tf.Tensor) -> Elbo:
        """Returns `elbo_of` the encoder's own output."""
        return self.elbo_of(self.encode(counts), counts, seed)

    @abc.abstractmethod
    def mean_proportions(self, counts: tf.SparseTensor) -> tf.Tensor:
        """Returns `[batch, topics]`: each document's mean of q(z | w).

        Where that has no closed form, the docstring says what it is instead.
        """

    def encode(self, counts: tf.SparseTensor) -> tf.Tensor:
        """Returns `[batch, num_outputs]`, the output of the encoder."""
        # The paper does not say how the counts enter the network. As they
        # are, the longest documents (thousands of words) can drive all units
        # of a layer below zero for good in the first steps, after which every
        # document has the same posterior.
        words = tf.SparseTensor(
            counts.indices, tf.math.log1p(counts.values), counts.dense_shape
        )
        units = sparse_products.matmul(words, self.kernels[0])
        # The sparse product forgets what is known of its shape.
        units = tf.ensure_shape(
            units, [counts.shape[0], self.kernels[0].shape[1]]
        )
        units += self.biases[0]
        for kernel, bias in zip(self.kernels[1:], self.biases[1:], strict=True):
            units = tf.matmul(tf.nn.relu(units), kernel) + bias
        return units


def log_likelihood(
    proportions: tf.Tensor, topics: tf.Tensor, counts: tf.SparseTensor
) -> tf.Tensor:
    """Returns `log p(w | z)`, `[batch]`.

    Args:
        proportions: z, `[batch, topics]`.
        topics: `[topics, words]`.
        counts: The documents.
    """
    # Only words that occur are looked at: others could give 0 log(0). One
    # that does occur where its probability underflows gives -inf, at which
    # training stops.
    probabilities = sparse_products.product_at(
        proportions, topics, counts.indices
    )
    return tf.math.unsorted_segment_sum(
        counts.values * tf.math.log(probabilities),
        counts.indices[:, 0],
        tf.shape(proportions)[0],
    )


def _xavier(shape: tuple[int, int], seed: tf.Tensor) -> tf.Tensor:
    """Draws a truncated Normal with variance 2 / (fan_in + fan_out)."""
    return networks.truncated_normal(shape, 2 / sum(shape), seed)
