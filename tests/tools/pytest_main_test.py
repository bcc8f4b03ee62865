# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests how `pytest_test` cuts its tests into shards."""

import os
import pathlib
import subprocess
import sys

import pytest

TOOL = pathlib.Path(__file__).parents[2] / "third_party/pytest_main.py"


@pytest.fixture
def run(tmp_path):
    """Runs a file of seven tests; returns the status and what ran."""
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (tmp_path / "numbers_test.py").write_text(
        "import pathlib, pytest\n"
        "@pytest.mark.parametrize('i', range(7))\n"
        "def test_number(i):\n"
        "    with open('ran', 'a') as ran:\n"
        "        ran.write(f'{i} ')\n"
        "    assert i != 5\n"
    )

    def call(**environment):
        ran = tmp_path / "ran"
        ran.unlink(missing_ok=True)
        status = subprocess.run(
            [sys.executable, TOOL, "numbers_test.py"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            check=False,
        ).returncode
        return status, ran.read_text().split() if ran.exists() else []

    return call


@pytest.mark.parametrize("total", [2, 3, 9])
def test_shards_run_every_test_once(run, tmp_path, total):
    everything = []
    for index in range(total):
        sign = tmp_path / f"sign{index}"
        status, ran = run(
            TEST_TOTAL_SHARDS=str(total),
            TEST_SHARD_INDEX=str(index),
            TEST_SHARD_STATUS_FILE=str(sign),
        )
        assert status == ("5" in ran)
        assert sign.exists()
        everything += ran
    assert everything == list("0123456")


def test_without_shards_all_run(run):
    assert run() == (1, list("0123456"))


def test_no_test_at_all_is_a_failure_without_shards(run):
    status, ran = run(TESTBRIDGE_TEST_ONLY="another")
    assert status != 0
    assert not ran
