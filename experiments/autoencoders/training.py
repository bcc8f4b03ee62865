# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Trains and measures an autoencoder; `experiments.vae` is the program."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import NamedTuple

import tensorflow as tf

from experiments.autoencoders import (
    autoencoder,
    evaluation,
    export,
    learner,
    plots,
)
from experiments.autoencoders.config import Config
from experiments.common import (
    checkpoints,
    config_flags,
    errors,
    loop,
    paths,
    run_folder,
    seeds,
    training_config,
)
from experiments.common.schedule import Schedule
from experiments.data import images

__all__ = ["Trained", "load", "train"]


class Trained(NamedTuple):
    """A trained model, with what it was trained on.

    Attributes:
        model: A `VariationalAutoencoder`.
        data: The images.
        config: The configuration of the run.
    """

    model: autoencoder.VariationalAutoencoder
    data: images.Images
    config: Config


def train(config: Config) -> Mapping[str, float]:
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
    schedule = Schedule(
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
    model = learner.make_model(config, train_pixels.shape[1])
    with run_folder.open_run(
        paths.user_path(config.output_dir),
        settings,
        config_flags.may_change(Config),
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
        evaluator = evaluation.Evaluator(
            model,
            test_pixels,
            config.seed,
            config.steps,
            config.importance_samples,
        )
        result = loop.fit(
            run,
            schedule,
            learner.AutoencoderLearner(model, optimizer, train_pixels, config),
            evaluator,
        )
        _draw(run, Trained(model, data, config), evaluator.images)
        if config.export:
            folder = paths.user_path(config.export)
            with errors.writing(folder):
                export.export(model, folder)
            print(f"the trained model is in {folder}")
        print(f"\noutputs are in {run.folder}")
    return result


def _load_images(config: Config) -> images.Images:
    if config.data:
        return images.read(config.data)
    return images.load(config.dataset, config.data_dir, config.download)


def _draw(run: run_folder.Run, trained: Trained, test_images) -> None:
    """Draws the training and what the model makes of images."""
    model, size, folder = trained.model, trained.data.size, run.folder
    seed = seeds.stream_seed(
        trained.config.seed, seeds.Stream.EVALUATION_SAMPLES
    )
    with errors.writing(folder):
        plots.plot_training(run.metrics(), folder / "training.png")
        plots.plot_samples(model, size, seed, folder / "samples.png")
        plots.plot_reconstructions(
            model, test_images, size, folder / "reconstructions.png"
        )
        if plots.has_map(model.latent):
            plots.plot_latent_spaces([trained], folder / "latent_space.png")


def load(folder: pathlib.Path) -> Trained:
    """Reads the model of a run from its newest checkpoint.

    Raises:
        errors.MissingFileError: There is none.
    """
    latest = checkpoints.newest(folder / "checkpoints")
    if latest is None:
        raise errors.MissingFileError(f"{folder} holds no checkpoint of a run")
    stored = run_folder.read_config(folder)
    config = Config(
        **{
            field.name: stored[field.name]
            for field in dataclasses.fields(Config)
            if field.name in stored
        }
    )
    data = _load_images(config)
    model = learner.make_model(config, data.size[0] * data.size[1])
    tf.train.Checkpoint(model=model).restore(latest).expect_partial()
    return Trained(model, data, config)
