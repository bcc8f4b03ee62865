# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Registers and spills of the CUDA kernels; writes the table of their bounds.

python -m tests.gpu.build && python -m tests.gpu.resources

reads device_resources.txt beside this file, what ptxas said when nvcc compiled
the kernels, and writes device_resources.csv for resources_test.py. Under Bazel
the file is bazel-bin/tests/gpu/device_resources.txt (--report). A bound of
registers is the number that ptxas used, rounded up to the unit in which a
device gives them to a thread: up to there, no fewer threads run at once. Stack
and spills are the bytes themselves.
"""

import argparse
import csv
import dataclasses
import pathlib
import re
import subprocess

# Not resolved, as in launchers.py.
FOLDER = pathlib.Path(__file__).absolute().parent
REPORT = FOLDER / "device_resources.txt"
TABLE = FOLDER / "device_resources.csv"
# 256 registers for a warp of 32 threads, in compute capabilities 3.0 to 12.0
# ("Register allocation unit size" of NVIDIA's occupancy calculator).
UNIT = 8


@dataclasses.dataclass(frozen=True)
class Resources:
    """What a thread of a kernel takes, or the bounds of that.

    Attributes:
      registers: Registers of 32 bits; 0 for a function that kernels call, as
        theirs include its own.
      stack: Bytes of local memory, spilled registers included.
      spill_stores: Bytes of instructions that spill registers.
      spill_loads: Bytes of those that read them back.
    """

    registers: int
    stack: int
    spill_stores: int
    spill_loads: int


COLUMNS = [field.name for field in dataclasses.fields(Resources)]


@dataclasses.dataclass(frozen=True)
class Report:
    """What was compiled.

    Attributes:
      version: That of nvcc, "13.0" for instance.
      kernels: The resources by kernel, for each architecture: "sm_90";
        functions that kernels call are there if they spill or have a stack.
    """

    version: str
    kernels: dict[str, dict[str, Resources]]


def read_report(text: str) -> Report:
    """Reads the output of ptxas, after a line "# nvcc 13.0: 90"."""
    version = re.match(r"# nvcc ([\d.]+)", text)
    if version is None:
        raise ValueError(
            f"no version of nvcc in {text.partition(chr(10))[0]!r}"
        )
    # A kernel's lines follow the one that names it and the architecture; there
    # may be lines of functions that it calls among them.
    pattern = re.compile(
        r"Compiling entry function '(?P<kernel>\w+)' for "
        r"'(?P<architecture>\w+)'"
        r"|Function properties for (?P<function>\w+)\s+"
        r"(?P<stack>\d+) bytes stack frame, "
        r"(?P<stores>\d+) bytes spill stores, (?P<loads>\d+) bytes spill loads"
        r"|Used (?P<registers>\d+) registers"
    )
    kernels: dict[str, dict[str, Resources]] = {}
    architecture = kernel = ""
    for match in pattern.finditer(text):
        if match["kernel"]:
            kernel, architecture = match["kernel"], match["architecture"]
            continue
        if match["function"]:
            function = match["function"]
            numbers = map(int, match.group("stack", "stores", "loads"))
            found = Resources(0, *numbers)
        else:
            function = kernel
            found = Resources(int(match["registers"]), 0, 0, 0)
        functions = kernels.setdefault(architecture, {})
        functions[function] = _larger(found, functions.get(function, found))
    names = _short_names({f for each in kernels.values() for f in each})
    return Report(
        version[1],
        {a: _by_name(each, names) for a, each in sorted(kernels.items())},
    )


def _larger(a: Resources, b: Resources) -> Resources:
    """Of a function that several files have."""
    return Resources(
        *(max(getattr(a, c), getattr(b, c)) for c in COLUMNS),
    )


def _by_name(functions, names):
    result: dict[str, Resources] = {}
    for function, resources in functions.items():
        name = names[function]
        result[name] = _larger(resources, result.get(name, resources))
    nothing = Resources(0, 0, 0, 0)
    return {name: r for name, r in sorted(result.items()) if r != nothing}


def _short_names(symbols: set[str]) -> dict[str, str]:
    """MapKernel<LgammaFunction, float> for its symbol."""
    ordered = sorted(symbols)
    written = subprocess.run(
        ["c++filt"],
        input="\n".join(ordered),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    names = {}
    for symbol, name in zip(ordered, written, strict=True):
        name = re.sub(r"(\(anonymous namespace\)|\w+)::", "", name)
        name = name.removeprefix("void ").replace("> >", ">>")
        # A kernel has one argument, of a class.
        names[symbol] = re.sub(r"\(Cuda\w+\)$", "", name)
    return names


def bounds_of(kernels: dict[str, Resources]) -> dict[str, Resources]:
    """The bounds that these kernels just keep."""
    return {
        name: dataclasses.replace(r, registers=-(-r.registers // UNIT) * UNIT)
        for name, r in kernels.items()
    }


def breaches(
    kernels: dict[str, Resources], bounds: dict[str, Resources]
) -> list[str]:
    """What is wrong with kernels, in sentences."""
    found = [f"{name}: not in the table" for name in kernels.keys() - bounds]
    found += [f"{name}: not compiled" for name in bounds.keys() - kernels]
    for name in kernels.keys() & bounds.keys():
        for column in COLUMNS:
            got = getattr(kernels[name], column)
            bound = getattr(bounds[name], column)
            if got > bound:
                found.append(f"{name}: {got} {column}, bound {bound}")
    return sorted(found)


def read_table() -> tuple[str, str, dict[str, Resources]]:
    """Returns nvcc's version, the architecture and the bounds by kernel."""
    first, second, *lines = TABLE.read_text(encoding="utf-8").splitlines()
    found = re.fullmatch(r"# nvcc ([\d.]+), (sm_\d+)", second)
    if not first.startswith("#") or found is None:
        raise ValueError(f"{TABLE.name} begins with {first!r}, {second!r}")
    rows = csv.DictReader(lines)
    bounds = {
        row["kernel"]: Resources(*(int(row[c]) for c in COLUMNS))
        for row in rows
    }
    return found[1], found[2], bounds


def write_table(report: Report, architecture: str) -> None:
    """Writes the bounds that the kernels of a report just keep."""
    bounds = bounds_of(report.kernels[architecture])
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        file.write("# Written by: python -m tests.gpu.resources\n")
        file.write(f"# nvcc {report.version}, {architecture}\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["kernel", *COLUMNS])
        for name, bound in bounds.items():
            writer.writerow([name, *dataclasses.astuple(bound)])


def main() -> None:
    """Writes the table, and prints the kernels that spill or have a stack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=pathlib.Path, default=REPORT)
    parser.add_argument("--architecture", default="sm_90")
    args = parser.parse_args()
    if not args.report.exists():
        parser.error(f"{args.report} has not been built")
    report = read_report(args.report.read_text(encoding="utf-8"))
    if args.architecture not in report.kernels:
        parser.error(
            f"{args.report} has {sorted(report.kernels)}, not "
            f"{args.architecture}: see TF_IMPLICIT_CUDA_ARCHITECTURES"
        )
    kernels = report.kernels[args.architecture]
    for name, r in kernels.items():
        if r.stack or r.spill_stores or r.spill_loads:
            print(f"{name}: {r}")
    write_table(report, args.architecture)
    registers = [r.registers for r in kernels.values() if r.registers]
    print(f"{len(registers)} kernels, at most {max(registers)} registers")


if __name__ == "__main__":
    main()
