# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests what setup.py would compile and ask for, without compiling."""

import os
import pathlib
import platform
import re
import runpy

import packaging.requirements
import pytest
import setuptools
import tensorflow as tf

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = runpy.run_path(str(ROOT / "third_party/flags.bzl"))


@pytest.fixture(scope="module")
def setup():
    """What setup.py defines, and the `arguments` that it ends with."""
    arguments = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            setuptools, "setup", lambda **kwargs: arguments.update(kwargs)
        )
        names = runpy.run_path(str(ROOT / "setup.py"))
    return {**names, "arguments": arguments}


@pytest.fixture(scope="module")
def toolkit(setup):
    """Some CUDA toolkit; none need be here."""
    return setup["CUDA"]["Toolkit"](
        "nvcc", "13.0", "include", "lib", ("80", "90")
    )


@pytest.fixture(scope="module", params=["with CUDA", "without CUDA"])
def commands(request, setup, toolkit, tmp_path_factory):
    """The compile command of each object file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TF_IMPLICIT_CPU_TARGETS", raising=False)
        return setup["compile_commands"](
            "g++",
            tf.sysconfig.get_compile_flags(),
            tmp_path_factory.mktemp("o"),
            toolkit if request.param == "with CUDA" else None,
        )


def _is_cuda(commands):
    return any(command[0] == "nvcc" for command in commands.values())


def _by_compiler(commands):
    """The commands of the C++ compiler."""
    return [command for command in commands.values() if command[0] == "g++"]


def _includes(word):
    """What a file that includes others includes."""
    if not word.endswith("_together.cc"):
        return []
    return re.findall('#include "(.*)"', pathlib.Path(word).read_text())


def _of(commands, source):
    """The commands that compile `source`, alone or with others."""
    name = (ROOT / source).relative_to(ROOT).as_posix()
    return [
        c
        for c in commands.values()
        if str(ROOT / source) in c or any(name in _includes(w) for w in c)
    ]


def test_every_source_is_compiled(commands):
    for folder in ("kernels", "ops"):
        for source in (ROOT / folder).rglob("*.cc"):
            if source.parent == ROOT / "kernels/xla":
                continue
            wanted = "cuda" not in source.parts or _is_cuda(commands)
            assert bool(_of(commands, source)) == wanted, source


def test_object_files_do_not_collide(commands):
    outputs = [
        command[command.index("-o") + 1] for command in commands.values()
    ]
    assert len(set(outputs)) == len(commands)


def test_loops_are_compiled_once_per_target(commands):
    if platform.machine() != "x86_64":
        pytest.skip("other processors have one target")
    loops = [
        source
        for folder in (
            "kernels/families",
            "kernels/cpu/rows",
            "kernels/cpu/samplers",
        )
        for source in (ROOT / folder).glob("*.cc")
    ]
    assert loops
    for source in loops:
        found = [c for c in _of(commands, source) if c[0] == "g++"]
        targets = [
            c[i] for c in found for i in range(len(c)) if "TARGET=" in c[i]
        ]
        assert targets == ["-DTFI_TARGET=" + t for t in FLAGS["X86_64_TARGETS"]]
        for flags, command in zip(
            FLAGS["X86_64_TARGETS"].values(), found, strict=True
        ):
            assert set(flags) <= set(command)
        exact = source.parent.name == "samplers"
        assert all(("-ffp-contract=off" in c) == exact for c in found)


def _chosen(setup, monkeypatch, wanted, default="all"):
    monkeypatch.setenv("TF_IMPLICIT_CPU_TARGETS", wanted)
    return list(setup["CPU_TARGETS"]["choose"](default))


def test_targets_can_be_chosen(setup, monkeypatch):
    if platform.machine() != "x86_64":
        pytest.skip("other processors have one target")
    everything = list(FLAGS["X86_64_TARGETS"])
    assert _chosen(setup, monkeypatch, "all") == everything
    assert _chosen(setup, monkeypatch, "") == everything
    assert _chosen(setup, monkeypatch, "avx512,baseline") == [
        "baseline",
        "avx512",
    ]
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    best = "avx2" if "avx2" in flags else "baseline"
    best = "avx512" if "avx512vl" in flags else best
    native = _chosen(setup, monkeypatch, "native")
    assert native == [best]
    assert _chosen(setup, monkeypatch, "", default="native") == native


@pytest.mark.parametrize("wanted", ["avx3", "baseline,sse9", "Native"])
def test_unknown_targets_are_refused(setup, monkeypatch, wanted):
    with pytest.raises(
        setup["CPU_TARGETS"]["CpuTargetError"],
        match=f"TF_IMPLICIT_CPU_TARGETS={wanted} is none of native, all",
    ):
        _chosen(setup, monkeypatch, wanted)


def test_left_out_targets_are_left_out_of_the_tables(
    setup, monkeypatch, tmp_path
):
    if platform.machine() != "x86_64":
        pytest.skip("other processors have one target")
    monkeypatch.setenv("TF_IMPLICIT_CPU_TARGETS", "baseline,avx2")
    commands = setup["compile_commands"]("g++", [], tmp_path)
    for source in ("cpu_target", "loops", "rows", "samplers"):
        (command,) = _of(commands, ROOT / f"kernels/cpu/{source}.cc")
        assert "-DTFI_NO_AVX512" in command
        assert "-DTFI_NO_AVX2" not in command
    assert not any("-DTFI_TARGET=avx512" in c for c in commands.values())


def test_xla_kernels_are_left_out_without_their_headers(setup, tmp_path):
    flags = tf.sysconfig.get_compile_flags()
    # A compiler that finds no header.
    compiler = tmp_path / "compiler"
    compiler.write_text("#!/bin/sh\nexit 1\n")
    compiler.chmod(0o755)
    assert not setup["xla_compile_commands"](str(compiler), flags, tmp_path)
    # One that finds every header.
    compiler.write_text("#!/bin/sh\n")
    found = setup["xla_compile_commands"](str(compiler), flags, tmp_path)
    sources = list((ROOT / "kernels/xla").glob("*.cc"))
    assert len(found) == len(sources) > 0
    for source in sources:
        assert _of(found, source)


def test_all_of_tensorflows_flags_are_forwarded(commands):
    for command in _by_compiler(commands):
        for flag in tf.sysconfig.get_compile_flags():
            assert re.sub("^-I", "-isystem", flag) in command


def test_no_flag_changes_arithmetic(commands):
    for command in commands.values():
        flags = " ".join(command)
        assert not re.search("fast-math|-Ofast|finite-math-only", flags)
        # Of nvcc.
        assert not re.search("use_fast_math|-ftz|-prec-", flags)


def test_cuda_samplers_round_like_those_of_the_processor(commands):
    for command in commands.values():
        if command[0] == "nvcc":
            is_sampler = any("/samplers/" in word for word in command)
            assert ("-fmad=false" in command) == is_sampler


def test_cuda_code_is_for_the_architectures_and_later_ones(toolkit):
    flag = "-gencode=arch=compute_75,code=[sm_80,sm_90,compute_75]"
    assert flag in toolkit.copts
    assert toolkit.summary == "13.0: 80, 90"


def test_cuda_must_be_there_if_asked_for(setup, monkeypatch, tmp_path):
    find, error = setup["CUDA"]["find"], setup["CUDA"]["CudaError"]
    monkeypatch.setenv("CUDA_HOME", str(tmp_path))
    for value, message in (("1", "no nvcc"), ("yes", "none of auto, 0, 1")):
        monkeypatch.setenv("TF_IMPLICIT_CUDA", value)
        with pytest.raises(error, match=message):
            find("g++")
    _add_gpu(monkeypatch, tmp_path)
    for value in ("auto", "0"):
        monkeypatch.setenv("TF_IMPLICIT_CUDA", value)
        assert find("g++") is None


def _add_gpu(monkeypatch, folder, says="GPU 0: NVIDIA H100"):
    """Puts an nvidia-smi before all else on PATH."""
    command = folder / "nvidia-smi"
    command.write_text(f"#!/bin/sh\necho '{says}'\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def _add_broken_nvcc(monkeypatch, folder):
    nvcc = folder / "bin/nvcc"
    nvcc.parent.mkdir()
    nvcc.write_text("#!/bin/sh\necho no such thing >&2; exit 1\n")
    nvcc.chmod(0o755)
    monkeypatch.setenv("CUDA_HOME", str(folder))


def test_cuda_is_not_compiled_without_a_gpu(setup, monkeypatch, tmp_path):
    find, error = setup["CUDA"]["find"], setup["CUDA"]["CudaError"]
    _add_broken_nvcc(monkeypatch, tmp_path)
    _add_gpu(monkeypatch, tmp_path, says="No devices found")
    monkeypatch.delenv("TF_IMPLICIT_CUDA", raising=False)
    if not setup["CUDA"]["has_gpu"]():
        assert find("g++") is None
    # But where it is asked for.
    monkeypatch.setenv("TF_IMPLICIT_CUDA", "1")
    with pytest.raises(error, match="no such thing"):
        find("g++")


def test_a_broken_nvcc_is_no_reason_to_go_without(setup, monkeypatch, tmp_path):
    _add_broken_nvcc(monkeypatch, tmp_path)
    _add_gpu(monkeypatch, tmp_path)
    monkeypatch.delenv("TF_IMPLICIT_CUDA", raising=False)
    with pytest.raises(setup["CUDA"]["CudaError"], match="no such thing"):
        setup["CUDA"]["find"]("g++")


def test_the_wheel_leaves_the_choice_of_tensorflow(setup):
    arguments = setup["arguments"]
    for line in arguments["install_requires"]:
        assert not re.match("tensorflow(-cpu)?==|tf-keras", line)
    assert any(
        line.startswith("tensorflow-probability==")
        for line in arguments["install_requires"]
    )
    assert (
        f"tensorflow=={tf.__version__}"
        in arguments["extras_require"]["tensorflow"]
    )


@pytest.mark.parametrize("extra", ["tensorflow", "experiments", "dev"])
def test_extras_are_requirements(setup, extra):
    lines = setup["arguments"]["extras_require"][extra]
    assert len(lines) > 1
    for line in lines:
        packaging.requirements.Requirement(line)


def test_isolated_builds_use_the_same_tensorflow():
    pin = re.search(
        r"^tensorflow==([\d.]+)$",
        (ROOT / "requirements.txt").read_text(),
        re.MULTILINE,
    ).group(1)
    built_with = re.findall(
        r"\"tensorflow(?:-cpu)?==([\d.]+); platform_machine",
        (ROOT / "pyproject.toml").read_text(),
    )
    assert built_with == [pin, pin]


def test_another_tensorflow_is_refused_with_both_versions(setup):
    setup["check_tensorflow"](tf.__version__)
    with pytest.raises(SystemExit) as refusal:
        setup["check_tensorflow"]("2.20.0")
    assert tf.__version__ in str(refusal.value)
    assert "2.20.0" in str(refusal.value)
    assert f"pip install tensorflow=={tf.__version__}" in str(refusal.value)


def test_one_wheel_serves_every_python(setup):
    command = setup["AnyPythonWheel"](setuptools.Distribution())
    command.ensure_finalized()
    command.root_is_pure = False
    python, abi, platform_tag = command.get_tag()
    assert (python, abi) == ("py3", "none")
    assert platform_tag.startswith("linux_")


def test_built_files_come_into_the_source_tree(setup, tmp_path, monkeypatch):
    source = tmp_path / "source/tf_implicit"
    built = tmp_path / "built/tf_implicit"
    for folder in (source, built):
        folder.mkdir(parents=True)
    command = setup["BuildOpLibrary"](setuptools.Distribution())
    command.build_lib = str(built.parent)
    monkeypatch.setitem(
        command.copy_extensions_to_source.__func__.__globals__,
        "ROOT",
        source.parent,
    )
    for name in ("_tf_implicit_ops.so", "_build_info.py"):
        (built / name).write_text("new")
    # Of an earlier build that had the headers for it.
    (source / "_tf_implicit_xla.so").write_text("old")
    command.copy_extensions_to_source()
    assert {path.name: path.read_text() for path in source.iterdir()} == {
        "_tf_implicit_ops.so": "new",
        "_build_info.py": "new",
    }
