# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Configuration and command line of the topic models."""

import dataclasses
import os

from absl import flags

from experiments import corpora, training

__all__ = [
    "ESTIMATORS",
    "MAY_CHANGE",
    "MODELS",
    "PRESETS",
    "Config",
    "config_from_flags",
    "define_flags",
]

MODELS = ("lda", "ln_lda", "svi")

# Names in tf_implicit.estimators.
ESTIMATORS = (
    "implicit",
    "rsvi",
    "generalized",
    "score_function",
    "finite_difference",
    "knowles",
    "jankowiak_obermeyer",
)

# What each value of --preset sets. The paper's Table 6, its number of epochs
# and its settings of stochastic variational inference (Appendix D).
PRESETS = {
    "20newsgroups": {
        "learning_rate": 3e-4,
        "hidden_layers": 3,
        "hidden_units": 300,
        "initial_prior": 0.7,
        "prior_burn_in_epochs": 350,
        "epochs": 500,
        "svi_chunk_size": 1000,
    },
    "rcv1_ln_lda": {
        "learning_rate": 1e-3,
        "hidden_layers": 1,
        "hidden_units": 200,
        "initial_prior": 0.5,
        "prior_burn_in_epochs": 7,
        "epochs": 10,
        "evaluate_every": 1,
        "checkpoint_every": 1,
        "svi_chunk_size": 2000,
    },
    "rcv1_lda": {
        "learning_rate": 1e-3,
        "hidden_layers": 2,
        "hidden_units": 250,
        "initial_prior": 0.95,
        "prior_burn_in_epochs": 5,
        "epochs": 10,
        "evaluate_every": 1,
        "checkpoint_every": 1,
        "svi_chunk_size": 2000,
    },
    # Small enough to train in about a minute on one core, with topics that
    # can be read.
    "demo": {
        "epochs": 80,
        "hidden_layers": 1,
        "hidden_units": 100,
        "initial_prior": 0.1,
        "learning_rate": 5e-3,
        "num_topics": 20,
        "prior_burn_in_epochs": 50,
    },
}

# These may differ between a run and its continuation.
MAY_CHANGE = frozenset(
    {
        "checkpoint_every",
        "data_dir",
        "epochs",
        "evaluate_every",
        "export",
        "max_steps",
        "output_dir",
        "overwrite",
    }
)

_INT32_MAX = 2**31 - 1


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that a run depends on; each field is a flag of that name.

    Raises:
        ValueError: Two settings contradict each other.
    """

    dataset: str = "wikipedia"
    data_dir: str | None = None
    output_dir: str | None = None
    overwrite: bool = False
    seed: int = 0
    model: str = "lda"
    estimator: str = "implicit"
    shape_augmentation: int = 10
    fixed_prior: bool = False
    sampled_kl: bool = False
    num_topics: int = 50
    hidden_layers: int = 3
    hidden_units: int = 300
    initial_prior: float = 0.7
    prior_burn_in_epochs: int = 350
    learning_rate: float = 3e-4
    adam_beta1: float = 0.9
    adam_beta2: float = 0.999
    adam_epsilon: float = 1e-8
    batch_size: int = 32
    svi_chunk_size: int = 1000
    svi_decay: float = 0.5
    epochs: int = 500
    max_steps: int | None = None
    validation_fraction: float = 0.0
    evaluate_every: int = 10
    checkpoint_every: int = 10
    export: str | None = None

    def __post_init__(self):
        if self.estimator != "implicit" and self.model != "lda":
            raise ValueError(
                f"--estimator={self.estimator} needs --model=lda: "
                f"--model={self.model} samples no Dirichlet distribution"
            )
        if self.sampled_kl and (
            self.estimator != "implicit" or self.model == "svi"
        ):
            raise ValueError(
                "--sampled_kl needs --model=lda with --estimator=implicit, or "
                "--model=ln_lda"
            )
        if self.fixed_prior and self.model == "svi":
            raise ValueError("--fixed_prior is not for --model=svi")
        if self.export and self.model == "svi":
            raise ValueError(
                "--export is not for --model=svi, whose posterior is a loop "
                "in gensim"
            )


_HELP = {
    "dataset": "Corpus to train on.",
    "data_dir": "Folder with the corpus' files; by default the environment "
    "variable TF_IMPLICIT_DATA_DIR.",
    "output_dir": "Folder for checkpoints, metrics and pictures; by default "
    "output/MODEL_DATASET_seedSEED. If it holds this very run, it is resumed.",
    "overwrite": "Delete the run that --output_dir holds and start anew.",
    "seed": "Seed of the whole run.",
    "model": "lda: amortized inference with a Dirichlet posterior; ln_lda: "
    "with a logistic Normal one; svi: stochastic variational inference by "
    "gensim.",
    "estimator": "Gradient estimator of --model=lda, from "
    "tf_implicit.estimators.",
    "shape_augmentation": "B of --estimator=rsvi.",
    "fixed_prior": "Leave alpha as it is for good (a control of Appendix D).",
    "sampled_kl": "Estimate the KL divergence in training from the sample "
    "(a control of Appendix D).",
    "num_topics": "Number of topics.",
    "hidden_layers": "Hidden layers of the inference network.",
    "hidden_units": "Units of each hidden layer.",
    "initial_prior": "Initial value of the prior parameters alpha.",
    "prior_burn_in_epochs": "Epochs during which alpha stays as it is.",
    "learning_rate": "Learning rate of Adam.",
    "adam_beta1": "Decay of Adam's first moment.",
    "adam_beta2": "Decay of Adam's second moment.",
    "adam_epsilon": "What Adam adds to the denominator.",
    "batch_size": "Documents in a training step, but for --model=svi.",
    "svi_chunk_size": "Documents in a training step of --model=svi.",
    "svi_decay": "Decay of the learning rate of --model=svi.",
    "epochs": "Passes over the training documents.",
    "max_steps": "Stop after that many steps, whatever --epochs says.",
    "validation_fraction": "Share of the training documents to hold out.",
    "evaluate_every": "Epochs between evaluations.",
    "checkpoint_every": "Epochs between checkpoints.",
    "export": "Folder to write the trained model to, for "
    "experiments.lda_predict.",
}


def define_flags(values: flags.FlagValues = flags.FLAGS) -> None:
    """Defines one flag for each field of `Config`, and --preset."""
    default = {f.name: f.default for f in dataclasses.fields(Config)}

    def integer(name, lower, upper=None):
        flags.DEFINE_integer(
            name,
            default[name],
            _HELP[name],
            lower_bound=lower,
            upper_bound=upper,
            flag_values=values,
        )

    def real(name, lower, upper):
        flags.DEFINE_float(
            name,
            default[name],
            _HELP[name],
            lower_bound=lower,
            upper_bound=upper,
            flag_values=values,
        )

    def choice(name, choices):
        flags.DEFINE_enum(
            name, default[name], choices, _HELP[name], flag_values=values
        )

    def text(name):
        flags.DEFINE_string(
            name, default[name], _HELP[name], flag_values=values
        )

    def switch(name):
        flags.DEFINE_bool(name, default[name], _HELP[name], flag_values=values)

    choice("dataset", corpora.DATASETS)
    text("data_dir")
    text("output_dir")
    switch("overwrite")
    integer("seed", 0, _INT32_MAX)
    choice("model", MODELS)
    choice("estimator", ESTIMATORS)
    integer("shape_augmentation", 0)
    switch("fixed_prior")
    switch("sampled_kl")
    integer("num_topics", 2)
    integer("hidden_layers", 0)
    integer("hidden_units", 1)
    real("initial_prior", 1e-3, 1e3)
    integer("prior_burn_in_epochs", 0)
    real("learning_rate", 0.0, None)
    real("adam_beta1", 0.0, 1.0)
    real("adam_beta2", 0.0, 1.0)
    real("adam_epsilon", 0.0, None)
    integer("batch_size", 1)
    integer("svi_chunk_size", 1)
    # Below 0.5 stochastic variational inference need not converge (Hoffman et
    # al. 2010); the paper uses 0.5 itself.
    real("svi_decay", 0.5, 1.0)
    integer("epochs", 1)
    integer("max_steps", 1)
    real("validation_fraction", 0.0, 0.9)
    integer("evaluate_every", 1)
    integer("checkpoint_every", 1)
    text("export")
    flags.DEFINE_enum(
        "preset",
        "20newsgroups",
        list(PRESETS),
        "Hyperparameters of the paper's Table 6, or `demo`: train for about a "
        "minute. Flags that are given beat it. Sets: "
        + "; ".join(
            f"{preset}: "
            + ", ".join(f"--{name}={value}" for name, value in values.items())
            for preset, values in PRESETS.items()
        ),
        flag_values=values,
    )


def config_from_flags(values: flags.FlagValues) -> Config:
    """Returns the configuration that the command line asks for."""
    preset = PRESETS[values.preset]
    settings = {
        field.name: preset[field.name]
        if field.name in preset and values[field.name].using_default_value
        else values[field.name].value
        for field in dataclasses.fields(Config)
    }
    if settings["data_dir"] is None:
        settings["data_dir"] = os.environ.get("TF_IMPLICIT_DATA_DIR")
    if settings["data_dir"]:
        settings["data_dir"] = str(training.user_path(settings["data_dir"]))
    if settings["output_dir"] is None:
        settings["output_dir"] = "output/{model}_{dataset}_seed{seed}".format(
            **settings
        )
    settings["output_dir"] = str(training.user_path(settings["output_dir"]))
    return Config(**settings)
