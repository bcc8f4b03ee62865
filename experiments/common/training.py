# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the training binaries share: output folder, seeds, checkpoints, loop.

A run is a function of its configuration: the order of the examples and every
random number are functions of (seed, stream, step), and everything else that
a step depends on is in the checkpoint. So two runs with one seed agree, and a
resumed run gives the metrics of an unbroken one.

An output folder holds
    config.json     the configuration, and one entry for each time that a
                    process worked on the run: start, versions, commit
    metrics.jsonl   one line an epoch
    result.json     the last evaluation; it is there when the run has ended
    checkpoints/    the newest two
    tensorboard/    the numbers of metrics.jsonl, for TensorBoard
and whatever else the binary writes there.
"""

import contextlib
import dataclasses
import datetime
import enum
import fcntl
import importlib.metadata
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
import tensorflow as tf
import tqdm

__all__ = [
    "FolderInUseError",
    "NonFiniteError",
    "Run",
    "Schedule",
    "Stream",
    "data_folder",
    "fit",
    "library_versions",
    "open_run",
    "read_config",
    "step_seed",
    "stream_seed",
    "user_path",
]

# Steps in one call of the training function: long enough (0.3 s for the topic
# model) to make the cost of a call vanish, short enough for a live progress
# bar.
_STEPS_PER_CALL = 100

_VERSIONED_PACKAGES = (
    "mpmath",
    "numpy",
    "scipy",
    "tensorflow",
    "tensorflow-cpu",
    "tensorflow-probability",
    "tf-implicit",
    "tf-keras",
)

Metrics = Mapping[str, float]


class FolderInUseError(FileExistsError):
    """The output folder belongs to something else."""


class NonFiniteError(ArithmeticError):
    """Training or evaluation met a value that is not finite."""


class Stream(enum.IntEnum):
    """Independent sources of random numbers within a run."""

    INITIAL_WEIGHTS = 0
    SHUFFLE = 1
    TRAINING_SAMPLES = 2
    EVALUATION_SAMPLES = 3
    VALIDATION_SPLIT = 4


def stream_seed(seed: int, stream: Stream) -> tf.Tensor:
    """Returns the stateless seed, int32 `[2]`, of one stream of a run."""
    return tf.constant([seed, stream], tf.int32)


def step_seed(seed: int, stream: Stream, step: tf.Tensor) -> tf.Tensor:
    """Returns the stateless seed, int32 `[2]`, of one step of a stream."""
    return tf.random.fold_in(stream_seed(seed, stream), step)


def user_path(path: str) -> pathlib.Path:
    """Resolves a path from the command line.

    `bazel run` starts the binary in another folder than the user's, and says
    in an environment variable which one that was.
    """
    start = os.environ.get("BUILD_WORKING_DIRECTORY", os.getcwd())
    return pathlib.Path(start, path).resolve()


def data_folder(flag: str | None) -> str | None:
    """Returns the folder with data that the user named, as a full path.

    Args:
        flag: --data_dir; without it, the environment variable
            TF_IMPLICIT_DATA_DIR counts.
    """
    path = flag or os.environ.get("TF_IMPLICIT_DATA_DIR")
    return str(user_path(path)) if path else None


@dataclasses.dataclass(frozen=True)
class Schedule:
    """Which examples each step uses, and when to stop, evaluate and save.

    An epoch is a fresh random order of all examples cut into batches; the
    remainder that does not fill a batch is left out of that epoch.

    Attributes:
        num_examples: Size of the training set.
        batch_size: Examples in a step, at most `num_examples`.
        epochs: How long to train.
        max_steps: If not None, stop after that many steps at the latest.
        evaluate_every: Epochs between evaluations.
        checkpoint_every: Epochs between checkpoints.
        seed: Seed of the run.
    """

    num_examples: int
    batch_size: int
    epochs: int
    max_steps: int | None
    evaluate_every: int
    checkpoint_every: int
    seed: int

    @property
    def steps_per_epoch(self) -> int:
        """Steps in each epoch."""
        return self.num_examples // self.batch_size

    @property
    def total_steps(self) -> int:
        """Steps in the whole run."""
        steps = self.epochs * self.steps_per_epoch
        return steps if self.max_steps is None else min(steps, self.max_steps)

    def calls(self, step: int) -> Iterator[tuple[int, np.ndarray]]:
        """Yields what is left to do after `step` steps.

        Yields:
            Pairs of the number of the first step and the examples, int64
            `[steps, batch_size]`. No pair reaches across epochs.
        """
        per_epoch = self.steps_per_epoch
        while step < self.total_steps:
            epoch, within = divmod(step, per_epoch)
            generator = np.random.default_rng(
                (self.seed, Stream.SHUFFLE, epoch)
            )
            order = generator.permutation(self.num_examples)
            batches = order[: per_epoch * self.batch_size].reshape(
                per_epoch, self.batch_size
            )
            end = min(per_epoch, within + self.total_steps - step)
            for start in range(within, end, _STEPS_PER_CALL):
                call = batches[start : min(start + _STEPS_PER_CALL, end)]
                yield step, call
                step += len(call)


@dataclasses.dataclass(frozen=True)
class Run:
    """An output folder that this process has for itself.

    Attributes:
        folder: The folder.
        chief: Whether this process writes there; of several workers that train
            one model, one does, and the others only read checkpoints.
    """

    folder: pathlib.Path
    chief: bool = True

    @property
    def checkpoints(self) -> pathlib.Path:
        """Folder of the checkpoints."""
        return self.folder / "checkpoints"

    @property
    def board(self) -> pathlib.Path:
        """Folder of TensorBoard's event files."""
        return self.folder / "tensorboard"

    def metrics(self) -> list[dict[str, Any]]:
        """Returns the metrics so far, one dict an epoch."""
        path = self.folder / "metrics.jsonl"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text().splitlines()]

    def add_metrics(self, **values) -> None:
        """Appends one line to the metrics."""
        with (self.folder / "metrics.jsonl").open("a") as file:
            file.write(json.dumps(values) + "\n")

    def forget_metrics_after(self, step: int) -> None:
        """Drops what was measured after the checkpoint that training resumes.

        A line that an interruption cut short is after it, too.
        """
        path = self.folder / "metrics.jsonl"
        kept = []
        for line in path.read_text().splitlines() if path.exists() else []:
            try:
                if json.loads(line)["step"] > step:
                    break
            except json.JSONDecodeError:
                break
            kept.append(line + "\n")
        _write(path, "".join(kept))

    def write_json(self, name: str, value: Any) -> None:
        """Writes a JSON file in one piece."""
        _write(self.folder / name, json.dumps(value, indent=2) + "\n")


@contextlib.contextmanager
def open_run(
    folder: pathlib.Path,
    config: Mapping[str, Any],
    may_change: Collection[str],
    overwrite: bool,
    chief: bool = True,
) -> Iterator[Run]:
    """Claims an output folder for a run, new or to be resumed.

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
        FolderInUseError: The folder holds another run or other files, or
            another process is at work there.
    """
    if not chief:
        yield Run(folder, chief=False)
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            # The system takes the lock back however the process ends.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderInUseError(
                f"another process is training in --output_dir={folder}: wait "
                "for it, or choose another --output_dir"
            ) from error
        run = Run(folder)
        if overwrite:
            _delete_run(run)
        sessions = _earlier_sessions(run, config, may_change, overwrite)
        # Whoever finds a result knows that the last session came to its end.
        (folder / "result.json").unlink(missing_ok=True)
        session = {
            "started": datetime.datetime.now(datetime.timezone.utc).isoformat(
                timespec="seconds"
            ),
            "command": sys.argv,
            "commit": _commit(),
            "versions": library_versions(),
        }
        run.write_json(
            "config.json",
            {"config": dict(config), "sessions": [*sessions, session]},
        )
        yield run


def read_config(folder: pathlib.Path) -> dict[str, Any]:
    """Returns the configuration of the run in a folder."""
    return json.loads((folder / "config.json").read_text())["config"]


class _TrainSteps(Protocol):
    """Trains for some steps and returns their losses, `[steps]`."""

    def __call__(self, examples: tf.Tensor, first_step: tf.Tensor) -> tf.Tensor:
        """`examples` is int64 `[steps, batch]`, `first_step` an int32."""


def fit(
    run: Run,
    schedule: Schedule,
    state: Mapping[str, tf.Module],
    train_steps: _TrainSteps,
    evaluate: Callable[[int], Metrics],
    measure: Callable[[], Metrics] = dict,
) -> Metrics:
    """Trains from the newest checkpoint, or from the start, to the end.

    Args:
        run: Where to read and write checkpoints and metrics.
        schedule: What to do when.
        state: The modules whose variables training changes, by name.
        train_steps: Trains for the steps that it is given the examples of.
        evaluate: Returns named metrics after the given number of steps.
        measure: Returns named metrics that are cheap: asked after each epoch.

    Returns:
        The metrics at the end of training; where `run.chief` is false, the
        step alone, and nothing is evaluated or written.

    Raises:
        NonFiniteError: A loss or a variable stopped being finite.
    """
    # The sum of the losses of the epoch under way travels with the checkpoint
    # so that the epoch's mean does not depend on interruptions.
    step = tf.Variable(0, dtype=tf.int64)
    loss_sum = tf.Variable(0.0, dtype=tf.float64)
    checkpoint = tf.train.Checkpoint(step=step, loss_sum=loss_sum, **state)
    manager = tf.train.CheckpointManager(
        checkpoint, str(run.checkpoints), max_to_keep=2
    )
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint).assert_consumed()
        print(f"resuming {run.folder} after step {step.numpy()}", flush=True)
    if run.chief:
        run.forget_metrics_after(int(step))

    per_epoch = schedule.steps_per_epoch
    seconds, timed_steps = 0.0, 0
    with (
        _board_writer(run) as board,
        tqdm.tqdm(
            disable=not run.chief,
            total=schedule.total_steps,
            initial=int(step),
            unit="step",
            # A log file gets a line now and then, a terminal a live bar.
            mininterval=0.1 if sys.stderr.isatty() else 10.0,
        ) as bar,
    ):
        for first_step, examples in schedule.calls(int(step)):
            start = time.perf_counter()
            losses = train_steps(
                tf.constant(examples, tf.int64),
                tf.constant(first_step, tf.int32),
            ).numpy()
            seconds += time.perf_counter() - start
            timed_steps += len(losses)
            _check_losses(losses, first_step, per_epoch)
            step.assign_add(len(losses))
            loss_sum.assign_add(losses.sum(dtype=np.float64))
            done = int(step)
            epoch, within = divmod(done, per_epoch)
            bar.set_postfix(
                epoch=f"{done / per_epoch:.1f}",
                loss=f"{losses.mean():.2f}",
                refresh=False,
            )
            bar.update(len(losses))
            if not run.chief:
                continue
            finished = done == schedule.total_steps
            if within == 0:
                line = {
                    "step": done,
                    "epoch": epoch,
                    "train_loss": float(loss_sum) / per_epoch,
                    **measure(),
                }
                loss_sum.assign(0)
                if epoch % schedule.evaluate_every == 0:
                    line |= evaluate(done)
                line["ms_per_step"] = 1e3 * seconds / timed_steps
                run.add_metrics(**line)
                _add_to_board(board, line)
                seconds, timed_steps = 0.0, 0
            if finished or (
                within == 0 and epoch % schedule.checkpoint_every == 0
            ):
                _check_variables(state, done)
                manager.save(checkpoint_number=done)
    if not run.chief:
        return {"step": int(step)}
    result = {"step": int(step)} | evaluate(int(step))
    run.write_json("result.json", result)
    return result


@contextlib.contextmanager
def _board_writer(run: Run) -> Iterator[tf.Tensor | None]:
    """Opens TensorBoard's event files, in the process that writes.

    By the ops themselves: `tf.summary` needs the package tensorboard to write
    what anybody can read without.
    """
    if not run.chief:
        yield None
        return
    writer = tf.raw_ops.SummaryWriter(shared_name=str(run.board), container="")
    tf.raw_ops.CreateSummaryFileWriter(
        writer=writer,
        logdir=str(run.board),
        max_queue=10,
        flush_millis=120_000,
        filename_suffix="",
    )
    try:
        yield writer
    finally:
        tf.raw_ops.CloseSummaryWriter(writer=writer)


def _add_to_board(writer, line: Metrics) -> None:
    """Shows an epoch's metrics in TensorBoard."""
    for name, value in line.items():
        tf.raw_ops.WriteScalarSummary(
            writer=writer,
            step=line["step"],
            tag=name,
            value=tf.constant(value, tf.float32),
        )
    tf.raw_ops.FlushSummaryWriter(writer=writer)


def _check_losses(losses: np.ndarray, first_step: int, per_epoch: int) -> None:
    """Stops at the first loss that is not finite."""
    bad = np.flatnonzero(~np.isfinite(losses))
    if bad.size:
        step = first_step + int(bad[0])
        raise NonFiniteError(
            f"the training loss is {losses[bad[0]]} in step {step} (epoch "
            f"{step // per_epoch}); training stops here, and no checkpoint "
            "after this step was written"
        )


def _check_variables(state: Mapping[str, tf.Module], step: int) -> None:
    """Keeps values that are not finite out of the checkpoints."""
    for module in state.values():
        for variable in module.variables:
            if not np.isfinite(variable.numpy()).all():
                raise NonFiniteError(
                    f"the variable {variable.name} is not finite after step "
                    f"{step}; training stops here without a checkpoint of it"
                )


def _earlier_sessions(run, config, may_change, overwrite) -> list[Any]:
    """Returns the log of the run that is there, [] if there is none."""
    path = run.folder / "config.json"
    if not path.exists():
        others = [p.name for p in run.folder.iterdir() if p.name != ".lock"]
        if others and not overwrite:
            raise FolderInUseError(
                f"--output_dir={run.folder} holds files ({sorted(others)[0]}, "
                "...) but no run to resume: choose another --output_dir, or "
                "give --overwrite to use the folder all the same"
            )
        return []
    try:
        stored = json.loads(path.read_text())
        there, sessions = stored["config"], stored["sessions"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise FolderInUseError(
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
        raise FolderInUseError(
            f"--output_dir={run.folder} is in use by another run: "
            f"{'; '.join(different)}. Choose another --output_dir, use that "
            "run's flags to resume it, or give --overwrite to delete it"
        )
    return sessions


def _delete_run(run: Run) -> None:
    """Deletes the files by which a run could be resumed, nothing else."""
    for name in ("config.json", "metrics.jsonl", "result.json"):
        (run.folder / name).unlink(missing_ok=True)
    for folder in (run.checkpoints, run.board):
        if folder.exists():
            shutil.rmtree(folder)


def _write(path: pathlib.Path, text: str) -> None:
    """Writes a file so that an interruption leaves the old or the new one."""
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.replace(path)


def _commit() -> str | None:
    """Returns the commit of this source tree, None if it is not a clone."""
    try:
        answer = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40"],
            cwd=pathlib.Path(__file__).resolve().parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def library_versions() -> dict[str, str]:
    """Returns the versions that a number may depend on."""
    versions = {"python": platform.python_version()}
    for package in _VERSIONED_PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[package] = importlib.metadata.version(package)
    return versions
