# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tables and pictures of docs/accuracy.md and docs/cross_entropy.md.

They are made of the tables in experiments/results, which experiments.accuracy
and experiments.cross_entropy measured and `experiments.paper_tables` added.
"""

import hashlib
import pathlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from experiments.common import errors, results, run_folder, study_tables, tables
from experiments.studies import plots, variance_tables

__all__ = [
    "PAGES",
    "PICTURES",
    "add",
    "description",
    "draw",
    "kept",
    "page_tables",
]

_PROBLEMS = ("dirichlet", "von_mises", "beta")
_OTHERS = {
    "estimators": (
        "implicit",
        "implicit_cdf",
        "rsvi_20",
        "rsvi_100",
        "generalized",
        "score_function",
        "leave_one_out",
        "finite_difference",
        "knowles",
        "jankowiak_obermeyer",
    ),
    "points": 3,
    "problem": ("dirichlet",),
}


class _Kept(NamedTuple):
    """Tables that the documents have.

    Attributes:
        program: Which measures them.
        settings: Those that are not the program's defaults.
    """

    program: str
    settings: Mapping[str, object]

    def accepted(self) -> dict[str, str]:
        """Returns the settings as tables.csv has them, and the flags."""
        clocks: tuple[Mapping[str, object], ...] = (
            {},
            {"processor_time": True},
        )
        return {
            results.deviations({**self.settings, **clock}, {}, ()): (
                " ".join(
                    f"--{name}={_flag(value)}"
                    for name, value in {**self.settings, **clock}.items()
                )
                or "the defaults"
            )
            for clock in clocks
        }


def _flag(value) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


# By folder below that of the results.
_KEPT = {
    "accuracy": _Kept("accuracy", {}),
    "cross_entropy": _Kept("cross_entropy", {}),
    "other_estimators": _Kept("cross_entropy", _OTHERS),
}

_ACCURACY = (
    "table2",
    "speed",
    "threads",
    "instruction_sets",
    "samplers",
    "flatness",
    "cost",
    "map",
    "laws",
)
# The documents and their tables.
PAGES = {
    "accuracy.md": (
        "accuracy provenance",
        *(f"accuracy {name}" for name in _ACCURACY),
    ),
    "cross_entropy.md": (
        "cross_entropy provenance",
        "cross_entropy summary",
        *(
            f"cross_entropy {problem} {quantity}"
            for problem in _PROBLEMS
            for quantity in ("variance", "seconds")
        ),
        "other_estimators provenance",
        "other_estimators variance",
        "other_estimators seconds",
    ),
}


class Picture(NamedTuple):
    """A picture in docs/images.

    Attributes:
        table: Its table's file below the folder of the results.
        draw: Takes the table, the picture's path and its description.
    """

    table: str
    draw: Callable[[tables.Table, pathlib.Path, str], None]


PICTURES = {
    "accuracy_map.png": Picture("accuracy/map_points.csv", plots.plot_errors),
    "cost.png": Picture("accuracy/cost.csv", plots.plot_cost),
    "cross_entropy.png": Picture(
        "cross_entropy/cross_entropy.csv",
        lambda table, path, text: variance_tables.plot(
            _measurements(table), path, text
        ),
    ),
}


def add(source: pathlib.Path, folder: pathlib.Path) -> tuple[str, list[str]]:
    """Adds the tables of a study to those that are kept.

    Args:
        source: The study's --output_dir.
        folder: Folder of the results.

    Returns:
        Where the tables are, below `folder`, and their names.

    Raises:
        errors.SettingsError: They were not measured with the settings of the
            documents.
    """
    program = run_folder.read_config(source)["program"]
    # A study measures all its tables with the same settings.
    (name,) = {
        kept(program, row["settings"])
        for row in results.read(source / study_tables.INDEX)
    }
    return name, study_tables.add(source, folder / name)


def kept(program: str, settings: str) -> str:
    """Returns where the tables that a study wrote are kept.

    Args:
        program: The study.
        settings: Its settings, as tables.csv has them.

    Raises:
        errors.SettingsError: The documents have no tables with these.
    """
    accepted: list[str] = []
    for name, tables_ in _KEPT.items():
        if tables_.program == program:
            if settings in tables_.accepted():
                return name
            accepted += tables_.accepted().values()
    raise errors.SettingsError(
        f"experiments.{program} has measured with "
        f"{settings or 'the defaults'}; the documents have tables with "
        f"{' or '.join(accepted)}"
    )


def page_tables(folder: pathlib.Path) -> dict[str, str]:
    """Returns the tables of `PAGES` as Markdown.

    Args:
        folder: Folder of the results.
    """
    found = {
        f"{name} provenance": study_tables.provenance(folder / name)
        for name in _KEPT
    }
    for name in _ACCURACY:
        found[f"accuracy {name}"] = study_tables.read(folder / "accuracy", name)
    figure1 = measurements(folder / "cross_entropy")
    others = measurements(folder / "other_estimators")
    found["cross_entropy summary"] = variance_tables.summary_table(figure1)
    for quantity in ("variance", "seconds"):
        for problem in _PROBLEMS:
            found[f"cross_entropy {problem} {quantity}"] = (
                variance_tables.ratio_table(problem, quantity, figure1)
            )
        found[f"other_estimators {quantity}"] = variance_tables.ratio_table(
            "dirichlet", quantity, others
        )
    return {name: table.body() for name, table in found.items()}


def measurements(folder: pathlib.Path) -> list[variance_tables.Measurement]:
    """Returns what experiments.cross_entropy measured.

    Args:
        folder: Where it is kept.
    """
    return _measurements(study_tables.read(folder, "cross_entropy"))


def _measurements(table) -> list[variance_tables.Measurement]:
    return [
        variance_tables.Measurement(
            **dict(zip(table.columns, row, strict=True))
        )
        for row in table.rows
    ]


def description(picture: Picture, folder: pathlib.Path) -> str:
    """Returns what a picture's file says of the table that it shows.

    Args:
        picture: The picture.
        folder: Folder of the results.
    """
    digest = hashlib.sha256((folder / picture.table).read_bytes()).hexdigest()
    return f"{picture.table}, SHA-256 {digest}"


def draw(folder: pathlib.Path, images: pathlib.Path) -> list[pathlib.Path]:
    """Draws the pictures whose tables have changed.

    Args:
        folder: Folder of the results.
        images: Folder of the pictures.

    Returns:
        The pictures that were written.
    """
    written = []
    for name, picture in PICTURES.items():
        text, path = description(picture, folder), images / name
        if not path.exists() or plots.description(path) != text:
            table = folder / picture.table
            with errors.writing(path):
                picture.draw(
                    study_tables.read(table.parent, table.stem), path, text
                )
            written.append(path)
    return written
