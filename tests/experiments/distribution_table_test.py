# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the table of distributions: each kind of answer, and ours."""

import pathlib

import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from experiments import distribution_table

_ROOT = pathlib.Path(__file__).resolve().parents[2]
_ROWS = {row.name: row for row in distribution_table.ROWS}


def test_every_distribution_has_a_row_here_or_in_the_table_of_methods():
    page = (_ROOT / "docs/distributions.md").read_text()
    for name in tfi.distributions.__all__:
        assert any(name in row for row in _ROWS) or f"`{name}`" in page, name


@pytest.mark.parametrize("name", _ROWS)
def test_ours_are_right(name):
    row = _ROWS[name]
    for value in (row.ordinary, row.extreme):
        assert distribution_table.describe(row, row.ours, value) == "right"


def test_all_answers():
    row = _ROWS["ExpGamma"]

    class Sampler:
        def __init__(self, slope):
            self.slope = slope

        def sample(self, seed):
            return self.slope * self.alpha

        def __call__(self, alpha):
            self.alpha = alpha
            return self

    def describe(slope):
        return distribution_table.describe(row, Sampler(slope), 3.0)

    # d digamma(3) = 0.394934...
    assert describe(0.394934) == "right"
    assert describe(0.4) == "0.4 for 0.395"
    half = np.where(np.arange(distribution_table._SIZE) % 2, np.nan, 1)
    assert describe(tf.constant(half, tf.float32)) == "NaN 50%"
    assert describe("text") == "TypeError"

    def constant(alpha):
        del alpha
        return Sampler(1.0)(tf.constant(2.0))

    assert distribution_table.describe(row, constant, 3.0) == "none"
