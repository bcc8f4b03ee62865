# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Trains and measures an autoencoder."""

import dataclasses
import functools
import pathlib
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import tensorflow as tf

import tf_implicit as tfi
from experiments.autoencoders import (
    autoencoder,
    evaluation,
    export,
    latents,
    plots,
)
from experiments.autoencoders import config as vae_config
from experiments.common import (
    config_flags,
    named_estimators,
    training,
    training_config,
)
from experiments.data import images

__all__ = [
    "Trained",
    "load",
    "make_estimator",
    "make_model",
    "make_train_steps",
    "train",
]


class Trained(NamedTuple):
    """A trained model, with what it was trained on.

    Attributes:
        model: A `VariationalAutoencoder`.
        data: The images.
        config: The configuration of the run.
    """

    model: autoencoder.VariationalAutoencoder
    data: images.Images
    config: vae_config.Config


def make_model(config: vae_config.Config, num_pixels: int):
    """Returns the model with its initial weights.

    Raises:
        ValueError: The configuration contradicts itself.
    """
    try:
        hidden_units = [int(n) for n in config.hidden_units.split(",")]
    except ValueError as error:
        raise ValueError(
            f"--hidden_units={config.hidden_units} must be integers with "
            "commas between"
        ) from error
    return autoencoder.VariationalAutoencoder(
        num_pixels,
        latents.make(config.posterior, config.prior, config.latent_size),
        hidden_units,
        training.stream_seed(config.seed, training.Stream.INITIAL_WEIGHTS),
        config.jit_compile,
    )


def make_estimator(config: vae_config.Config) -> tfi.estimators.Estimator:
    """Returns the gradient estimator.

    Raises:
        ValueError: It does not exist for the posterior.
    """
    estimator = named_estimators.make(
        config.estimator, config.shape_augmentation
    )
    families = estimator.families
    family = latents.FAMILIES[config.posterior]
    if (family is None and config.estimator != "implicit") or (
        family is not None and family not in families
    ):
        raise ValueError(
            f"--estimator={config.estimator} does not exist for "
            f"--posterior={config.posterior}"
        )
    return estimator


def make_train_steps(
    model, optimizer, pixels: np.ndarray, config: vae_config.Config
):
    """Returns the training function that `training.fit` calls.

    Args:
        model: A `VariationalAutoencoder`.
        optimizer: Updates the model's trainable variables, in their order.
        pixels: uint8 `[images, pixels]`.
        config: Configuration of the run.
    """
    pixels = tf.constant(pixels)
    estimator = make_estimator(config)

    def kl_weight(step):
        if not config.kl_annealing_steps:
            return 1.0
        return tf.minimum(
            tf.cast(step, tf.float32) / config.kl_annealing_steps, 1.0
        )

    def train_step(numbers, step):
        seeds = tf.random.split(
            training.step_seed(
                config.seed, training.Stream.TRAINING_SAMPLES, step
            ),
            2,
        )
        x = autoencoder.binarize(tf.gather(pixels, numbers), seeds[0])
        if config.jit_compile:
            # Updates are no part of what XLA compiles.
            with tf.GradientTape() as tape:
                loss = _loss(
                    model.elbo(x, seeds[1], estimator), kl_weight(step)
                )
            variables = model.trainable_variables
            optimizer.apply(tape.gradient(loss, variables))
            return loss
        with tf.GradientTape() as tape:
            # What flows back to the images updates all variables on its way.
            tape.watch(x)
            elbo = model.elbo(x, seeds[1], estimator, optimizer.start_step())
            loss = _loss(elbo, kl_weight(step))
        tape.gradient(loss, x)
        return loss

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, config.batch_size], tf.int64),
            tf.TensorSpec([], tf.int32),
        ]
    )
    def train_steps(examples, first_step):
        num_steps = tf.shape(examples)[0]
        losses = tf.TensorArray(tf.float32, num_steps)
        for i in tf.range(num_steps):
            losses = losses.write(i, train_step(examples[i], first_step + i))
        return losses.stack()

    return train_steps


def _loss(elbo: autoencoder.Elbo, kl_weight: tf.Tensor) -> tf.Tensor:
    """Returns the training loss of a batch."""
    return tf.reduce_mean(kl_weight * elbo.kl - elbo.log_likelihood)


def _load_images(config: vae_config.Config) -> images.Images:
    if config.data:
        return images.read(config.data)
    return images.load(config.dataset, config.data_dir, config.download)


def train(config: vae_config.Config) -> Mapping[str, float]:
    """Trains, resumes or continues a model, and writes all its outputs.

    Args:
        config: The configuration; `output_dir` and `prior` must be set.

    Returns:
        The last evaluation: `step`, `test_nll` and more.
    """
    data = _load_images(config)
    train_pixels, test_pixels = (
        array.reshape(len(array), -1) for array in (data.train, data.test)
    )
    config = dataclasses.replace(
        config, batch_size=min(config.batch_size, len(train_pixels))
    )
    steps_per_epoch = len(train_pixels) // config.batch_size
    schedule = training.Schedule(
        num_examples=len(train_pixels),
        batch_size=config.batch_size,
        epochs=-(-config.steps // steps_per_epoch),
        max_steps=config.steps,
        evaluate_every=config.evaluate_every,
        checkpoint_every=config.checkpoint_every,
        seed=config.seed,
    )
    settings = {
        "program": "vae",
        "images_sha256": data.sha256(),
        **dataclasses.asdict(config),
    }
    model = make_model(config, train_pixels.shape[1])
    folder = training.user_path(config.output_dir)
    with training.open_run(
        folder,
        settings,
        config_flags.may_change(vae_config.Config),
        config.overwrite,
    ) as run:
        print(
            f"{config.data or config.dataset}: training on {len(train_pixels)} "
            f"images of {data.size[0]} x {data.size[1]}, testing on "
            f"{len(test_pixels)}",
            flush=True,
        )
        optimizer = training_config.make_optimizer(
            config, model.trainable_variables
        )
        evaluator = evaluation.Evaluator(model, test_pixels, config.seed)

        @functools.lru_cache(maxsize=1)
        def evaluate(step):
            result = evaluator.elbo(step)
            if step == config.steps:
                result |= evaluator.nll(step, config.importance_samples)
            return result

        result = training.fit(
            run,
            schedule,
            {"model": model, "optimizer": optimizer},
            make_train_steps(model, optimizer, train_pixels, config),
            evaluate,
            lambda: {"gradient_variance": float(optimizer.gradient_variance())},
        )
        plots.plot_training(run.metrics(), folder / "training.png")
        seed = training.stream_seed(
            config.seed, training.Stream.EVALUATION_SAMPLES
        )
        plots.plot_samples(model, data.size, seed, folder / "samples.png")
        plots.plot_reconstructions(
            model, evaluator.images, data.size, folder / "reconstructions.png"
        )
        if plots.has_map(model.latent):
            plots.plot_latent_spaces(
                [Trained(model, data, config)], folder / "latent_space.png"
            )
        if config.export:
            export_folder = training.user_path(config.export)
            export.export(model, export_folder)
            print(f"the trained model is in {export_folder}")
        print(f"\noutputs are in {folder}")
    return result


def load(folder: pathlib.Path) -> Trained:
    """Reads the model of a run from its newest checkpoint.

    Raises:
        FileNotFoundError: There is none.
    """
    latest = tf.train.latest_checkpoint(str(folder / "checkpoints"))
    if latest is None:
        raise FileNotFoundError(f"{folder} holds no checkpoint of a run")
    stored = training.read_config(folder)
    config = vae_config.Config(
        **{
            field.name: stored[field.name]
            for field in dataclasses.fields(vae_config.Config)
            if field.name in stored
        }
    )
    data = _load_images(config)
    model = make_model(config, data.size[0] * data.size[1])
    tf.train.Checkpoint(model=model).restore(latest).expect_partial()
    return Trained(model, data, config)
