# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Configuration and command line of the autoencoder."""

import dataclasses

from absl import flags

from experiments.autoencoders import latents
from experiments.common import (
    config_flags,
    named_estimators,
    paths,
    training_config,
)
from experiments.data import images

__all__ = [
    "PRESETS",
    "Config",
    "config_from_flags",
    "define_flags",
]

# --help of the program lists them.
flags.disclaim_key_flags()

_field = config_flags.field


@dataclasses.dataclass(frozen=True)
class Config(training_config.TrainingConfig):
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
    download: bool = _field(
        False, "Download MNIST to --data_dir if needed.", may_change=True
    )
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
    jit_compile: bool = _field(
        False, "Have XLA compile the networks.", may_change=True
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
    if settings["data"]:
        settings["data"] = str(paths.user_path(settings["data"]))
    if settings["prior"] is None:
        settings["prior"] = latents.PRIORS[settings["posterior"]][0]
    output_dir = "output/vae_" + "_".join(
        str(settings[name])
        for name in ("dataset", "posterior", "prior", "latent_size")
    )
    return Config(**training_config.resolve_paths(settings, output_dir))
