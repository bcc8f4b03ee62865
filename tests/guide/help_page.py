# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/commands.md: what `--help` of each program prints.

python -m tests.guide.help_page
"""

import contextlib
import io
import os
import pathlib
import re
import runpy
import sys

from absl import flags

import tf_implicit  # noqa: F401 (once, for all the programs that are forked)

__all__ = ["PAGE", "page"]

ROOT = pathlib.Path(__file__).absolute().parents[2]
PAGE = ROOT / "docs/commands.md"
_TITLE = """\
# Programs

What `--help` prints, for each program in `experiments`. This page is the output
of `python -m tests.guide.help_page`.
"""


def page() -> str:
    """Returns the page."""
    programs = sorted(
        path.stem
        for path in (ROOT / "experiments").glob("*.py")
        if path.stem != "__init__"
    )
    parts = [_TITLE]
    for name in programs:
        parts.append(f"## experiments.{name}\n\n```text\n{_help(name)}\n```\n")
    return "\n".join(parts)


def _help(program):
    # A process of its own: flags are global. Forked, which takes a tenth of
    # the time of importing TensorFlow anew.
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        printed = io.StringIO()
        try:
            # A program that was imported has defined its flags already.
            for flag in list(flags.FLAGS):
                module = flags.FLAGS.find_module_defining_flag(flag, "")
                if module.startswith("experiments."):
                    delattr(flags.FLAGS, flag)
            sys.argv = [f"experiments/{program}.py", "--help"]
            with contextlib.redirect_stdout(printed):
                runpy.run_module(
                    f"experiments.{program}",
                    run_name="__main__",
                    alter_sys=True,  # absl prints the docstring of __main__
                )
        except SystemExit:
            pass
        finally:
            with os.fdopen(write_end, "w") as pipe:
                pipe.write(printed.getvalue())
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    if "--helpfull" not in text:
        raise RuntimeError(f"experiments.{program} --help printed {text!r}")
    text = re.sub(r"^/\S*/(?=experiments/)", "", text, flags=re.MULTILINE)
    # absl's own flags are the same for all.
    text = re.split(r"\n(?=absl\.|Try --helpfull)", text)[0]
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: written")
