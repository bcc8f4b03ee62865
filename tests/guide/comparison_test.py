# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""docs/comparison.md has the tables that the command wrote."""

import csv
import pathlib

import pytest

from experiments.common import tables

_ROOT = pathlib.Path(__file__).absolute().parents[2]


def _value(text):
    try:
        return float(text) if "." in text else text
    except ValueError:
        return text


@pytest.mark.parametrize("name", ["gradients", "speed", "machine"])
def test_page_has_the_table_that_the_command_wrote(name):
    path = _ROOT / f"experiments/results/comparison_{name}.csv"
    with path.open(newline="") as file:
        columns, *rows = csv.reader(file)
    cells = [[_value(cell) for cell in row] for row in rows]
    body = tables.Table(name, "", columns, cells).body()
    assert body in (_ROOT / "docs/comparison.md").read_text()
