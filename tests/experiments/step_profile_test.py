# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The profile counts each op once, and all of the time."""

import time

import pytest
import tensorflow as tf

from experiments import step_profile
from experiments.common import op_times


def test_time_within_an_op_counts_once():
    spans = [
        (0, 100, "call"),
        (10, 50, "loop"),
        (20, 5, "mul"),
        (25, 5, "mul"),
        (70, 10, "add"),
        (100, 3, "next"),
    ]
    own = dict.fromkeys((name for _, _, name in spans), 0)
    for name, duration in op_times._own_times(reversed(spans)):
        own[name] += duration
    assert own == {"call": 40, "loop": 40, "mul": 10, "add": 10, "next": 3}


def test_ops_have_the_time_that_they_take():
    x = tf.random.stateless_normal([600, 600], [1, 2])

    @tf.function
    def square(x):
        return tf.reduce_sum(tf.linalg.matmul(x, x, name="square"))

    seconds = 0.0

    def run():
        nonlocal seconds
        start = time.perf_counter()
        for _ in range(5):
            square(x).numpy()
        seconds = time.perf_counter() - start

    square(x)
    found = op_times.op_seconds(run)
    products = sum(v for k, v in found.items() if k.endswith("MatMul"))
    # 2 * 600**3 operations beside 600**2.
    assert products > 0.5 * sum(found.values())
    # Several threads share the work of an op; one waits for them.
    assert 0.1 * seconds < products < 1.1 * seconds


def test_table_accounts_for_the_step():
    variable = tf.Variable(tf.ones([200, 200]))

    @tf.function
    def step():
        variable.assign(0.5 * (variable + tf.linalg.matmul(variable, variable)))
        return variable

    table = step_profile.profile("name", "title", {"loop": step}, steps=1)
    numbers = {kind: int(number) for kind, number in table.rows}
    total = numbers.pop("all")
    assert numbers["matrix products"] > 0
    assert numbers["optimizer"] == numbers["sparse products"] == 0
    assert sum(numbers.values()) == pytest.approx(total, abs=len(numbers))
    assert numbers["between the ops"] >= 0
