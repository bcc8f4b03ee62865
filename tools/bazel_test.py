# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs `bazel test` and ends with one line: `N passed, N failed, N skipped`.

The counts are of test targets and come from Bazel's build events. A target that
does not build, or that Bazel did not come to, has failed; skipped are those for
another kind of processor. The exit status is Bazel's.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

# FLAKY: it passed when it was tried again.
PASSED = {"PASSED", "FLAKY"}


def count(events: pathlib.Path) -> tuple[int, int, int]:
    """Returns how many test targets passed, failed and were skipped."""
    tests, passed, skipped = set(), set(), set()
    with events.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            ((kind, target),) = event["id"].items()
            label = target.get("label")
            if "testSize" in event.get("configured", {}):
                tests.add(label)
            elif kind == "testSummary":
                if event.get(kind, {}).get("overallStatus") in PASSED:
                    passed.add(label)
            elif event.get("aborted", {}).get("reason") == "SKIPPED":
                skipped.add(label)
    skipped &= tests
    return len(passed), len(tests - passed - skipped), len(skipped)


def main(command: list[str]) -> int:
    """Runs `command`, prints the counts and returns its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        events = pathlib.Path(folder, "events.json")
        status = subprocess.run(
            [*command, f"--build_event_json_file={events}"], check=False
        ).returncode
        passed, failed, skipped = (
            count(events) if events.exists() else (0, 0, 0)
        )
    if status != 0 and failed == 0:
        # It ended before there was a test to count: a BUILD file, say.
        failed = 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
