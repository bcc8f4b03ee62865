# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Paths as the command line means them, and the flag --data_dir."""

import os
import pathlib

__all__ = ["DATA_DIR_HELP", "DATA_DIR_VARIABLE", "data_folder", "user_path"]

DATA_DIR_VARIABLE = "TF_IMPLICIT_DATA_DIR"
# Of every program that reads data.
DATA_DIR_HELP = (
    "Folder with the files of the data set; by default the environment "
    f"variable {DATA_DIR_VARIABLE}."
)


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
    path = flag or os.environ.get(DATA_DIR_VARIABLE)
    return str(user_path(path)) if path else None
