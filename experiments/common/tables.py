# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tables as text, CSV and Markdown."""

import csv
import pathlib
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Table", "cell"]


class Table(NamedTuple):
    """A table with what a reader must know about it.

    Attributes:
        name: File name without ending.
        title: One line.
        columns: Names of the columns.
        rows: The cells; None is an empty one.
        notes: Sentences below the table.
    """

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | float | int | None]]
    notes: Sequence[str] = ()

    def markdown(self) -> str:
        """Returns the table with its title and notes."""
        return f"## {self.title}\n\n{self.body()}"

    def body(self) -> str:
        """Returns the table with its notes; columns are aligned."""
        text = [[cell(value) for value in row] for row in self.rows]
        lines = [list(self.columns), *text]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]

        def line(cells):
            padded = [
                value.ljust(width)
                for value, width in zip(cells, widths, strict=True)
            ]
            return "| " + " | ".join(padded) + " |\n"

        rule = line(["-" * width for width in widths])
        body = "".join(map(line, text))
        notes = "".join(f"\n{note}\n" for note in self.notes)
        return f"{line(self.columns)}{rule}{body}{notes}"

    def write_csv(self, folder: pathlib.Path) -> None:
        """Writes `name`.csv, numbers in full."""
        with (folder / f"{self.name}.csv").open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.columns)
            writer.writerows(self.rows)


def cell(value: str | float | int | None) -> str:
    """Returns a number to three digits, text as it is, None as nothing."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3g}"
    return str(value)
