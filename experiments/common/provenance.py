# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a number may depend on besides its configuration."""

import contextlib
import datetime
import importlib.metadata
import os
import pathlib
import platform
import subprocess
from collections.abc import Iterable

__all__ = ["commit", "library_versions", "processor", "surroundings"]

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

# Of Linux; other systems have none.
_PROCESSORS = pathlib.Path("/proc/cpuinfo")


def commit() -> str | None:
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


def library_versions(others: Iterable[str] = ()) -> dict[str, str]:
    """Returns the versions of the packages that count, and of others."""
    versions = {"python": platform.python_version()}
    for package in (*_VERSIONED_PACKAGES, *others):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[package] = importlib.metadata.version(package)
    return versions


def processor() -> str:
    """Returns the name of the processor."""
    if _PROCESSORS.exists():
        for line in _PROCESSORS.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def surroundings(packages: Iterable[str] = ()) -> dict[str, str]:
    """Returns what a measurement that starts now depends on.

    Args:
        packages: Packages that count besides `library_versions`.
    """
    return {
        "date": f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}",
        "commit": commit() or "",
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "load average": f"{os.getloadavg()[0]:.1f}",
        **library_versions(packages),
    }
