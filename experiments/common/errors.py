# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What can go wrong by no fault of the program.

A program prints a `UserError` as one line: it says what came, what was
expected, and what to do. Every other exception is a fault, whose trace is
wanted.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

__all__ = [
    "FolderInUseError",
    "MissingFileError",
    "MissingPackageError",
    "NonFiniteError",
    "OutputError",
    "SettingsError",
    "UserError",
    "optional_package",
    "writing",
]


# What TensorFlow makes of the system's errors: no space, no permission, no
# folder, a broken disk. Its other classes are faults of a program.
_TENSORFLOW = (
    tf.errors.FailedPreconditionError,
    tf.errors.NotFoundError,
    tf.errors.PermissionDeniedError,
    tf.errors.ResourceExhaustedError,
    tf.errors.UnavailableError,
    tf.errors.UnknownError,
)


class UserError(Exception):
    """The user can mend it."""


class SettingsError(UserError, ValueError):
    """Flags contradict each other or the run that they are to continue."""


class MissingFileError(UserError, FileNotFoundError):
    """A file or a folder that the user should bring is not there."""


class MissingPackageError(UserError, ImportError):
    """A setting needs a package that is not installed."""


class FolderInUseError(UserError, FileExistsError):
    """The output folder belongs to something else."""


class NonFiniteError(UserError, ArithmeticError):
    """Training or evaluation met a value that is not finite."""


class OutputError(UserError, OSError):
    """An output cannot be written."""


@contextlib.contextmanager
def optional_package() -> Iterator[None]:
    """Lets the user know which package is missing."""
    try:
        yield
    except ImportError as error:
        raise MissingPackageError(str(error)) from error


@contextlib.contextmanager
def writing(path: Any) -> Iterator[None]:
    """Says which output could not be written, and why.

    Args:
        path: The file or folder that is written within the context.
    """
    try:
        yield
    except (OSError, *_TENSORFLOW) as error:
        if isinstance(error, UserError):
            raise
        reason = getattr(error, "strerror", None) or getattr(
            error, "message", str(error)
        )
        raise OutputError(
            f"{path} cannot be written: {reason}. Nothing that was written "
            "before is lost: make room or give another --output_dir, and the "
            "same command goes on"
        ) from error
