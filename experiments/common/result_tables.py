# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tables of the runs in experiments/results beside the paper's numbers."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from experiments.common import tables
from experiments.common.results import Row, Study

__all__ = [
    "Cell",
    "compare",
    "differences",
    "missing",
    "newest_of_seeds",
    "summarize",
]

# (column of the study, value), for each column of `Study.cell`.
_Key = tuple[str, ...]


class Cell(NamedTuple):
    """What the runs of a cell say.

    Attributes:
        mean: Of the metric.
        stddev: Over runs; None of one run.
        runs: How many.
        length: Of each of them, in the study's measure.
        learning_rate: Of all of them, as text.
        sampling_error: Of one run; None if it is not known.
        paper: The paper's mean, as text; "" if it has none.
        difference: See `compare`; None where it is not known.
    """

    mean: float
    stddev: float | None
    runs: int
    length: int
    learning_rate: str
    sampling_error: float | None
    paper: str = ""
    difference: float | None = None


def summarize(
    study: Study, runs: Sequence[Row], paper: Sequence[Row]
) -> dict[_Key, Cell]:
    """Returns the cells that have runs with the paper's settings.

    Of each cell the longest runs count, and of these those with the learning
    rate whose mean is lower, as in the paper.

    Args:
        study: The study.
        runs: Rows of its file of runs.
        paper: Rows of the file of the paper's numbers.
    """
    published = {_key(study, row): row for row in paper}
    groups: dict[_Key, dict[tuple[int, str], list[Row]]] = {}
    for row in runs:
        if not row["settings"]:
            group = (int(row[study.length]), row["learning_rate"])
            groups.setdefault(_key(study, row), {}).setdefault(
                group, []
            ).append(row)
    cells = {}
    for key, by_group in groups.items():
        longest = max(length for length, _ in by_group)
        cell = min(
            (
                _cell(study, group, rows)
                for group, rows in by_group.items()
                if group[0] == longest
            ),
            key=lambda cell: cell.mean,
        )
        if key in published:
            cell = cell._replace(
                paper=_with_deviation(
                    published[key]["mean"], published[key]["stddev"]
                ),
                difference=_difference(cell, published[key]),
            )
        cells[key] = cell
    return cells


def differences(
    study: Study, runs: Sequence[Row], paper: Sequence[Row]
) -> dict[_Key, float]:
    """Returns the differences above two standard deviations, as printed."""
    return {
        key: round(cell.difference, 1)
        for key, cell in summarize(study, runs, paper).items()
        if cell.difference is not None and abs(round(cell.difference, 1)) > 2
    }


def missing(
    study: Study, runs: Sequence[Row], paper: Sequence[Row]
) -> list[_Key]:
    """Returns the cells of the paper without a run."""
    there = summarize(study, runs, paper)
    return [key for row in paper if (key := _key(study, row)) not in there]


def compare(
    study: Study,
    runs: Sequence[Row],
    paper: Sequence[Row],
    *,
    columns: Sequence[str],
    keep: Callable[[Mapping[str, str]], bool],
    title: str = "",
) -> tables.Table:
    """Returns a table with a line for each cell that has runs.

    The difference is ours less the paper's, in standard deviations: their
    unit is the root of the sum of the squares of the paper's standard
    deviation and of ours, which is that over runs or, of a single run, the
    standard error from the samples that estimate the metric. A standard
    deviation that the paper prints as 0 counts as half of its last digit.

    Args:
        study: The study.
        runs: Rows of its file of runs.
        paper: Rows of the file of the paper's numbers; their order is that of
            the lines.
        columns: Columns of the cells to show.
        keep: Which cells the table has, by column.
        title: Its title.
    """
    cells = summarize(study, runs, paper)
    order = dict.fromkeys([*(_key(study, row) for row in paper), *cells])
    lines = []
    for key in order:
        names = dict(zip(study.cell, key, strict=True))
        if key not in cells or not keep(names):
            continue
        cell = cells[key]
        ours = _with_deviation(
            f"{cell.mean:.1f}",
            None if cell.stddev is None else f"{cell.stddev:.1f}",
        )
        lines.append(
            [
                *(names[column] for column in columns),
                ours,
                f"{cell.length:,}",
                cell.runs,
                cell.learning_rate,
                cell.paper,
                None if cell.difference is None else f"{cell.difference:+.1f}",
            ]
        )
    return tables.Table(
        study.name,
        title,
        [
            *columns,
            "ours",
            study.length,
            "seeds",
            "learning rate",
            "paper",
            "difference",
        ],
        lines,
    )


def newest_of_seeds(rows: Sequence[Row]) -> list[Row]:
    """Returns the newest run of each seed.

    Where no run has its seed: the newest row, which is the mean from a document
    that does not tell the runs.
    """
    # In the order of the file, which grows at its end.
    by_seed = {
        row["seed"]: row for row in sorted(rows, key=lambda row: row["date"])
    }
    return [row for seed, row in by_seed.items() if seed] or [by_seed[""]]


def _key(study, row) -> _Key:
    return tuple(row[name] for name in study.cell)


def _cell(study, group, rows) -> Cell:
    """Returns the cell of runs of one length and learning rate."""
    seeds = newest_of_seeds(rows)
    length, learning_rate = group
    if not seeds[0]["seed"]:
        (row,) = seeds
        return Cell(
            float(row[study.metric]),
            float(row["stddev"]) if row["stddev"] else None,
            int(row["runs"]),
            length,
            learning_rate,
            None,
        )
    values = [float(row[study.metric]) for row in seeds]
    sampling = seeds[0][study.sampling_error] if study.sampling_error else ""
    return Cell(
        statistics.fmean(values),
        statistics.stdev(values) if values[1:] else None,
        len(values),
        length,
        learning_rate,
        float(sampling) if sampling else None,
    )


def _difference(cell, row) -> float | None:
    if not row["stddev"]:
        return None
    decimals = len(row["stddev"].partition(".")[2])
    spread = math.hypot(
        max(float(row["stddev"]), 0.5 * 10**-decimals),
        cell.sampling_error or 0 if cell.stddev is None else cell.stddev,
    )
    return (cell.mean - float(row["mean"])) / spread


def _with_deviation(mean, stddev) -> str:
    return f"{mean} +- {stddev}" if stddev else mean
