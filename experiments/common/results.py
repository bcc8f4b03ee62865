# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Results of training runs as data: one row of a CSV file for each run.

experiments/results holds, for each study, STUDY_runs.csv, to which
`experiments.paper_tables` adds finished runs, and STUDY_paper.csv, the paper's
numbers. Runs are never taken out: a longer run of the same cell stands beside
the shorter one.
"""

import csv
import io
import json
import pathlib
import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from experiments.common import errors, run_folder

__all__ = [
    "FOLDER",
    "LeftOutError",
    "Row",
    "Study",
    "collect",
    "deviations",
    "merge",
    "read",
    "write",
]

# Not resolved: under Bazel the folder of the links is the one with the files.
FOLDER = pathlib.Path(__file__).absolute().parents[1] / "results"

# A line of a file, by column, as text; "" is unknown.
Row = dict[str, str]


class LeftOutError(ValueError):
    """A run does not belong into the study; the message says why."""


class Study(NamedTuple):
    """What a file of runs holds.

    Attributes:
        name: First part of the names of its files.
        program: Name of the training program in the configurations of runs.
        describe: Function from a run's configuration to the columns `cell`,
            "settings", which is what differs from the paper's settings, and
            columns that have no meaning for this run, which are "". It raises
            `LeftOutError` if the run is none of the study.
        cell: Columns that name a cell of the table.
        length: Column of the configuration that says how long a run was.
        metric: The measurement that the table shows.
        sampling_error: The metric's standard error from the samples that
            estimate it; None if it is not measured.
        others: Further measurements.
    """

    name: str
    program: str
    describe: Callable[[Mapping[str, Any]], Row]
    cell: tuple[str, ...]
    length: str
    metric: str
    sampling_error: str | None
    others: tuple[str, ...]

    @property
    def measurements(self) -> tuple[str, ...]:
        """The columns with what was measured."""
        errors_ = () if self.sampling_error is None else (self.sampling_error,)
        return (self.metric, *errors_, *self.others)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file of runs.

        A row stands for one run, with its "seed", but where a document from
        before this file told only the mean of several: "runs" says how many,
        "stddev" their standard deviation.
        """
        return (
            *self.cell,
            "seed",
            *dict.fromkeys((self.length, "steps")),
            "learning_rate",
            "min_parameter",
            "max_parameter",
            "settings",
            *self.measurements,
            "runs",
            "stddev",
            "date",
            "commit",
            "tensorflow",
            "machine",
            "source",
        )

    def runs_file(self, folder: pathlib.Path = FOLDER) -> pathlib.Path:
        """Returns the path of the file of runs."""
        return folder / f"{self.name}_runs.csv"

    def paper_file(self, folder: pathlib.Path = FOLDER) -> pathlib.Path:
        """Returns the path of the file with the paper's numbers."""
        return folder / f"{self.name}_paper.csv"


def read(path: pathlib.Path, columns: Sequence[str] | None = None) -> list[Row]:
    """Returns the rows of a file.

    Args:
        path: The file.
        columns: What its columns must be.

    Raises:
        errors.MissingFileError: There is no such file.
        errors.SettingsError: The file has other columns.
    """
    if not path.exists():
        raise errors.MissingFileError(f"{path} is not there")
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if columns is not None and reader.fieldnames != list(columns):
            raise errors.SettingsError(
                f"{path} has the columns {reader.fieldnames}, expected "
                f"{list(columns)}"
            )
        return list(reader)


def write(
    path: pathlib.Path, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Writes a file so that an interruption leaves the old or the new one."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    # A link stays one.
    path = path.resolve()
    part = path.with_name(path.name + ".part")
    with errors.writing(path):
        part.write_text(text.getvalue(), encoding="utf-8")
        part.replace(path)


def merge(study: Study, rows: Sequence[Row], folder: pathlib.Path) -> int:
    """Adds rows to the study's file of runs; all that are there stay.

    Args:
        study: The study.
        rows: As `collect` returns them.
        folder: Folder of the file.

    Returns:
        How many were not there before.
    """
    path = study.runs_file(folder)
    there = read(path, study.columns) if path.exists() else []
    new = [row for row in rows if row not in there]
    if new:
        write(path, study.columns, [*there, *new])
    return len(new)


def collect(
    study: Study, folder: pathlib.Path
) -> tuple[list[Row], dict[str, str]]:
    """Reads the runs of a folder, itself a run's or one of many runs.

    Args:
        study: The study; runs of other programs are passed over.
        folder: The folder.

    Returns:
        A row for each finished run; and why each other one was left out, by
        name.

    Raises:
        errors.MissingFileError: There is no run of the study's program.
    """
    rows, left_out = [], {}
    for path in sorted(
        [*folder.glob("config.json"), *folder.glob("*/config.json")]
    ):
        name = path.parent.name
        try:
            stored = json.loads(path.read_text())
            if stored["config"].get("program") == study.program:
                rows.append(_row(study, path.parent, stored))
        except LeftOutError as reason:
            left_out[name] = str(reason)
        except (ValueError, KeyError) as error:
            left_out[name] = f"its files are damaged or too old: {error!r}"
    if not rows and not left_out:
        raise errors.MissingFileError(
            f"{folder} holds no run of experiments.{study.program}"
        )
    return rows, left_out


def deviations(
    config: Mapping[str, Any],
    expected: Mapping[str, Any],
    passed_over: Collection[str],
) -> str:
    """Returns "name=value ..." of the settings that are not as expected.

    Args:
        config: The configuration of a run.
        expected: Values by name. What an older configuration lacks is as
            expected, what is not here is not.
        passed_over: Names that do not count.
    """
    return " ".join(
        f"{name}={value}"
        for name, value in sorted(config.items())
        if name not in passed_over
        and (name not in expected or value != expected[name])
    )


def _row(study, folder, stored) -> Row:
    """Returns the row of a run, or raises LeftOutError."""
    config, session = stored["config"], stored["sessions"][-1]
    result = folder / "result.json"
    if not result.exists():
        raise LeftOutError(
            f"it has not ended, and is at step {_last_step(folder):,}"
        )
    found = json.loads(result.read_text())
    if "steps" in config and found["step"] != config["steps"]:
        raise LeftOutError(
            f"its result is of step {found['step']:,}, but it was to have "
            f"{config['steps']:,}"
        )
    if study.metric not in found:
        raise LeftOutError(f"it did not measure {study.metric}")
    arguments = [
        argument
        for argument in session["command"][1:]
        # Places on one machine, which no result depends on.
        if not argument.startswith(("--output_dir", "--data_dir"))
    ]
    versions = session.get("versions", {})
    values = {
        "seed": config["seed"],
        study.length: config[study.length],
        "steps": found["step"],
        **{
            name: config[name]
            for name in ("learning_rate", "min_parameter", "max_parameter")
        },
        **{name: found.get(name) for name in study.measurements},
        "runs": 1,
        "date": session["started"][: len("2026-11-29")],
        "commit": session.get("commit"),
        "tensorflow": versions.get(
            "tensorflow-cpu", versions.get("tensorflow")
        ),
        "machine": session.get("processor"),
        "source": shlex.join(
            ["python", "-m", f"experiments.{study.program}", *arguments]
        ),
        **study.describe(config),
    }
    return {
        name: "" if values.get(name) is None else str(values[name])
        for name in study.columns
    }


def _last_step(folder) -> int:
    """Returns the last step of which the metrics tell, 0 without any."""
    # The last line may be half written: the run may be at work.
    metrics = run_folder.Run(folder).metrics()
    return metrics[-1]["step"] if metrics else 0
