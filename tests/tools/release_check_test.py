# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests what keeps a commit from being a release, and the public CI's file."""

import pathlib
import re
import runpy
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def _git(folder, *command):
    author = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(
        ["git", *author, *command], cwd=folder, check=True, capture_output=True
    )


@pytest.fixture
def release(tmp_path):
    """A checkout that is the release 1.2.3."""
    (tmp_path / "tf_implicit").mkdir()
    (tmp_path / "tf_implicit/version.py").write_text('__version__ = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## Unreleased\n\n## 1.2.3 (2026-11-29)\n\n- New.\n\n"
        "## 1.2.2\n\n- Old.\n"
    )
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-qm", "Release")
    _git(tmp_path, "tag", "v1.2.3")
    return tmp_path


def _faults(folder):
    tool = runpy.run_path(str(ROOT / "tools/release_check.py"))
    return tool["faults"](folder)


def _commit(folder):
    _git(folder, "commit", "-qam", "Change")
    _git(folder, "tag", "-f", "v1.2.3")


def test_a_release_has_no_fault(release):
    assert not _faults(release)


def test_uncommitted_files_are_named(release):
    (release / "new").write_text("")
    (fault,) = _faults(release)
    assert "Uncommitted" in fault
    assert "new" in fault


def test_the_tag_is_the_version(release):
    (release / "tf_implicit/version.py").write_text('__version__ = "1.2.2"\n')
    _git(release, "commit", "-qam", "Change")
    (fault,) = _faults(release)
    assert "no tag v1.2.2" in fault


def test_the_tag_is_of_this_commit(release):
    _git(release, "commit", "-q", "--allow-empty", "-m", "Later")
    (fault,) = _faults(release)
    assert "no tag v1.2.3" in fault


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("## 1.2.3", "## 1.2.4", "no section '## 1.2.3'"),
        ("- New.", "", "no section '## 1.2.3' with text"),
        ("Unreleased\n", "Unreleased\n\n- More.\n", "under 'Unreleased'"),
    ],
)
def test_the_changelog_tells_of_the_version(release, old, new, message):
    path = release / "CHANGELOG.md"
    path.write_text(path.read_text().replace(old, new))
    _commit(release)
    (fault,) = _faults(release)
    assert message in fault


def test_ci_runs_the_makefiles_targets_and_nothing_else():
    workflow = (ROOT / ".github/workflows/ci.yml").read_text()
    targets = re.findall(
        r"^([a-z0-9_-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
    commands = re.findall(r"run: *(.*)", workflow)
    assert {f"make {t}" for t in ("build", "test", "lint", "wheel")} <= set(
        commands
    )
    for command in commands:
        # Compilers that `make setup` does not bring: it is to be quick.
        if not command.startswith("sudo apt-get "):
            assert command.removeprefix("make ") in targets
