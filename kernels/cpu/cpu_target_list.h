// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Which targets this library is built with.

#ifndef TF_IMPLICIT_KERNELS_CPU_CPU_TARGET_LIST_H_
#define TF_IMPLICIT_KERNELS_CPU_CPU_TARGET_LIST_H_

// X(name, enumerator) for each target that this library is built with. Where
// the build leaves one out (third_party/cpu_targets.py), the files that use
// this list are compiled with TFI_NO_BASELINE, TFI_NO_AVX2 or TFI_NO_AVX512.
// AArch64 has but one target.
#if defined(__aarch64__)
#define TFI_CPU_TARGETS(X) X(neon, kNeon)
#else
#define TFI_CPU_TARGETS(X) \
  TFI_BASELINE_TARGET(X)   \
  TFI_AVX2_TARGET(X)       \
  TFI_AVX512_TARGET(X)
#endif
#ifndef TFI_NO_BASELINE
#define TFI_BASELINE_TARGET(X) X(baseline, kBaseline)
#else
#define TFI_BASELINE_TARGET(X)
#endif
#if defined(__x86_64__) && !defined(TFI_NO_AVX2)
#define TFI_AVX2_TARGET(X) X(avx2, kAvx2)
#else
#define TFI_AVX2_TARGET(X)
#endif
#if defined(__x86_64__) && !defined(TFI_NO_AVX512)
#define TFI_AVX512_TARGET(X) X(avx512, kAvx512)
#else
#define TFI_AVX512_TARGET(X)
#endif

#endif  // TF_IMPLICIT_KERNELS_CPU_CPU_TARGET_LIST_H_
