# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Training of the amortized topic models, on one device or several.

A step is the same function of the state before it, whatever the number of
replicas: each has an equal share of the minibatch, the gradients are added up
over all replicas, and every replica applies the sum to its own copy of the
variables. Results differ by the rounding of that sum alone.
"""

import functools
from collections.abc import Mapping

import tensorflow as tf

from experiments.common import adam, elbo, errors, loop, seeds
from experiments.data import document_batches
from experiments.topic_models import evaluation, refinement, topic_model

__all__ = ["AmortizedLearner", "UnevenBatchError"]


class UnevenBatchError(errors.UserError, ValueError):
    """The replicas cannot share a minibatch equally."""


class AmortizedLearner(loop.Learner):
    """Trains a topic model with an inference network."""

    def __init__(
        self,
        model: topic_model.TopicModel,
        optimizer: adam.Adam,
        documents: document_batches.DocumentBatches,
        batch_size: int,
        seed: int,
        burn_in: int | None,
        kl_annealing_steps: int = 0,
        refinement_steps: int = 0,
        strategy: tf.distribute.Strategy | None = None,
    ):
        """Initializes the learner.

        Args:
            model: The model, made in the scope of `strategy`.
            optimizer: Updates the model's trainable variables, in their order;
                made likewise.
            documents: The training documents.
            batch_size: Documents in a step, of all replicas together.
            seed: Seed of the run.
            burn_in: Number of steps during which the prior is fixed; None: it
                always is.
            kl_annealing_steps: Number of steps in which the weight of the KL
                divergence grows from 0 to 1.
            refinement_steps: Number of steps by which a second bound refines
                the posteriors; 0: there is none.
            strategy: What distributes the work; None: one device does it all.

        Raises:
            UnevenBatchError: The replicas cannot share the batch equally.
        """
        replicas = strategy.num_replicas_in_sync if strategy else 1
        if batch_size % replicas:
            raise UnevenBatchError(
                f"{replicas} replicas cannot share --batch_size={batch_size} "
                "equally"
            )
        self._model = model
        self._optimizer = optimizer
        self._documents = documents
        self._batch_size = batch_size
        self._share = batch_size // replicas
        self._seed = seed
        self._burn_in = burn_in
        self._kl_annealing_steps = kl_annealing_steps
        self._refinement_steps = refinement_steps
        self._strategy = strategy

    @property
    def state(self) -> Mapping[str, tf.Module]:
        """See base class."""
        return {"model": self._model, "optimizer": self._optimizer}

    @property
    def bounds(self) -> evaluation.Bounds:
        """See `evaluation.Bounds`."""
        signature = [
            tf.SparseTensorSpec([None, self._documents.shape[1]], tf.float32),
            tf.TensorSpec([2], tf.int32),
        ]
        bounds = {"": self._model.elbo}
        if self._refinement_steps:
            bounds["_refined"] = functools.partial(
                refinement.refined_elbo,
                self._model,
                steps=self._refinement_steps,
            )
        return {
            name: tf.function(bound, input_signature=signature)
            for name, bound in bounds.items()
        }

    def train(self, examples: tf.Tensor, first_step: tf.Tensor) -> tf.Tensor:
        """See base class."""
        return self._steps(*self._documents.steps(examples.numpy()), first_step)

    def measure(self) -> loop.Metrics:
        """See base class."""
        return {"gradient_variance": float(self._optimizer.gradient_variance())}

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.int64),
            tf.TensorSpec([None, 2], tf.int64),
            tf.TensorSpec([None], tf.float32),
            tf.TensorSpec([], tf.int32),
        ]
    )
    def _steps(self, row_splits, cells, counts, first_step):
        def step(i, number):
            entries = slice(row_splits[i], row_splits[i + 1])
            return self._step(cells[entries], counts[entries], number)

        return loop.stack_losses(step, tf.size(row_splits) - 1, first_step)

    def _step(self, cells, counts, number):
        """Takes a step with a minibatch; returns its loss."""
        if self._strategy is None:
            whole = topic_model.Shard(0, self._batch_size, self._batch_size)
            return self._shard_step(cells, counts, number, whole)
        losses = self._strategy.run(self._replica_step, (cells, counts, number))
        # Each has the sum over all.
        return self._strategy.experimental_local_results(losses)[0]

    def _replica_step(self, cells, counts, number):
        """Takes a replica's part of a step."""
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        start = tf.cast(replica * self._share, tf.int64)
        # The entries stand in the order of their rows.
        first, last = tf.unstack(
            tf.searchsorted(cells[:, 0], tf.stack([start, start + self._share]))
        )
        return self._shard_step(
            cells[first:last] - tf.stack([start, 0]),
            counts[first:last],
            number,
            topic_model.Shard(
                tf.cast(start, tf.int32), self._share, self._batch_size
            ),
        )

    def _shard_step(self, cells, counts, number, shard):
        """Takes a step with the documents of a shard."""
        variables = self._model.trainable_variables
        shape = tf.constant([self._share, self._documents.shape[1]], tf.int64)
        with tf.GradientTape() as tape:
            bound = self._model.training_elbo(
                tf.SparseTensor(cells, counts, shape),
                seeds.step_seed(
                    self._seed, seeds.Stream.TRAINING_SAMPLES, number
                ),
                shard,
            )
            weight = elbo.kl_weight(number, self._kl_annealing_steps)
            loss = (
                tf.reduce_sum(weight * bound.kl - bound.log_likelihood)
                / self._batch_size
            )
        gradients = tape.gradient(loss, variables)
        # Adam leaves a variable alone, and its moments at zero, for as long
        # as its gradient is exactly zero.
        fixed = self._burn_in is None or number < self._burn_in
        gradients = [
            tf.where(fixed, tf.zeros_like(gradient), gradient)
            if variable is self._model.prior_logits
            else gradient
            for gradient, variable in zip(gradients, variables, strict=True)
        ]
        if self._strategy:
            *gradients, loss = tf.distribute.get_replica_context().all_reduce(
                tf.distribute.ReduceOp.SUM, [*gradients, loss]
            )
        self._optimizer.apply(gradients)
        return loss
