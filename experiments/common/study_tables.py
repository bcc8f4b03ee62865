# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tables of a study as data: a folder with a CSV file for each of them.

tables.csv beside them has a line for each table, under its name: title, notes,
settings that are not the defaults, and when, on what and with which versions it
was measured. Tables of one folder may come from several runs.

`experiments.paper_tables` adds tables that a study has written to those in
experiments/results, from which it makes the documents.
"""

import csv
import pathlib
from collections.abc import Mapping

from experiments.common import errors, results, tables

__all__ = ["INDEX", "add", "provenance", "read", "write"]

INDEX = "tables.csv"
_ABOUT = ("table", "title", "notes", "settings")


def write(
    folder: pathlib.Path,
    table: tables.Table,
    settings: str,
    surroundings: Mapping[str, str],
) -> None:
    """Writes a table and its line of tables.csv, which other tables keep.

    Args:
        folder: Where to.
        table: The table.
        settings: What differs from the defaults, "" if nothing does.
        surroundings: What else the numbers depend on.
    """
    with errors.writing(folder):
        table.write_csv(folder)
    row = {
        "table": table.name,
        "title": table.title,
        "notes": "\n".join(table.notes),
        "settings": settings,
        **surroundings,
    }
    _put(folder, [row])


def add(source: pathlib.Path, target: pathlib.Path) -> list[str]:
    """Copies all tables of a folder, each in the place of an older one.

    Args:
        source: Folder that a study wrote.
        target: Folder of the tables that are kept.

    Returns:
        The names of the tables.

    Raises:
        errors.MissingFileError: There are no tables.
    """
    rows = results.read(source / INDEX)
    names = [row["table"] for row in rows]
    texts = {name: (source / f"{name}.csv").read_bytes() for name in names}
    with errors.writing(target):
        target.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (target / f"{name}.csv").write_bytes(text)
    _put(target, rows)
    return names


def read(folder: pathlib.Path, name: str) -> tables.Table:
    """Returns a table with its title and notes.

    Raises:
        errors.MissingFileError: It is not there.
    """
    index = {row["table"]: row for row in results.read(folder / INDEX)}
    path = folder / f"{name}.csv"
    if name not in index or not path.exists():
        raise errors.MissingFileError(
            f"{folder / INDEX} and {path.name} have no table {name!r}"
        )
    with path.open(newline="", encoding="utf-8") as file:
        columns, *rows = csv.reader(file)
    return tables.Table(
        name,
        index[name]["title"],
        columns,
        [[_value(text) for text in row] for row in rows],
        index[name]["notes"].splitlines(),
    )


def provenance(folder: pathlib.Path) -> tables.Table:
    """Returns what the tables depend on, a column for each run."""
    runs: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for row in results.read(folder / INDEX):
        run = tuple(
            (name, row[name])
            for name in row
            if name not in _ABOUT[: _ABOUT.index("settings")]
        )
        runs.setdefault(run, []).append(row["table"])
    columns = ["", *(", ".join(names) for names in runs.values())]
    lines = [
        [cells[0][0], *(text for _, text in cells)]
        for cells in zip(*runs, strict=True)
    ]
    return tables.Table(
        "provenance",
        "",
        columns if len(runs) > 1 else ["", "all tables"],
        [line for line in lines if any(line[1:])],
    )


def _put(folder, rows) -> None:
    """Writes lines of tables.csv, each in the place of the one of its table."""
    path = folder / INDEX
    there = results.read(path) if path.exists() else []
    by_table = {row["table"]: row for row in [*there, *rows]}
    columns = dict.fromkeys(
        [*_ABOUT, *(name for row in by_table.values() for name in row)]
    )
    results.write(
        path,
        list(columns),
        [dict.fromkeys(columns, "") | row for row in by_table.values()],
    )


def _value(text: str) -> str | float | int | None:
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            pass
    return text or None
