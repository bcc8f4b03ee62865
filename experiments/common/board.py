# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""TensorBoard's event files.

By the ops themselves: `tf.summary` needs the package tensorboard to write what
anybody can read without.
"""

import contextlib
import pathlib
from collections.abc import Iterator, Mapping

import tensorflow as tf

from experiments.common import errors

__all__ = ["Board", "open_board"]


class Board:
    """Shows numbers in TensorBoard."""

    def __init__(self, folder: pathlib.Path):
        """Opens a new event file in the folder."""
        self._folder = folder
        self._writer = tf.raw_ops.SummaryWriter(
            shared_name=str(folder), container=""
        )
        with errors.writing(folder):
            tf.raw_ops.CreateSummaryFileWriter(
                writer=self._writer,
                logdir=str(folder),
                max_queue=10,
                flush_millis=120_000,
                filename_suffix="",
            )

    def add(self, line: Mapping[str, float]) -> None:
        """Shows an epoch's metrics, at their `step`."""
        with errors.writing(self._folder):
            for name, value in line.items():
                tf.raw_ops.WriteScalarSummary(
                    writer=self._writer,
                    step=line["step"],
                    tag=name,
                    value=tf.constant(value, tf.float32),
                )
            tf.raw_ops.FlushSummaryWriter(writer=self._writer)

    def close(self) -> None:
        """Writes what is left."""
        tf.raw_ops.CloseSummaryWriter(writer=self._writer)


@contextlib.contextmanager
def open_board(folder: pathlib.Path) -> Iterator[Board]:
    """Yields a board in a folder, and closes it in the end."""
    board = Board(folder)
    try:
        yield board
    finally:
        board.close()
