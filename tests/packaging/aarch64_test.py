# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests what setup.py would do on an AArch64 machine, without being on one."""

import concurrent.futures
import os
import pathlib
import platform
import runpy
import shutil
import subprocess

import pytest
import setuptools
import tensorflow as tf

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILER = "aarch64-linux-gnu-g++"
LOOPS = ("kernels/families", "kernels/cpu/rows", "kernels/cpu/samplers")


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """The compile command of each object file, XLA's library included."""
    folder = tmp_path_factory.mktemp("o")
    flags = tf.sysconfig.get_compile_flags()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(setuptools, "setup", lambda **_: None)
        patch.setattr(platform, "machine", lambda: "aarch64")
        patch.delenv("TF_IMPLICIT_CPU_TARGETS", raising=False)
        setup = runpy.run_path(str(ROOT / "setup.py"))
        return {
            **setup["compile_commands"](COMPILER, flags, folder),
            **setup["xla_compile_commands"](COMPILER, flags, folder),
        }


def test_loops_are_compiled_for_neon(commands):
    for folder in LOOPS:
        for source in (ROOT / folder).glob("*.cc"):
            (command,) = [c for c in commands.values() if str(source) in c]
            assert "-DTFI_TARGET=neon" in command
    assert not any(
        flag.startswith(("-mavx", "-mfma", "-mprefer-vector"))
        for command in commands.values()
        for flag in command
    )


@pytest.mark.parametrize("wanted", ["native", "all", "neon", "avx2"])
def test_neon_is_the_only_target(monkeypatch, wanted):
    targets = runpy.run_path(str(ROOT / "third_party/cpu_targets.py"))
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    monkeypatch.setenv("TF_IMPLICIT_CPU_TARGETS", wanted)
    if wanted == "avx2":
        with pytest.raises(targets["CpuTargetError"], match="any of neon"):
            targets["choose"]("all")
    else:
        assert list(targets["choose"]("all")) == ["neon"]


def _check(command):
    """What the compiler says of errors, or nothing."""
    output = command.index("-o")
    run = subprocess.run(
        [*command[:output], *command[output + 2 :], "-fsyntax-only"],
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stderr if run.returncode else ""


def test_every_source_compiles(commands):
    # TensorFlow's headers are those of this machine, which fit: they ask the
    # compiler for the architecture. tools/test_aarch64 runs the loops' tests.
    if shutil.which(COMPILER) is None:
        pytest.skip(f"no {COMPILER} (Debian: g++-aarch64-linux-gnu)")
    assert len(commands) > 25
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        errors = list(filter(None, pool.map(_check, commands.values())))
    assert not errors, "\n".join(errors)
