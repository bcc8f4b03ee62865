# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the schedule of a run, and of its random numbers."""

import numpy as np

from experiments.common import seeds
from experiments.common.schedule import Schedule


def schedule(**changes) -> Schedule:
    settings = {
        "num_examples": 1000,
        "batch_size": 4,
        "epochs": 2,
        "max_steps": None,
        "evaluate_every": 1,
        "checkpoint_every": 1,
        "seed": 0,
    }
    return Schedule(**settings | changes)


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
    streams = list(seeds.Stream)
    found = {
        tuple(seeds.step_seed(seed, stream, step).numpy())
        for seed in (0, 1)
        for stream in streams
        for step in (0, 1, 2)
    }
    assert len(found) == 2 * len(streams) * 3
