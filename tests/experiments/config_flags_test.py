# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of flags that are made from a configuration."""

import dataclasses

import pytest
from absl import flags

from experiments import config_flags

field = config_flags.field


@dataclasses.dataclass(frozen=True)
class Config:
    """A field of each kind."""

    name: str = field("a", "Name.")
    kind: str = field("x", "Kind.", choices=["x", "y"])
    path: str | None = field(None, "Path.", may_change=True)
    size: int = field(3, "Size.", lower=1, upper=5)
    limit: int | None = field(None, "Limit.", may_change=True)
    rate: float = field(0.5, "Rate.", lower=0.0)
    force: bool = field(False, "Force.")


def settings(*arguments, **preset):
    values = flags.FlagValues()
    config_flags.define(Config, values)
    values(["program", *arguments])
    return config_flags.settings(Config, values, preset)


def test_defaults_are_those_of_the_fields():
    assert Config(**settings()) == Config()


def test_values_have_the_types_of_the_fields():
    assert settings(
        "--name=b", "--kind=y", "--path=/p", "--size=5", "--limit=7",
        "--rate=2", "--force",
    ) == {
        "name": "b",
        "kind": "y",
        "path": "/p",
        "size": 5,
        "limit": 7,
        "rate": 2.0,
        "force": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    "argument", ["--kind=z", "--size=0", "--size=6", "--rate=-1", "--size=a"]
)
def test_values_out_of_range_are_refused(argument):
    with pytest.raises(flags.IllegalFlagValueError):
        settings(argument)


def test_command_line_beats_preset_and_preset_beats_default():
    result = settings("--size=3", size=4, rate=0.25)
    assert (result["size"], result["rate"], result["name"]) == (3, 0.25, "a")


def test_what_a_resumed_run_may_change():
    assert config_flags.may_change(Config) == {"path", "limit"}
