// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The loops of the Beta family, compiled once per target.

#include "kernels/loops.h"
#include "kernels/map_regions.h"
#include "kernels/special/beta.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

using special::kTileSize;
using special::LogitBetaSlopeFunction;

// The samples of a tile.
template <class T>
struct Samples {
  T x[kTileSize], complement[kTileSize];          // x, 1 - x
  T log_x[kTileSize], log_complement[kTileSize];  // where tiny
};

// r(a, b, x) and r(b, a, 1-x): two passes, each sorted by its own regions.
template <class T>
void Slopes(int size, const T* a, const T* b, const Samples<T>& samples,
            T* slope_a, T* slope_b) {
  const T* const in_a[] = {a, b, samples.x, samples.log_x};
  special::MapArrays<LogitBetaSlopeFunction>(size, in_a, &slope_a);
  const T* const in_b[] = {b, a, samples.complement, samples.log_complement};
  special::MapArrays<LogitBetaSlopeFunction>(size, in_b, &slope_b);
}

int TileSize(int64_t rest) {
  return static_cast<int>(rest < kTileSize ? rest : kTileSize);
}

template <class T>
void RandomLogitBetaGradLoop(int64_t n, const T* const* in, T* const* out) {
  using V = special::Lanes<T>;
  constexpr int kLanes = special::NumberTraits<V>::kLanes;
  alignas(64) Samples<T> samples = {};
  for (int64_t first = 0; first < n; first += kTileSize) {
    const int size = TileSize(n - first);
    // log x = logit x where x is tiny.
    for (int i = 0; i < size; ++i) {
      samples.log_x[i] = in[2][first + i];
      samples.log_complement[i] = -samples.log_x[i];
    }
    // The last vector may hold old elements, which are not used.
    for (int i = 0; i < size; i += kLanes) {
      V x, complement;
      special::Logistic(special::Load<V>(samples.log_x + i), &x, &complement);
      special::Store(x, samples.x + i);
      special::Store(complement, samples.complement + i);
    }
    T* const slope_b = out[1] + first;
    Slopes(size, in[0] + first, in[1] + first, samples, out[0] + first,
           slope_b);
    for (int i = 0; i < size; ++i) slope_b[i] = -slope_b[i];
  }
}

template <class T>
void RandomBetaGradLoop(int64_t n, const T* const* in, T* const* out) {
  using V = special::Lanes<T>;
  constexpr int kLanes = special::NumberTraits<V>::kLanes;
  alignas(64) Samples<T> samples = {};
  for (int64_t first = 0; first < n; first += kTileSize) {
    const int size = TileSize(n - first);
    for (int i = 0; i < size; ++i) {
      samples.x[i] = in[2][first + i];
      samples.complement[i] = in[3][first + i];
    }
    for (int i = 0; i < size; i += kLanes) {
      special::Store(special::TinyLog(special::Load<V>(samples.x + i)),
                     samples.log_x + i);
      special::Store(special::TinyLog(special::Load<V>(samples.complement + i)),
                     samples.log_complement + i);
    }
    T* const slope_a = out[0] + first;
    T* const slope_b = out[1] + first;
    Slopes(size, in[0] + first, in[1] + first, samples, slope_a, slope_b);
    for (int i = 0; i < size; ++i) {
      const T x = samples.x[i], complement = samples.complement[i];
      slope_a[i] = special::BetaSampleSlope(x, complement, slope_a[i]);
      slope_b[i] = -special::BetaSampleSlope(x, complement, slope_b[i]);
    }
  }
}

}  // namespace

void AddBetaLoops(LoopTable* table) {
  (*table)[LoopId::kRandomLogitBetaGrad] = {RandomLogitBetaGradLoop<float>,
                                            RandomLogitBetaGradLoop<double>, 3,
                                            2};
  (*table)[LoopId::kRandomBetaGrad] = {RandomBetaGradLoop<float>,
                                       RandomBetaGradLoop<double>, 4, 2};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
