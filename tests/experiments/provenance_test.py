# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of what a run notes of its surroundings."""

import os
import platform
import re
import shutil
import subprocess

import numpy as np
import pytest
import scipy

from experiments.common import provenance


@pytest.mark.parametrize(
    ("information", "names", "want"),
    [
        (
            "processor\t: 0\nmodel name\t: A: 3 GHz\nmodel name\t: B\n",
            ("x86_64", "x86_64"),
            "A: 3 GHz",
        ),
        # On ARM the file has no names.
        ("processor\t: 0\nmodel\t: 1\n", ("", "aarch64"), "aarch64"),
        # macOS has no such file.
        (None, ("arm", "arm64"), "arm"),
        (None, ("", "arm64"), "arm64"),
    ],
)
def test_the_processor_has_a_name_everywhere(
    tmp_path, monkeypatch, information, names, want
):
    file = tmp_path / "cpuinfo"
    if information is not None:
        file.write_text(information)
    monkeypatch.setattr(provenance, "_PROCESSORS", file)
    monkeypatch.setattr(platform, "processor", lambda: names[0])
    monkeypatch.setattr(platform, "machine", lambda: names[1])
    assert provenance.processor() == want


def test_versions_are_those_of_what_is_installed(monkeypatch):
    packages = ("numpy", "a-package-that-nobody-has")
    monkeypatch.setattr(provenance, "_VERSIONED_PACKAGES", packages)
    assert provenance.library_versions() == {
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


@pytest.mark.skipif(shutil.which("git") is None, reason="There is no git.")
def test_a_commit_is_that_of_the_sources(tmp_path, monkeypatch):
    file = tmp_path / "module.py"
    file.write_text("1\n")
    monkeypatch.setattr(provenance, "__file__", str(file))
    monkeypatch.chdir(tmp_path.parent)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)

    def git(*arguments):
        # No hooks and no signatures of whoever runs the tests.
        options = ["-c", "user.name=a", "-c", "user.email=a"]
        subprocess.run(
            ["git", *options, *arguments],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )

    git("init")
    git("add", "module.py")
    git("commit", "--message=a")
    commit = provenance.commit()
    assert re.fullmatch("[0-9a-f]{40}", commit)
    file.write_text("2\n")
    assert provenance.commit() == f"{commit}-dirty"


def test_sources_without_history_have_no_commit(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "__file__", str(tmp_path / "module.py"))
    # Whatever the folder of the tests is in.
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.delenv("GIT_DIR", raising=False)
    assert provenance.commit() is None
    # Without git itself.
    monkeypatch.setenv("PATH", str(tmp_path))
    assert provenance.commit() is None


def test_surroundings_are_those_of_now(monkeypatch):
    monkeypatch.setattr(provenance, "_VERSIONED_PACKAGES", ("numpy",))
    monkeypatch.setattr(os, "getloadavg", lambda: (1.26, 0.0, 0.0))
    monkeypatch.setattr(provenance, "commit", lambda: None)
    found = provenance.surroundings(("scipy", "a-package-that-nobody-has"))
    assert re.fullmatch(r"2\d{3}-\d\d-\d\d", found.pop("date"))
    assert found == {
        "commit": "",
        "processor": provenance.processor(),
        "cores": str(os.cpu_count()),
        "load average": "1.3",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }
