# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the study of functions, densities, entropies and divergences."""

import csv

import numpy as np
import pytest

from experiments.common import results
from experiments.studies import law_errors, law_speed, speed_tables


def _id(quantity):
    return f"{quantity.law} {quantity.name}".strip()


@pytest.mark.parametrize("quantity", law_speed.QUANTITIES, ids=_id)
def test_ours_is_right_at_every_point(quantity):
    for dtype in ("float32", "float64"):
        points, values, gradients = law_errors.measure(
            quantity, dtype, ("ours",)
        )
        assert points > 40
        assert values["ours"].bad == 0
        assert values["ours"].worst <= 16
        if quantity.slopes:
            assert gradients["ours"].bad == 0
            assert gradients["ours"].worst <= 32


def _quantity(name):
    return next(q for q in law_speed.QUANTITIES if _id(q) == name)


def test_errors_are_those_of_a_wrong_function():
    right = _quantity("Gamma KL divergence")
    wrong = right._replace(
        functions={
            "ours": lambda *x: 1.5 * right.functions["ours"](*x),
            "TFP": lambda *x: np.nan * right.functions["ours"](*x),
        }
    )
    points, values, gradients = law_errors.measure(wrong, "float64")
    half = 0.5 / np.finfo(np.float64).eps
    for errors in (values, gradients):
        np.testing.assert_allclose(errors["ours"].worst, half, rtol=1e-9)
        assert errors["TFP"].bad > 0.9 * points
    assert str(values["TFP"]).endswith(f"{points} bad")


def test_table_has_errors_and_times(monkeypatch):
    names = "Gamma KL divergence", "Dirichlet entropy", "Beta betaincc(a, b, x)"
    monkeypatch.setattr(law_speed, "QUANTITIES", tuple(map(_quantity, names)))
    table = law_speed.table(speed_tables.Sizes(100, 0, 1, 1, 0))
    # Value and gradient of two, value of one.
    assert len(table.rows) == 10
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    for row in rows:
        assert float(row["ours, eps"]) <= 32
        timed = not row["quantity"].endswith("gradient")
        assert timed == (row["ours, ns"] is not None)
        if timed and row["TFP, ns"]:
            assert row["TFP / ours"] == row["TFP, ns"] / row["ours, ns"]
    assert [r["verdict"] in ("met", "MISSED") for r in rows[:4]] == [
        True,
        False,
    ] * 2
    assert rows[-1]["TFP, ns"] is None


def test_published_bars_and_verdicts_are_those_in_force():
    quantities = {(q.law, q.name): q for q in law_speed.QUANTITIES}
    path = results.FOLDER / "accuracy" / "laws.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    bars = 0
    for row in rows:
        name = row["quantity"].removesuffix(", gradient")
        quantity = quantities[row["law"], name]
        bar = quantity.bars.get(row["dtype"])
        if bar is None or name != row["quantity"]:
            assert not row["bar"] and not row["verdict"], row
            continue
        bars += 1
        ratio = float(row["TFP, ns"]) / float(row["ours, ns"])
        assert float(row["TFP / ours"]) == pytest.approx(ratio, rel=0.01), row
        assert float(row["bar"]) == bar, row
        assert row["verdict"] == ("met" if ratio >= bar else "MISSED"), row
    assert bars == sum(len(q.bars) for q in quantities.values())
