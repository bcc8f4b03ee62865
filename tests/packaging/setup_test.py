# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests what setup.py would compile and ask for, without compiling."""

import pathlib
import platform
import re
import runpy

import pytest
import setuptools
import tensorflow as tf

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = runpy.run_path(str(ROOT / "third_party/flags.bzl"))


@pytest.fixture(scope="module")
def setup():
    """What setup.py defines, and the `arguments` that it ends with."""
    arguments = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            setuptools, "setup", lambda **kwargs: arguments.update(kwargs)
        )
        names = runpy.run_path(str(ROOT / "setup.py"))
    return {**names, "arguments": arguments}


@pytest.fixture(scope="module")
def commands(setup, tmp_path_factory):
    """The compile command of each object file."""
    return setup["compile_commands"](
        "g++", tf.sysconfig.get_compile_flags(), tmp_path_factory.mktemp("o")
    )


def _of(commands, source):
    return [c for c in commands.values() if str(ROOT / source) in c]


def test_every_source_is_compiled(commands):
    for folder in ("kernels", "ops"):
        for source in (ROOT / folder).glob("*.cc"):
            if not source.name.endswith((".cu.cc", "_xla.cc")):
                assert _of(commands, source), source


def test_object_files_do_not_collide(commands):
    outputs = [
        command[command.index("-o") + 1] for command in commands.values()
    ]
    assert len(set(outputs)) == len(commands)


def test_loops_are_compiled_once_per_target(commands):
    if platform.machine() != "x86_64":
        pytest.skip("other processors have one target")
    for source in (ROOT / "kernels").glob("*_loops.cc"):
        found = _of(commands, source)
        targets = [
            c[i] for c in found for i in range(len(c)) if "TARGET=" in c[i]
        ]
        assert targets == ["-DTFI_TARGET=" + t for t in FLAGS["X86_64_TARGETS"]]
        for flags, command in zip(
            FLAGS["X86_64_TARGETS"].values(), found, strict=True
        ):
            assert set(flags) <= set(command)
        exact = "_sampler_" in source.name
        assert all(("-ffp-contract=off" in c) == exact for c in found)


def test_all_of_tensorflows_flags_are_forwarded(commands):
    for command in commands.values():
        for flag in tf.sysconfig.get_compile_flags():
            assert re.sub("^-I", "-isystem", flag) in command


def test_no_flag_changes_arithmetic(commands):
    for command in commands.values():
        assert not {"-ffast-math", "-Ofast", "-ffinite-math-only"} & set(
            command
        )


def test_wheel_asks_for_the_tensorflow_that_is_here(setup):
    found = [
        line
        for line in setup["arguments"]["install_requires"]
        if re.match("tensorflow(-cpu)?==", line)
    ]
    assert [line.partition("==")[2] for line in found] == [tf.__version__]


def test_isolated_builds_use_the_same_tensorflow():
    pin = re.search(
        r"^tensorflow==[\d.]+$",
        (ROOT / "requirements.txt").read_text(),
        re.MULTILINE,
    ).group()
    assert f'"{pin}"' in (ROOT / "pyproject.toml").read_text()
