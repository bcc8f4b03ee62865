# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Builds the wheel: compiles the op library with g++, no Bazel needed.

    python setup.py build_ext --inplace   puts the libraries beside the sources
    pip wheel . --no-build-isolation      `make wheel`

What does not depend on other files stands in pyproject.toml.

The flags are those of the Bazel build (third_party/flags.bzl) and of the
TensorFlow that is installed here, which is the one that the library will work
with. Environment: CXX (the compiler, g++), MAX_JOBS (how many compilers run
at once, the number of processors), TF_IMPLICIT_CPU_TARGETS (all; see
third_party/cpu_targets.py) and, for the GPU kernels, the variables of
third_party/cuda.py.
"""

import concurrent.futures
import os
import pathlib
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterable

import setuptools
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

ROOT = pathlib.Path(__file__).resolve().parent
FLAGS = runpy.run_path(str(ROOT / "third_party/flags.bzl"))
CPU_TARGETS = runpy.run_path(str(ROOT / "third_party/cpu_targets.py"))
CUDA = runpy.run_path(str(ROOT / "third_party/cuda.py"))
XLA = runpy.run_path(str(ROOT / "third_party/xla.py"))
LIBRARY = "_tf_implicit_ops.so"
XLA_LIBRARY = "_tf_implicit_xla.so"
BUILD_INFO = "_build_info.py"
# The requirements that the wheel itself does not have.
TENSORFLOW = ("tensorflow==", "tf-keras==")


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
    # A wheel is for every processor.
    try:
        targets = CPU_TARGETS["choose"]("all")
    except CPU_TARGETS["CpuTargetError"] as error:
        sys.exit(f"setup.py: {error}")
    common = [
        *_common_command(compiler, tensorflow_flags),
        *CPU_TARGETS["macros"](targets),
    ]
    # XLA kernels go into a library of their own.
    once = _sources("kernels/cpu", "kernels/op", "kernels/xla/call")

    # First, because they take longest.
    commands = {}
    if cuda is not None:
        commands = cuda.compile_commands(compiler, ROOT, folder)
        once += _sources("kernels/cuda", "kernels/op/cuda")
    outputs = {_object(folder, source): source for source in once}
    outputs[folder / "ops.o"] = _together(folder, "ops")
    for output, source in outputs.items():
        commands[output] = [*common, "-c", str(source), "-o", str(output)]
    for target, target_flags in targets.items():
        for sources, copts in (
            ("kernels/families", []),
            ("kernels/cpu/rows", []),
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
    if not XLA["has_headers"](compiler):
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


def _together(folder: pathlib.Path, name: str) -> pathlib.Path:
    """Writes one source file that includes the others (see tf_op_library)."""
    source = folder / f"{name}_together.cc"
    source.write_text(
        "".join(
            f'#include "{path.relative_to(ROOT).as_posix()}"\n'
            for path in _sources(name)
        )
    )
    return source


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

        check_tensorflow(tf.__version__)
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
        _run_all({**xla_commands, **commands}, jobs)
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
        (library.parent / BUILD_INFO).write_text(
            FLAGS["BUILD_INFO"].format(
                tensorflow_version=tf.__version__,
                compiler=version,
                cuda="" if cuda is None else cuda.summary,
            )
        )

    def get_ext_filename(self, fullname: str) -> str:
        """Returns the library's path in the wheel: no Python version in it."""
        return os.path.join(*fullname.split(".")[:-1], LIBRARY)

    def copy_extensions_to_source(self) -> None:
        """Puts what was built into the source tree (`--inplace`)."""
        built = pathlib.Path(self.build_lib) / "tf_implicit"
        for name in (LIBRARY, XLA_LIBRARY, BUILD_INFO):
            target = ROOT / "tf_implicit" / name
            if not (built / name).exists():
                target.unlink(missing_ok=True)
                continue
            # Renamed into place: a program that runs keeps the library that
            # it has mapped.
            shutil.copy(built / name, f"{target}.new")
            os.replace(f"{target}.new", target)


class AnyPythonWheel(bdist_wheel):
    """A wheel for one platform and every Python.

    The libraries call TensorFlow's C++ interface and nothing of Python's.
    """

    def get_tag(self) -> tuple[str, str, str]:
        """Returns the tag, of a platform as it was here."""
        *_, platform_tag = super().get_tag()
        return "py3", "none", platform_tag


def check_tensorflow(installed: str) -> None:
    """Ends the build under another TensorFlow than the tested one."""
    (tested,) = [
        line.removeprefix("tensorflow==")
        for line in _requirements("requirements.txt")
        if line.startswith("tensorflow==")
    ]
    if installed != tested:
        sys.exit(
            f"tf_implicit is made for TensorFlow {tested}, but TensorFlow "
            f"{installed} is installed. TensorFlow's C++ interface changes "
            f"with each release: run `pip install tensorflow=={tested}` (or "
            f"tensorflow-cpu=={tested}), then build again."
        )


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
    result = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.stdout:
        print(result.stdout, end="")
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with {result.returncode}")


def _run_all(commands: dict[pathlib.Path, list[str]], jobs: int) -> None:
    """Runs the commands, `jobs` at a time, with a line of progress."""
    end = "\r\033[K" if sys.stdout.isatty() else "\n"
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        runs = {
            pool.submit(_run, command): output
            for output, command in commands.items()
        }
        done = concurrent.futures.as_completed(runs)
        for number, run in enumerate(done, start=1):
            if run.exception() is not None:
                pool.shutdown(wait=True, cancel_futures=True)
            run.result()
            print(
                f"[{number} / {len(runs)}] {runs[run].stem}",
                end=end,
                flush=True,
            )


def _requirements(name: str) -> list[str]:
    lines = (ROOT / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def dependencies() -> list[str]:
    """Returns what the wheel asks for: all but TensorFlow.

    A wheel cannot ask for "tensorflow or tensorflow-cpu", and either serves;
    to ask for one would install it over the other. tf-keras asks for
    `tensorflow` in turn. The extra `tensorflow` has both, and `import
    tf_implicit` says what is missing.
    """
    return [
        line
        for line in _requirements("requirements.txt")
        if not line.startswith(TENSORFLOW)
    ]


def extras() -> dict[str, list[str]]:
    """Returns the extras, from the requirements that `make` installs."""
    return {
        "tensorflow": [
            line
            for line in _requirements("requirements.txt")
            if line.startswith(TENSORFLOW)
        ],
        "experiments": _requirements("requirements-experiments.txt"),
        "dev": [
            *_requirements("requirements-experiments.txt"),
            *_requirements("requirements-dev.txt"),
        ],
    }


setuptools.setup(
    install_requires=dependencies(),
    extras_require=extras(),
    ext_modules=[setuptools.Extension("tf_implicit._tf_implicit_ops", [])],
    cmdclass={"build_ext": BuildOpLibrary, "bdist_wheel": AnyPythonWheel},
)
