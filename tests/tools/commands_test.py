# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Commands in the pages exist: programs, their flags, targets of `make`."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    if path.name not in ("CHANGELOG.md", "commands.md")
)
_PROGRAM = re.compile(
    r"python(?:3(?:\.\d+)?)? (?:-m )?((?:experiments|tests|tools)[\w./]+)"
    r"([^`#&|\n]*)"
)


def _text(page):
    # A line may end in a backslash.
    return page.read_text(encoding="utf-8").replace("\\\n", " ")


def _programs():
    for page in PAGES:
        for name, arguments in _PROGRAM.findall(_text(page)):
            flags = re.findall(r"--(\w[\w-]*)", arguments)
            yield page, name.rstrip("."), flags


def _source(name):
    stem = name if name.endswith(".py") else f"{name.replace('.', '/')}.py"
    return ROOT / stem


def _flags_of(name):
    """The flags of a program: those that --help prints, or its source names."""
    if re.fullmatch(r"experiments\.\w+", name):  # those of the page
        commands = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
        _, _, section = commands.partition(f"## {name}\n")
        section = section.partition("\n## ")[0]
        return set(re.findall(r"^  --(?:\[no\])?(\w+)", section, re.MULTILINE))
    by = r'"--([\w-]+)"|DEFINE_\w+\(\s*"(\w+)"'  # argparse, absl
    found = re.findall(by, _source(name).read_text())
    return {argument or flag for argument, flag in found}


@pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_programs_and_flags_exist(page):
    for where, name, flags in _programs():
        if where == page:
            assert _source(name).exists(), name
            assert set(flags) <= _flags_of(name), (name, flags)


def test_commands_are_found():
    found = {name for _, name, flags in _programs() if flags}
    assert {"experiments.lda", "experiments.vae", "tools/mutate.py"} <= found
    assert "data_dir" in _flags_of("experiments.lda")
    assert "dir" not in _flags_of("experiments.lda")


def test_targets_of_make_exist():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    assert {"demo", "test", "release-check"} <= targets
    for page in PAGES:
        # In code only: in prose `make` is a word.
        code = re.findall(r"```.*?```|`[^`]+`", _text(page), re.DOTALL)
        called = re.findall(r"\bmake ([a-z][\w-]*)", "\n".join(code))
        assert set(called) <= targets, page
