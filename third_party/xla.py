# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tells whether the XLA kernels can be compiled here.

For ./configure and setup.py, which run this file (runpy).
"""

import pathlib
import runpy
import subprocess

FLAGS = runpy.run_path(str(pathlib.Path(__file__).parent / "flags.bzl"))


def has_headers(compiler: str) -> bool:
    """Whether `compiler` finds what TensorFlow's wheel leaves out."""
    headers = "".join(f"#include <{name}>\n" for name in FLAGS["XLA_HEADERS"])
    check = subprocess.run(
        [compiler, "-xc++", "-fsyntax-only", "-"],
        input=headers.encode(),
        capture_output=True,
        check=False,
    )
    return check.returncode == 0
