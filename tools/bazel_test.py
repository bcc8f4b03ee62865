# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs `bazel test` and ends with one line: `N passed, N failed`.

The counts are those of Bazel's build events, one for each test target. The exit
status is Bazel's.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

# FLAKY: it passed when it was tried again.
PASSED = {"PASSED", "FLAKY"}


def count(events: pathlib.Path) -> tuple[int, int]:
    """Returns how many test targets passed and how many did not."""
    passed = failed = 0
    with events.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if "testSummary" not in event["id"]:
                continue
            # Without a summary the target was never run: its build failed.
            summary = event.get("testSummary", {})
            if summary.get("overallStatus") in PASSED:
                passed += 1
            else:
                failed += 1
    return passed, failed


def main(command: list[str]) -> int:
    """Runs `command`, prints the counts and returns its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        events = pathlib.Path(folder, "events.json")
        status = subprocess.run(
            [*command, f"--build_event_json_file={events}"], check=False
        ).returncode
        passed, failed = count(events) if events.exists() else (0, 0)
    print(f"{passed} passed, {failed} failed", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
