# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Entry point of every `pytest_test`: pytest, with a report for Bazel."""

import os
import sys

import pytest


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
    return pytest.main(options + sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
