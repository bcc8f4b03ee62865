# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Makes and trains an autoencoder."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

import tf_implicit as tfi
from experiments.autoencoders import autoencoder, latents
from experiments.autoencoders.config import Config
from experiments.common import (
    adam,
    elbo,
    errors,
    loop,
    named_estimators,
    seeds,
)

__all__ = ["AutoencoderLearner", "make_estimator", "make_model"]


def make_model(
    config: Config, num_pixels: int
) -> autoencoder.VariationalAutoencoder:
    """Returns the model with its initial weights.

    Raises:
        errors.SettingsError: The configuration contradicts itself.
    """
    try:
        hidden_units = [int(n) for n in config.hidden_units.split(",")]
    except ValueError as error:
        raise errors.SettingsError(
            f"--hidden_units={config.hidden_units} must be integers with "
            "commas between"
        ) from error
    if min(hidden_units) < 1:
        raise errors.SettingsError(
            f"--hidden_units={config.hidden_units} must be positive"
        )
    return autoencoder.VariationalAutoencoder(
        num_pixels,
        latents.make(
            config.posterior, config.prior, config.latent_size, config.bounds
        ),
        hidden_units,
        seeds.stream_seed(config.seed, seeds.Stream.INITIAL_WEIGHTS),
        config.jit_compile,
    )


def make_estimator(config: Config) -> tfi.estimators.Estimator:
    """Returns the gradient estimator.

    Raises:
        errors.SettingsError: It does not exist for the posterior.
    """
    estimator = named_estimators.make(
        config.estimator, config.shape_augmentation
    )
    families = estimator.families
    family = latents.FAMILIES[config.posterior]
    if (family is None and config.estimator != "implicit") or (
        family is not None and family not in families
    ):
        raise errors.SettingsError(
            f"--estimator={config.estimator} does not exist for "
            f"--posterior={config.posterior}"
        )
    return estimator


class AutoencoderLearner(loop.Learner):
    """Trains an autoencoder."""

    def __init__(
        self,
        model: autoencoder.VariationalAutoencoder,
        optimizer: adam.Adam,
        pixels: np.ndarray,
        config: Config,
    ):
        """Initializes the learner.

        Args:
            model: The model.
            optimizer: Updates the model's trainable variables, in their order.
            pixels: uint8 `[images, pixels]`.
            config: Configuration of the run.
        """
        self._model = model
        self._optimizer = optimizer
        self._pixels = tf.constant(pixels)
        self._config = config
        self._estimator = make_estimator(config)
        # Not a decorator: the signature has the size of the batch.
        self._steps = tf.function(
            self._take_steps,
            input_signature=[
                tf.TensorSpec([None, config.batch_size], tf.int64),
                tf.TensorSpec([], tf.int32),
            ],
        )

    @property
    def state(self) -> Mapping[str, tf.Module]:
        """See base class."""
        return {"model": self._model, "optimizer": self._optimizer}

    def train(self, examples: tf.Tensor, first_step: tf.Tensor) -> tf.Tensor:
        """See base class."""
        return self._steps(examples, first_step)

    def measure(self) -> loop.Metrics:
        """See base class."""
        return {"gradient_variance": float(self._optimizer.gradient_variance())}

    def _take_steps(self, examples, first_step):
        def step(i, number):
            return self._step(examples[i], number)

        return loop.stack_losses(step, tf.shape(examples)[0], first_step)

    def _step(self, numbers, step):
        """Takes a step with the images of these numbers; returns its loss."""
        image_seed, sample_seed = tf.unstack(
            tf.random.split(
                seeds.step_seed(
                    self._config.seed, seeds.Stream.TRAINING_SAMPLES, step
                ),
                2,
            )
        )
        x = autoencoder.binarize(tf.gather(self._pixels, numbers), image_seed)
        if self._config.jit_compile:
            # Updates are no part of what XLA compiles.
            with tf.GradientTape() as tape:
                bound = self._model.elbo(x, sample_seed, self._estimator)
                loss = self._loss(bound, step)
            variables = self._model.trainable_variables
            self._optimizer.apply(tape.gradient(loss, variables))
            return loss
        with tf.GradientTape() as tape:
            # What flows back to the images updates all variables on its way.
            tape.watch(x)
            update = self._optimizer.start_step()
            bound = self._model.elbo(x, sample_seed, self._estimator, update)
            loss = self._loss(bound, step)
        tape.gradient(loss, x)
        return loss

    def _loss(self, bound: elbo.Elbo, step: tf.Tensor) -> tf.Tensor:
        """Returns the training loss of a batch."""
        weight = elbo.kl_weight(step, self._config.kl_annealing_steps)
        return tf.reduce_mean(weight * bound.kl - bound.log_likelihood)
