# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of what the training programs' configurations accept and mean."""

import dataclasses
import math
import typing

import numpy as np
import pytest
import tensorflow as tf
from absl import flags

from experiments.autoencoders import config as vae_config
from experiments.common import adam, config_flags, paths, training_config
from experiments.topic_models import config as lda_config

_SHARED = {
    # What tf.random.fold_in takes: int32.
    "seed": (0, 2**31 - 1),
    "learning_rate": (0.0, None),
    "learning_rate_half_life": (1, None),
    "adam_beta1": (0.0, 1.0),
    "adam_beta2": (0.0, 1.0),
    "adam_epsilon": (0.0, None),
    "min_parameter": (1e-6, 1.0),
    "max_parameter": (1.0, 1e10),
    "evaluate_every": (1, None),
    "checkpoint_every": (1, None),
}
# The smallest and the largest value of each number.
BOUNDS = {
    training_config.TrainingConfig: _SHARED,
    vae_config.Config: _SHARED
    | {
        "latent_size": (1, None),
        "shape_augmentation": (0, None),
        "batch_size": (1, None),
        "steps": (1, None),
        "kl_annealing_steps": (0, None),
        "importance_samples": (1, None),
    },
    lda_config.Config: _SHARED
    | {
        "initial_topic_documents": (0, None),
        "refinement_steps": (0, None),
        "kl_annealing_steps": (0, None),
        "shape_augmentation": (0, None),
        "num_topics": (2, None),
        "hidden_layers": (0, None),
        "hidden_units": (1, None),
        "initial_prior": (1e-3, 1e3),
        "prior_burn_in_epochs": (0, None),
        "batch_size": (1, None),
        "svi_chunk_size": (1, None),
        "svi_decay": (0.5, 1.0),
        "epochs": (1, None),
        "max_steps": (1, None),
        "validation_fraction": (0.0, 0.9),
    },
}
of_each_program = pytest.mark.parametrize(
    "config_class", BOUNDS, ids=lambda c: c.__module__.split(".")[1]
)


def settings(config_class, *arguments):
    values = flags.FlagValues()
    config_flags.define(config_class, values)
    values(["program", *arguments])
    return config_flags.settings(config_class, values)


@of_each_program
def test_every_number_has_its_bounds_here(config_class):
    numbers = {
        name
        for name, kind in typing.get_type_hints(config_class).items()
        if {int, float} & {kind, *typing.get_args(kind)}
    }
    assert numbers == set(BOUNDS[config_class])


@of_each_program
def test_bounds_are_accepted_and_what_is_beyond_is_not(config_class):
    for name, bounds in BOUNDS[config_class].items():
        for bound, beyond in zip(bounds, (-math.inf, math.inf), strict=True):
            if bound is None:
                assert settings(config_class, f"--{name}={10**9}")
                continue
            found = settings(config_class, f"--{name}={bound}")
            assert found[name] == bound
            further = (
                math.nextafter(bound, beyond)
                if isinstance(bound, float)
                else bound + int(math.copysign(1, beyond))
            )
            with pytest.raises(flags.IllegalFlagValueError, match=name):
                settings(config_class, f"--{name}={further!r}")


def test_defaults_are_those_of_the_paper():
    config = training_config.TrainingConfig()
    assert dataclasses.asdict(config) == {
        **dict.fromkeys(("data_dir", "output_dir", "export")),
        "overwrite": False,
        "seed": 0,
        "learning_rate": 1e-3,
        "learning_rate_half_life": None,
        "adam_beta1": 0.9,
        "adam_beta2": 0.999,
        "adam_epsilon": 1e-8,
        "min_parameter": 1e-3,
        "max_parameter": 1e3,
        "inward_gradient": None,
        "evaluate_every": 10,
        "checkpoint_every": 10,
    }
    other = dataclasses.replace(config, min_parameter=0.5, max_parameter=2.0)
    assert other.bounds == (0.5, 2.0, False)
    other = dataclasses.replace(other, inward_gradient=True)
    assert other.bounds == (0.5, 2.0, True)


def test_a_resumed_run_may_change_places_and_intervals_only():
    assert config_flags.may_change(training_config.TrainingConfig) == {
        "data_dir",
        "output_dir",
        "overwrite",
        "export",
        "evaluate_every",
        "checkpoint_every",
    }


def test_the_optimizer_is_as_configured():
    config = training_config.TrainingConfig(
        learning_rate=0.25,
        learning_rate_half_life=2,
        adam_beta1=0.5,
        adam_beta2=0.75,
        adam_epsilon=0.125,
    )
    ours, expected = (tf.Variable([1.0, 2.0]) for _ in range(2))
    optimizers = (
        training_config.make_optimizer(config, [ours]),
        adam.Adam(
            [expected],
            learning_rate=0.25,
            beta1=0.5,
            beta2=0.75,
            epsilon=0.125,
            half_life=2,
        ),
    )
    for gradient in ([1.0, -0.5], [0.25, 2.0], [0.5, 1.0]):
        for optimizer in optimizers:
            optimizer.apply([tf.constant(gradient)])
    np.testing.assert_array_equal(ours, expected)


def test_paths_are_full_ones(tmp_path, monkeypatch):
    monkeypatch.setenv("BUILD_WORKING_DIRECTORY", str(tmp_path))
    monkeypatch.delenv(paths.DATA_DIR_VARIABLE, raising=False)
    given = {"data_dir": "d", "output_dir": "o", "export": "e", "seed": 3}
    root = tmp_path.resolve()
    assert training_config.resolve_paths(given, "default") == {
        "data_dir": str(root / "d"),
        "output_dir": str(root / "o"),
        "export": str(root / "e"),
        "seed": 3,
    }
    none = dict.fromkeys(("data_dir", "output_dir", "export"))
    assert training_config.resolve_paths(none, "default") == none | {
        "output_dir": str(root / "default")
    }
