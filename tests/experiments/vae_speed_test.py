# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Test of the comparison of training loops."""

import numpy as np

from experiments import vae_speed
from tests.experiments import binaries


def test_both_loops_run(monkeypatch):
    monkeypatch.setattr(vae_speed, "STEPS", 2)
    pixels = np.full([100, 16], 200, np.uint8)
    table = vae_speed.measure(["von_mises"], 2, pixels, 1, False)
    (row,) = table.rows
    assert row[0] == "von_mises"
    assert row[1] > 0
    assert row[2] > 0
    assert row[3] > 0
    assert row[4].endswith("%")
    assert len(row) == len(table.columns)


def test_data_folder_can_be_named_by_the_environment(tmp_path):
    answer = binaries.run_binary(
        "vae_speed", TF_IMPLICIT_DATA_DIR=str(tmp_path)
    )
    assert answer.returncode == 1
    assert f"no MNIST in --data_dir={tmp_path}" in answer.stderr
