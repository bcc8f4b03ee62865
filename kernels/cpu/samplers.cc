// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#include "kernels/cpu/samplers.h"

#include "kernels/cpu/cpu_target_list.h"

namespace tf_implicit {

// Each file of samplers/ defines its function once per target.
#define TFI_DECLARE_SAMPLERS(target, id)               \
  inline namespace target {                            \
  void AddGammaSamplers(SamplerTable* table);          \
  void AddVonMisesFisherSamplers(SamplerTable* table); \
  void AddVonMisesSamplers(SamplerTable* table);       \
  }                                                    \
  static SamplerTable target##Samplers() {             \
    SamplerTable table;                                \
    target::AddGammaSamplers(&table);                  \
    target::AddVonMisesFisherSamplers(&table);         \
    target::AddVonMisesSamplers(&table);               \
    return table;                                      \
  }

TFI_CPU_TARGETS(TFI_DECLARE_SAMPLERS)

const SamplerTable& SamplersFor(CpuTarget target) {
  switch (target) {
#define TFI_RETURN_SAMPLERS(name, id)                   \
  case CpuTarget::id: {                                 \
    static const SamplerTable table = name##Samplers(); \
    return table;                                       \
  }
    TFI_CPU_TARGETS(TFI_RETURN_SAMPLERS)
    default:
      break;
  }
  // Not built in, so never among SupportedCpuTargets().
  static const SamplerTable none;
  return none;
}

const SamplerTable& SelectedSamplers() {
  static const SamplerTable& table = SamplersFor(SelectedCpuTarget(nullptr));
  return table;
}

}  // namespace tf_implicit
