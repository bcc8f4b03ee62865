# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Chooses the instruction sets that the CPU loops are compiled for.

For ./configure, setup.py and the tests, which run this file (runpy).

TF_IMPLICIT_CPU_TARGETS is one of
  native          the best set that this processor has
  all             every one that this kind of processor can have
  baseline,avx2   these (on AArch64 there is but one, neon)
"""

import os
import pathlib
import platform
import re
import runpy

_FLAGS = runpy.run_path(str(pathlib.Path(__file__).parent / "flags.bzl"))
# The names that Linux has for what kernels/cpu/cpu_target.cc asks for.
_NEEDS = {
    "avx2": {"avx2", "fma"},
    "avx512": {"avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl"},
}


class CpuTargetError(Exception):
    """TF_IMPLICIT_CPU_TARGETS asks for what there is not."""


def choose(default: str) -> dict[str, list[str]]:
    """Returns the compiler flags of each target, in the order of linking.

    Args:
      default: What to do where TF_IMPLICIT_CPU_TARGETS is not set.
    """
    possible = {
        "x86_64": _FLAGS["X86_64_TARGETS"],
        "aarch64": _FLAGS["AARCH64_TARGETS"],
    }.get(platform.machine(), _FLAGS["BASELINE_TARGETS"])
    wanted = os.environ.get("TF_IMPLICIT_CPU_TARGETS") or default
    if wanted == "all":
        return possible
    if wanted == "native":
        names = {_best(possible)}
    else:
        names = set(wanted.split(","))
        if not names <= set(possible):
            raise CpuTargetError(
                f"TF_IMPLICIT_CPU_TARGETS={wanted} is none of native, all, and "
                f"any of {','.join(possible)}"
            )
    return {name: copts for name, copts in possible.items() if name in names}


def macros(targets: dict[str, list[str]]) -> list[str]:
    """Returns what tells kernels/cpu/cpu_target_list.h what is left out."""
    return [
        f"-DTFI_NO_{name.upper()}"
        for name in _FLAGS["X86_64_TARGETS"]
        if name not in targets
    ]


def _best(possible: dict[str, list[str]]) -> str:
    """The last target whose instructions this processor has."""
    try:
        cpuinfo = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        cpuinfo = ""
    flags = re.search(r"^flags\s*:(.*)$", cpuinfo, re.MULTILINE)
    has = set(flags.group(1).split()) if flags else set()
    return [name for name in possible if _NEEDS.get(name, set()) <= has][-1]
