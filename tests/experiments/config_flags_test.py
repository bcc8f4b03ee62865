# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of flags that are made from a configuration."""

import dataclasses

import pytest
from absl import flags

from experiments.autoencoders import config as vae_config
from experiments.common import config_flags
from experiments.topic_models import config as lda_config

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
    share: float | None = field(None, "Share.", may_change=True)
    force: bool = field(False, "Force.")
    parts: tuple[str, ...] = field(("p",), "Parts.", choices=["p", "q"])
    names: tuple[str, ...] = field(("a", "b"), "Names.")


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
        "--rate=2", "--share=-1e300", "--force", "--parts=q", "--parts=p",
        "--names=c,d",
    ) == {
        "name": "b",
        "kind": "y",
        "path": "/p",
        "size": 5,
        "limit": 7,
        "rate": 2.0,
        "share": -1e300,
        "force": True,
        "parts": ("q", "p"),
        "names": ("c", "d"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "argument",
    [
        "--kind=z",
        "--size=0",
        "--size=6",
        "--rate=-1",
        "--rate=nan",
        "--rate=inf",
        "--share=nan",
        "--size=a",
        "--parts=r",
    ],
)
def test_values_out_of_range_are_refused(argument):
    with pytest.raises(flags.IllegalFlagValueError):
        settings(argument)


def test_command_line_beats_preset_and_preset_beats_default():
    result = settings("--size=3", size=4, rate=0.25)
    assert (result["size"], result["rate"], result["name"]) == (3, 0.25, "a")


def test_quick_says_what_it_sets_and_can_be_a_preset():
    quick = {"names": ("c",), "size": 4}
    values = flags.FlagValues()
    config_flags.define(Config, values)
    config_flags.define_quick(quick, values)
    assert "--names=c, --size=4" in values["quick"].help
    values(["program", "--quick", "--size=2"])
    assert values.quick
    result = config_flags.settings(Config, values, quick)
    assert (result["names"], result["size"]) == (("c",), 2)


def test_what_a_resumed_run_may_change():
    assert config_flags.may_change(Config) == {"path", "limit", "share"}


@pytest.mark.parametrize(
    "define",
    [
        lambda values: config_flags.define(Config, values),
        lda_config.define_flags,
        vae_config.define_flags,
    ],
)
def test_flags_are_in_the_help_of_the_program_that_defines_them(define):
    values = flags.FlagValues()
    define(values)
    assert values.module_help(__name__).count("\n") > 2 * len(list(values))
