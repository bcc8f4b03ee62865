# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The Python blocks of README.md and of the guide do what the pages say."""

import os
import pathlib
import re

import matplotlib
import pytest

from tests.guide import run_pages

matplotlib.use("Agg")
PAGES = [
    run_pages.ROOT / "README.md",
    *sorted((run_pages.ROOT / "docs/guide").glob("*.md")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page, tmp_path):
    run_pages.run(page, tmp_path, check=True)
    # The pictures that it shows are those that it makes.
    for name in re.findall(r"images/pages/([\w.]+)", page.read_text()):
        assert (tmp_path / name).exists()
        assert (run_pages.ROOT / "docs/images/pages" / name).exists()


@pytest.mark.skipif(
    "TF_IMPLICIT_GALLERY" not in os.environ,
    reason="TF_IMPLICIT_GALLERY=1 runs it, in minutes",
)
@pytest.mark.parametrize(
    "page",
    sorted((run_pages.ROOT / "docs/gallery").glob("*.md")),
    ids=lambda page: page.stem,
)
def test_gallery(page, tmp_path):
    test_page(page, tmp_path)


def _source_texts():
    """All string literals, their pieces joined."""
    # Bazel's copy of the tree lacks the kernels: those where this file lies.
    root = pathlib.Path(__file__).resolve().parents[2]
    for folder in ("tf_implicit", "kernels", "experiments"):
        for path in (root / folder).rglob("*"):
            if path.suffix in {".py", ".cc", ".h"}:
                yield re.sub(r'"\s*\n\s*f?"', "", path.read_text())


def test_errors_in_troubleshooting_are_those_of_the_package():
    page = run_pages.ROOT / "docs/guide/troubleshooting.md"
    headings = re.findall(r"^### (.*`.*)$", page.read_text(), re.MULTILINE)
    source = "\n".join(_source_texts())
    for heading in headings:
        if heading == "`Op type not registered`":  # TensorFlow's
            continue
        # What a heading leaves out is a value in the message.
        for part in heading.strip("`").split("..."):
            part = re.sub(r"got int32", "got {found.name}", part.strip())
            assert part in source, heading
    assert len(headings) > 15


def _page(tmp_path, code, output):
    page = tmp_path / "page.md"
    page.write_text(
        f"Text.\n\n```python\n{code}\n```\n\n```text\n{output}\n```\nMore.\n"
    )
    return page


@pytest.mark.parametrize(
    ("printed", "written", "same"),
    [
        ("1.000 2e-3", "1.001 0.002", True),
        ("1.0 a", "1.1 a", False),
        ("1.0 a", "1.0 b", False),
        ("nan", "1.0", False),
        ("1 2", "1", False),
    ],
)
def test_what_is_printed_is_compared(tmp_path, printed, written, same):
    page = _page(tmp_path, f"print({printed!r})", written)
    if same:
        run_pages.run(page, tmp_path, check=True)
    else:
        with pytest.raises(run_pages.PageError, match=r"page\.md:4"):
            run_pages.run(page, tmp_path, check=True)


def test_what_is_printed_is_written(tmp_path):
    page = _page(tmp_path, "x = 1\nprint(x)", "2")
    text = run_pages.run(page, tmp_path, check=False)
    assert "```\n\n```text\n1\n```\nMore.\n" in text


def test_a_block_that_fails_is_named(tmp_path):
    page = _page(tmp_path, "1 / 0", "")
    with pytest.raises(run_pages.PageError, match="line 4"):
        run_pages.run(page, tmp_path, check=True)
