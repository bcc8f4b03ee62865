# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests tools/setup_env on machines that lack something.

Each machine is a folder of commands, the only one on PATH, in a checkout that
holds nothing but the script. The commands are this machine's own, but for those
that would change it and those that a test replaces.
"""

import pathlib
import shutil
import subprocess
import sys

import pytest

TOOLS = pathlib.Path(__file__).parents[2] / "tools"
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
# Debian 12 and Ubuntu have it.
BAZEL = "bazel-bootstrap"


class Machine:
    """A folder of commands and a checkout."""

    def __init__(self, folder):
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.checkout = folder / "checkout"
        (self.checkout / "tools").mkdir(parents=True)
        self.calls = folder / "calls"
        for name in ("setup_env", "system_packages.sh"):
            shutil.copy(TOOLS / name, self.checkout / "tools")
        for name in SYSTEM:
            (self.bin / name).symlink_to(shutil.which(name))
        self.add("id", "echo 1000")

    def add_root(self):
        """Makes the user root, with an apt-get that takes down its calls."""
        self.add("id", "echo 0")
        self.add("dpkg", "")
        self.add("apt-get", f'echo "$*" >>{self.calls}')

    def installed(self):
        """The packages that apt-get was told to install."""
        if not self.calls.exists():
            return set()
        return {
            word
            for line in self.calls.read_text().splitlines()
            if "install" in line.split()
            for word in line.split()
        }

    def add_venv(self):
        """Makes a .venv that is whole, and all that no build can lack."""
        self.add("g++", "echo libgtest.a")
        self.add("sha256sum", "cat >/dev/null; echo the same")
        self.add("cut", "cat")
        venv = self.checkout / ".venv"
        (venv / "bin").mkdir(parents=True)
        (venv / "bin/python").symlink_to(self.bin / "python3")
        (venv / ".requirements.stamp").write_text("the same\n")
        for name in ("requirements.txt", "requirements-dev.txt"):
            (self.checkout / name).write_text("")
        return venv

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
    for package in ("g++", "libgtest-dev", BAZEL):
        assert f" {package}" in line
    assert "python3" not in line
    assert "apt-get install" not in result.stdout


def test_sudo_that_asks_for_a_password_is_no_right(machine):
    machine.add("sudo", "exit 1")
    result = machine.run()
    assert result.returncode != 0
    assert "sudo apt-get update && sudo apt-get install" in result.stderr


def test_sudo_installs(machine):
    machine.add("sudo", f'echo "$*" >>{machine.calls}')
    result = machine.run()
    assert "setup: installing g++" in result.stderr
    calls = machine.calls.read_text()
    assert "DEBIAN_FRONTEND=noninteractive dpkg --configure -a" in calls
    assert "apt-get update" in calls
    assert "g++" in machine.installed()


def test_what_apt_printed_is_shown_where_it_failed(machine):
    machine.add_root()
    machine.add("apt-get", "[[ $1 == update ]] || { echo broken; exit 1; }")
    result = machine.run()
    assert result.returncode != 0
    assert "broken" in result.stderr


def test_waits_for_another_installation(machine):
    machine.add_root()
    machine.add("sleep", f": >{machine.bin / 'waited'}")
    machine.add(
        "dpkg",
        f"[[ -e {machine.bin / 'waited'} ]] || "
        "{ echo dpkg frontend lock was locked by another process; exit 2; }",
    )
    machine.add(
        "apt-get",
        f'[[ -e {machine.bin}/waited ]] && echo "$*" >>{machine.calls}',
    )
    machine.run()
    assert "g++" in machine.installed()


@pytest.mark.skipif(
    shutil.which("apt-cache") is None, reason="a machine without apt"
)
def test_the_real_apt_cache_has_bazel(machine):
    policy = subprocess.run(
        ["apt-cache", "policy", BAZEL],
        capture_output=True,
        text=True,
        check=True,
        env={"LC_ALL": "C"},
    ).stdout
    if "Candidate: (none)" in policy or "Candidate:" not in policy:
        pytest.skip("apt's lists have no Bazel")
    machine.add_root()
    venv = machine.add_venv()
    (machine.bin / "apt-cache").symlink_to(shutil.which("apt-cache"))
    # A pipe that is closed too early fails at most of its runs, not at all.
    for _ in range(5):
        (venv / ".optional_packages.stamp").unlink(missing_ok=True)
        machine.calls.unlink(missing_ok=True)
        result = machine.run()
        assert BAZEL in machine.installed(), result.stderr
        assert "bazelisk" not in result.stderr


def test_a_long_answer_of_apt_cache_is_read_to_its_end(machine):
    machine.add_root()
    machine.add_venv()
    machine.add(
        "apt-cache",
        "echo '  Candidate: 4.2.3+ds-9'\n"
        "for i in {1..20000}; do echo '  500 a mirror'; done",
    )
    result = machine.run()
    assert BAZEL in machine.installed(), result.stderr


@pytest.mark.parametrize("answer", ["  Candidate: (none)", ""])
def test_without_a_package_of_bazel_the_build_goes_without(machine, answer):
    machine.add_root()
    venv = machine.add_venv()
    machine.add("apt-cache", f"echo '{answer}'")
    (venv / "bin/bazel").write_text("that of a system that lost it")
    result = machine.run()
    assert result.returncode == 0, result.stderr
    assert BAZEL not in machine.installed()
    assert "building without Bazel, which `make test` needs" in result.stderr
    assert not (venv / "bin/bazel").exists()
    # Once, not with every `make`.
    assert not machine.run().stderr


def test_a_bazelisk_that_gets_no_bazel_is_none(machine):
    machine.add_venv()
    machine.add("bazelisk", "exit 1")
    result = machine.run()
    assert result.returncode == 0, result.stderr
    assert "building without Bazel" in result.stderr


def test_without_apt_names_what_is_missing(machine):
    (machine.bin / "apt-get").unlink()
    result = machine.run()
    assert result.returncode != 0
    assert "missing: g++ (the names are Debian's)" in result.stderr


def test_unsupported_python_is_refused_before_anything_is_touched(machine):
    machine.add_root()
    venv = machine.add_venv()
    machine.add("python3.9", "exit 1")
    # With and without something to install.
    for name in ("g++", "python3"):
        (machine.bin / name).unlink()
        result = machine.run(PYTHON="python3.9")
        assert result.returncode != 0
        assert "PYTHON=python3.9 is not a working Python" in result.stderr
        assert not machine.calls.exists()
        assert (venv / ".requirements.stamp").exists()


def test_missing_compiler_by_name_is_refused(machine):
    machine.add_root()
    result = machine.run(CXX="g++-99")
    assert result.returncode != 0
    assert not machine.calls.exists()
    assert "CXX=g++-99 is not on PATH" in result.stderr


def test_any_python_in_range_serves(machine):
    (machine.bin / "python3").rename(machine.bin / "python3.12")
    # A pyenv shim: on PATH, but it does not run.
    machine.add("python3", "exit 127")
    result = machine.run()
    (line,) = [x for x in result.stderr.splitlines() if "apt-get install" in x]
    assert "python3" not in line
