// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Compiler and target macros of the numerics. The only file under
// kernels/special/ that knows about CUDA.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_CONFIG_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_CONFIG_H_

// Every translation unit that evaluates the numerics is compiled for one
// target: baseline, avx2, avx512 or neon (third_party/flags.bzl). The target is
// part of each name: without it the linker would keep one copy of an inline
// function for all targets, and a processor without AVX-512 could be handed
// AVX-512 code.
#ifndef TFI_TARGET
#if defined(__CUDACC__)
#define TFI_TARGET cuda
#else
#define TFI_TARGET baseline
#endif
#endif

#if defined(__CUDACC__)
#define TFI_FUNCTION __device__ __forceinline__
#else
#define TFI_FUNCTION inline __attribute__((always_inline))
// There are vectors (lanes.h).
#define TFI_LANES 1
#endif

// A function that is called, for one that a caller needs twice: inlined twice,
// a function of many regions takes nvcc a minute. Nor is it cloned: copies
// could differ in what they fuse, and MapVectors (kernels/cpu) must not.
#if defined(__CUDACC__)
#define TFI_OUTLINE __device__ __noinline__
#elif defined(__GNUC__) && !defined(__clang__)
#define TFI_OUTLINE __attribute__((noinline, noclone))
#else
#define TFI_OUTLINE __attribute__((noinline))
#endif

// The target has a fused multiply-add: Fma (lanes.h) is one instruction.
#if defined(__FMA__) || defined(__CUDACC__) || defined(__aarch64__)
#define TFI_HAS_FMA 1
#endif

// Storage of a table of coefficients: `TFI_TABLE float kName[] = {...};`. The
// alignment lets AVX-512 load a row of 64 bytes at once.
#if defined(__CUDACC__)
#define TFI_TABLE static __device__ const
#else
#define TFI_TABLE alignas(64) static constexpr
#endif

// Unrolls the loop that follows: the trip counts of the recurrences are
// compile-time constants, but longer than the compiler's default limit.
#define TFI_PRAGMA(x) _Pragma(#x)
#if defined(__CUDACC__)
#define TFI_UNROLL(n) TFI_PRAGMA(unroll n)
#elif defined(__clang__)
#define TFI_UNROLL(n) TFI_PRAGMA(clang loop unroll_count(n))
#else
#define TFI_UNROLL(n) TFI_PRAGMA(GCC unroll n)
#endif

// Keeps the loop that follows a loop. nvcc would unroll the recurrences of
// beta_fraction.h and beta_series.h whole, and take a minute for each kernel;
// other compilers know when to stop.
#if defined(__CUDACC__)
#define TFI_NO_UNROLL TFI_PRAGMA(unroll 1)
#else
#define TFI_NO_UNROLL
#endif

#define TFI_BEGIN_NAMESPACE     \
  namespace tf_implicit {       \
  inline namespace TFI_TARGET { \
  namespace special {
#define TFI_END_NAMESPACE \
  }                       \
  }                       \
  }

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_CONFIG_H_
