// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#include "kernels/cpu/loops.h"

namespace tf_implicit {

// Each file of kernels/families defines its function once per target.
#define TFI_DECLARE_FAMILY(family, ops, ...) \
  void Add##family##Loops(LoopTable* table);
#define TFI_ADD_FAMILY(family, ops, target) target::Add##family##Loops(&table);
#define TFI_DECLARE_LOOPS(target)        \
  inline namespace target {              \
  TFI_FAMILIES(TFI_DECLARE_FAMILY)       \
  }                                      \
  static LoopTable target##Table() {     \
    LoopTable table;                     \
    TFI_FAMILIES(TFI_ADD_FAMILY, target) \
    return table;                        \
  }

TFI_DECLARE_LOOPS(baseline)
#if defined(__x86_64__)
TFI_DECLARE_LOOPS(avx2)
TFI_DECLARE_LOOPS(avx512)
#endif

const LoopTable& LoopsFor(CpuTarget target) {
#if defined(__x86_64__)
  if (target == CpuTarget::kAvx512) {
    static const LoopTable table = avx512Table();
    return table;
  }
  if (target == CpuTarget::kAvx2) {
    static const LoopTable table = avx2Table();
    return table;
  }
#endif
  static const LoopTable table = baselineTable();
  return table;
}

const LoopTable& SelectedLoops() {
  static const LoopTable& table = LoopsFor(SelectedCpuTarget(nullptr));
  return table;
}

}  // namespace tf_implicit
