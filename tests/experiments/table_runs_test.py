# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the programs that fill a table with runs, without any run."""

import os

import pytest
from absl import flags

from experiments.common import (
    config_flags,
    errors,
    grid,
    paths,
    results,
    table_runs,
)

JOBS = [grid.Job(name, "m", {}, (), "") for name in ("a_0", "a_1", "b_0")]


@pytest.fixture(name="asked", autouse=True)
def fixture_asked(tmp_path, monkeypatch) -> list:
    """What is asked of the grid, and which error it shall answer with."""
    asked = []

    def run(self, workers=1):
        data = os.environ.get(paths.DATA_DIR_VARIABLE)
        names = [job.name for job in self.jobs]
        asked.append((names, self.folder, workers, data))

    monkeypatch.setattr(grid.Grid, "run", run)
    monkeypatch.setenv("BUILD_WORKING_DIRECTORY", str(tmp_path))
    # Set and taken away, so that what the programs set is taken back.
    monkeypatch.setenv(paths.DATA_DIR_VARIABLE, "")
    monkeypatch.delenv(paths.DATA_DIR_VARIABLE)
    return asked


def run(write=lambda folder: None, **settings):
    config = table_runs.TableConfig(output_dir="out", **settings)
    table_runs.run(config, JOBS, write)


def settings(*arguments):
    values = flags.FlagValues()
    config_flags.define(table_runs.TableConfig, values)
    values(["program", *arguments])
    return config_flags.settings(table_runs.TableConfig, values)


def test_five_runs_of_each_cell_one_after_another():
    assert settings() == {
        "data_dir": None,
        "output_dir": "output/table",
        "seeds": 5,
        "only": "",
        "workers": 1,
    }


@pytest.mark.parametrize("name", ["seeds", "workers"])
def test_at_least_one_of_each(name):
    assert settings(f"--{name}=1")[name] == 1
    with pytest.raises(flags.IllegalFlagValueError, match=name):
        settings(f"--{name}=0")


def test_all_runs_are_run_and_then_written(tmp_path, asked):
    run(write=lambda folder: asked.append(folder), workers=3)
    folder = (tmp_path / "out").resolve()
    assert asked == [(["a_0", "a_1", "b_0"], folder, 3, None), folder]


def test_runs_find_the_data_by_the_environment(tmp_path, asked, monkeypatch):
    run(data_dir="data")
    assert asked[0][3] == str((tmp_path / "data").resolve())
    # A folder from the environment is as full a path, and the flag beats it.
    monkeypatch.setenv(paths.DATA_DIR_VARIABLE, "other")
    run()
    assert asked[1][3] == str((tmp_path / "other").resolve())
    run(data_dir="data")
    assert asked[2][3] == asked[0][3]


@pytest.mark.parametrize(
    ("only", "names"),
    [("", ["a_0", "a_1", "b_0"]), ("_0", ["a_0", "b_0"]), ("^a", JOBS[:2])],
)
def test_runs_are_chosen_by_their_names(asked, only, names):
    run(only=only)
    assert asked[0][0] == [getattr(name, "name", name) for name in names]


def test_what_is_no_regular_expression_is_refused(asked):
    with pytest.raises(
        SystemExit, match=r"^error: --only=\(a is no regular expression: "
    ):
        run(write=lambda folder: asked.append(folder), only="(a")
    assert asked == []


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (grid.JobsFailedError("1 of 3 runs failed"), "error: 1 of 3 runs fail"),
        (KeyboardInterrupt(), "interrupted: the same command goes on"),
    ],
)
def test_what_is_finished_is_written_whatever_happens(
    monkeypatch, error, message
):
    def fail(self, workers):
        raise error

    written = []
    monkeypatch.setattr(grid.Grid, "run", fail)
    with pytest.raises(SystemExit, match=f"^{message}"):
        run(write=written.append)
    assert len(written) == 1


STUDY = results.Study(
    "study", "program", lambda _: {}, ("D",), "steps", "nll", None, ()
)


def test_finished_runs_are_written_if_there_are_any(tmp_path, monkeypatch):
    file = STUDY.runs_file(tmp_path)
    table_runs.write_runs(STUDY, tmp_path)
    assert not file.exists()
    row = dict.fromkeys(STUDY.columns, "") | {"D": "5", "nll": "130.5"}
    monkeypatch.setattr(results, "collect", lambda *_: ([row], {}))
    table_runs.write_runs(STUDY, tmp_path)
    assert results.read(file, STUDY.columns) == [row]

    def damaged(*_):
        raise errors.SettingsError("damaged")

    monkeypatch.setattr(results, "collect", damaged)
    with pytest.raises(errors.SettingsError):
        table_runs.write_runs(STUDY, tmp_path)
