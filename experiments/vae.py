# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Variational autoencoders with other latent variables (section 6.3).

See vae_model.py for the model and latents.py for the priors and posteriors.
Without flags, the hyperparameters are those of Appendix D, and the images are
small digits that need no download. The paper's Table 4 is of runs such as

    python -m experiments.vae --dataset=mnist --data_dir=FOLDER \
        --posterior=von_mises --prior=uniform --latent_size=2

In each step, a minibatch of grey images is binarized anew: a pixel is 1 with
the probability that is its brightness. The test images are binarized once, in
the same way for all runs. The training loss is

    E_q[-log p(x | z)] + weight KL(q(z | x) || p(z))

whose weight grows from 0 to 1 in the first --kl_annealing_steps. While training
goes on, the evidence lower bound (weight 1, one sample an image) of the test
images is measured, and in the end their negative log-likelihood, by importance
sampling:

    -log (1/S sum_s p(x | z_s) p(z_s) / q(z_s | x)),  z_s ~ q(z | x),

S = --importance_samples. Its mean over the test images is reported with two
errors: the standard error of that mean, as the images are a sample, and the
error of the importance sampling alone, to first order. No decision hangs on
the test images.

A run can be stopped at any moment; the same command resumes it from its last
checkpoint, and a larger --steps continues it.

References:
    Figurnov, Mohamed and Mnih (2018), "Implicit reparameterization
    gradients", section 6.3 and Appendix D.
    Burda, Grosse and Salakhutdinov (2016), "Importance weighted autoencoders":
    the estimate of the log-likelihood.
"""

import dataclasses
import functools
import os
import sys
from collections.abc import Mapping

import numpy as np
import tensorflow as tf
from absl import app, flags, logging

import tf_implicit as tfi
from experiments import (
    adam,
    config_flags,
    images,
    latents,
    training,
    vae_evaluation,
    vae_model,
)

_INT32_MAX = 2**31 - 1

_ESTIMATORS = {
    "finite_difference": tfi.estimators.finite_difference,
    "generalized": tfi.estimators.generalized,
    "implicit": tfi.estimators.implicit,
    "jankowiak_obermeyer": tfi.estimators.jankowiak_obermeyer,
    "knowles": tfi.estimators.knowles,
    "rsvi": tfi.estimators.rsvi,
    "score_function": tfi.estimators.score_function,
}

_field = config_flags.field


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that a run depends on; each field is a flag of that name."""

    dataset: str = _field(
        "digits", "Images to train on.", choices=images.DATASETS
    )
    data: str | None = _field(
        None,
        "Images of your own, instead of --dataset: an .npz file with x_train "
        "and x_test, or a folder of grey pictures.",
        may_change=True,
    )
    data_dir: str | None = _field(
        None,
        "Folder with the files of --dataset=mnist; by default the environment "
        "variable TF_IMPLICIT_DATA_DIR.",
        may_change=True,
    )
    download: bool = _field(
        False, "Download MNIST to --data_dir if needed.", may_change=True
    )
    output_dir: str | None = _field(
        None,
        "Folder for checkpoints, metrics and pictures; by default output/vae_ "
        "and the most important flags. If it holds this very run, it is "
        "resumed.",
        may_change=True,
    )
    overwrite: bool = _field(
        False,
        "Delete the run that --output_dir holds and start anew.",
        may_change=True,
    )
    seed: int = _field(0, "Seed of the run.", lower=0, upper=_INT32_MAX)
    posterior: str = _field(
        "normal", "Variational posterior.", choices=latents.POSTERIORS
    )
    prior: str | None = _field(
        None,
        "Prior, by default the first: "
        + "; ".join(
            f"{', '.join(names)} for {posterior}"
            for posterior, names in latents.PRIORS.items()
        )
        + ".",
    )
    latent_size: int = _field(2, "Number of latent variables.", lower=1)
    estimator: str = _field(
        "implicit",
        "Gradient estimator, of tf_implicit.estimators. Of a Normal, the "
        "explicit reparameterization is `implicit`.",
        choices=sorted(_ESTIMATORS),
    )
    shape_augmentation: int = _field(
        20, "B of --estimator=rsvi for Gamma and Beta.", lower=0
    )
    hidden_units: str = _field(
        "256,128",
        "Units of the encoder's hidden layers; the decoder has them in reverse "
        "order.",
    )
    learning_rate: float = _field(1e-3, "Learning rate of Adam.", lower=0.0)
    adam_beta1: float = _field(
        0.9, "Decay of Adam's first moment.", lower=0.0, upper=1.0
    )
    adam_beta2: float = _field(
        0.999, "Decay of Adam's second moment.", lower=0.0, upper=1.0
    )
    adam_epsilon: float = _field(
        1e-8, "What Adam adds to the denominator.", lower=0.0
    )
    batch_size: int = _field(64, "Images in a training step.", lower=1)
    steps: int = _field(2_000_000, "Training steps.", lower=1, may_change=True)
    kl_annealing_steps: int = _field(
        100_000, "Steps until the KL divergence has its full weight.", lower=0
    )
    importance_samples: int = _field(
        500,
        "Samples of the estimate of the log-likelihood.",
        lower=1,
        may_change=True,
    )
    evaluate_every: int = _field(
        10, "Epochs between evaluations.", lower=1, may_change=True
    )
    checkpoint_every: int = _field(
        10, "Epochs between checkpoints.", lower=1, may_change=True
    )


def config_from_flags(values: flags.FlagValues) -> Config:
    """Returns the configuration that the command line asks for."""
    settings = config_flags.settings(Config, values)
    if settings["data_dir"] is None:
        settings["data_dir"] = os.environ.get("TF_IMPLICIT_DATA_DIR")
    for name in ("data", "data_dir"):
        if settings[name]:
            settings[name] = str(training.user_path(settings[name]))
    if settings["prior"] is None:
        settings["prior"] = latents.PRIORS[settings["posterior"]][0]
    if settings["output_dir"] is None:
        settings["output_dir"] = "output/vae_" + "_".join(
            str(settings[name])
            for name in ("dataset", "posterior", "prior", "latent_size")
        )
    settings["output_dir"] = str(training.user_path(settings["output_dir"]))
    return Config(**settings)


def make_model(config: Config, num_pixels: int):
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
    return vae_model.VariationalAutoencoder(
        num_pixels,
        latents.make(config.posterior, config.prior, config.latent_size),
        hidden_units,
        training.stream_seed(config.seed, training.Stream.INITIAL_WEIGHTS),
    )


def make_estimator(config: Config) -> tfi.estimators.Estimator:
    """Returns the gradient estimator.

    Raises:
        ValueError: It does not exist for the posterior.
    """
    make = _ESTIMATORS[config.estimator]
    estimator = (
        make(config.shape_augmentation)
        if config.estimator == "rsvi"
        else make()
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


def make_train_steps(model, optimizer, pixels: np.ndarray, config: Config):
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
        x = vae_model.binarize(tf.gather(pixels, numbers), seeds[0])
        with tf.GradientTape() as tape:
            # What flows back to the images updates all variables on its way.
            tape.watch(x)
            elbo = model.elbo(x, seeds[1], estimator, optimizer.start_step())
            loss = tf.reduce_mean(
                kl_weight(step) * elbo.kl - elbo.log_likelihood
            )
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


def train(config: Config) -> Mapping[str, float]:
    """Trains, resumes or continues a model, and writes all its outputs.

    Args:
        config: The configuration; `output_dir` and `prior` must be set.

    Returns:
        The last evaluation: `step`, `test_nll` and more.
    """
    data = (
        images.read(config.data)
        if config.data
        else images.load(config.dataset, config.data_dir, config.download)
    )
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
        folder, settings, config_flags.may_change(Config), config.overwrite
    ) as run:
        print(
            f"{config.data or config.dataset}: training on {len(train_pixels)} "
            f"images of {data.size[0]} x {data.size[1]}, testing on "
            f"{len(test_pixels)}",
            flush=True,
        )
        optimizer = adam.Adam(
            model.trainable_variables,
            config.learning_rate,
            config.adam_beta1,
            config.adam_beta2,
            config.adam_epsilon,
        )
        evaluator = vae_evaluation.Evaluator(model, test_pixels, config.seed)

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
        print(f"\noutputs are in {folder}")
    return result


def main(argv: list[str]) -> None:
    """Trains as the flags say."""
    if not flags.FLAGS["verbosity"].present:
        # TensorFlow reports each checkpoint at level INFO.
        logging.set_verbosity(logging.WARNING)
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    try:
        result = train(config_from_flags(flags.FLAGS))
    except (
        FileNotFoundError,
        ImportError,
        ValueError,
        training.FolderInUseError,
        training.NonFiniteError,
    ) as error:
        sys.exit(f"error: {error}")
    print(
        f"test negative log-likelihood: {result['test_nll']:.2f} +- "
        f"{result['test_nll_standard_error']:.2f}"
    )


if __name__ == "__main__":
    config_flags.define(Config, flags.FLAGS)
    app.run(main)
