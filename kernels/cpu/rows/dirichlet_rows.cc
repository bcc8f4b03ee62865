// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Dirichlet functions over rows, compiled once per target.

#include "kernels/cpu/map_regions.h"
#include "kernels/cpu/rows.h"
#include "kernels/special/beta_divergence.h"
#include "kernels/special/dirichlet_density.h"
#include "kernels/special/dirichlet_divergence.h"
#include "kernels/special/row_blocks.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

using special::Lanes;
using special::Load;

// A function of a row, and of as many rows as there are lanes; arrays as in
// RowLoop. The first kConcentrations inputs must be ordinary for the latter.
struct Divergence {
  static constexpr int kInputs = 2, kConcentrations = 2;

  template <class T>
  static void Row(int64_t size, const T* const* in, T* value, T* const* grads) {
    special::DirichletDivergenceRow(special::AlongRow<Lanes<T>>{size}, in[0],
                                    in[1], value, grads[0], grads[1]);
  }
  template <class T>
  static void Across(int64_t size, const T* const* in, T* value,
                     T* const* grads) {
    special::internal::OrdinaryDirichletDivergence(
        special::AcrossRows<Lanes<T>>{size}, in[0], in[1], value, grads[0],
        grads[1]);
  }
};

struct LogProb {
  static constexpr int kInputs = 2, kConcentrations = 1;

  template <class T>
  static void Row(int64_t size, const T* const* in, T* value, T* const* grads) {
    special::DirichletLogProbRow(special::AlongRow<Lanes<T>>{size}, in[0],
                                 in[1], value, grads[0], grads[1]);
  }
  template <class T>
  static void Across(int64_t size, const T* const* in, T* value,
                     T* const* grads) {
    special::internal::OrdinaryDirichletLogProb(
        special::AcrossRows<Lanes<T>>{size}, in[0], in[1], value, grads[0],
        grads[1]);
  }
};

struct Entropy {
  static constexpr int kInputs = 1, kConcentrations = 1;

  template <class T>
  static void Row(int64_t size, const T* const* in, T* value, T* const* grads) {
    special::DirichletEntropyRow(special::AlongRow<Lanes<T>>{size}, in[0],
                                 value, grads[0]);
  }
  template <class T>
  static void Across(int64_t size, const T* const* in, T* value,
                     T* const* grads) {
    special::internal::OrdinaryDirichletEntropy(
        special::AcrossRows<Lanes<T>>{size}, in[0], value, grads[0]);
  }
};

// Rows of up to so many components are evaluated side by side: along them most
// lanes would be empty, and the sums cost more than the components.
constexpr int64_t kMostAcross = 16;

// The first `rows` of the lanes. Rows outside of the range one by one.
template <class Function, class T>
void RowGroup(int rows, int64_t size, const T* const* in, T* value,
              T* const* grads) {
  using V = Lanes<T>;
  constexpr int kLanes = special::NumberTraits<V>::kLanes;
  constexpr int kInputs = Function::kInputs;
  alignas(64) T columns[kInputs][kMostAcross * kLanes];
  alignas(64) T slopes[kInputs][kMostAcross * kLanes];
  alignas(64) T values[kLanes];
  const T* inputs[kInputs];
  T* outputs[kInputs];
  auto unusual = V{} != V{};
  for (int k = 0; k < kInputs; ++k) {
    inputs[k] = columns[k];
    outputs[k] = slopes[k];
    for (int64_t i = 0; i < size; ++i) {
      for (int r = 0; r < kLanes; ++r) {
        // Where there is no row, the first.
        columns[k][i * kLanes + r] = in[k][(r < rows ? r * size : 0) + i];
      }
      if (k < Function::kConcentrations) {
        unusual = unusual | !special::IsOrdinaryConcentration(
                                Load<V>(columns[k] + i * kLanes));
      }
    }
  }
  Function::Across(size, inputs, values, outputs);
  const unsigned bits = special::MaskBits(unusual);
  for (int r = 0; r < rows; ++r) {
    if (bits >> r & 1) {
      for (int k = 0; k < kInputs; ++k) {
        inputs[k] = in[k] + r * size;
        outputs[k] = grads[k] + r * size;
      }
      Function::Row(size, inputs, value + r, outputs);
      continue;
    }
    value[r] = values[r];
    for (int k = 0; k < kInputs; ++k) {
      for (int64_t i = 0; i < size; ++i) {
        grads[k][r * size + i] = slopes[k][i * kLanes + r];
      }
    }
  }
}

template <class Function, class T>
void Rows(int64_t rows, int64_t size, const T* const* in, T* value,
          T* const* grads) {
  constexpr int kLanes = special::NumberTraits<Lanes<T>>::kLanes;
  const bool across = size > 0 && size <= kMostAcross;
  const int64_t step = across ? kLanes : 1;
  for (int64_t i = 0; i < rows; i += step) {
    const T* inputs[Function::kInputs];
    T* outputs[Function::kInputs];
    for (int k = 0; k < Function::kInputs; ++k) {
      inputs[k] = in[k] + i * size;
      outputs[k] = grads[k] + i * size;
    }
    if (across) {
      RowGroup<Function, T>(
          static_cast<int>(rows - i < kLanes ? rows - i : kLanes), size, inputs,
          value + i, outputs);
    } else {
      Function::Row(size, inputs, value + i, outputs);
    }
  }
}

// Two components are a Beta distribution: many rows at a time.
template <class T>
void PairDivergenceRows(int64_t rows, const T* const* in, T* value,
                        T* const* grads) {
  constexpr int kRows = 256;
  T columns[4][kRows], results[5][kRows];
  const T* const inputs[] = {columns[0], columns[1], columns[2], columns[3]};
  T* const outputs[] = {results[0], results[1], results[2], results[3],
                        results[4]};
  for (int64_t first = 0; first < rows; first += kRows) {
    const int size =
        static_cast<int>(rows - first < kRows ? rows - first : kRows);
    for (int i = 0; i < size; ++i) {
      for (int k = 0; k < 4; ++k) {
        columns[k][i] = in[k / 2][2 * (first + i) + k % 2];
      }
    }
    special::MapArrays<special::BetaDivergenceFunction>(size, inputs, outputs);
    for (int i = 0; i < size; ++i) {
      value[first + i] = results[0][i];
      for (int k = 0; k < 4; ++k) {
        grads[k / 2][2 * (first + i) + k % 2] = results[1 + k][i];
      }
    }
  }
}

template <class T>
void DivergenceRows(int64_t rows, int64_t size, const T* const* in, T* value,
                    T* const* grads) {
  if (size == 2) {
    PairDivergenceRows(rows, in, value, grads);
  } else if (size == 1) {
    for (int64_t i = 0; i < rows; ++i) {
      const T* const inputs[] = {in[0] + i, in[1] + i};
      T* const outputs[] = {grads[0] + i, grads[1] + i};
      Divergence::Row(size, inputs, value + i, outputs);
    }
  } else {
    Rows<Divergence>(rows, size, in, value, grads);
  }
}

}  // namespace

void AddDirichletRows(RowTable* table) {
  (*table)[RowId::kDirichletDivergence] = {DivergenceRows<float>,
                                           DivergenceRows<double>};
  (*table)[RowId::kDirichletEntropy] = {Rows<Entropy, float>,
                                        Rows<Entropy, double>};
  (*table)[RowId::kDirichletLogProb] = {Rows<LogProb, float>,
                                        Rows<LogProb, double>};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
