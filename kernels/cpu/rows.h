// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Functions over rows of numbers and products of small matrices, one loop per
// function, number type and target: what loops.h is for elements. Free of
// TensorFlow.

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

// Of `count` pairs of matrices, n x k and k x m. Those of an input are stored
// one behind the other, by rows, and may be stored transposed.
struct MatMulSize {
  int64_t count, n, k, m;
  bool transpose_a, transpose_b;
};

// About what a pair costs; it only sizes the pieces for the threads.
inline int64_t MatMulNanoseconds(const MatMulSize& size) {
  return 10 + size.n * size.m + size.n * size.m * size.k / 8;
}

// The products of the pairs. An element is a sum over the k terms in their
// order, so that a product has the same bits wherever it stands.
template <class T>
using MatMulLoop = void (*)(const MatMulSize& size, const T* a, const T* b,
                            T* product);

template <template <class> class Loop>
struct LoopPair {
  Loop<float> float_loop = nullptr;
  Loop<double> double_loop = nullptr;

  template <class T>
  Loop<T> loop() const {
    if constexpr (std::is_same<T, double>::value) {
      return double_loop;
    } else {
      return float_loop;
    }
  }
};

using RowEntry = LoopPair<RowLoop>;

struct RowTable {
  RowEntry entries[static_cast<int>(RowId::kCount)];
  LoopPair<MatMulLoop> small_mat_mul;

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
