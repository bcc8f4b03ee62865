// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The searches of root_search.h over arrays. Elements that are done leave the
// tile, so that each takes its own number of steps: the result for an element
// does not depend on its neighbours.

#ifndef TF_IMPLICIT_KERNELS_CPU_MAP_ROOTS_H_
#define TF_IMPLICIT_KERNELS_CPU_MAP_ROOTS_H_

#include <stdint.h>

#include "kernels/cpu/map_regions.h"
#include "kernels/special/root_search.h"

TFI_BEGIN_NAMESPACE

// out[0][i] = Function(in[0][i], ...), a RootFunction, for i in [0, n).
template <class Function, class T>
void MapRoots(int64_t n, const T* const* in, T* const* out) {
  using Start = typename Function::Start;
  using Step = typename Function::Step;
  constexpr int kState = Step::kInputs;
  T state[kState][kTileSize], next[kTileSize], residual[kTileSize],
      result[kTileSize];
  int32_t indices[kTileSize];
  T* state_pointers[kState];
  for (int k = 0; k < kState; ++k) state_pointers[k] = state[k];
  T* const results[] = {next, residual, result};
  for (int64_t first = 0; first < n; first += kTileSize) {
    const int64_t rest = n - first;
    int count = static_cast<int>(rest < kTileSize ? rest : kTileSize);
    const T* tile_in[Function::kInputs];
    for (int k = 0; k < Function::kInputs; ++k) tile_in[k] = in[k] + first;
    MapArrays<Start, T>(count, tile_in, state_pointers);
    for (int i = 0; i < count; ++i) indices[i] = i;
    for (int step = 0; step < kMaxSteps && count > 0; ++step) {
      MapArrays<Step, T>(count, state_pointers, results);
      int left = 0;
      for (int i = 0; i < count; ++i) {
        const bool done =
            Abs(residual[i]) <= Function::Search::template kTolerance<T>;
        out[0][first + indices[i]] = done ? result[i] : NaN<T>();
        if (done) continue;
        for (int k = 0; k < kState - 1; ++k) state[k][left] = state[k][i];
        state[kState - 1][left] = next[i];
        indices[left] = indices[i];
        ++left;
      }
      count = left;
    }
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_CPU_MAP_ROOTS_H_
