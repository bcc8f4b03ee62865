# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Configuration that the training binaries share."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from experiments.common import adam, config_flags, networks, paths

__all__ = ["TrainingConfig", "make_optimizer", "resolve_paths"]

_field = config_flags.field


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """What each run depends on; each field is a flag of that name."""

    data_dir: str | None = _field(None, paths.DATA_DIR_HELP, may_change=True)
    output_dir: str | None = _field(
        None,
        "Folder for checkpoints, metrics and pictures; by default a folder in "
        "output/ with a name of the most important flags. If it holds this "
        "very run, it is resumed.",
        may_change=True,
    )
    overwrite: bool = _field(
        False,
        "Delete the run that --output_dir holds and start anew.",
        may_change=True,
    )
    export: str | None = _field(
        None,
        "Folder to write the trained model to, as a SavedModel.",
        may_change=True,
    )
    seed: int = _field(0, "Seed of the whole run.", lower=0, upper=2**31 - 1)
    learning_rate: float = _field(1e-3, "Learning rate of Adam.", lower=0.0)
    # None, not 0: runs from before this flag can be resumed.
    learning_rate_half_life: int | None = _field(
        None,
        "Steps after which the learning rate is half as large, and so on; by "
        "default it stays as it is, as in the paper.",
        lower=1,
    )
    adam_beta1: float = _field(
        0.9, "Decay of Adam's first moment.", lower=0.0, upper=1.0
    )
    adam_beta2: float = _field(
        0.999, "Decay of Adam's second moment.", lower=0.0, upper=1.0
    )
    adam_epsilon: float = _field(
        1e-8, "What Adam adds to the denominator.", lower=0.0
    )
    min_parameter: float = _field(
        networks.PAPER_BOUNDS.lower,
        "Positive parameters of distributions are clipped to it from below, "
        "by default as in the paper.",
        lower=1e-6,
        upper=1.0,
    )
    max_parameter: float = _field(
        networks.PAPER_BOUNDS.upper,
        "Likewise from above.",
        lower=1.0,
        upper=1e10,
    )
    # None, not false: runs from before this flag can be resumed.
    inward_gradient: bool | None = _field(
        None,
        "Let a clipped parameter keep the gradient that leads back within its "
        "bounds; by default it has none, as in the paper.",
    )
    evaluate_every: int = _field(
        10, "Epochs between evaluations.", lower=1, may_change=True
    )
    checkpoint_every: int = _field(
        10, "Epochs between checkpoints.", lower=1, may_change=True
    )

    @property
    def bounds(self) -> networks.Bounds:
        """What positive parameters are clipped to."""
        return networks.Bounds(
            self.min_parameter, self.max_parameter, bool(self.inward_gradient)
        )


def make_optimizer(
    config: TrainingConfig, variables: Sequence[tf.Variable]
) -> adam.Adam:
    """Returns the optimizer of the variables."""
    return adam.Adam(
        variables,
        config.learning_rate,
        config.adam_beta1,
        config.adam_beta2,
        config.adam_epsilon,
        config.learning_rate_half_life,
    )


def resolve_paths(
    settings: dict[str, Any], default_output_dir: str
) -> dict[str, Any]:
    """Returns the settings with the folders that they mean, as full paths."""
    output_dir = settings["output_dir"] or default_output_dir
    export = settings["export"]
    return settings | {
        "data_dir": paths.data_folder(settings["data_dir"]),
        "output_dir": str(paths.user_path(output_dir)),
        "export": str(paths.user_path(export)) if export else None,
    }
