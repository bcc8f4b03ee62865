# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Kills training at moments spread over its life; the results are equal.

    TF_IMPLICIT_KILLS=20 .venv/bin/python -m pytest \
        tests/experiments/kill_test.py

It takes minutes, and is no part of `make test`: without that variable, which
says how many kills each case gets, it is skipped. `loop_test.py` has the states
that a kill can leave, made by hand.
"""

import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.experiments import binaries, small_corpus

KILLS = int(os.environ.get("TF_IMPLICIT_KILLS", "0"))
pytestmark = pytest.mark.skipif(
    not KILLS, reason="TF_IMPLICIT_KILLS=20 runs it"
)

LDA = (
    "--dataset=20newsgroups",
    "--num_topics=3",
    "--hidden_layers=1",
    "--hidden_units=4",
    "--prior_burn_in_epochs=100",
    "--batch_size=2",
    "--epochs=400",
    "--evaluate_every=7",
    "--checkpoint_every=3",
)
VAE = (
    "--posterior=gamma",
    "--hidden_units=8",
    "--batch_size=5",
    "--steps=1000",
    "--kl_annealing_steps=500",
    "--importance_samples=100",
    "--evaluate_every=7",
    "--checkpoint_every=3",
)


def start(module, arguments, folder) -> subprocess.Popen:
    with (folder.parent / "log").open("a") as log:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", f"experiments.{module}", *arguments),
                f"--output_dir={folder}",
            ],
            stdout=log,
            stderr=log,
            cwd=binaries.ROOT,
            env=binaries.environment(),
        )


def outputs(folder):
    lines = [
        json.loads(line)
        for line in (folder / "metrics.jsonl").read_text().splitlines()
    ]
    for line in lines:
        line.pop("ms_per_step", None)
    return lines, json.loads((folder / "result.json").read_text())


def data_of(module, folder) -> list[str]:
    folder.mkdir()
    if module == "lda":
        small_corpus.write_archive(folder)
        return [f"--data_dir={folder}"]
    rng = np.random.default_rng(0)
    train, test = (rng.integers(0, 256, [n, 4, 4], np.uint8) for n in (30, 9))
    np.savez(folder / "images.npz", x_train=train, x_test=test)
    return [f"--data={folder / 'images.npz'}"]


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"]
)
@pytest.mark.parametrize(
    ("module", "arguments"), [("lda", LDA), ("vae", VAE)], ids=["lda", "vae"]
)
def test_killed_runs_equal_an_unbroken_one(tmp_path, module, arguments, number):
    arguments = [*arguments, *data_of(module, tmp_path / "data")]
    whole = tmp_path / "whole"
    began = time.monotonic()
    assert start(module, arguments, whole).wait() == 0
    length = time.monotonic() - began
    broken = tmp_path / "broken"
    moments = random.Random(0)
    kills = 0
    # A session that comes to its end is no kill; the next one then resumes a
    # run that is finished.
    for _ in range(3 * KILLS):
        process = start(module, arguments, broken)
        try:
            # From the first import to beyond the end.
            process.wait(moments.uniform(0.1, 1.1) * length)
        except subprocess.TimeoutExpired:
            # It may have come to its end just now.
            process.send_signal(number)
        status = process.wait()
        if status:
            kills += 1
            # In its first seconds a process has no handler yet.
            assert status in (-number, 128 + number), log_of(tmp_path)
        if kills == KILLS:
            break
    assert start(module, arguments, broken).wait() == 0, log_of(tmp_path)
    assert kills
    assert outputs(broken) == outputs(whole)


def log_of(folder: pathlib.Path) -> str:
    return (folder / "log").read_text()[-3000:]
