# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the binaries share that fill a table of the paper with many runs."""

import contextlib
import dataclasses
import os
import pathlib
import re
import sys
from collections.abc import Callable, Sequence

from experiments.common import config_flags, errors, grid, paths, results

__all__ = ["TableConfig", "run", "write_runs"]

_field = config_flags.field


@dataclasses.dataclass(frozen=True)
class TableConfig:
    """What to run and where; each field is a flag of that name."""

    data_dir: str | None = _field(None, paths.DATA_DIR_HELP)
    output_dir: str = _field("output/table", "Folder of all runs.")
    seeds: int = _field(5, "Runs of each cell.", lower=1)
    only: str = _field(
        "",
        "Regular expression: run only what has a name that it matches. The "
        "folders in --output_dir have the names of the runs.",
    )
    workers: int = _field(1, "Runs at once.", lower=1)


def run(
    config: TableConfig,
    jobs: Sequence[grid.Job],
    write: Callable[[pathlib.Path], None],
) -> None:
    """Runs what is not finished; exits with a message if it fails.

    Args:
        config: The configuration.
        jobs: All runs of the table.
        write: Writes the tables of what is finished to a folder; it is called
            even when runs fail or are interrupted.
    """
    try:
        only = re.compile(config.only)
    except re.error as error:
        sys.exit(
            f"error: --only={config.only} is no regular expression: {error}"
        )
    data_dir = paths.data_folder(config.data_dir)
    if data_dir:
        # By the environment, so that a moved folder does not make other runs.
        os.environ[paths.DATA_DIR_VARIABLE] = data_dir
    folder = paths.user_path(config.output_dir)
    chosen = [job for job in jobs if only.search(job.name)]
    try:
        grid.Grid(chosen, folder).run(config.workers)
    except grid.JobsFailedError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("interrupted: the same command goes on")
    finally:
        write(folder)


def write_runs(study: results.Study, folder: pathlib.Path) -> None:
    """Writes a line for each finished run in a folder, if there is any.

    Args:
        study: Says how; its file of runs is the one that is written.
        folder: Folder of the runs, and of the file.
    """
    with contextlib.suppress(errors.MissingFileError):
        rows, _ = results.collect(study, folder)
        results.write(study.runs_file(folder), study.columns, rows)
