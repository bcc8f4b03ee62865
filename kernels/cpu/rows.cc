// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0

#include "kernels/cpu/rows.h"

namespace tf_implicit {

// kernels/cpu/rows defines the function once per target.
#define TFI_DECLARE_ROWS(target)          \
  inline namespace target {               \
  void AddDirichletRows(RowTable* table); \
  }                                       \
  static RowTable target##Rows() {        \
    RowTable table;                       \
    target::AddDirichletRows(&table);     \
    return table;                         \
  }

TFI_DECLARE_ROWS(baseline)
#if defined(__x86_64__)
TFI_DECLARE_ROWS(avx2)
TFI_DECLARE_ROWS(avx512)
#endif

const RowTable& RowsFor(CpuTarget target) {
#if defined(__x86_64__)
  if (target == CpuTarget::kAvx512) {
    static const RowTable table = avx512Rows();
    return table;
  }
  if (target == CpuTarget::kAvx2) {
    static const RowTable table = avx2Rows();
    return table;
  }
#endif
  static const RowTable table = baselineRows();
  return table;
}

const RowTable& SelectedRows() {
  static const RowTable& table = RowsFor(SelectedCpuTarget(nullptr));
  return table;
}

}  // namespace tf_implicit
