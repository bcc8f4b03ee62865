# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs the Python blocks of Markdown pages and writes what they print.

    python -m tests.guide.run_pages docs/guide/*.md
    python -m tests.guide.run_pages --check docs/gallery/*.md

The blocks of a page run in their order, in one namespace. A block ```text that
follows one of them, with nothing but empty lines between, is what it printed:
it is replaced in the page or, with --check, compared, its numbers to one part
in fifty, as those of another processor differ. Pictures that a block saves go
to docs/images/pages, with --check nowhere.
"""

import contextlib
import io
import linecache
import os
import pathlib
import re
import sys
import tempfile
import traceback

import numpy as np
import tensorflow as tf

__all__ = ["PageError", "blocks", "run"]

ROOT = pathlib.Path(__file__).absolute().parents[2]
_BLOCK = re.compile(
    r"^```python\n(?P<code>.*?)^```\n"
    r"(?:\s*^```text\n(?P<output>.*?)^```\n)?",
    re.DOTALL | re.MULTILINE,
)
_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
_RELATIVE_ERROR = 0.02


class PageError(Exception):
    """A block that fails, or prints something else than its page says."""


def blocks(text: str) -> list[re.Match]:
    """Returns the Python blocks of a page: groups `code` and `output`."""
    return list(_BLOCK.finditer(text))


def run(page: pathlib.Path, folder: pathlib.Path, check: bool) -> str:
    """Runs a page.

    Args:
      page: The Markdown file.
      folder: Where its blocks work and save pictures.
      check: Whether to compare what they print.

    Returns:
      The text of the page with what the blocks have printed.

    Raises:
      PageError: With the page and the line of the block.
    """
    text = page.read_text(encoding="utf-8")
    parts, end = [], 0
    scope = {"__name__": "__main__"}
    # With which TensorFlow combines integer seeds.
    tf.random.set_seed(1)
    for block in blocks(text):
        # Tracebacks have the lines of the page, and the source is found.
        line = text.count("\n", 0, block.start("code"))
        source, name = "\n" * line + block["code"], f"<{page.name}:{line}>"
        linecache.cache[name] = (0, None, source.splitlines(True), name)
        code = compile(source, name, "exec")
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed), _working_in(folder):
                exec(code, scope)
        except Exception as error:
            raise PageError(
                f"{page}:{line + 1}: {traceback.format_exc()}"
            ) from error
        printed = printed.getvalue()
        if check and not _same(printed, block["output"] or ""):
            raise PageError(
                f"{page}:{line + 1}: the block printed\n{printed}"
                f"but the page has\n{block['output']}"
            )
        code_end = block.end("code") + len("```\n")
        parts.append(text[end:code_end])
        if printed:
            parts.append(f"\n```text\n{printed}```\n")
        end = block.end()
    return "".join([*parts, text[end:]])


@contextlib.contextmanager
def _working_in(folder):
    before = pathlib.Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _same(printed: str, expected: str) -> bool:
    """Whether two texts differ in the last digits of numbers at most."""
    if _words(printed) != _words(expected):
        return False
    numbers = [
        np.array([float(number) for number in _NUMBER.findall(text)])
        for text in (printed, expected)
    ]
    return np.allclose(*numbers, rtol=_RELATIVE_ERROR, atol=0)


def _words(text):
    # A column is as wide as its numbers.
    return " ".join(_NUMBER.sub(" 0 ", text).split())


def main(arguments: list[str]) -> None:
    """Runs the pages that the arguments name."""
    check = "--check" in arguments
    pictures = ROOT / "docs/images/pages"
    for name in arguments:
        if name == "--check":
            continue
        page = pathlib.Path(name).resolve()
        if check:
            with tempfile.TemporaryDirectory() as folder:
                run(page, pathlib.Path(folder), check)
        else:
            pictures.mkdir(exist_ok=True)
            page.write_text(run(page, pictures, check), encoding="utf-8")
        print(f"{name}: run")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except PageError as error:
        sys.exit(str(error))
