# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests the scripts behind the Makefile, each in a checkout of its own."""

import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Stands in for Bazel: what it builds with `-c dbg` goes into another folder.
BAZEL = """#!/bin/bash
folder=opt
[[ $* != *"-c dbg"* ]] || folder=dbg
if [[ $1 == info ]]; then
  echo "$PWD/$folder"
else
  mkdir -p $folder/tf_implicit
  for file in _tf_implicit_ops.so _build_info.py; do
    echo $folder >$folder/tf_implicit/$file
  done
fi
"""


@pytest.fixture
def checkout(tmp_path):
    """A folder with the Makefile and the tools, and a library."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    (tmp_path / "tf_implicit").mkdir()
    (tmp_path / "tf_implicit/_tf_implicit_ops.so").write_text("old")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    return tmp_path


def _add(path, script):
    path.write_text(script)
    path.chmod(0o755)


def _run(checkout, *command, answer=""):
    return subprocess.run(
        command,
        cwd=checkout,
        input=answer,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _library(checkout):
    return (checkout / "tf_implicit/_tf_implicit_ops.so").read_text().strip()


def test_install_built_files_takes_those_of_the_flags(checkout):
    _add(checkout / ".venv/bin/bazel", BAZEL)
    assert _run(checkout, "tools/build", "-c", "dbg").returncode == 0
    assert _library(checkout) == "dbg"
    assert _run(checkout, "tools/build").returncode == 0
    assert _library(checkout) == "opt"


def test_install_built_files_keeps_what_it_cannot_replace(checkout):
    _add(checkout / ".venv/bin/bazel", BAZEL)
    result = _run(checkout, "tools/install_built_files", "-c", "dbg")
    assert result.returncode != 0
    assert "has not built" in result.stderr
    assert _library(checkout) == "old"


def test_without_bazel_setup_py_builds_once(checkout):
    python = checkout / ".venv/bin/python"
    _add(python, f'#!/bin/bash\necho "$*" >>{checkout}/calls\n')
    (checkout / ".venv/.requirements.stamp").write_text("")
    for name in ("kernels", "ops", "third_party"):
        (checkout / name).mkdir()
    (checkout / "setup.py").write_text("")
    calls = checkout / "calls"
    for source in ("", "changed"):
        (checkout / "kernels/a.h").write_text(source)
        for _ in range(2):
            result = _run(checkout, "tools/build")
            assert result.returncode == 0, result.stderr
            assert len(result.stderr.splitlines()) == 1
            assert "building by setup.py" in result.stderr
        assert "setup.py --quiet build_ext --inplace" in calls.read_text()
    assert len(calls.read_text().splitlines()) == 2
    # Interrupted, or failed: the next run repeats it.
    (checkout / "kernels/a.h").write_text("changed again")
    _add(python, "#!/bin/bash\nexit 1\n")
    for _ in range(2):
        assert _run(checkout, "tools/build").returncode != 0


@pytest.mark.parametrize("target", ["test", "sanitize"])
def test_the_tests_say_that_they_need_bazel(checkout, target):
    _add(checkout / "tools/setup_env", "#!/bin/bash\n")
    stamp = checkout / ".venv/.optional_packages.stamp"
    stamp.write_text("tried")
    result = _run(checkout, "make", target)
    assert result.returncode != 0
    assert "need GoogleTest (Debian: libgtest-dev) and Bazel" in result.stderr
    assert not (checkout / "build").exists()
    # The next set-up tries again.
    assert not stamp.exists()


def test_clean_leaves_results_and_the_environment(checkout):
    for name in ("output", "build", "dist"):
        (checkout / name).mkdir(parents=True)
        (checkout / name / "file").write_text("")
    result = _run(checkout, "make", "clean")
    assert result.returncode == 0, result.stderr
    assert (checkout / "output/file").exists()
    assert (checkout / ".venv/bin").exists()
    for name in ("build", "dist"):
        assert not (checkout / name).exists()
    assert not (checkout / "tf_implicit/_tf_implicit_ops.so").exists()


@pytest.mark.parametrize("answer", ["", "\n", "no\n", "y\n"])
def test_results_stay_without_a_yes(checkout, answer):
    (checkout / "output").mkdir()
    result = _run(checkout, "make", "remove_results", answer=answer)
    assert result.returncode != 0
    assert (checkout / "output").exists()


def test_results_go_with_a_yes(checkout):
    (checkout / "output").mkdir()
    result = _run(checkout, "make", "remove_results", answer="yes\n")
    assert result.returncode == 0
    assert not (checkout / "output").exists()


@pytest.fixture
def sources(checkout):
    """A checkout with the real formatters and well-formatted sources."""
    for name in ("ruff", "clang-format", "shellcheck"):
        tool = pathlib.Path(sys.executable).parent / name
        if not tool.exists():
            pytest.skip(f"no {name} beside this Python")
        (checkout / ".venv/bin" / name).symlink_to(tool)
    # BUILD files are not the subject, and no registry is within a test's reach;
    # nor are types, for which `.venv/bin/python -m mypy` is called.
    _add(checkout / "tools/buildifier", "#!/bin/bash\n")
    _add(checkout / ".venv/bin/python", "#!/bin/bash\n")
    for name in (".clang-format", ".gitignore", "pyproject.toml"):
        shutil.copy(ROOT / name, checkout)
    for name in ("first.cc", "second.cc"):
        (checkout / name).write_text("int x = 1;\n")
    (checkout / "build").mkdir()
    (checkout / "build/ignored.cc").write_text("int   x;\n")
    return checkout


def _lint(checkout, mode="check"):
    return _run(
        checkout,
        "bash",
        "-c",
        f"exec 2>&1; PATH=$PWD/tools:$PATH tools/lint {mode}",
    )


def _make_repository(folder):
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=folder, check=True)


@pytest.mark.parametrize("in_git", [True, False])
def test_lint_finds_what_is_not_formatted(sources, in_git):
    if in_git:
        _make_repository(sources)
    result = _lint(sources)
    assert result.returncode == 0, result.stdout
    (sources / "second.cc").write_text("int   x;\n")
    result = _lint(sources)
    assert result.returncode != 0
    assert "second.cc" in result.stdout
    assert _lint(sources, "fix").returncode == 0
    assert _lint(sources).returncode == 0


def test_lint_passes_over_removed_files(sources):
    _make_repository(sources)
    (sources / "first.cc").unlink()
    result = _lint(sources)
    assert result.returncode == 0, result.stdout


def test_lint_finds_a_failure_that_would_go_unseen(sources):
    shutil.copy(ROOT / ".shellcheckrc", sources)
    (sources / "tools/new").write_text(
        "#!/usr/bin/env bash\nmapfile -t files < <(git ls-files)\n"
        'echo "${files[@]}"\n'
    )
    result = _lint(sources)
    assert result.returncode != 0
    assert "SC2312" in result.stdout
