# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which examples each step of a run uses."""

import dataclasses
from collections.abc import Iterator

import numpy as np

from experiments.common import seeds

__all__ = ["Schedule"]

# Steps in one call of the training function: long enough (0.3 s for the topic
# model) to make the cost of a call vanish, short enough for a live progress
# bar.
_STEPS_PER_CALL = 100


@dataclasses.dataclass(frozen=True)
class Schedule:
    """Which examples each step uses, and when to stop, evaluate and save.

    An epoch is a fresh random order of all examples cut into batches; the
    remainder that does not fill a batch is left out of that epoch.

    Attributes:
        num_examples: Size of the training set.
        batch_size: Examples in a step, at most `num_examples`.
        epochs: How long to train.
        max_steps: If not None, stop after that many steps at the latest.
        evaluate_every: Epochs between evaluations.
        checkpoint_every: Epochs between checkpoints.
        seed: Seed of the run.
    """

    num_examples: int
    batch_size: int
    epochs: int
    max_steps: int | None
    evaluate_every: int
    checkpoint_every: int
    seed: int

    @property
    def steps_per_epoch(self) -> int:
        """Steps in each epoch."""
        return self.num_examples // self.batch_size

    @property
    def total_steps(self) -> int:
        """Steps in the whole run."""
        steps = self.epochs * self.steps_per_epoch
        return steps if self.max_steps is None else min(steps, self.max_steps)

    def calls(self, step: int) -> Iterator[tuple[int, np.ndarray]]:
        """Yields what is left to do after `step` steps.

        Yields:
            Pairs of the number of the first step and the examples, int64
            `[steps, batch_size]`. No pair reaches across epochs.
        """
        per_epoch = self.steps_per_epoch
        while step < self.total_steps:
            epoch, within = divmod(step, per_epoch)
            generator = np.random.default_rng(
                (self.seed, seeds.Stream.SHUFFLE, epoch)
            )
            order = generator.permutation(self.num_examples)
            batches = order[: per_epoch * self.batch_size].reshape(
                per_epoch, self.batch_size
            )
            end = min(per_epoch, within + self.total_steps - step)
            for start in range(within, end, _STEPS_PER_CALL):
                call = batches[start : min(start + _STEPS_PER_CALL, end)]
                yield step, call
                step += len(call)
