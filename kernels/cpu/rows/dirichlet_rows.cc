// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Dirichlet functions over rows, compiled once per target.

#include "kernels/cpu/map_regions.h"
#include "kernels/cpu/rows.h"
#include "kernels/special/beta_divergence.h"
#include "kernels/special/dirichlet_density.h"
#include "kernels/special/dirichlet_divergence.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

using special::Lanes;

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
    return;
  }
  for (int64_t i = 0; i < rows; ++i) {
    special::DirichletDivergenceRow<Lanes<T>>(
        size, in[0] + i * size, in[1] + i * size, value + i,
        grads[0] + i * size, grads[1] + i * size);
  }
}

template <class T>
void LogProbRows(int64_t rows, int64_t size, const T* const* in, T* value,
                 T* const* grads) {
  for (int64_t i = 0; i < rows; ++i) {
    special::DirichletLogProbRow<Lanes<T>>(
        size, in[0] + i * size, in[1] + i * size, value + i,
        grads[0] + i * size, grads[1] + i * size);
  }
}

template <class T>
void EntropyRows(int64_t rows, int64_t size, const T* const* in, T* value,
                 T* const* grads) {
  for (int64_t i = 0; i < rows; ++i) {
    special::DirichletEntropyRow<Lanes<T>>(size, in[0] + i * size, value + i,
                                           grads[0] + i * size);
  }
}

}  // namespace

void AddDirichletRows(RowTable* table) {
  (*table)[RowId::kDirichletDivergence] = {DivergenceRows<float>,
                                           DivergenceRows<double>};
  (*table)[RowId::kDirichletEntropy] = {EntropyRows<float>,
                                        EntropyRows<double>};
  (*table)[RowId::kDirichletLogProb] = {LogProbRows<float>,
                                        LogProbRows<double>};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
