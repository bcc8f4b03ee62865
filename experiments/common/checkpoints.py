# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Checkpoints that survive kills, full disks and lost or damaged files.

TensorFlow writes a checkpoint as `ckpt-N.data-*`, then `ckpt-N.index`, and last
the file `checkpoint`, which names the newest. Here that file is a convenience
for others: what is there is found by the names of the `.index` files, and read
once before it counts.
"""

import pathlib
import re
import shutil

import tensorflow as tf

from experiments.common import errors

__all__ = ["Checkpoints", "DamagedCheckpointsError", "newest"]

_KEPT = 2


class DamagedCheckpointsError(errors.UserError):
    """A run has checkpoints, but none of them can be read."""


def newest(folder: pathlib.Path) -> str | None:
    """Returns the path of the newest checkpoint that is whole.

    Those that are newer and damaged are named on the standard output.

    Args:
        folder: Where the checkpoints are, if there are any.

    Returns:
        The path as TensorFlow takes it; None where there are no checkpoints.

    Raises:
        DamagedCheckpointsError: There are some, but all are damaged.
    """
    damaged = []
    for number in reversed(_numbers(folder)):
        path = str(folder / f"ckpt-{number}")
        reason = _damage(path)
        if reason is None:
            for line in damaged:
                print(f"damaged, an older one is used: {line}", flush=True)
            return path
        damaged.append(f"{path}: {reason}")
    if damaged:
        raise DamagedCheckpointsError(
            f"no checkpoint in {folder} can be read ({'; '.join(damaged)}): "
            "bring one back from a copy, choose another --output_dir, or give "
            "--overwrite to delete the run and start anew"
        )
    return None


class Checkpoints:
    """The newest checkpoints of a run."""

    def __init__(self, folder: pathlib.Path, checkpoint: tf.train.Checkpoint):
        """Takes the folder and what to save and restore."""
        self._folder = folder
        self._checkpoint = checkpoint
        self._manager: tf.train.CheckpointManager | None = None

    def restore(self) -> None:
        """Restores the newest checkpoint that is whole, if there is any.

        Raises:
            DamagedCheckpointsError: There are some, but all are damaged.
        """
        path = newest(self._folder)
        if path is not None:
            self._checkpoint.restore(path).assert_consumed()

    def begin(self) -> None:
        """Makes ready to save, for the one process that does."""
        # What a process left that was killed while it wrote.
        for left in self._folder.glob("ckpt-*_temp"):
            shutil.rmtree(left, ignore_errors=True)
        with errors.writing(self._folder):
            self._write_state()
        self._manager = tf.train.CheckpointManager(
            self._checkpoint, str(self._folder), max_to_keep=_KEPT
        )

    def _write_state(self) -> None:
        """Writes the file `checkpoint`, by which the manager deletes.

        As text: TensorFlow's function for it is deprecated.
        """
        state = self._folder / "checkpoint"
        names = [
            f"ckpt-{number}"
            for number in _numbers(self._folder)
            if _damage(str(self._folder / f"ckpt-{number}")) is None
        ]
        if not names:
            state.unlink(missing_ok=True)
            return
        lines = [f'model_checkpoint_path: "{names[-1]}"']
        for name in names:
            written = (self._folder / f"{name}.index").stat().st_mtime
            lines += [
                f'all_model_checkpoint_paths: "{name}"',
                f"all_model_checkpoint_timestamps: {written}",
            ]
        # Before all of them: none is to be kept for good.
        lines.append("last_preserved_timestamp: 0.0")
        part = state.with_name("checkpoint.part")
        part.write_text("\n".join(lines) + "\n")
        part.replace(state)

    def save(self, step: int) -> None:
        """Writes `ckpt-{step}`, and deletes all older ones but the last."""
        with errors.writing(self._folder):
            self._manager.save(checkpoint_number=step)
        kept = {pathlib.Path(path).name for path in self._manager.checkpoints}
        # Damaged ones, of which the manager does not know.
        for path in self._folder.glob("ckpt-*.*"):
            number = re.fullmatch(r"ckpt-(\d+)", path.stem)
            if number and path.stem not in kept and int(number[1]) < step:
                path.unlink(missing_ok=True)


def _numbers(folder: pathlib.Path) -> list[int]:
    """Returns the numbers N of all `ckpt-N.index`, in rising order."""
    names = (path.name for path in folder.glob("ckpt-*.index"))
    found = (re.fullmatch(r"ckpt-(\d+)\.index", name) for name in names)
    return sorted(int(match[1]) for match in found if match)


def _damage(path: str) -> str | None:
    """Reads a checkpoint; returns what is wrong with it, None if nothing is.

    Reading verifies TensorFlow's checksum of each tensor.
    """
    try:
        reader = tf.train.load_checkpoint(path)
        for name in reader.get_variable_to_shape_map():
            reader.get_tensor(name)
    # TensorFlow reports damage by a dozen classes, IndexError among them.
    except Exception as error:
        text = getattr(error, "message", None) or str(error)
        return text.splitlines()[0] if text else type(error).__name__
    return None
