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

# For kernels/cpu/samplers only. A sampler accepts or rejects by comparing
# rounded numbers; one fused multiply-add more or less would give another sample
# on another instruction set.
SAMPLER_COPTS = ["-ffp-contract=off"]

# What is in kernels/families, kernels/cpu/rows and kernels/cpu/samplers is
# compiled once for each target, with
# -DTFI_TARGET=<name>, and the processor picks one at run time. The order is
# the order of linking: should two targets define the same inline function, the
# linker keeps the first, which is the one that every processor can run.
BASELINE_TARGETS = {"baseline": []}

# Every AArch64 processor has what kernels/special/lanes.h uses there.
AARCH64_TARGETS = {"neon": []}
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
        # avx512fintrin.h (`__m512d __Y = __Y;`) for mistakes (GCC bug 105593).
        # Those of ours show where the same file is compiled for the others.
        "-Wno-maybe-uninitialized",
        "-Wno-uninitialized",
    ],
}

# For GPU kernels. What -ffast-math is for g++, -use_fast_math, -ftz=true,
# -prec-div=false and -prec-sqrt=false are for nvcc: never.
CUDA_COPTS = [
    "-std=c++17",
    "-O3",
    # std::numeric_limits in device code.
    "--expt-relaxed-constexpr",
    "-Xcompiler=-fPIC,-fvisibility=hidden,-Wall",
]

# Registers, stack and spills of each kernel, on standard error: for Bazel and
# tests/gpu/build.py, which keep them for tests/gpu/resources_test.py.
CUDA_RESOURCE_COPTS = ["-Xptxas=-v"]

# For kernels/cuda/samplers, as SAMPLER_COPTS.
CUDA_SAMPLER_COPTS = ["-fmad=false"]

# Compute capabilities that get machine code, which also runs on later ones of
# the same generation: Ampere and Ada, Hopper, Blackwell. All others from
# CUDA_PTX (Turing) on compile the PTX when the library is first used.
CUDA_ARCHITECTURES = [
    "80",
    "90",
    "100",
    "120",
]
CUDA_PTX = "75"

# CUDA's runtime is linked in, so that the library loads where there is none.
CUDA_LINKOPTS = [
    "-ldl",
    "-lpthread",
    "-lrt",
]

# TensorFlow finds ops and kernels through their static initialisers, so the
# library exports nothing (exports.lds); an undefined symbol is an error of the
# build, not of the first import.
LINKOPTS = [
    "-Wl,-z,defs",
    "-Wl,--gc-sections",
]

# What the XLA kernels (kernels/xla/*.cc) include by way of TensorFlow's headers
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
# "13.0: 80, 90" for a library with GPU kernels that CUDA 13.0 has compiled for
# these compute capabilities; empty for one without.
CUDA = "{cuda}"
'''
