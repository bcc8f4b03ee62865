# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Training on several workers, in processes of their own on this machine."""

import contextlib
import json
import socket
import subprocess
import sys
import time

import pytest

from experiments.topic_models import amortized
from tests.experiments import binaries, small_corpus

# 7 training documents: 3 steps an epoch.
EPOCHS = 60
FLAGS = (
    "--dataset=20newsgroups",
    "--num_topics=3",
    "--hidden_layers=1",
    "--hidden_units=4",
    "--prior_burn_in_epochs=15",
    "--initial_topic_documents=2",
    "--kl_annealing_steps=30",
    "--batch_size=2",
    "--learning_rate=0.01",
    "--evaluate_every=20",
    "--checkpoint_every=5",
)


def start(output_dir, *arguments, **variables) -> subprocess.Popen:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "experiments.lda", *FLAGS, *arguments),
            f"--output_dir={output_dir}",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=binaries.ROOT,
        # The workers share what cores there are.
        env=binaries.environment(
            TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1", **variables
        ),
    )


def free_ports(number) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for free in sockets:
            free.bind(("127.0.0.1", 0))
        return [free.getsockname()[1] for free in sockets]


def start_workers(output_dir, data_dir) -> list[subprocess.Popen]:
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    return [
        start(
            output_dir,
            "--strategy=multi_worker",
            f"--epochs={EPOCHS}",
            TF_IMPLICIT_DATA_DIR=str(data_dir),
            TF_CONFIG=json.dumps(
                {
                    "cluster": {"worker": addresses},
                    "task": {"type": "worker", "index": index},
                }
            ),
        )
        for index in range(2)
    ]


def metrics(folder) -> list[dict[str, float]]:
    try:
        lines = (folder / "metrics.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]
    except (FileNotFoundError, json.JSONDecodeError):
        return []


def test_killed_worker_is_no_loss_and_two_workers_equal_one(tmp_path):
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    small_corpus.write_archive(data_dir)
    folder = tmp_path / "two"
    workers = start_workers(folder, data_dir)
    try:
        # Past a checkpoint or two, in the middle of things.
        deadline = time.monotonic() + 300
        while len(metrics(folder)) < 12:
            assert time.monotonic() < deadline, "no training"
            assert workers[0].poll() is None, workers[0].communicate()[0]
            time.sleep(0.05)
        workers[1].kill()
        workers[1].wait()
        # The other one cannot go on; whether it notices is TensorFlow's
        # business.
        workers[0].kill()
        workers[0].wait()
        broken_off = len(metrics(folder))
        assert 12 <= broken_off < EPOCHS

        workers = start_workers(folder, data_dir)
        alone = start(
            tmp_path / "one",
            f"--epochs={EPOCHS}",
            TF_IMPLICIT_DATA_DIR=str(data_dir),
        )
        printed = [process.communicate()[0] for process in (*workers, alone)]
    finally:
        for worker in workers:
            worker.kill()
    for process, text in zip((*workers, alone), printed, strict=True):
        assert process.returncode == 0, text
    assert "resuming" in printed[0]
    two, one = metrics(folder), metrics(tmp_path / "one")
    assert [line["step"] for line in two] == list(range(3, 3 * EPOCHS + 1, 3))
    # Both add up the same numbers, but in another order, 180 steps long.
    for name in ("train_loss", "gradient_variance"):
        assert [line[name] for line in two] == pytest.approx(
            [line[name] for line in one], rel=1e-4
        )
    two, one = (
        json.loads((tmp_path / name / "result.json").read_text())
        for name in ("two", "one")
    )
    assert two["test_perplexity"] == pytest.approx(
        one["test_perplexity"], rel=1e-4
    )


def test_batch_that_replicas_cannot_share_is_refused():
    class TwoReplicas:
        num_replicas_in_sync = 2

    with pytest.raises(
        amortized.UnevenBatchError,
        match="2 replicas cannot share --batch_size=3",
    ):
        amortized.AmortizedLearner(
            None,
            None,
            None,
            batch_size=3,
            seed=0,
            burn_in=None,
            strategy=TwoReplicas(),
        )
