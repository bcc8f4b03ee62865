# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Everything there is to do on a machine with a GPU, in ten minutes.

python -m tests.gpu.build        # with nvcc; needs no GPU, TF_IMPLICIT_CUDA=1
python -m tests.gpu.on_device    # needs NumPy, pytest and the GPU's driver

The library tests/gpu/device_launchers.so may be built on another machine and
carried over. Steps, each a program of its own with its output in a file of
--output:

  device      what nvidia-smi says
  tests       tests/gpu on the device: the reference tables, every op, samplers
              bit for bit as on the processor
  sizes       every op over 1, 31, 1000 and 10^7 elements, some over 2^31 + 5
  speed       elements per second and the share of the memory's bandwidth of
              every op, beside PyTorch, JAX and TensorFlow where they are there
  tensorflow  the table of docs/platforms.md, where TensorFlow sees the GPU

A step that fails or reaches the end of its time stops none after it; its output
so far is kept. The summary is printed and written to summary.txt. The exit
status is 0 if every step that ran was successful and the tests ran.
"""

import argparse
import dataclasses
import pathlib
import subprocess
import sys
import time

from tests.gpu.launchers import LIBRARIES, Launchers

ROOT = pathlib.Path(__file__).resolve().parents[2]
_TABLE = """
import sys
try:
    import tensorflow as tf
except ImportError as error:
    sys.exit(f"not run: {error}")
if not tf.config.list_physical_devices("GPU"):
    sys.exit("not run: TensorFlow sees no GPU")
from tests.modes import platform_table
print(platform_table.op_table().markdown())
"""


@dataclasses.dataclass(frozen=True)
class Step:
    """A program to run.

    Attributes:
      name: Of its file of output, too.
      command: Its arguments.
      minutes: Its time.
      needed: Whether it must end well.
    """

    name: str
    command: list[str]
    minutes: float
    needed: bool = True


def steps(library: str, size: int) -> list[Step]:
    """The steps on a device, or on the processor that stands in for one."""
    python = [sys.executable, "-u", "-m"]
    pytest = [*python, "pytest", "-q", "-rs", "-k", f"[{library}"]
    return [
        Step("device", ["nvidia-smi"], 0.5, needed=False),
        Step(
            "tests",
            [
                *pytest,
                "tests/gpu/kernels_test.py",
                "tests/gpu/rows_test.py",
                "tests/gpu/small_mat_mul_test.py",
            ],
            3,
        ),
        Step("sizes", [*pytest, "tests/gpu/sizes_test.py"], 3),
        Step(
            "speed",
            [
                *python,
                "tests.gpu.benchmark",
                f"--library={library}",
                f"--size={size}",
            ],
            2,
        ),
        Step("tensorflow", [sys.executable, "-c", _TABLE], 1.5, needed=False),
    ]


def run_step(step: Step, folder: pathlib.Path) -> str:
    """Runs a step; returns how it ended: "done", or what went wrong."""
    with (folder / f"{step.name}.txt").open("w", encoding="utf-8") as output:
        try:
            status = subprocess.run(
                step.command,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=60 * step.minutes,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return f"not finished in {step.minutes:g} minutes"
        except FileNotFoundError as error:
            return f"not run: no {error.filename}"
    return "done" if status == 0 else f"exit status {status}"


def run(all_steps: list[Step], folder: pathlib.Path) -> bool:
    """Runs the steps; prints and writes the summary. Whether all is well."""
    folder.mkdir(parents=True)
    well = True
    for step in all_steps:
        start = time.monotonic()
        ended = run_step(step, folder)
        well &= ended == "done" or not step.needed
        seconds = time.monotonic() - start
        line = f"{step.name:10} {seconds:5.0f} s  {ended}"
        text = (folder / f"{step.name}.txt").read_text(encoding="utf-8")
        # Of pytest, how many passed; of Python, the error.
        last = text.strip().rpartition("\n")[2]
        print(line, last, sep="  ", flush=True)
        with (folder / "summary.txt").open("a", encoding="utf-8") as summary:
            print(line, last, sep="  ", file=summary)
    return well


def main() -> None:
    """Runs the steps."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--output",
        type=pathlib.Path,
        default=pathlib.Path("output/on_device"),
        help="a folder that is not there yet (default: %(default)s)",
    )
    parser.add_argument(
        "--library",
        choices=LIBRARIES,
        default="device",
        help="emulated: tries this program where there is no GPU",
    )
    parser.add_argument(
        "--size",
        type=int,
        default=1 << 24,
        help="elements whose time is taken (default: %(default)s)",
    )
    args = parser.parse_args()
    if args.output.exists():
        parser.error(f"{args.output} is there already: name another --output")
    path = LIBRARIES[args.library]
    if not path.exists():
        parser.error(f"{path} is not there: python -m tests.gpu.build")
    if Launchers(path).device_count() == 0:
        parser.error("there is no CUDA device")
    if not run(steps(args.library, args.size), args.output):
        sys.exit(1)


if __name__ == "__main__":
    main()
