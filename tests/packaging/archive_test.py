# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests what stands in the source distribution and in the metadata."""

import email
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What is compiled, and what setup.py reads.
FOLDERS = ("kernels", "ops", "tf_implicit", "third_party")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("archive")
    source = folder / "source"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, source / name)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, source)
    # What a build leaves behind.
    (source / "tf_implicit/_tf_implicit_ops.so").write_text("")
    (source / "tf_implicit/_build_info.py").write_text("")
    subprocess.run(
        [sys.executable, "-c",
         "import setuptools.build_meta as b; b.build_sdist('dist')"],
        cwd=source,
        check=True,
        capture_output=True,
    )  # fmt: skip
    (packed,) = (source / "dist").iterdir()
    # Python's own tarfile has no filter before 3.11.4, and warns without one.
    (folder / "unpacked").mkdir()
    subprocess.run(["tar", "-xf", packed], cwd=folder / "unpacked", check=True)
    (unpacked,) = (folder / "unpacked").iterdir()
    return unpacked


def test_every_source_is_packed(archive):
    sources = [
        path.relative_to(ROOT)
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".cc", ".h"}
        or (folder == "tf_implicit" and path.suffix in {".py", ".typed"})
    ]
    assert len(sources) > 50
    missing = {
        str(path) for path in sources if not (archive / path).exists()
    } - {"tf_implicit/_build_info.py"}
    assert not missing


def test_nothing_built_is_packed(archive):
    assert not list(archive.rglob("*.so"))
    assert not (archive / "tf_implicit/_build_info.py").exists()


def test_what_setup_py_reads_is_packed(archive):
    result = subprocess.run(
        [sys.executable, "setup.py", "--version"],
        cwd=archive,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    for name in re.findall(
        r'"(third_party/[^"]+)"', (ROOT / "setup.py").read_text()
    ):
        assert (archive / name).exists(), name


def test_metadata_is_complete(archive):
    metadata = email.message_from_string((archive / "PKG-INFO").read_text())
    version = (ROOT / "tf_implicit/version.py").read_text()
    assert f'"{metadata["Version"]}"' in version
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["License-File"] == "LICENSE"
    assert metadata["Requires-Python"] == "<3.14,>=3.10"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert "implicit reparameterization" in metadata.get_payload().lower()
    assert "Typing :: Typed" in metadata.get_all("Classifier")
    assert {"tensorflow", "experiments", "dev"} <= set(
        metadata.get_all("Provides-Extra")
    )
    urls = dict(line.split(", ") for line in metadata.get_all("Project-URL"))
    assert {"Homepage", "Source", "Issues", "Changelog"} <= set(urls)
