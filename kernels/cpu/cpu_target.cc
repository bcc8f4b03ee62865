// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#include "kernels/cpu/cpu_target.h"

#include <cstdlib>

#include "kernels/cpu/cpu_target_list.h"

namespace tf_implicit {
namespace {

struct Selection {
  CpuTarget target;
  std::string error;
};

Selection Select() {
  const std::vector<CpuTarget> supported = SupportedCpuTargets();
  if (supported.empty()) {
#define TFI_APPEND_NAME(name, id) " " #name
    return {CpuTarget::kBaseline,
            "This build of tf_implicit is for processors with" TFI_CPU_TARGETS(
                TFI_APPEND_NAME) ", which this one lacks. Build it with "
            "TF_IMPLICIT_CPU_TARGETS=native here, or =all for every one."};
  }
  Selection selection{supported.back(), ""};
  const char* wanted = std::getenv("TF_IMPLICIT_CPU_TARGET");
  if (wanted == nullptr || *wanted == '\0') return selection;
  std::string names;
  for (CpuTarget target : supported) {
    if (std::string(wanted) == CpuTargetName(target)) {
      selection.target = target;
      return selection;
    }
    names += std::string(names.empty() ? "" : ", ") + CpuTargetName(target);
  }
  selection.error = "The environment variable TF_IMPLICIT_CPU_TARGET is '" +
                    std::string(wanted) +
                    "', but this processor and build offer: " + names + ".";
  return selection;
}

bool ProcessorHas(CpuTarget target) {
  if (target == CpuTarget::kBaseline) return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (target == CpuTarget::kAvx2) return avx2;
  return avx2 && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
#elif defined(__aarch64__)
  return target == CpuTarget::kNeon;
#else
  return false;
#endif
}

}  // namespace

const char* CpuTargetName(CpuTarget target) {
  switch (target) {
    case CpuTarget::kNeon:
      return "neon";
    case CpuTarget::kAvx512:
      return "avx512";
    case CpuTarget::kAvx2:
      return "avx2";
    case CpuTarget::kBaseline:
      break;
  }
  return "baseline";
}

std::vector<CpuTarget> SupportedCpuTargets() {
  std::vector<CpuTarget> targets;
#define TFI_PUSH_IF_SUPPORTED(name, id) \
  if (ProcessorHas(CpuTarget::id)) targets.push_back(CpuTarget::id);
  TFI_CPU_TARGETS(TFI_PUSH_IF_SUPPORTED)
  return targets;
}

CpuTarget SelectedCpuTarget(std::string* error) {
  static const Selection selection = Select();
  if (error != nullptr) *error = selection.error;
  return selection.target;
}

}  // namespace tf_implicit
