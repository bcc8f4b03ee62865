# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""No CUDA kernel takes more registers or spills more than its bound.

The numbers are those of one release of nvcc for one architecture; with others,
and without nvcc, pytest counts the test as skipped.
"""

import collections
import dataclasses
import pathlib
import re

import pytest

from tests.gpu import resources

ROOT = pathlib.Path(__file__).resolve().parents[2]

# As ptxas writes it, with two functions that a kernel calls.
EXAMPLE = """# nvcc 13.0: 80, 90
ptxas info    : 1932 bytes gmem
ptxas info    : Compiling entry function '_Z1fIdEvN1n7CudaMapE' for 'sm_80'
ptxas info    : Function properties for _Z1fIdEvN1n7CudaMapE
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 34 registers, used 0 barriers
ptxas info    : Compile time = 199.048 ms
ptxas info    : Compiling entry function '_Z1fIdEvN1n7CudaMapE' for 'sm_90'
ptxas info    : Function properties for _ZN1n1gEd
    16 bytes stack frame, 4 bytes spill stores, 12 bytes spill loads
ptxas info    : Function properties for _Z1fIdEvN1n7CudaMapE
    8 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Function properties for _ZN1n1hEd
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 41 registers, used 0 barriers, 8 bytes cumulative stack
"""
KERNEL = resources.Resources(41, 8, 0, 0)
CALLED = resources.Resources(0, 16, 4, 12)


def test_reads_what_ptxas_writes():
    report = resources.read_report(EXAMPLE)
    assert report.version == "13.0"
    assert report.kernels == {
        "sm_80": {"f<double>": resources.Resources(34, 0, 0, 0)},
        "sm_90": {"f<double>": KERNEL, "g(double)": CALLED},
    }


def test_bounds_of_registers_are_units():
    bounds = resources.bounds_of({"f": KERNEL, "g": CALLED})
    assert bounds["f"] == resources.Resources(48, 8, 0, 0)
    assert bounds["g"] == CALLED


@pytest.mark.parametrize("column", resources.COLUMNS)
def test_finds_what_passes_its_bound(column):
    bounds = resources.bounds_of({"f": KERNEL})
    assert not resources.breaches({"f": KERNEL}, bounds)
    bound = getattr(bounds["f"], column)
    worse = dataclasses.replace(KERNEL, **{column: bound + 1})
    assert resources.breaches({"f": worse}, bounds) == [
        f"f: {bound + 1} {column}, bound {bound}"
    ]


def test_finds_kernels_without_a_bound_and_bounds_without_a_kernel():
    assert resources.breaches({"f": KERNEL}, {"g": KERNEL}) == [
        "f: not in the table",
        "g: not compiled",
    ]


def test_table_has_two_kernels_for_each_op():
    op_list = (ROOT / "kernels/op_list.h").read_text()
    expected = {
        "MapKernel": 2 * len(re.findall(r"\bX\(\w+, \d+\)", op_list)),
        "RowKernel": 2 * len(re.findall(r"\bX\(\w+, \d+, \d+\)", op_list)),
    }
    assert min(expected.values()) > 0
    _, _, bounds = resources.read_table()
    found = collections.Counter(name.partition("<")[0] for name in bounds)
    assert {kernel: found[kernel] for kernel in expected} == expected


def test_kernels_keep_their_bounds():
    version, architecture, bounds = resources.read_table()
    unchecked = f"{len(bounds)} kernels unchecked"
    if not resources.REPORT.exists():
        pytest.skip(f"built without nvcc: {unchecked}")
    report = resources.read_report(resources.REPORT.read_text("utf-8"))
    if report.version != version or architecture not in report.kernels:
        compiled = f"nvcc {report.version} for {', '.join(report.kernels)}"
        pytest.skip(
            f"compiled by {compiled}, table of nvcc {version} for "
            f"{architecture}: {unchecked}"
        )
    found = resources.breaches(report.kernels[architecture], bounds)
    assert not found, "\n".join(found)
