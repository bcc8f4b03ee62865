# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Configuration and command line of the autoencoder."""

import dataclasses
import os

from absl import flags

from experiments import (
    config_flags,
    images,
    latents,
    named_estimators,
    training,
)

__all__ = [
    "PRESETS",
    "Config",
    "config_from_flags",
    "define_flags",
]

_INT32_MAX = 2**31 - 1

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
        choices=named_estimators.NAMES,
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
    export: str | None = _field(
        None,
        "Folder to write the trained model to, as a SavedModel.",
        may_change=True,
    )
    jit_compile: bool = _field(
        False, "Have XLA compile the networks.", may_change=True
    )
    checkpoint_every: int = _field(
        10, "Epochs between checkpoints.", lower=1, may_change=True
    )


# What each value of --preset sets.
PRESETS = {
    "paper": {},
    # Half a minute on one core: the digits of scikit-learn on a torus. Seed 0
    # ends in a local optimum that uses one of the two angles only.
    "demo": {
        "posterior": "von_mises",
        "seed": 1,
        "steps": 12_000,
        "kl_annealing_steps": 10_000,
        "importance_samples": 100,
    },
}


def define_flags(values: flags.FlagValues = flags.FLAGS) -> None:
    """Defines one flag for each field of `Config`, and --preset."""
    config_flags.define(Config, values)
    flags.DEFINE_enum(
        "preset",
        "paper",
        list(PRESETS),
        "Hyperparameters of the paper, or `demo`, which sets, unless given: "
        + ", ".join(f"--{k}={v}" for k, v in PRESETS["demo"].items()),
        flag_values=values,
    )


def config_from_flags(values: flags.FlagValues) -> Config:
    """Returns the configuration that the command line asks for."""
    settings = config_flags.settings(Config, values, PRESETS[values.preset])
    if settings["data_dir"] is None:
        settings["data_dir"] = os.environ.get("TF_IMPLICIT_DATA_DIR")
    for name in ("data", "data_dir", "export"):
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
