// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#include "kernels/cpu/cpu_target.h"

#include <cstdlib>

namespace tf_implicit {
namespace {

struct Selection {
  CpuTarget target;
  std::string error;
};

Selection Select() {
  const std::vector<CpuTarget> supported = SupportedCpuTargets();
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

}  // namespace

const char* CpuTargetName(CpuTarget target) {
  switch (target) {
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
  std::vector<CpuTarget> targets = {CpuTarget::kBaseline};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    targets.push_back(CpuTarget::kAvx2);
    if (__builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl")) {
      targets.push_back(CpuTarget::kAvx512);
    }
  }
#endif
  return targets;
}

CpuTarget SelectedCpuTarget(std::string* error) {
  static const Selection selection = Select();
  if (error != nullptr) *error = selection.error;
  return selection.target;
}

}  // namespace tf_implicit
