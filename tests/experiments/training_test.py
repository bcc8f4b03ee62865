# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the output folder and the schedule."""

import numpy as np
import pytest

from experiments.common import training

CONFIG = {"program": "test", "size": 1, "epochs": 2}


def open_run(folder, overwrite=False, **changes):
    return training.open_run(folder, CONFIG | changes, {"epochs"}, overwrite)


def schedule(**changes) -> training.Schedule:
    settings = {
        "num_examples": 1000,
        "batch_size": 4,
        "epochs": 2,
        "max_steps": None,
        "evaluate_every": 1,
        "checkpoint_every": 1,
        "seed": 0,
    }
    return training.Schedule(**settings | changes)


def test_schedule_uses_each_example_once_an_epoch():
    calls = list(schedule().calls(0))
    assert [step for step, _ in calls] == [0, 100, 200, 250, 350, 450]
    epochs = [
        np.concatenate([examples.ravel() for _, examples in calls[i : i + 3]])
        for i in (0, 3)
    ]
    for epoch in epochs:
        assert sorted(epoch) == list(range(1000))
    assert (epochs[0] != epochs[1]).any()


def test_schedule_goes_on_where_it_stopped():
    def steps(*calls):
        return np.concatenate([examples for _, examples in calls])

    whole = steps(*schedule().calls(0))
    parts = [
        steps(*schedule(max_steps=130).calls(0)),
        steps(*schedule(max_steps=260).calls(130)),
        steps(*schedule().calls(260)),
    ]
    np.testing.assert_array_equal(whole, np.concatenate(parts))
    assert not list(schedule().calls(500))


def test_remainder_of_an_epoch_is_left_out():
    uneven = schedule(num_examples=10)
    assert uneven.steps_per_epoch == 2
    assert [x.shape for _, x in uneven.calls(0)] == [(2, 4), (2, 4)]


def test_seeds_differ_by_step_and_stream():
    streams = list(training.Stream)
    seeds = {
        tuple(training.step_seed(seed, stream, step).numpy())
        for seed in (0, 1)
        for stream in streams
        for step in (0, 1, 2)
    }
    assert len(seeds) == 2 * len(streams) * 3


def test_folder_is_locked_while_in_use(tmp_path):
    with open_run(tmp_path):
        for overwrite in (False, True):
            with (
                pytest.raises(
                    training.FolderInUseError, match="another process"
                ),
                open_run(tmp_path, overwrite),
            ):
                pass
    with open_run(tmp_path):
        pass


def test_length_of_a_run_may_change_but_nothing_else(tmp_path):
    with open_run(tmp_path):
        pass
    with open_run(tmp_path, epochs=3):
        pass
    with (
        pytest.raises(
            training.FolderInUseError,
            match=r"size is 1 there and 2 here\. .*--overwrite",
        ),
        open_run(tmp_path, size=2),
    ):
        pass


@pytest.mark.parametrize("name", ["notes.txt", "config.json"])
def test_folder_with_other_files_is_refused(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with (
        pytest.raises(training.FolderInUseError, match=r"choose another"),
        open_run(tmp_path),
    ):
        pass
    assert (tmp_path / name).read_text() == "mine"


def test_overwriting_spares_files_that_are_not_the_runs(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with open_run(tmp_path, overwrite=True) as run:
        run.add_metrics(step=1)
    with open_run(tmp_path, overwrite=True) as run:
        assert run.metrics() == []
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_paths_are_the_users_under_bazel_run(tmp_path, monkeypatch):
    monkeypatch.setenv("BUILD_WORKING_DIRECTORY", str(tmp_path))
    assert training.user_path("output") == tmp_path / "output"
    monkeypatch.delenv("BUILD_WORKING_DIRECTORY")
    monkeypatch.chdir("/")
    assert str(training.user_path("output")) == "/output"
