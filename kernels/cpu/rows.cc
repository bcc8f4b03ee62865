// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#include "kernels/cpu/rows.h"

#include "kernels/cpu/cpu_target_list.h"

namespace tf_implicit {

// kernels/cpu/rows defines the functions once per target.
#define TFI_DECLARE_ROWS(target, id)      \
  inline namespace target {               \
  void AddDirichletRows(RowTable* table); \
  void AddSmallMatMul(RowTable* table);   \
  }                                       \
  static RowTable target##Rows() {        \
    RowTable table;                       \
    target::AddDirichletRows(&table);     \
    target::AddSmallMatMul(&table);       \
    return table;                         \
  }

TFI_CPU_TARGETS(TFI_DECLARE_ROWS)

const RowTable& RowsFor(CpuTarget target) {
  switch (target) {
#define TFI_RETURN_ROWS(name, id)               \
  case CpuTarget::id: {                         \
    static const RowTable table = name##Rows(); \
    return table;                               \
  }
    TFI_CPU_TARGETS(TFI_RETURN_ROWS)
    default:
      break;
  }
  // Not built in, so never among SupportedCpuTargets().
  static const RowTable none;
  return none;
}

const RowTable& SelectedRows() {
  static const RowTable& table = RowsFor(SelectedCpuTarget(nullptr));
  return table;
}

}  // namespace tf_implicit
