# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The output folder of a run, which one process at a time has for itself.

An output folder holds
    config.json     the configuration, and one entry for each time that a
                    process worked on the run: start, versions, commit,
                    processor
    metrics.jsonl   one line an epoch
    result.json     the last evaluation; it is there when the run has ended
    checkpoints/    the newest two
    tensorboard/    the numbers of metrics.jsonl, for TensorBoard
and whatever else the program writes there. Lines of metrics.jsonl that a
resumed run measures again, and lines that cannot be read, are moved to
metrics.replaced.jsonl.
"""

import contextlib
import dataclasses
import datetime
import fcntl
import json
import pathlib
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from experiments.common import errors, provenance

__all__ = ["Run", "open_run", "read_config"]

_FILES = (
    "config.json",
    "metrics.jsonl",
    "metrics.replaced.jsonl",
    "result.json",
)
# What is in a folder whose first process was killed before it wrote anything.
_TRACES = frozenset({".lock", "config.json.part"})


class _Line(NamedTuple):
    """A line of metrics.jsonl; `values` is None if it cannot be read."""

    number: int
    text: str
    values: dict[str, Any] | None


@dataclasses.dataclass(frozen=True)
class Run:
    """An output folder.

    Attributes:
        folder: The folder.
        chief: Whether this process writes there; of several workers that train
            one model, one does, and the others only read checkpoints.
        description: What `begin` writes to config.json.
    """

    folder: pathlib.Path
    chief: bool = True
    description: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def checkpoints(self) -> pathlib.Path:
        """Folder of the checkpoints."""
        return self.folder / "checkpoints"

    @property
    def board(self) -> pathlib.Path:
        """Folder of TensorBoard's event files."""
        return self.folder / "tensorboard"

    def begin(self) -> None:
        """Writes down that this process works on the run from now on.

        Until then the folder is as it was found.
        """
        # Whoever finds a result knows that the last session came to its end.
        with errors.writing(self.folder):
            (self.folder / "result.json").unlink(missing_ok=True)
        self.write_json("config.json", self.description)

    def metrics(self) -> list[dict[str, Any]]:
        """Returns the metrics so far, one dict an epoch."""
        return [
            line.values for line in self._lines() if line.values is not None
        ]

    def add_metrics(self, **values) -> None:
        """Appends one line to the metrics."""
        path = self.folder / "metrics.jsonl"
        with errors.writing(path), path.open("a") as file:
            file.write(json.dumps(values) + "\n")

    def forget_metrics_after(self, step: int) -> None:
        """Moves away what was measured after the checkpoint to go on from.

        A line that cannot be read, cut short by an interruption or damaged, is
        moved, too; no other line suffers from it.
        """
        path = self.folder / "metrics.jsonl"
        kept, moved = [], []
        for line in self._lines():
            good = line.values is not None and line.values["step"] <= step
            (kept if good else moved).append(line)
        if not moved:
            return
        replaced = self.folder / "metrics.replaced.jsonl"
        for line in moved:
            if line.values is None:
                print(
                    f"{path}:{line.number} cannot be read, and was moved to "
                    f"{replaced.name}",
                    flush=True,
                )
        with errors.writing(replaced), replaced.open("a") as file:
            file.writelines(line.text + "\n" for line in moved)
        _write(path, "".join(line.text + "\n" for line in kept))

    def write_json(self, name: str, value: Any) -> None:
        """Writes a JSON file in one piece."""
        _write(self.folder / name, json.dumps(value, indent=2) + "\n")

    def _lines(self) -> Iterator[_Line]:
        """Yields the lines of metrics.jsonl but the blank ones."""
        path = self.folder / "metrics.jsonl"
        if not path.exists():
            return
        text = path.read_text("utf-8", errors="backslashreplace")
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                values = json.loads(line)
                readable = isinstance(values["step"], int)
            except (ValueError, KeyError, TypeError, RecursionError):
                readable = False
            yield _Line(number, line, values if readable else None)


@contextlib.contextmanager
def open_run(
    folder: pathlib.Path,
    config: Mapping[str, Any],
    may_change: Collection[str],
    overwrite: bool,
    chief: bool = True,
) -> Iterator[Run]:
    """Claims an output folder for a run, new or to be resumed.

    Nothing is written before `Run.begin`, which is the caller's to call.

    Args:
        folder: The folder; made if it is not there.
        config: All that defines the run, as JSON values.
        may_change: Names in `config` that a resumed run may change, such as
            how long to train.
        overwrite: Whether to delete a run that is there.
        chief: See `Run`. Other workers claim nothing.

    Yields:
        The run. No other process can claim its folder until the context ends.

    Raises:
        errors.FolderInUseError: The folder is a file, or holds another run or
            other files, or another process is at work there.
        errors.OutputError: It cannot be written to.
    """
    if not chief:
        yield Run(folder, chief=False)
        return
    with _claimed(folder):
        if overwrite:
            _delete_run(Run(folder))
        sessions = _earlier_sessions(folder, config, may_change, overwrite)
        now = datetime.datetime.now(datetime.timezone.utc)
        session = {
            "started": now.isoformat(timespec="seconds"),
            "command": sys.argv,
            "commit": provenance.commit(),
            "versions": provenance.library_versions(),
            "processor": provenance.processor(),
        }
        yield Run(
            folder,
            description={
                "config": dict(config),
                "sessions": [*sessions, session],
            },
        )


def read_config(folder: pathlib.Path) -> dict[str, Any]:
    """Returns the configuration of the run in a folder."""
    return json.loads((folder / "config.json").read_text())["config"]


@contextlib.contextmanager
def _claimed(folder: pathlib.Path) -> Iterator[None]:
    """Makes the folder, and locks it until the context ends."""
    for place in (folder, *folder.parents):
        if place.exists() and not place.is_dir():
            raise errors.FolderInUseError(
                f"--output_dir={folder}: {place} is a file: choose another "
                "--output_dir"
            )
    with errors.writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    with lock:
        try:
            # The system takes the lock back however the process ends.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise errors.FolderInUseError(
                f"another process is training in --output_dir={folder}: wait "
                "for it, or choose another --output_dir"
            ) from error
        yield


def _earlier_sessions(folder, config, may_change, overwrite) -> list[Any]:
    """Returns the log of the run that is there, [] if there is none."""
    path = folder / "config.json"
    if not path.exists():
        others = sorted({p.name for p in folder.iterdir()} - _TRACES)
        if others and not overwrite:
            raise errors.FolderInUseError(
                f"--output_dir={folder} holds files ({others[0]}, "
                "...) but no run to resume: choose another --output_dir, or "
                "give --overwrite to use the folder all the same"
            )
        return []
    try:
        stored = json.loads(path.read_text())
        there, sessions = dict(stored["config"]), list(stored["sessions"])
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise errors.FolderInUseError(
            f"{path} is not the configuration of a run: choose another "
            "--output_dir, or give --overwrite"
        ) from error
    # Through JSON, so that tuples compare as the lists that they become.
    here = json.loads(json.dumps(config))
    different = [
        f"{name} is {there.get(name)!r} there and {here.get(name)!r} here"
        for name in sorted(there.keys() | here.keys())
        if name not in may_change and there.get(name) != here.get(name)
    ]
    if different:
        raise errors.FolderInUseError(
            f"--output_dir={folder} is in use by another run: "
            f"{'; '.join(different)}. Choose another --output_dir, use that "
            "run's flags to resume it, or give --overwrite to delete it"
        )
    return sessions


def _delete_run(run: Run) -> None:
    """Deletes the files by which a run could be resumed, nothing else."""
    with errors.writing(run.folder):
        for name in _FILES:
            for path in (run.folder / name, run.folder / f"{name}.part"):
                path.unlink(missing_ok=True)
        for folder in (run.checkpoints, run.board):
            if folder.exists():
                shutil.rmtree(folder)


def _write(path: pathlib.Path, text: str) -> None:
    """Writes a file so that an interruption leaves the old or the new one."""
    part = path.with_name(path.name + ".part")
    with errors.writing(path):
        part.write_text(text)
        part.replace(path)
