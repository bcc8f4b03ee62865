# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Compiler flags: the one place where they stand.

Bazel loads this file and setup.py runs it as Python, so it holds nothing but
plain assignments. TensorFlow's own flags (ABI, C++ standard, include path) are
not here: they come from tf.sysconfig at configure time and are forwarded whole.
"""

# Never -ffast-math: the kernels depend on NaN, infinity and signed zero. The
# two -fno- flags change no result; they free the vectoriser from errno and from
# floating-point traps, neither of which anything here reads.
COPTS = [
    "-O3",
    "-DNDEBUG",
    "-fPIC",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fvisibility=hidden",
    "-fvisibility-inlines-hidden",
    "-Wall",
    "-Wextra",
    # GCC remarks that vector arguments changed their calling convention in
    # 4.6; nothing here crosses a library boundary with such an argument.
    "-Wno-psabi",
]

# For kernels/*_sampler_loops.cc only. A sampler accepts or rejects by comparing
# rounded numbers; one fused multiply-add more or less would give another sample
# on another instruction set.
SAMPLER_COPTS = ["-ffp-contract=off"]

# Every kernels/*_loops.cc is compiled once for each target, with
# -DTFI_TARGET=<name>, and the processor picks one at run time. The order is
# the order of linking: should two targets define the same inline function, the
# linker keeps the first, which is the one that every processor can run.
BASELINE_TARGETS = {"baseline": []}
X86_64_TARGETS = {
    "baseline": [],
    "avx2": [
        "-mavx2",
        "-mfma",
    ],
    "avx512": [
        "-mavx512f",
        "-mavx512dq",
        "-mavx512bw",
        "-mavx512vl",
        "-mfma",
        # GCC's default for these processors is 256 bits.
        "-mprefer-vector-width=512",
        # GCC 12 takes the deliberately undefined vectors in its own
        # avx512fintrin.h for mistakes (GCC bug 105593).
        "-Wno-maybe-uninitialized",
    ],
}

# TensorFlow finds ops and kernels through their static initialisers, so the
# library exports nothing (exports.lds); an undefined symbol is an error of the
# build, not of the first import.
LINKOPTS = [
    "-Wl,-z,defs",
    "-Wl,--gc-sections",
]

# What the XLA kernels (kernels/*_xla.cc) include by way of TensorFlow's headers
# and TensorFlow's wheel does not bring: of HighwayHash and FarmHash. Where the
# compiler does not find them, tf_implicit is built without these kernels.
XLA_HEADERS = [
    "farmhash.h",
    "highwayhash/highwayhash.h",
]

# The text of tf_implicit/_build_info.py.
BUILD_INFO = '''# Written by the build; do not edit.
"""What the op library beside this file was built with."""

TENSORFLOW_VERSION = "{tensorflow_version}"
COMPILER = "{compiler}"
'''
