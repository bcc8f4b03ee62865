# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The tests that docs/reliability.md names exist."""

import fnmatch
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
_ROW = re.compile(r"^\| (?!promise|---)(.*) \| (.*) \|$", re.MULTILINE)


def _tests(path: pathlib.Path) -> list[str]:
    text = path.read_text()
    if path.suffix == ".py":
        return re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)
    return re.findall(r"^(?:TYPED_)?TEST(?:_P)?\(\w+, (\w+)\)", text, re.M)


def test_every_promise_names_tests_that_exist():
    tests: dict[str, list[str]] = {}
    for suffix in ("py", "cc"):
        # Several folders may have a file of one name.
        for path in (ROOT / "tests").rglob(f"*_test.{suffix}"):
            tests.setdefault(path.stem, []).extend(_tests(path))
    rows = _ROW.findall((ROOT / "docs/reliability.md").read_text())
    assert len(rows) > 20
    for promise, how in rows:
        named = re.findall(r"`([^` ]+)`", how)
        stems = [name for name in named if name.endswith("_test")]
        assert stems, promise
        missing = [stem for stem in stems if stem not in tests]
        assert not missing, (promise, missing)
        there = [name for stem in stems for name in tests[stem]]
        for name in named:
            if name.startswith("test_") or name[0].isupper():
                assert fnmatch.filter(there, name), (promise, name)
