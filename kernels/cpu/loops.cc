// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#include "kernels/cpu/loops.h"

#include "kernels/cpu/cpu_target_list.h"

namespace tf_implicit {

// Each file of kernels/families defines its function once per target.
#define TFI_DECLARE_FAMILY(family, ops, ...) \
  void Add##family##Loops(LoopTable* table);
#define TFI_ADD_FAMILY(family, ops, target) target::Add##family##Loops(&table);
#define TFI_DECLARE_LOOPS(target, id)    \
  inline namespace target {              \
  TFI_FAMILIES(TFI_DECLARE_FAMILY)       \
  }                                      \
  static LoopTable target##Table() {     \
    LoopTable table;                     \
    TFI_FAMILIES(TFI_ADD_FAMILY, target) \
    return table;                        \
  }

TFI_CPU_TARGETS(TFI_DECLARE_LOOPS)

const LoopTable& LoopsFor(CpuTarget target) {
  switch (target) {
#define TFI_RETURN_LOOPS(name, id)                \
  case CpuTarget::id: {                           \
    static const LoopTable table = name##Table(); \
    return table;                                 \
  }
    TFI_CPU_TARGETS(TFI_RETURN_LOOPS)
    default:
      break;
  }
  // Not built in, so never among SupportedCpuTargets().
  static const LoopTable none;
  return none;
}

const LoopTable& SelectedLoops() {
  static const LoopTable& table = LoopsFor(SelectedCpuTarget(nullptr));
  return table;
}

}  // namespace tf_implicit
