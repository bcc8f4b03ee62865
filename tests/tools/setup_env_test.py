# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests tools/setup_env on machines that lack something.

Each machine is a folder of commands, the only one on PATH, in a checkout that
holds nothing but the script.
"""

import pathlib
import shutil
import subprocess
import sys

import pytest

TOOL = pathlib.Path(__file__).parents[2] / "tools/setup_env"
SYSTEM = (
    "bash",
    "cat",
    "dirname",
    "env",
    "flock",
    "grep",
    "rm",
    "sed",
    "uname",
)


class Machine:
    """A folder of commands and a checkout."""

    def __init__(self, folder):
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.checkout = folder / "checkout"
        (self.checkout / "tools").mkdir(parents=True)
        shutil.copy(TOOL, self.checkout / "tools/setup_env")
        for name in SYSTEM:
            (self.bin / name).symlink_to(shutil.which(name))
        self.add("id", "echo 1000")

    def add(self, name, script):
        """Adds a command, as a shell script."""
        path = self.bin / name
        path.write_text(f"#!{shutil.which('bash')}\n{script}\n")
        path.chmod(0o755)

    def run(self, **environment):
        """Runs setup_env on this machine."""
        return subprocess.run(
            [self.bin / "bash", "tools/setup_env"],
            cwd=self.checkout,
            env={"PATH": str(self.bin), **environment},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path):
    """A machine with apt-get and a Python, whose user is nobody special."""
    machine = Machine(tmp_path)
    machine.add("apt-get", 'echo "apt-get $*"')
    machine.add("python3", f'exec {sys.executable} "$@"')
    return machine


def test_without_rights_prints_the_command(machine):
    result = machine.run()
    assert result.returncode != 0
    (line,) = [x for x in result.stderr.splitlines() if "apt-get install" in x]
    for package in ("g++", "libgtest-dev", "bazel-bootstrap"):
        assert f" {package}" in line
    assert "python3" not in line
    assert "apt-get install" not in result.stdout


def test_sudo_that_asks_for_a_password_is_no_right(machine):
    machine.add("sudo", "exit 1")
    result = machine.run()
    assert result.returncode != 0
    assert "sudo apt-get update && sudo apt-get install" in result.stderr


def test_sudo_installs(machine):
    machine.add("sudo", '[ "$2" = true ] || echo "sudo $*"')
    # apt-cache is missing, so it stops at the question for bazel-bootstrap.
    result = machine.run()
    assert "dpkg --configure -a" in result.stderr
    assert "sudo -n apt-get update" in result.stderr


def test_without_apt_names_what_is_missing(machine):
    (machine.bin / "apt-get").unlink()
    result = machine.run()
    assert result.returncode != 0
    assert "missing: g++ libgtest-dev" in result.stderr


def test_unsupported_python_is_refused(machine):
    machine.add("python3.9", "exit 1")
    result = machine.run(PYTHON="python3.9")
    assert result.returncode != 0
    assert "PYTHON=python3.9 is not a working Python" in result.stderr


def test_missing_compiler_by_name_is_refused(machine):
    result = machine.run(CXX="g++-99")
    assert result.returncode != 0
    assert "CXX=g++-99 is not on PATH" in result.stderr


def test_any_python_in_range_serves(machine):
    (machine.bin / "python3").rename(machine.bin / "python3.12")
    # A pyenv shim: on PATH, but it does not run.
    machine.add("python3", "exit 127")
    result = machine.run()
    (line,) = [x for x in result.stderr.splitlines() if "apt-get install" in x]
    assert "python3" not in line
