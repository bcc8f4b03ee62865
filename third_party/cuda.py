# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Finds nvcc, and for which devices it is to compile.

For ./configure, setup.py and tests/gpu/build.py, which run this file (runpy).
From the environment:

  TF_IMPLICIT_CUDA                auto (the default): GPU kernels where there
                                  are a GPU and nvcc; 0: none; 1: wherever nvcc
                                  is, an error without it
  TF_IMPLICIT_CUDA_ARCHITECTURES  the compute capabilities, "80,90" for
                                  instance. Default: those of flags.bzl that
                                  nvcc knows
  CUDA_HOME                       the toolkit's folder. Default: that of the
                                  nvcc on PATH, or /usr/local/cuda
"""

import dataclasses
import glob
import os
import pathlib
import re
import runpy
import shutil
import subprocess
import tempfile

FLAGS = runpy.run_path(str(pathlib.Path(__file__).parent / "flags.bzl"))


class CudaError(Exception):
    """There is no CUDA toolkit that can be used, although one was asked for."""


@dataclasses.dataclass(frozen=True)
class Toolkit:
    """A CUDA toolkit.

    Attributes:
      nvcc: The compiler.
      version: Its version, "13.0" for instance.
      include: The folder of cuda_runtime.h.
      lib: The folder of libcudart_static.a.
      architectures: The compute capabilities that get machine code.
    """

    nvcc: str
    version: str
    include: str
    lib: str
    architectures: tuple[str, ...]

    @property
    def copts(self) -> list[str]:
        """The flags for GPU kernels, but for the C++ compiler's path."""
        return [*FLAGS["CUDA_COPTS"], _code_flag(self.architectures)]

    @property
    def summary(self) -> str:
        """For _build_info.py: "13.0: 80, 90"."""
        return f"{self.version}: {', '.join(self.architectures)}"

    def compile_commands(
        self, compiler: str, root: pathlib.Path, folder: pathlib.Path
    ) -> dict[pathlib.Path, list[str]]:
        """Returns for each object file of the GPU kernels its command."""
        commands = {}
        for sources, copts in (
            ("kernels/families", []),
            ("kernels/cuda/rows", []),
            ("kernels/cuda/samplers", FLAGS["CUDA_SAMPLER_COPTS"]),
        ):
            for source in sorted((root / sources).glob("*.cc")):
                output = folder / f"{source.name.removesuffix('.cc')}.cuda.o"
                commands[output] = [
                    self.nvcc, "-ccbin", compiler, *self.copts, *copts,
                    f"-I{root}", "-x", "cu", "-c", str(source),
                    "-o", str(output),
                ]  # fmt: skip
        return commands

    @property
    def link_flags(self) -> list[str]:
        """CUDA's runtime, and what it needs."""
        return [
            os.path.join(self.lib, "libcudart_static.a"),
            *FLAGS["CUDA_LINKOPTS"],
        ]


def find(compiler: str) -> Toolkit | None:
    """Returns the toolkit to use, None where there is to be none.

    Args:
      compiler: The C++ compiler, which nvcc calls.

    Raises:
      CudaError: where the environment asks for something that is not there, or
        where nvcc is there and does not work.
    """
    wanted = os.environ.get("TF_IMPLICIT_CUDA", "auto")
    if wanted not in ("auto", "0", "1"):
        raise CudaError(f"TF_IMPLICIT_CUDA={wanted} is none of auto, 0, 1")
    if wanted == "0" or (wanted == "auto" and not has_gpu()):
        return None
    nvcc = _find_nvcc()
    if nvcc is None:
        if wanted == "1":
            raise CudaError(
                "TF_IMPLICIT_CUDA=1, but there is no nvcc in $CUDA_HOME/bin, "
                "on PATH or in /usr/local/cuda/bin"
            )
        return None
    toolkit = Toolkit(
        nvcc=nvcc,
        version=_search(r"release (\d+\.\d+)", _output([nvcc, "--version"])),
        architectures=_choose_architectures(nvcc),
        **_folders(nvcc),
    )
    _try(toolkit, compiler)
    return toolkit


def has_gpu() -> bool:
    """Whether this machine has a GPU of NVIDIA's with its driver."""
    # The devices of Linux; of Windows, as its Linux subsystem shows them, any
    # maker's, hence the question to nvidia-smi.
    if glob.glob("/dev/nvidia[0-9]*"):
        return True
    if shutil.which("nvidia-smi") is None:
        return False
    listed = subprocess.run(
        ["nvidia-smi", "--list-gpus"],
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.returncode == 0 and "GPU" in listed.stdout


def _find_nvcc() -> str | None:
    folders = [os.path.join(os.environ.get("CUDA_HOME", ""), "bin")]
    if "CUDA_HOME" not in os.environ:
        folders = [os.environ.get("PATH", ""), "/usr/local/cuda/bin"]
    return shutil.which("nvcc", path=os.pathsep.join(folders))


def _folders(nvcc: str) -> dict[str, str]:
    """The folders that nvcc itself would search."""
    steps = _output([nvcc, "-dryrun", "-x", "cu", "-c", os.devnull,
                     "-o", os.devnull])  # fmt: skip
    include = _search(r'INCLUDES="-I([^"]*)"', steps)
    for lib in re.findall(r'"-L([^"]*)"', _search("LIBRARIES=(.*)", steps)):
        if os.path.exists(os.path.join(lib, "libcudart_static.a")):
            return {
                "include": os.path.realpath(include),
                "lib": os.path.realpath(lib),
            }
    raise CudaError(f"{nvcc} has no libcudart_static.a")


def _choose_architectures(nvcc: str) -> tuple[str, ...]:
    known = re.findall(
        r"^compute_(\d+)$", _output([nvcc, "--list-gpu-arch"]), re.MULTILINE
    )
    named = re.findall(
        r"\d+", os.environ.get("TF_IMPLICIT_CUDA_ARCHITECTURES", "")
    )
    if unknown := set(named) - set(known):
        raise CudaError(
            f"TF_IMPLICIT_CUDA_ARCHITECTURES names {sorted(unknown)}, but "
            f"{nvcc} knows {known}"
        )
    return tuple(
        named or [a for a in FLAGS["CUDA_ARCHITECTURES"] if a in known]
    )


def _code_flag(architectures: tuple[str, ...]) -> str:
    # The kernels need nothing of later architectures: all machine code comes
    # from the same intermediate code (PTX), so that the slower half of nvcc
    # runs once. The PTX is put in as well, for devices that are not named.
    ptx = FLAGS["CUDA_PTX"]
    oldest = min([*architectures, ptx], key=int)
    code = ",".join([f"sm_{a}" for a in architectures] + [f"compute_{oldest}"])
    return f"-gencode=arch=compute_{oldest},code=[{code}]"


def _try(toolkit: Toolkit, compiler: str) -> None:
    """Compiles nothing: nvcc may not know so new a C++ compiler."""
    with tempfile.TemporaryDirectory() as folder:
        # Not /dev/null: what root's compiler writes to, it may replace.
        output = os.path.join(folder, "nothing.o")
        check = subprocess.run(
            [toolkit.nvcc, "-ccbin", compiler, *toolkit.copts, "-x", "cu",
             "-c", os.devnull, "-o", output],
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
    if check.returncode != 0:
        raise CudaError(
            f"{toolkit.nvcc} does not work with {compiler}; TF_IMPLICIT_CUDA=0 "
            f"builds without GPU kernels:\n{check.stderr}"
        )


def _output(command: list[str]) -> str:
    result = subprocess.run(
        command, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise CudaError(f"{' '.join(command)} failed:\n{result.stderr}")
    return result.stdout + result.stderr


def _search(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise CudaError(f"nvcc printed no {pattern!r}:\n{text}")
    return found.group(1)
