# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tells what keeps this checkout from being the release of its version.

The version stands in tf_implicit/version.py alone. The release of 1.2.3 is the
commit with the tag v1.2.3, nothing uncommitted, whose changelog has a section
1.2.3 with something in it and an empty one, or none, above it.
"""

import pathlib
import re
import runpy
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]


def faults(root: pathlib.Path) -> list[str]:
    """Returns them, one sentence each."""
    version = runpy.run_path(str(root / "tf_implicit/version.py"))[
        "__version__"
    ]
    tag = f"v{version}"
    found = []
    if not re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", version):
        found.append(f"{version} is no version of the form 1.2.3 or 1.2.3rc1.")
    if changed := _git(root, "status", "--porcelain"):
        found.append(f"Uncommitted: {', '.join(changed)}.")
    if tag not in _git(root, "tag", "--points-at", "HEAD"):
        found.append(f"This commit has no tag {tag}: git tag {tag}")
    sections = _sections((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if not sections.get(version, "").strip():
        found.append(f"CHANGELOG.md has no section '## {version}' with text.")
    if sections.get("Unreleased", "").strip():
        found.append(
            f"CHANGELOG.md has text under 'Unreleased': move it to {version}."
        )
    return found


def _git(root, *command):
    output = subprocess.run(
        ["git", *command], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    return [line.strip() for line in output.splitlines()]


def _sections(changelog):
    """The text of each `## name`, which may go on with a date."""
    parts = re.split(r"^## +\[?([^\s\]]+)\]?.*$", changelog, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def main() -> int:
    """Prints the faults; the exit status tells whether there were any."""
    found = faults(ROOT)
    for fault in found:
        print(f"release-check: {fault}", file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
