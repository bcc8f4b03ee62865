# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Builds the wheel: compiles the op library with g++, no Bazel needed.

The flags are those of the Bazel build (third_party/flags.bzl) and of the
TensorFlow that is installed here, which is the one that the library will work
with. Environment: CXX (the compiler, g++), MAX_JOBS (how many compilers run
at once, the number of processors), and for the GPU kernels, which are built
where nvcc is found, the variables of third_party/cuda.py.
"""

import concurrent.futures
import importlib.metadata
import os
import pathlib
import platform
import runpy
import subprocess
from collections.abc import Iterable

import setuptools
from setuptools.command.build_ext import build_ext

ROOT = pathlib.Path(__file__).resolve().parent
FLAGS = runpy.run_path(str(ROOT / "third_party/flags.bzl"))
CUDA = runpy.run_path(str(ROOT / "third_party/cuda.py"))
LIBRARY = "_tf_implicit_ops.so"
XLA_LIBRARY = "_tf_implicit_xla.so"


def compile_commands(
    compiler: str, tensorflow_flags: list[str], folder: pathlib.Path, cuda=None
) -> dict[pathlib.Path, list[str]]:
    """Returns for each object file, in the order of linking, its command.

    Args:
      compiler: The C++ compiler.
      tensorflow_flags: TensorFlow's compile flags.
      folder: Where the object files go.
      cuda: The Toolkit of third_party/cuda.py, None for no GPU kernels.
    """
    targets = (
        FLAGS["X86_64_TARGETS"]
        if platform.machine() == "x86_64"
        else FLAGS["BASELINE_TARGETS"]
    )
    common = _common_command(compiler, tensorflow_flags)
    # XLA kernels go into a library of their own.
    once = ["ops", "kernels/cpu", "kernels/op", "kernels/xla/call"]
    if cuda is not None:
        once += ["kernels/cuda", "kernels/op/cuda"]

    # First, because they take longest.
    commands = {}
    if cuda is not None:
        commands = cuda.compile_commands(compiler, ROOT, folder)
    for source in _sources(*once):
        output = _object(folder, source)
        commands[output] = [*common, "-c", str(source), "-o", str(output)]
    for target, target_flags in targets.items():
        for sources, copts in (
            ("kernels/families", []),
            ("kernels/cpu/samplers", FLAGS["SAMPLER_COPTS"]),
        ):
            flags = [*target_flags, *copts, f"-DTFI_TARGET={target}"]
            for source in _sources(sources):
                output = _object(folder, source, f"_{target}")
                commands[output] = [
                    *common, *flags, "-c", str(source), "-o", str(output)
                ]  # fmt: skip
    return commands


def xla_compile_commands(
    compiler: str, tensorflow_flags: list[str], folder: pathlib.Path
) -> dict[pathlib.Path, list[str]]:
    """As compile_commands, for the XLA library; none without its headers."""
    headers = "".join(f"#include <{name}>\n" for name in FLAGS["XLA_HEADERS"])
    check = subprocess.run(
        [compiler, "-xc++", "-fsyntax-only", "-"],
        input=headers.encode(),
        capture_output=True,
        check=False,
    )
    if check.returncode != 0:
        print("Without the headers for XLA: jit_compile=True will be refused.")
        return {}
    common = _common_command(compiler, tensorflow_flags)
    return {
        output: [*common, "-c", str(source), "-o", str(output)]
        for source in _sources("kernels/xla")
        for output in [_object(folder, source)]
    }


def _sources(*folders: str) -> list[pathlib.Path]:
    return [
        source
        for folder in folders
        for source in sorted((ROOT / folder).glob("*.cc"))
    ]


def _object(
    folder: pathlib.Path, source: pathlib.Path, suffix: str = ""
) -> pathlib.Path:
    """The object file of a source file, named after its path."""
    name = "_".join(source.relative_to(ROOT).with_suffix("").parts)
    return folder / f"{name}{suffix}.o"


def _common_command(compiler: str, tensorflow_flags: list[str]) -> list[str]:
    # -isystem: warnings in TensorFlow's headers are not ours to mend.
    tensorflow_flags = [
        "-isystem" + flag.removeprefix("-I") if flag.startswith("-I") else flag
        for flag in tensorflow_flags
    ]
    return [compiler, "-iquote", str(ROOT), *tensorflow_flags, *FLAGS["COPTS"]]


class BuildOpLibrary(build_ext):
    """Compiles and links the libraries; writes _build_info.py beside them."""

    def build_extension(self, ext: setuptools.Extension) -> None:
        """Builds `ext`, the only extension there is."""
        # Not needed to make a source distribution, hence not at the top.
        import tensorflow as tf

        compiler = os.environ.get("CXX", "g++")
        objects = pathlib.Path(self.build_temp).resolve()
        objects.mkdir(parents=True, exist_ok=True)
        library = pathlib.Path(self.get_ext_fullpath(ext.name)).resolve()
        library.parent.mkdir(parents=True, exist_ok=True)

        flags = tf.sysconfig.get_compile_flags()
        cuda = CUDA["find"](compiler)
        commands = compile_commands(compiler, flags, objects, cuda)
        xla_commands = xla_compile_commands(compiler, flags, objects)
        jobs = int(os.environ.get("MAX_JOBS", os.cpu_count() or 1))
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            list(pool.map(_run, [*commands.values(), *xla_commands.values()]))
        # XLA's interface for custom calls is in TensorFlow's one library or in
        # the other, depending on the wheel.
        tf_link_flags = [
            *tf.sysconfig.get_link_flags(),
            "-l:libtensorflow_cc.so.2",
        ]
        link_flags = tf_link_flags
        if cuda is not None:
            link_flags = [*cuda.link_flags, *link_flags]
        _link(compiler, library, commands, link_flags)
        if xla_commands:
            _link(
                compiler,
                library.parent / XLA_LIBRARY,
                [*xla_commands, objects / "kernels_cpu_broadcast.o"],
                tf_link_flags,
            )

        version = subprocess.run(
            [compiler, "--version"], capture_output=True, text=True, check=True
        ).stdout.splitlines()[0]
        (library.parent / "_build_info.py").write_text(
            FLAGS["BUILD_INFO"].format(
                tensorflow_version=tf.__version__,
                compiler=version,
                cuda="" if cuda is None else cuda.summary,
            )
        )

    def get_ext_filename(self, fullname: str) -> str:
        """Returns the library's path in the wheel: no Python version in it."""
        return os.path.join(*fullname.split(".")[:-1], LIBRARY)


class OpLibraryWheel(setuptools.Distribution):
    """A distribution whose wheel is for one platform."""

    def has_ext_modules(self) -> bool:
        """Returns True: the op library depends on the platform."""
        return True


def _link(
    compiler: str,
    library: pathlib.Path,
    objects: Iterable[pathlib.Path],
    tensorflow_flags: list[str],
) -> None:
    exports = ROOT / "third_party/exports.lds"
    _run([
        compiler, "-shared", "-o", str(library), *map(str, objects),
        *FLAGS["LINKOPTS"], f"-Wl,--version-script={exports}",
        *tensorflow_flags,
    ])  # fmt: skip


def _run(command: list[str]) -> None:
    print(" ".join(command), flush=True)
    subprocess.run(command, check=True)


def _requirements(name: str) -> list[str]:
    lines = (ROOT / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _tensorflow_requirement(requirement: str) -> str:
    """Returns `requirement` for the TensorFlow package that is here.

    A wheel cannot ask for "tensorflow or tensorflow-cpu". It asks for the one
    that it was built with; pip's isolated builds have `tensorflow`.
    """
    installed = {
        distribution.metadata["Name"].lower().replace("_", "-")
        for distribution in importlib.metadata.distributions()
    }
    if "tensorflow-cpu" in installed and "tensorflow" not in installed:
        return requirement.replace("tensorflow==", "tensorflow-cpu==")
    return requirement


setuptools.setup(
    name="tf_implicit",
    version=runpy.run_path(str(ROOT / "tf_implicit/version.py"))["__version__"],
    description="Implicit reparameterization gradients for TensorFlow",
    long_description=(ROOT / "README.md").read_text(),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.14",
    install_requires=[
        _tensorflow_requirement(line)
        for line in _requirements("requirements.txt")
    ],
    extras_require={
        "experiments": _requirements("requirements-experiments.txt")
    },
    packages=setuptools.find_packages(include=["tf_implicit", "tf_implicit.*"]),
    package_data={"tf_implicit": ["py.typed"]},
    ext_modules=[setuptools.Extension("tf_implicit._tf_implicit_ops", [])],
    cmdclass={"build_ext": BuildOpLibrary},
    zip_safe=False,
)
