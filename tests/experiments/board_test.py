# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of TensorBoard's event files."""

import tensorflow as tf

from experiments.common import board


def events(folder):
    """Returns (step, name, value) of all that is there to see."""
    return [
        (event.step, value.tag, value.simple_value)
        for path in sorted(folder.iterdir())
        for event in tf.compat.v1.train.summary_iterator(str(path))
        for value in event.summary.value
    ]


def test_every_number_is_shown_at_its_step(tmp_path):
    first = [(3, "step", 3.0), (3, "loss", 1.5)]
    second = [(5, "step", 5.0), (5, "loss", 0.25), (5, "nll", -2.0)]
    with board.open_board(tmp_path / "a") as opened:
        opened.add({"step": 3, "loss": 1.5})
        # At once, not when the run ends.
        assert events(tmp_path / "a") == first
        opened.add({"step": 5, "loss": 0.25, "nll": -2.0})
    assert events(tmp_path / "a") == first + second
