# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The benchmark gives every kernel inputs of its domain, and runs emulated."""

import sys

import numpy as np
import pytest

from tests.gpu import benchmark
from tests.gpu.launchers import LIBRARIES, Launchers


@pytest.fixture(scope="module")
def emulated():
    """Only what differs on a device is left to a device."""
    return Launchers(LIBRARIES["emulated"])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_inputs_are_in_the_domain(emulated, dtype):
    alpha, z = benchmark.gamma_points(300, dtype)
    assert len(emulated.loops) > 80
    for loop in emulated.loops:
        inputs = benchmark.inputs_of(loop, alpha, z)
        assert len(inputs) == emulated.inputs_of(loop), loop
        assert all(x.dtype == dtype for x in inputs), loop
        for output in emulated.map(loop, *inputs):
            # Some are infinite where a density underflows, and NaN where the
            # paper's methods fail.
            assert np.mean(np.isfinite(output)) > 0.5, loop


def test_prints_a_line_for_every_kernel(emulated, capsys, monkeypatch):
    monkeypatch.setattr(benchmark, "REPETITIONS", 1)
    # Peers take their time to import.
    monkeypatch.setattr(benchmark, "_module", lambda name: None)
    monkeypatch.setattr(
        sys, "argv", ["benchmark", "--library=emulated", "--size=40"]
    )
    benchmark.main()
    lines = capsys.readouterr().out.splitlines()
    for name in (*emulated.loops, *emulated.row_functions):
        found = [line for line in lines if line.startswith(f"{name} ")]
        assert len(found) >= 2, name  # float32 and float64
    assert sum(line.startswith("sample ") for line in lines) == 8
