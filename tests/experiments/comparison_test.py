# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the comparison with other libraries, on TFP, which is there."""

import subprocess
import sys

import pytest

from experiments import comparison
from experiments.common import errors
from experiments.studies import peer_samples
from tests.experiments import binaries


@pytest.fixture(autouse=True)
def fixture_two_libraries(monkeypatch):
    both = peer_samples.libraries()[:2]
    monkeypatch.setattr(peer_samples, "libraries", lambda: both)


def test_ours_is_right_in_every_row():
    # Of any number of samples: the bound is one of standard errors.
    table = comparison.gradient_table(5000)
    ours = table.columns.index("tf_implicit")
    assert [row[ours] for row in table.rows] == ["right"] * len(table.rows)
    assert len(table.rows) == sum(len(r.values) for r in peer_samples.ROWS)
    # TFP's answers are of several kinds.
    theirs = {row[table.columns.index("TFP")] for row in table.rows}
    assert "right" in theirs and any(a.startswith("NaN") for a in theirs)


def test_times_are_per_number_and_of_all_that_have_a_gradient(monkeypatch):
    seen = {}

    def best_seconds(functions, rounds, clock):
        del rounds, clock
        sizes = {name: f().size for name, f in functions.items()}
        assert len(set(sizes.values())) == 1
        seen[len(seen)] = sizes["tf_implicit"]
        return dict.fromkeys(functions, 1.0)

    monkeypatch.setattr(comparison.stopwatch, "best_seconds", best_seconds)
    table = comparison.speed_table(samples=100, rounds=1)
    for i, (row, spec) in enumerate(
        zip(table.rows, peer_samples.ROWS, strict=True)
    ):
        assert seen[i] == 100 // spec.elements
        assert row[1] == pytest.approx(1e9 / (seen[i] * spec.elements))
        assert spec.elements > 1 or row[1] == 1e7


def test_results_are_not_replaced_unasked(tmp_path):
    (tmp_path / "comparison_speed.csv").write_text("kept")
    with pytest.raises(errors.FolderInUseError, match="--overwrite"):
        comparison.study(tmp_path, False, 1, 1)
    assert (tmp_path / "comparison_speed.csv").read_text() == "kept"


def test_importing_it_leaves_the_threads_to_be_chosen():
    # A tensor made at import would fix their number, and the program fail.
    code = "from experiments import comparison as c; c.stopwatch.use_threads(1)"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=binaries.ROOT,
        env=binaries.environment(),
    )
    assert answer.returncode == 0, answer.stderr
