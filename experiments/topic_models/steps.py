# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Training steps of the amortized topic models, on one device or several.

A step is the same function of the state before it, whatever the number of
replicas: each has an equal share of the minibatch, the gradients are added up
over all replicas, and every replica applies the sum to its own copy of the
variables. Results differ by the rounding of that sum alone.
"""

from collections.abc import Callable

import tensorflow as tf

from experiments.common import adam, training
from experiments.data import document_batches
from experiments.topic_models import topic_model

__all__ = ["UnevenBatchError", "make_train_steps"]


class UnevenBatchError(ValueError):
    """The replicas cannot share a minibatch equally."""


def make_train_steps(
    model: topic_model.TopicModel,
    optimizer: adam.Adam,
    documents: document_batches.DocumentBatches,
    batch_size: int,
    seed: int,
    burn_in: int | None,
    strategy: tf.distribute.Strategy | None = None,
) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """Returns the training function that `training.fit` calls.

    Args:
        model: The model, made in the scope of `strategy`.
        optimizer: Updates the model's trainable variables, in their order;
            made likewise.
        documents: The training documents.
        batch_size: Documents in a step, of all replicas together.
        seed: Seed of the run.
        burn_in: Number of steps during which the prior is fixed; None: it
            always is.
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
    variables = model.trainable_variables
    share = batch_size // replicas
    shape = tf.constant([share, documents.shape[1]], tf.int64)

    def train_step(cells, counts, step, shard):
        with tf.GradientTape() as tape:
            elbo = model.training_elbo(
                tf.SparseTensor(cells, counts, shape),
                training.step_seed(
                    seed, training.Stream.TRAINING_SAMPLES, step
                ),
                shard,
            )
            loss = -tf.reduce_sum(elbo.value) / batch_size
        gradients = tape.gradient(loss, variables)
        # Adam leaves a variable alone, and its moments at zero, for as long
        # as its gradient is exactly zero.
        fixed = burn_in is None or step < burn_in
        gradients = [
            tf.where(fixed, tf.zeros_like(gradient), gradient)
            if variable is model.prior_logits
            else gradient
            for gradient, variable in zip(gradients, variables, strict=True)
        ]
        if strategy:
            *gradients, loss = tf.distribute.get_replica_context().all_reduce(
                tf.distribute.ReduceOp.SUM, [*gradients, loss]
            )
        optimizer.apply(gradients)
        return loss

    def replica_step(cells, counts, step):
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        start = tf.cast(replica * share, tf.int64)
        # The entries stand in the order of their rows.
        first, last = tf.unstack(
            tf.searchsorted(cells[:, 0], tf.stack([start, start + share]))
        )
        here = cells[first:last] - tf.stack([start, 0])
        return train_step(
            here,
            counts[first:last],
            step,
            topic_model.Shard(tf.cast(start, tf.int32), share, batch_size),
        )

    def step(cells, counts, number):
        if strategy is None:
            whole = topic_model.Shard(0, batch_size, batch_size)
            return train_step(cells, counts, number, whole)
        losses = strategy.run(replica_step, (cells, counts, number))
        # Each has the sum over all.
        return strategy.experimental_local_results(losses)[0]

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.int64),
            tf.TensorSpec([None, 2], tf.int64),
            tf.TensorSpec([None], tf.float32),
            tf.TensorSpec([], tf.int32),
        ]
    )
    def loop(row_splits, cells, counts, first_step):
        num_steps = tf.size(row_splits) - 1
        losses = tf.TensorArray(tf.float32, num_steps)
        for i in tf.range(num_steps):
            entries = slice(row_splits[i], row_splits[i + 1])
            losses = losses.write(
                i, step(cells[entries], counts[entries], first_step + i)
            )
        return losses.stack()

    def train_steps(examples, first_step):
        return loop(*documents.steps(examples.numpy()), first_step)

    return train_steps
