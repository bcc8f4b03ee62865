// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The instruction sets that the array loops are compiled for, and the choice
// among them at run time.

#ifndef TF_IMPLICIT_KERNELS_CPU_CPU_TARGET_H_
#define TF_IMPLICIT_KERNELS_CPU_CPU_TARGET_H_

#include <string>
#include <vector>

namespace tf_implicit {

// In increasing order of preference. kBaseline is what the compiler assumes
// without further flags, SSE2 on x86-64; kNeon the same on AArch64, where every
// processor has fused multiply-adds and table look-ups.
enum class CpuTarget { kBaseline, kAvx2, kAvx512, kNeon };

// "baseline", "avx2", "avx512", "neon".
const char* CpuTargetName(CpuTarget target);

// The targets that this processor can run and this library was built with.
std::vector<CpuTarget> SupportedCpuTargets();

// The best supported target, or the one that the environment variable
// TF_IMPLICIT_CPU_TARGET names, read once. `*error` is set where the variable
// names no target or one that this processor or build lacks (the best one is
// returned), and where nothing that was built runs here.
CpuTarget SelectedCpuTarget(std::string* error);

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CPU_CPU_TARGET_H_
