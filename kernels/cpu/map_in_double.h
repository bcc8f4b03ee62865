// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// MapArrays (map_regions.h) in double for arrays of either type: for functions
// that lose a few digits on the way, or are seldom what takes the time.

#ifndef TF_IMPLICIT_KERNELS_CPU_MAP_IN_DOUBLE_H_
#define TF_IMPLICIT_KERNELS_CPU_MAP_IN_DOUBLE_H_

#include <stdint.h>

#include "kernels/cpu/map_regions.h"

TFI_BEGIN_NAMESPACE

// As MapArrays; Function is evaluated in double, and rounded once for T float.
template <class Function, class T>
void MapArraysInDouble(int64_t n, const T* const* in, T* const* out) {
  if constexpr (kIsDouble<T>) {
    MapArrays<Function>(n, in, out);
  } else {
    double wide_in[Function::kInputs][kTileSize];
    double wide_out[Function::kOutputs][kTileSize];
    const double* in_pointers[Function::kInputs];
    double* out_pointers[Function::kOutputs];
    for (int k = 0; k < Function::kInputs; ++k) in_pointers[k] = wide_in[k];
    for (int k = 0; k < Function::kOutputs; ++k) out_pointers[k] = wide_out[k];
    for (int64_t first = 0; first < n; first += kTileSize) {
      const int size =
          static_cast<int>(n - first < kTileSize ? n - first : kTileSize);
      for (int k = 0; k < Function::kInputs; ++k) {
        for (int i = 0; i < size; ++i) wide_in[k][i] = in[k][first + i];
      }
      MapArrays<Function>(size, in_pointers, out_pointers);
      for (int k = 0; k < Function::kOutputs; ++k) {
        for (int i = 0; i < size; ++i) out[k][first + i] = T(wide_out[k][i]);
      }
    }
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_CPU_MAP_IN_DOUBLE_H_
