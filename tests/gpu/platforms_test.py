# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""docs/platforms.md says of every CUDA kernel what was done with it."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOT_RUN = "compiled, emulated, not run"


def kernels() -> set[str]:
    """The ops of kernels/op_list.h and those named in kernels/op/cuda."""
    op_list = (ROOT / "kernels/op_list.h").read_text()
    found = set(re.findall(r"\bX\((\w+), \d", op_list))
    for path in (ROOT / "kernels/op/cuda").glob("*.cc"):
        found |= set(re.findall(r'"TFImplicit>(\w+)"', path.read_text()))
    return found


def cuda_column(page: str) -> dict[str, str]:
    """The column by op."""
    _, _, section = page.partition("\n## Ops by device\n")
    section, _, _ = section.partition("\n## ")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    heading, _, *rows = rows
    return {row[0]: row[heading.index("CUDA")] for row in rows}


def device(page: str) -> str:
    """The device with which the column was made, or "none"."""
    (found,) = re.findall(r"^GPU: (.+), \d{4}-\d\d-\d\d\.$", page, re.MULTILINE)
    return found


def test_every_kernel_is_in_the_table():
    expected = kernels()
    assert {
        "RandomGammaGrad", "StatelessGamma", "DirichletEntropy", "SmallMatMul",
    } < expected  # fmt: skip
    page = (ROOT / "docs/platforms.md").read_text(encoding="utf-8")
    assert set(cuda_column(page)) == expected


def test_no_kernel_is_said_to_have_run_where_there_was_no_device():
    page = (ROOT / "docs/platforms.md").read_text(encoding="utf-8")
    cells = set(cuda_column(page).values())
    assert cells == {NOT_RUN if device(page) == "none" else "tested"}
