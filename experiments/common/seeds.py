# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Independent random numbers for each purpose and step of a run."""

import enum

import tensorflow as tf

__all__ = ["Stream", "step_seed", "stream_seed"]


@enum.unique
class Stream(enum.IntEnum):
    """Independent sources of random numbers within a run: no two are equal."""

    INITIAL_WEIGHTS = 0
    SHUFFLE = 1
    TRAINING_SAMPLES = 2
    EVALUATION_SAMPLES = 3
    VALIDATION_SPLIT = 4
    INITIAL_TOPICS = 5


def stream_seed(seed: int, stream: Stream) -> tf.Tensor:
    """Returns the stateless seed, int32 `[2]`, of one stream of a run."""
    return tf.constant([seed, stream], tf.int32)


def step_seed(seed: int, stream: Stream, step: tf.Tensor) -> tf.Tensor:
    """Returns the stateless seed, int32 `[2]`, of one step of a stream."""
    return tf.random.fold_in(stream_seed(seed, stream), step)
