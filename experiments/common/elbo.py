# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The evidence lower bound, of documents and images alike."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from experiments.common import errors, seeds

__all__ = ["Elbo", "check_finite", "kl_weight", "measure", "metrics"]

# Evaluation trains no variable, so a batch may be larger than in training. The
# size is part of the result only through which example gets which sample.
BATCH = 256


class Elbo(NamedTuple):
    """Evidence lower bound of each example x: `log_likelihood - kl`.

    Attributes:
        log_likelihood: `[batch]`, `log p(x | z)` at one sample of q(z | x).
        kl: `[batch]`, `KL(q(z | x) || p(z))`.
    """

    log_likelihood: tf.Tensor
    kl: tf.Tensor

    @property
    def value(self) -> tf.Tensor:
        """The bound itself, `[batch]`."""
        return self.log_likelihood - self.kl


def kl_weight(step: tf.Tensor, annealing_steps: int) -> tf.Tensor | float:
    """The weight of the KL divergence in the loss of a training step.

    Args:
        step: Number of steps before it.
        annealing_steps: Steps in which the weight grows from 0 to 1; 0 for 1
            from the start.
    """
    if not annealing_steps:
        return 1.0
    return tf.minimum(tf.cast(step, tf.float32) / annealing_steps, 1.0)


def measure(
    bound: Callable[[Any, tf.Tensor], Elbo],
    batch: Callable[[int, int], Any],
    count: int,
    seed: int,
    step: int,
    what: str,
) -> Elbo:
    """Estimates the bound of every example by one sample each.

    Args:
        bound: Takes a batch and a stateless seed, int32 `[2]`.
        batch: Returns the examples from a first number to before a last.
        count: Number of examples.
        seed: Seed of the run.
        step: Number of training steps so far.
        what: How messages call an example.

    Returns:
        NumPy arrays `[count]`.

    Raises:
        errors.NonFiniteError: The bound of an example is not finite.
    """
    step_seed = seeds.step_seed(seed, seeds.Stream.EVALUATION_SAMPLES, step)
    parts = [
        bound(
            batch(start, min(start + BATCH, count)),
            # Another seed for each batch: its samples are numbered within it.
            tf.random.fold_in(step_seed, start),
        )
        for start in range(0, count, BATCH)
    ]
    elbo = Elbo(*(np.concatenate(term) for term in zip(*parts, strict=True)))
    check_finite(elbo.value, f"evidence lower bound of {what}", step)
    return elbo


def metrics(elbo: Elbo, split: str) -> dict[str, float]:
    """Returns the means of the bound's two terms, named after the split."""
    return {
        f"{split}_log_likelihood": float(
            elbo.log_likelihood.mean(dtype=np.float64)
        ),
        f"{split}_kl": float(elbo.kl.mean(dtype=np.float64)),
        # Appendix D: never negative, or the numerics are unstable.
        f"{split}_smallest_kl": float(elbo.kl.min()),
    }


def check_finite(values: np.ndarray, what: str, step: int) -> None:
    """Stops at the first example whose measurement is not finite.

    Raises:
        errors.NonFiniteError: There is one.
    """
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        raise errors.NonFiniteError(
            f"after step {step}, the {what} {bad[0]} is {values[bad[0]]}"
        )
