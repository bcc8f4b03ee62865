# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests that no code for a newer processor runs on an older one by accident.

An inline function that several object files define is kept once, whichever the
linker meets first. So what is compiled for an instruction set may only define
functions of that target's own namespace: a std:: function with AVX-512 code in
it would stop the whole library on a processor without.
"""

import pathlib
import re
import subprocess

import pytest

# Where Bazel puts the archives that this test depends on.
ARCHIVES = sorted(pathlib.Path("kernels").rglob("*_avx*.a"))

# nm's letter for functions that other object files may define as well.
SHARED = "W"


def _shared_functions(archive):
    symbols = subprocess.run(
        ["nm", "--demangle", "--defined-only", archive],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return re.findall(rf"^\w+ [{SHARED}] (.*)$", symbols, re.MULTILINE)


def test_archives_are_found():
    if " avx2 " not in pathlib.Path("/proc/cpuinfo").read_text():
        pytest.skip("built for the baseline alone")
    assert ARCHIVES
    # The loops are templates, so a pattern that finds nothing is a wrong one.
    assert any(_shared_functions(archive) for archive in ARCHIVES)


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_shared_functions_belong_to_the_target(archive):
    target = re.search(r"_(avx\w+?)(\.pic)?\.a$", archive.name).group(1)
    foreign = [
        symbol
        for symbol in _shared_functions(archive)
        if f"tf_implicit::{target}::" not in symbol
    ]
    assert not foreign
