// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Functions over rows of numbers, one loop per function, number type and
// target: what loops.h is for elements. Free of TensorFlow.

#ifndef TF_IMPLICIT_KERNELS_CPU_ROWS_H_
#define TF_IMPLICIT_KERNELS_CPU_ROWS_H_

#include <stdint.h>

#include <type_traits>

#include "kernels/cpu/cpu_target.h"
#include "kernels/op_list.h"

namespace tf_implicit {

enum class RowId {
#define TFI_ROW_ID(name, inputs, nanoseconds) k##name,
  TFI_ROW_OPS(TFI_ROW_ID)
#undef TFI_ROW_ID
      kCount
};

inline constexpr int kMaxRowInputs = 2;

// For row i of `rows`, of `size` numbers each: its value in value[i], and its
// derivatives in the numbers of inputs[k] in gradients[k] + i * size.
template <class T>
using RowLoop = void (*)(int64_t rows, int64_t size, const T* const* inputs,
                         T* value, T* const* gradients);

struct RowEntry {
  RowLoop<float> float_loop = nullptr;
  RowLoop<double> double_loop = nullptr;

  template <class T>
  RowLoop<T> loop() const {
    if constexpr (std::is_same<T, double>::value) {
      return double_loop;
    } else {
      return float_loop;
    }
  }
};

struct RowTable {
  RowEntry entries[static_cast<int>(RowId::kCount)];

  RowEntry& operator[](RowId id) { return entries[static_cast<int>(id)]; }
  const RowEntry& operator[](RowId id) const {
    return entries[static_cast<int>(id)];
  }
};

// The loops for a target that this processor supports, and those that the ops
// use.
const RowTable& RowsFor(CpuTarget target);
const RowTable& SelectedRows();

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CPU_ROWS_H_
