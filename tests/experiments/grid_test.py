# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of grids of runs, with a program that needs no TensorFlow."""

import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from experiments.common import grid

# Not resolved: under Bazel the other files are beside the links only.
ROOT = pathlib.Path(grid.__file__).absolute().parents[2]

# It counts its sessions, fails on request, and can be told to wait.
PROGRAM = """
    import argparse, json, os, pathlib, sys, time

    parser = argparse.ArgumentParser()
    parser.add_argument("--output_dir", type=pathlib.Path)
    parser.add_argument("--loss", type=float)
    parser.add_argument("--step", type=int, default=10)
    parser.add_argument("--wait", type=float, default=0)
    args = parser.parse_args()
    args.output_dir.mkdir(exist_ok=True)
    path = args.output_dir / "config.json"
    sessions = json.loads(path.read_text())["sessions"] if path.exists() else []
    sessions.append({"command": sys.argv})
    path.write_text(json.dumps({"sessions": sessions}))
    (args.output_dir / "result.json").unlink(missing_ok=True)
    print("session", len(sessions), flush=True)
    print("threads", os.environ["TF_NUM_INTRAOP_THREADS"])
    time.sleep(args.wait)
    if args.loss < 0:
        sys.exit("error: negative loss")
    result = {"step": args.step, "test_loss": args.loss}
    (args.output_dir / "result.json").write_text(json.dumps(result))
"""


@pytest.fixture(name="folder", autouse=True)
def fixture_folder(tmp_path, monkeypatch) -> pathlib.Path:
    (tmp_path / "program.py").write_text(textwrap.dedent(PROGRAM))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "grid"


def job(name, loss, row="A", column="x", **flags) -> grid.Job:
    return grid.Job(name, "program", {"loss": loss} | flags, (row,), column)


def sessions(folder, name) -> int:
    return (folder / f"{name}.log").read_text().count("session")


def test_table_holds_mean_deviation_and_seeds(folder):
    jobs = [
        job("a0", 1.0),
        job("a1", 2.0),
        job("a2", 6.0),
        job("b", 4.25, column="y"),
        job("c", 5.0, row="B", column="y"),
    ]
    runs = grid.Grid(jobs, folder)
    before = runs.table("test_loss", "t", "T", ["row"])
    assert before.rows == [["A", None, None], ["B", None, None]]
    runs.run(workers=2)
    table = runs.table("test_loss", "t", "T", ["row"], ["A note."])
    assert table.columns == ["row", "x", "y"]
    # The mean of 1, 2 and 6 is 3, their variance 7.
    assert table.rows == [
        ["A", "3.0 +- 2.6 (3)", "4.2 (1)"],
        ["B", None, "5.0 (1)"],
    ]
    assert "5 of 5 runs are finished, each after 10 steps." in table.notes[0]
    assert table.notes[1] == "A note."
    runs.write_csv("test_loss", "t", ["row"])
    lines = (folder / "t.csv").read_text().splitlines()
    assert lines[0] == "row,column,mean,stddev,seeds,steps"
    assert lines[1] == f"A,x,3.0,{7**0.5},3,10"
    assert lines[2] == "A,y,4.25,,1,10"
    with pytest.raises(KeyError, match="a0 did not measure accuracy"):
        runs.cells("accuracy")


@pytest.mark.parametrize(
    ("workers", "own", "threads"), [(1, "", 6), (4, "", 1), (1, "3", 3)]
)
def test_runs_share_the_processors(folder, monkeypatch, workers, own, threads):
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS", raising=False)
    if own:
        monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", own)
    grid.Grid([job("a", 1.0)], folder).run(workers=workers)
    assert f"threads {threads}\n" in (folder / "a.log").read_text()


def test_finished_runs_are_not_repeated_but_longer_ones_are(folder):
    grid.Grid([job("a", 1.0)], folder).run()
    longer = [job("a", 1.0, step=20), job("b", 2.0)]
    assert grid.Grid(longer, folder).result(longer[0]) is None
    for _ in range(2):
        grid.Grid(longer, folder).run()
    assert sessions(folder, "a") == 2
    assert sessions(folder, "b") == 1
    assert grid.Grid(longer, folder).result(longer[0])["step"] == 20


def test_a_failing_run_does_not_stop_the_others(folder, capsys):
    runs = grid.Grid([job("bad", -1.0), job("good", 1.0)], folder)
    with pytest.raises(grid.JobsFailedError, match="1 of 2 runs failed: bad"):
        runs.run()
    assert "bad: FAILED" in capsys.readouterr().out
    assert "error: negative loss" in (folder / "bad.log").read_text()
    assert runs.result(runs.jobs[1]) == {"step": 10, "test_loss": 1.0}


def test_names_are_unique(folder):
    with pytest.raises(ValueError, match="same name: a"):
        grid.Grid([job("a", 1.0), job("a", 2.0)], folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_grid_ends_its_runs_and_can_be_resumed(folder, number):
    code = (
        "import pathlib, sys; from experiments.common import grid;"
        "flags = {'loss': 1.0, 'wait': 60};"
        "grid.Grid([grid.Job('slow', 'program', flags, (), ''),"
        "grid.Job('next', 'program', flags, (), '')],"
        "pathlib.Path(sys.argv[1])).run()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        env=os.environ
        | {
            "PYTHONPATH": os.pathsep.join(
                [os.environ["PYTHONPATH"], str(ROOT), *sys.path]
            )
        },
        stderr=subprocess.DEVNULL,
    )
    log = folder / "slow.log"
    deadline = time.monotonic() + 30
    while not (log.exists() and "session" in log.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    # Long before the 60 seconds that the run would take.
    assert process.wait(timeout=120) != 0
    assert not (folder / "next.log").exists()
    assert not (folder / "slow" / "result.json").exists()
    runs = grid.Grid([job("slow", 1.0)], folder)
    runs.run()
    assert sessions(folder, "slow") == 2
