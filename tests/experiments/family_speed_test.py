# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The study that times every family."""

import math

import pytest
import tensorflow as tf
import tensorflow_probability as tfp
from absl import app

import tf_implicit as tfi
from experiments.studies import family_speed


@pytest.mark.parametrize("name", family_speed.FAMILIES)
def test_each_has_a_class_here_and_there(name):
    name = name.strip("*")
    ours = getattr(tfi.distributions, name)
    theirs = getattr(tfp.distributions, name)
    assert ours is not theirs


@pytest.mark.parametrize("what", ["sample", "log_prob"])
def test_both_libraries_are_measured(what):
    times = family_speed.measure("*Chi", what, tf.float64, 30, rounds=1)
    assert set(times) == {"ours", "TFP"}
    assert all(0 < time < math.inf for time in times.values())


def test_names_are_selected_or_refused():
    assert family_speed.selected(["Gamma", "Normal"]) == ["*Gamma", "Normal"]
    assert family_speed.selected([]) == list(family_speed.FAMILIES)
    with pytest.raises(app.UsageError, match=r"got \['Gama'\]"):
        family_speed.selected(["Gamma", "Gama"])
