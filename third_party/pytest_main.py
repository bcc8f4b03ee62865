# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Entry point of every `pytest_test`: pytest as Bazel wants it.

Bazel's side: bazel.build/reference/test-encyclopedia.
"""

import os
import pathlib
import sys

import pytest


class Shard:
    """Runs one of `shard_count` parts of the tests.

    Neighbours stay together, since they share fixtures.
    """

    def __init__(self, index: int, total: int):
        self._index = index
        self._total = total

    def pytest_collection_modifyitems(self, config, items) -> None:
        """Leaves the tests of this part."""
        start, end = (
            i * len(items) // self._total
            for i in (self._index, self._index + 1)
        )
        config.hook.pytest_deselected(items=items[:start] + items[end:])
        items[:] = items[start:end]


def _shards() -> list[Shard]:
    total = int(os.environ.get("TEST_TOTAL_SHARDS", "1"))
    if total == 1:
        return []
    # Bazel asks for this sign that the tests know of their parts.
    pathlib.Path(os.environ["TEST_SHARD_STATUS_FILE"]).touch()
    return [Shard(int(os.environ["TEST_SHARD_INDEX"]), total)]


def main() -> int:
    """Runs pytest on the command line's files and returns its exit status."""
    # Bazel starts a test in the root of its run-files tree, where
    # pyproject.toml (pytest's settings) stands too.
    options = ["--config-file=pyproject.toml", "--rootdir=."]
    # The run-files tree is not a place to leave a cache in.
    options += ["-p", "no:cacheprovider"]
    report = os.environ.get("XML_OUTPUT_FILE")
    if report:
        options.append(f"--junitxml={report}")
    only = os.environ.get("TESTBRIDGE_TEST_ONLY")  # bazel test --test_filter
    if only:
        options += ["-k", only]
    shards = _shards()
    status = pytest.main(options + sys.argv[1:], plugins=shards)
    if shards and status == pytest.ExitCode.NO_TESTS_COLLECTED:
        # More parts than tests, or a filter whose tests stand in another.
        return 0
    return status


if __name__ == "__main__":
    sys.exit(main())
