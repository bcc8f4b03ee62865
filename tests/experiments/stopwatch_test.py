# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the stopwatch, by a clock that the functions themselves move."""

import os

import pytest
import tensorflow as tf

from experiments.common import stopwatch


class Clock:
    """A clock, and functions that take their time of it."""

    def __init__(self):
        self._now = 0.0
        self.calls = []

    def __call__(self) -> float:
        return self._now

    def function(self, name, *seconds):
        """One whose calls take so long; as the last one, all that follow."""
        left = list(seconds)

        def work():
            self.calls.append(name)
            self._now += left.pop(0) if len(left) > 1 else left[0]

        return work


def test_stopwatch_tells_slow_from_fast():
    best = stopwatch.best_seconds(
        {"fast": lambda: None, "slow": lambda: sum(range(10**5))}, rounds=3
    )
    assert 0 < best["fast"] < best["slow"]


@pytest.mark.parametrize(("calls", "best"), [(1, 2**-5), (2, 2**-4)])
def test_the_shortest_call_counts_and_the_first_two_do_not(calls, best):
    clock = Clock()
    work = clock.function("a", 2**-6, 2**-6, 2**-4, 2**-4, 2**-5, 2**-3)
    found = stopwatch.best_seconds({"a": work}, 3, calls, clock)
    assert found == {"a": best}
    assert len(clock.calls) == 2 + 3 * calls


def test_functions_take_turns():
    clock = Clock()
    functions = {name: clock.function(name, 0.5) for name in "ab"}
    stopwatch.best_seconds(functions, 3, clock=clock)
    assert "".join(clock.calls) == "aabb" + "ab" * 3


def test_a_turn_of_a_fast_function_is_many_calls():
    clock = Clock()
    # The third ends the hundredth of a second, the first is the shortest.
    work = clock.function("a", 1.0, 1.0, 2**-9, 2**-8)
    found = stopwatch.best_seconds({"a": work}, 1, clock=clock)
    assert found == {"a": 2**-9}
    assert len(clock.calls) == 2 + 4
    assert clock() == 2 + 2**-9 + 3 * 2**-8


def test_slow_functions_sit_out_when_they_had_their_time():
    clock = Clock()
    functions = {
        name: clock.function(name, seconds)
        for name, seconds in (("a", 0.125), ("b", 1.5), ("c", 2.5))
    }
    stopwatch.best_seconds(functions, 20, clock=clock)
    # Who had two seconds, and no more, has a turn yet.
    counts = {name: clock.calls.count(name) - 2 for name in "abc"}
    assert counts == {"a": 17, "b": 2, "c": 1}


@pytest.fixture(name="system")
def fixture_system(monkeypatch) -> list:
    """What is asked of a system with the cores 3, 5, 7, and of TensorFlow."""
    asked = []

    def confine(process, cores):
        asked.append((process, set(cores)))

    monkeypatch.setattr(stopwatch, "_CORES", {7, 3, 5})
    # macOS has none of the two.
    monkeypatch.setattr(os, "sched_setaffinity", confine, raising=False)
    # The process that asks is number 0.
    monkeypatch.setattr(
        os, "sched_getaffinity", {0: {7}}.__getitem__, raising=False
    )
    threading = tf.config.threading
    for kind in ("intra", "inter"):
        monkeypatch.setattr(
            threading,
            f"set_{kind}_op_parallelism_threads",
            lambda threads, kind=kind: asked.append((kind, threads)),
        )
    return asked


def test_threads_have_a_core_each(system):
    stopwatch.use_threads(2)
    assert system == [(0, {5, 7}), ("intra", 2), ("inter", 1)]


def test_all_cores_can_be_had(system):
    stopwatch.use_threads(3)
    assert system == [(0, {3, 5, 7}), ("intra", 3), ("inter", 1)]


def test_threads_without_cores_are_refused(system):
    with pytest.raises(
        RuntimeError, match=r"4 threads need as many cores.* may use 3"
    ):
        stopwatch.use_threads(4)
    assert system == []


def test_without_such_calls_the_threads_are_limited_alone(system, monkeypatch):
    monkeypatch.setattr(stopwatch, "_CORES", ())
    stopwatch.use_threads(2)
    with stopwatch.all_cores():
        pass
    assert system == [("intra", 2), ("inter", 1)]


def test_all_cores_are_free_for_a_while(system):
    with pytest.raises(ValueError, match="a fault"), stopwatch.all_cores():
        assert system == [(0, {3, 5, 7})]
        raise ValueError("a fault")
    assert system == [(0, {3, 5, 7}), (0, {7})]
