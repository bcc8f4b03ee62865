# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reads the reference tables of this folder; needs NumPy only."""

import os

import numpy as np

_FOLDER = os.path.dirname(os.path.abspath(__file__))


def load_strings(name):
    """Reads a table as text.

    Args:
      name: name of a file of this folder, without `.csv`.

    Returns:
      A dict from column name to the list of cells: inputs as hexadecimal
      floats, outputs as decimals of 22 significant digits, whose exponents
      may lie outside the range of a double.
    """
    path = os.path.join(_FOLDER, name + ".csv")
    with open(path, encoding="ascii") as f:
        head = f.readline()
        if not head.startswith("#"):
            raise ValueError(f"{path}: the first line is no comment")
        names = f.readline().strip().split(",")
        rows = [line.strip().split(",") for line in f]
    for number, row in enumerate(rows, start=3):
        if len(row) != len(names):
            raise ValueError(f"{path}, line {number}: {len(row)} cells")
    return {n: [row[k] for row in rows] for k, n in enumerate(names)}


def load(name):
    """Reads a table as numbers.

    Args:
      name: name of a file of this folder, without `.csv`.

    Returns:
      A dict from column name to a float64 array: inputs exact, outputs
      correctly rounded (to 0 where a double underflows).
    """

    def number(cell):
        return float.fromhex(cell) if "x" in cell else float(cell)

    return {
        n: np.array([number(c) for c in cells])
        for n, cells in load_strings(name).items()
    }
