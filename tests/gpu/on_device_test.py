# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The program for a machine with a GPU: its steps, and its own tests' names."""

import subprocess
import sys

import pytest

from tests.gpu import on_device
from tests.gpu.launchers import LIBRARIES


def _python(name, code, minutes=1.0, needed=True):
    return on_device.Step(name, [sys.executable, "-c", code], minutes, needed)


def test_a_step_that_fails_stops_none(tmp_path, capsys):
    steps = [
        _python("bad", "print('so far', flush=True); raise SystemExit(3)"),
        _python("good", "print('fine')"),
    ]
    assert not on_device.run(steps, tmp_path / "run")
    assert (tmp_path / "run/bad.txt").read_text() == "so far\n"
    assert (tmp_path / "run/good.txt").read_text() == "fine\n"
    summary = (tmp_path / "run/summary.txt").read_text()
    assert summary == capsys.readouterr().out
    assert "exit status 3  so far" in summary
    assert "done  fine" in summary


def test_a_step_that_takes_too_long_keeps_its_output(tmp_path):
    code = "import time; print('begun', flush=True); time.sleep(60)"
    step = _python("slow", code, minutes=0.03)
    assert not on_device.run([step], tmp_path / "run")
    assert (tmp_path / "run/slow.txt").read_text() == "begun\n"
    assert "not finished" in (tmp_path / "run/summary.txt").read_text()


def test_what_is_not_needed_may_fail(tmp_path):
    steps = [
        on_device.Step("none", ["no-such-program"], 1, needed=False),
        _python("table", "import sys; sys.exit('not run: no GPU')", 1, False),
    ]
    assert on_device.run(steps, tmp_path / "run")
    summary = (tmp_path / "run/summary.txt").read_text()
    assert "not run: no no-such-program" in summary
    assert "not run: no GPU" in summary


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    with pytest.raises(FileExistsError):
        on_device.run([_python("step", "")], tmp_path)


def test_its_time_is_ten_minutes():
    steps = on_device.steps("device", 1000)
    assert sum(step.minutes for step in steps) <= 10


def test_names_of_tests_have_the_library():
    """As the -k of its steps expects."""
    for step in on_device.steps("emulated", 1000):
        if "pytest" not in step.command:
            continue
        listed = subprocess.run(
            [*step.command, "--collect-only"],
            cwd=on_device.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        tests = [t for t in listed.stdout.splitlines() if "::" in t]
        assert len(tests) > 20, listed
        assert all("[emulated" in t for t in tests)


def test_refuses_to_run_without_a_device(capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(LIBRARIES, "device", tmp_path / "none.so")
    monkeypatch.setattr(sys, "argv", ["on_device", f"--output={tmp_path}/run"])
    with pytest.raises(SystemExit, match="2"):
        on_device.main()
    assert "none.so is not there" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
