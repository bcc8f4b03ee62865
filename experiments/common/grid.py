# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs, resumes and aggregates many runs of a training binary.

A grid is a list of jobs. Each is one command line, in a process of its own,
with one output folder; several jobs that differ in nothing but the seed fill
one cell of a table. A job is finished when its folder holds the result of
just this command line; all others are started, and the binary resumes what it
finds. So after an interruption the same grid goes on where it stopped, and
with longer jobs it continues all of them.
"""

import concurrent.futures
import csv
import json
import os
import pathlib
import shlex
import signal
import statistics
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from experiments.common import tables

__all__ = ["Grid", "Job", "JobsFailedError"]


class JobsFailedError(RuntimeError):
    """Some of the jobs of a grid ended with an error."""


class Job(NamedTuple):
    """One run.

    Attributes:
        name: Name of its output folder, unique in the grid.
        module: The binary, as in `python -m module`.
        flags: Its flags but --output_dir; a list makes a repeated flag.
        row: First cells of the row of the table that its result belongs to.
        column: Heading of the column.
    """

    name: str
    module: str
    flags: Mapping[str, Any]
    row: tuple[str, ...]
    column: str

    def arguments(self) -> list[str]:
        """Returns the command line behind the program, but the folder."""
        return [
            f"--{name}={value}"
            for name, values in self.flags.items()
            for value in (values if isinstance(values, list) else [values])
        ]


class Grid:
    """Jobs whose output folders stand in one folder.

    Beside the folder NAME of each job stands NAME.log with what it printed.
    """

    def __init__(self, jobs: Sequence[Job], folder: pathlib.Path):
        """Takes the jobs, in the order to run them in."""
        names = [job.name for job in jobs]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"jobs with the same name: {', '.join(repeated)}")
        self.jobs = tuple(jobs)
        self.folder = folder
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen] = set()
        self._stopped = False

    def result(self, job: Job) -> dict[str, Any] | None:
        """Returns what the job measured in the end, None before the end."""
        folder = self.folder / job.name
        try:
            config = json.loads((folder / "config.json").read_text())
            result = json.loads((folder / "result.json").read_text())
        except FileNotFoundError:
            return None
        # A session that starts deletes the result of an earlier one.
        command = [
            argument
            for argument in config["sessions"][-1]["command"][1:]
            if not argument.startswith("--output_dir=")
        ]
        return result if command == job.arguments() else None

    def run(self, workers: int = 1) -> None:
        """Runs all jobs that are not finished.

        Args:
            workers: How many at once. Unless the environment sets
                TF_NUM_INTRAOP_THREADS, they share the processors.

        Raises:
            JobsFailedError: Jobs failed; the others were run nevertheless.
        """
        waiting = [job for job in self.jobs if self.result(job) is None]
        print(
            f"{len(self.jobs) - len(waiting)} of {len(self.jobs)} runs are "
            f"finished; {self.folder} holds them",
            flush=True,
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        threads = max(1, (os.cpu_count() or 1) // workers)
        environment = {"TF_NUM_INTRAOP_THREADS": str(threads)} | os.environ
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            answers = [
                pool.submit(self._run, job, environment) for job in waiting
            ]
            try:
                # `kill` is to end the runs like Ctrl-C: all can be resumed.
                signal.signal(signal.SIGTERM, _interrupt)
                concurrent.futures.wait(answers)
            except BaseException:
                self._stop()
                raise
            finally:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
        failed = [
            job.name
            for job, answer in zip(waiting, answers, strict=True)
            if not answer.result()
        ]
        if failed:
            raise JobsFailedError(
                f"{len(failed)} of {len(waiting)} runs failed: "
                f"{', '.join(failed)}. The .log files in {self.folder} say why"
            )

    def cells(
        self, metric: str
    ) -> dict[tuple[tuple[str, ...], str], list[dict[str, Any]]]:
        """Returns the finished results of each (row, column).

        Raises:
            KeyError: A result lacks the metric.
        """
        cells = {}
        for job in self.jobs:
            cell = cells.setdefault((job.row, job.column), [])
            result = self.result(job)
            if result is not None:
                if metric not in result:
                    raise KeyError(f"{job.name} did not measure {metric}")
                cell.append(result)
        return cells

    def table(
        self,
        metric: str,
        name: str,
        title: str,
        row_names: Sequence[str],
        notes: Sequence[str] = (),
    ) -> tables.Table:
        """Returns the table of means, standard deviations and seed counts.

        Args:
            metric: Name of a number in the results.
            name: File name of the table.
            title: Heading of the table.
            row_names: Headings of the columns that `Job.row` fills.
            notes: Sentences below the table.
        """
        cells = self.cells(metric)
        columns = list(dict.fromkeys(column for _, column in cells))
        rows = [
            [*row, *(_text(cells.get((row, c), ()), metric) for c in columns)]
            for row in dict.fromkeys(row for row, _ in cells)
        ]
        done = sum(map(len, cells.values()))
        steps = sorted({r["step"] for cell in cells.values() for r in cell})
        counts = (
            f"Mean and, from two seeds on, +- standard deviation of "
            f"{metric.replace('_', ' ')}; in parentheses the number of seeds. "
            f"{done} of {len(self.jobs)} runs are finished"
        )
        if steps:
            counts += ", each after " + " or ".join(f"{s:,}" for s in steps)
            counts += " steps"
        return tables.Table(
            name, title, [*row_names, *columns], rows, [f"{counts}.", *notes]
        )

    def write_csv(
        self, metric: str, name: str, row_names: Sequence[str]
    ) -> None:
        """Writes `name`.csv: one line a cell, numbers in full."""
        with (self.folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(
                [*row_names, "column", "mean", "stddev", "seeds", "steps"]
            )
            for (row, column), results in self.cells(metric).items():
                if results:
                    values = [result[metric] for result in results]
                    steps = sorted({result["step"] for result in results})
                    writer.writerow(
                        [
                            *row,
                            column,
                            statistics.fmean(values),
                            statistics.stdev(values) if values[1:] else "",
                            len(values),
                            " ".join(map(str, steps)),
                        ]
                    )

    def _run(self, job: Job, environment: Mapping[str, str]) -> bool:
        """Runs one job to its end; returns whether it is finished then."""
        command = [
            *(sys.executable, "-m", job.module, *job.arguments()),
            f"--output_dir={self.folder / job.name}",
        ]
        log = self.folder / f"{job.name}.log"
        with self._lock:
            if self._stopped:
                return False
            with log.open("a") as file:
                print(shlex.join(command), file=file, flush=True)
                process = subprocess.Popen(
                    command,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    env=environment,
                )
            self._processes.add(process)
        process.wait()
        with self._lock:
            self._processes.discard(process)
        result = self.result(job)
        if process.returncode or result is None:
            print(f"{job.name}: FAILED, see {log}", flush=True)
            return False
        print(f"{job.name}: {json.dumps(result)}", flush=True)
        return True

    def _stop(self) -> None:
        """Ends the processes that run, and starts no others."""
        with self._lock:
            self._stopped = True
            for process in self._processes:
                process.terminate()


def _interrupt(number, frame):
    del number, frame
    raise KeyboardInterrupt


def _text(results: Sequence[Mapping[str, Any]], metric: str) -> str | None:
    """Returns "mean +- standard deviation (seeds)", None without results."""
    if not results:
        return None
    values = [result[metric] for result in results]
    text = f"{statistics.fmean(values):.1f}"
    if len(values) > 1:
        text += f" +- {statistics.stdev(values):.1f}"
    return f"{text} ({len(values)})"
