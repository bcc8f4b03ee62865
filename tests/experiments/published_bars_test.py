# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The verdicts that docs/accuracy.md publishes are those of the code's bars."""

import re

import pytest

from experiments.common import stopwatch
from experiments.studies import own_speed, speed_tables
from tests.experiments import binaries

PAGE = binaries.ROOT / "docs" / "accuracy.md"


def published() -> list[dict[str, str]]:
    """Returns the rows of all tables of verdicts on a peer, by column.

    That of the laws has several, and a test of its own (law_speed_test.py).
    """
    rows, columns = [], []
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            columns = []
        elif not columns:
            columns = cells
        elif {"peer", "verdict"} <= set(columns) and set(line) - set("|- "):
            rows.append(dict(zip(columns, cells, strict=True)))
    return rows


def key(quantity: str, peer: str) -> tuple[str, str]:
    # Which decade is slowest differs from run to run.
    decade = re.compile(r" \(1e-?\d+\)")
    return decade.sub("", quantity), decade.sub("", peer)


@pytest.fixture(name="bars")
def fixture_bars(monkeypatch) -> dict[tuple[str, str], float | None]:
    """All bars of the code, without measuring anything."""
    monkeypatch.setattr(
        stopwatch,
        "best_seconds",
        lambda functions, *args, **kwargs: dict.fromkeys(functions, 1.0),
    )
    monkeypatch.setattr(
        own_speed,
        "measure_in_process",
        lambda *args: {
            row["quantity"][: -len(", 2 threads")]: 1.0
            for row in published()
            if row["quantity"].endswith(", 2 threads")
        },
    )
    sizes = speed_tables.Sizes(8, 8, 1, 1, 0)

    def seconds(family, dtype):
        return speed_tables.method_seconds(family, dtype, sizes)

    comparisons = [
        *speed_tables.gradient_comparisons(seconds),
        *speed_tables.small_call_comparisons(sizes),
        *speed_tables.sampler_comparisons(sizes),
        *speed_tables.thread_comparisons(sizes),
    ]
    for family in ("gamma", "von_mises"):
        for dtype in ("float32", "float64"):
            comparisons += speed_tables.decade_comparisons(
                family, dtype, range(2), [1.0, 2.0]
            )
    return {key(c.quantity, c.peer): c.bar for c in comparisons}


def test_every_published_bar_is_the_one_in_force(bars):
    rows = published()
    for row in rows:
        place = key(row["quantity"], row["peer"])
        if place in bars:
            bar = float(row["bar"]) if row["bar"] else None
            assert bars[place] == bar, place
    # Only PyTorch and JAX may be missing on the machine of the test.
    missing = {
        row["peer"]
        for row in rows
        if key(row["quantity"], row["peer"]) not in bars
    }
    assert all("PyTorch" in peer or peer == "JAX" for peer in missing), missing


def test_every_published_verdict_is_that_of_its_ratio():
    rows = published()
    assert {row["verdict"] for row in rows} >= {"met", "MISSED"}
    for row in rows:
        ratio = float(row["its time"]) / float(row["tf_implicit"])
        assert float(row["ratio"]) == pytest.approx(ratio, rel=0.01), row
        if not row["bar"]:
            assert not row["verdict"], row
            continue
        met = float(row["ratio"]) >= float(row["bar"])
        assert row["verdict"] == ("met" if met else "MISSED"), row
