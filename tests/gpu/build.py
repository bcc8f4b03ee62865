# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Builds the libraries of launchers.py without Bazel, beside this file.

python -m tests.gpu.build [--emulated]

By nvcc for the devices that third_party/cuda.py finds in the environment, or
for the processor; g++ with the flags of third_party/flags.bzl does the rest.
TensorFlow is not needed. What ptxas says of the kernels goes to
device_resources.txt, for resources_test.py.
"""

import argparse
import concurrent.futures
import os
import pathlib
import runpy
import subprocess
import sys
import tempfile

from tests.gpu.launchers import FOLDER, LIBRARIES
from tests.gpu.resources import REPORT

ROOT = FOLDER.parents[1]
CPU_TARGETS = runpy.run_path(str(ROOT / "third_party/cpu_targets.py"))
CUDA = runpy.run_path(str(ROOT / "third_party/cuda.py"))
FLAGS = CUDA["FLAGS"]


def main() -> None:
    """Builds the library that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--emulated", action="store_true")
    emulated = parser.parse_args().emulated
    compiler = os.environ.get("CXX", "g++")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if emulated:
            include = FOLDER / "emulation"
            commands = _emulated_commands(compiler, folder)
            link_flags = []
        else:
            toolkit = CUDA["find"](compiler)
            if toolkit is None:
                parser.error(
                    "no GPU or no nvcc here; see third_party/cuda.py for "
                    "TF_IMPLICIT_CUDA=1, which asks for nvcc alone"
                )
            include = toolkit.include
            commands = toolkit.compile_commands(compiler, ROOT, folder)
            for command in commands.values():
                command += FLAGS["CUDA_RESOURCE_COPTS"]
            link_flags = toolkit.link_flags
        commands |= _common_commands(compiler, include, folder)
        jobs = int(os.environ.get("MAX_JOBS", os.cpu_count() or 1))
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            said = list(pool.map(_run, commands.values()))
        library = LIBRARIES["emulated" if emulated else "device"]
        _run([
            compiler, "-shared", "-o", str(library), *map(str, commands),
            "-Wl,-z,defs", *link_flags,
        ])  # fmt: skip
        if not emulated:
            report = f"# nvcc {toolkit.summary}\n{''.join(said)}"
            REPORT.write_text(report, encoding="utf-8")


def _emulated_commands(compiler, folder):
    commands = {}
    for sources, copts in (
        ("kernels/families", []),
        ("kernels/cuda/rows", []),
        ("kernels/cuda/samplers", FLAGS["SAMPLER_COPTS"]),
    ):
        for source in sorted((ROOT / sources).glob("*.cc")):
            commands[folder / f"{source.stem}.o"] = [
                *_command(compiler, FOLDER / "emulation"),
                *copts,
                "-DTFI_EMULATED_CUDA",
                "-DTFI_TARGET=emulated",
                source,
            ]
    return _with_outputs(commands)


def _common_commands(compiler, include, folder):
    """For what stands around the kernels, and the processor's own loops."""
    command = _command(compiler, include)
    commands = {}
    for name in (
        "cpu/broadcast",
        "cpu/cpu_target",
        "cpu/loops",
        "cpu/rows",
        "cpu/samplers",
        "cuda/cuda_launch",
    ):
        source = ROOT / f"kernels/{name}.cc"
        commands[folder / f"{source.stem}.o"] = [*command, source]
    commands[folder / "launchers.o"] = [*command, FOLDER / "launchers.cc"]
    targets = CPU_TARGETS["choose"]("native")
    macros = CPU_TARGETS["macros"](targets)
    for output, source in commands.items():
        commands[output] = [*source, *macros]
    for target, copts in targets.items():
        for sources, more in (
            ("kernels/families", []),
            ("kernels/cpu/rows", []),
            ("kernels/cpu/samplers", FLAGS["SAMPLER_COPTS"]),
        ):
            for source in (ROOT / sources).glob("*.cc"):
                commands[folder / f"{source.stem}_{target}.o"] = [
                    *command,
                    *copts,
                    *more,
                    f"-DTFI_TARGET={target}",
                    source,
                ]
    return _with_outputs(commands)


def _command(compiler, include):
    flags = [f for f in FLAGS["COPTS"] if not f.startswith("-fvisibility")]
    return [compiler, "-std=c++17", *flags, f"-I{ROOT}", "-isystem", include]


def _with_outputs(commands):
    return {
        output: [*map(str, command), "-c", "-o", str(output)]
        for output, command in commands.items()
    }


def _run(command):
    """Returns what the command wrote to standard error."""
    print(" ".join(command), flush=True)
    result = subprocess.run(
        command, stderr=subprocess.PIPE, text=True, check=False
    )
    print(result.stderr, end="", file=sys.stderr, flush=True)
    result.check_returncode()
    return result.stderr


if __name__ == "__main__":
    main()
