# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""SIGINT (Ctrl-C) and SIGTERM (`kill`, a cluster's warning) end a program.

Within `handled`, the first of them raises `Interrupted` where the program is,
or, within `deferred`, at the end of that block. The same signal again ends the
process at once, as if nobody listened. The other one does not: who presses
Ctrl-C under a program that starts others sends SIGINT to all of them, and
that program may send SIGTERM on top.
"""

import contextlib
import signal
import threading
from collections.abc import Iterator

from experiments.common import errors

__all__ = ["Interrupted", "deferred", "handled", "unmasked"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """A signal asks the program to end.

    Attributes:
        number: Which signal.
    """

    def __init__(self, number: int, message: str = ""):
        """Takes the signal and what to tell the user."""
        self.number = number
        name = signal.Signals(number).name
        super().__init__(message or f"stopped by {name}")


class _State:
    """What the handler knows. Signals reach the main thread alone."""

    installed = False
    depth = 0
    pending: int | None = None
    raised = False


def _handle(number, frame) -> None:
    del frame
    if _State.pending == number:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
    if _State.pending is not None:
        return
    _State.pending = number
    if not _State.depth:
        _raise()


def _raise() -> None:
    _State.raised = True
    raise Interrupted(_State.pending)


@contextlib.contextmanager
def handled() -> Iterator[None]:
    """Makes signals raise `Interrupted`; within another `handled`, no more."""
    if (
        _State.installed
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    before = {number: signal.signal(number, _handle) for number in _SIGNALS}
    _State.installed, _State.pending, _State.depth = True, None, 0
    _State.raised = False
    try:
        with unmasked():
            yield
    finally:
        _State.installed = False
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def unmasked() -> Iterator[None]:
    """Raises `Interrupted` for the error that a library made of it.

    TensorFlow checks its state as an exception leaves a graph that it traces,
    and what it then finds would hide why. What the user can mend stays: a
    checkpoint that cannot be written after a signal, for instance.
    """
    try:
        yield
    except Exception as error:
        hides = _State.installed and _State.raised
        if not hides or isinstance(error, errors.UserError):
            raise
        raise Interrupted(_State.pending) from error


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """Puts a signal off to the end of the block, which must not be long."""
    _State.depth += 1
    try:
        yield
    finally:
        _State.depth -= 1
    waiting = _State.pending is not None and not _State.raised
    if _State.installed and waiting and not _State.depth:
        _raise()
