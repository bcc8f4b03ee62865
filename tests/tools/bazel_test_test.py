# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests the counts that `make test` ends with."""

import json
import pathlib
import subprocess
import sys

TOOL = pathlib.Path(__file__).parents[2] / "tools/bazel_test.py"

# Stands in for Bazel: writes the events that it is given, then exits.
BAZEL = """
import sys
prefix = "--build_event_json_file="
(path,) = [a.removeprefix(prefix) for a in sys.argv if a.startswith(prefix)]
open(path, "w").write(sys.argv[1])
sys.exit(int(sys.argv[2]))
"""


def _run(events, status):
    text = "".join(json.dumps(event) + "\n" for event in events)
    return subprocess.run(
        [sys.executable, TOOL, sys.executable, "-c", BAZEL, text, str(status)],
        capture_output=True,
        text=True,
        check=False,
    )


def _configured(label):
    return {
        "id": {"targetConfigured": {"label": label}},
        "configured": {"targetKind": "cc_test rule", "testSize": "SMALL"},
    }


def _completed(label, **outcome):
    return {"id": {"targetCompleted": {"label": label}}, **outcome}


def _summary(label, status):
    return {
        "id": {"testSummary": {"label": label}},
        "testSummary": {"overallStatus": status},
    }


def test_counts_targets_by_status():
    result = _run(
        [
            {"id": {"started": {}}, "started": {"command": "test"}},
            {
                "id": {"targetConfigured": {"label": "//:library"}},
                "configured": {"targetKind": "cc_library rule"},
            },
            *map(
                _configured, ["//a", "//b", "//c", "//d", "//e", "//f", "//g"]
            ),
            _completed("//:library", aborted={"reason": "SKIPPED"}),
            _summary("//a", "PASSED"),
            _summary("//b", "FLAKY"),
            _summary("//c", "FAILED"),
            _summary("//d", "TIMEOUT"),
            # It did not build.
            _completed("//e", completed={"failureDetail": {}}),
            # //f: Bazel was stopped before it.
            _completed("//g", aborted={"reason": "SKIPPED"}),
        ],
        3,
    )
    assert result.stdout.splitlines()[-1] == "2 passed, 4 failed, 1 skipped"
    assert result.returncode == 3


def test_all_passed():
    result = _run([_configured("//a"), _summary("//a", "PASSED")], 0)
    assert result.stdout.splitlines()[-1] == "1 passed, 0 failed, 0 skipped"
    assert result.returncode == 0


def test_a_broken_build_file_is_a_failure():
    result = _run([{"id": {"started": {}}, "started": {}}], 1)
    assert result.stdout.splitlines()[-1] == "0 passed, 1 failed, 0 skipped"
    assert result.returncode == 1
