// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#include "kernels/cpu/samplers.h"

namespace tf_implicit {

// Each file of samplers/ defines its function once per target.
#define TFI_DECLARE_SAMPLERS(target)                   \
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

TFI_DECLARE_SAMPLERS(baseline)
#if defined(__x86_64__)
TFI_DECLARE_SAMPLERS(avx2)
TFI_DECLARE_SAMPLERS(avx512)
#endif

const SamplerTable& SamplersFor(CpuTarget target) {
#if defined(__x86_64__)
  if (target == CpuTarget::kAvx512) {
    static const SamplerTable table = avx512Samplers();
    return table;
  }
  if (target == CpuTarget::kAvx2) {
    static const SamplerTable table = avx2Samplers();
    return table;
  }
#endif
  static const SamplerTable table = baselineSamplers();
  return table;
}

const SamplerTable& SelectedSamplers() {
  static const SamplerTable& table = SamplersFor(SelectedCpuTarget(nullptr));
  return table;
}

}  // namespace tf_implicit
