# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""How the tests start the binaries of experiments/ and read what they wrote."""

import json
import os
import pathlib
import subprocess
import sys

from experiments.common import paths

# Not resolved: under Bazel the built op library is beside the links only.
ROOT = pathlib.Path(paths.__file__).absolute().parents[2]


def environment(**variables: str) -> dict[str, str]:
    """Returns this process' environment, with its import path, and more."""
    path = os.pathsep.join([str(ROOT), *sys.path])
    return os.environ | {"PYTHONPATH": path} | variables


def run_binary(
    module: str, *arguments: str, **variables: str
) -> subprocess.CompletedProcess:
    """Runs experiments.module with flags and more environment variables."""
    return subprocess.run(
        [sys.executable, "-m", f"experiments.{module}", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment(**variables),
    )


def metrics(config) -> list[dict[str, float]]:
    """Returns what a training run measured, without how long it took."""
    text = pathlib.Path(config.output_dir, "metrics.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        assert line.pop("ms_per_step") > 0
    return lines
