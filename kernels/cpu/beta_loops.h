// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The loops of the Beta functions (kernels/special/beta_sample.h): both
// derivatives of a tile are taken in two passes, each sorted by its own
// regions.

#ifndef TF_IMPLICIT_KERNELS_CPU_BETA_LOOPS_H_
#define TF_IMPLICIT_KERNELS_CPU_BETA_LOOPS_H_

#include <stdint.h>

#include "kernels/cpu/limits.h"
#include "kernels/cpu/make_loop.h"
#include "kernels/cpu/map_regions.h"
#include "kernels/special/beta.h"
#include "kernels/special/beta_sample.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace beta_loops {

using special::LogitBetaSlopeFunction;
using special::LogitBetaSlopePartialsFunction;

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

inline int TileSize(int64_t rest) {
  return static_cast<int>(rest < kTileSize ? rest : kTileSize);
}

// Sets the first `size` samples from their logits.
template <class T, class Logit>
void SetLogits(int size, const Logit* logits, Samples<T>* samples) {
  using V = special::Lanes<T>;
  // log x = logit x where x is tiny.
  for (int i = 0; i < size; ++i) {
    samples->log_x[i] = logits[i];
    samples->log_complement[i] = -samples->log_x[i];
  }
  // The last vector may hold elements of an earlier tile, which are not used.
  for (int i = 0; i < size; i += special::NumberTraits<V>::kLanes) {
    V x, complement;
    special::Logistic(special::Load<V>(samples->log_x + i), &x, &complement);
    special::Store(x, samples->x + i);
    special::Store(complement, samples->complement + i);
  }
}

template <class T>
void RandomLogitBetaGradLoop(int64_t n, const T* const* in, T* const* out) {
  alignas(64) Samples<T> samples = {};
  for (int64_t first = 0; first < n; first += kTileSize) {
    const int size = TileSize(n - first);
    SetLogits(size, in[2] + first, &samples);
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

// The derivatives of dy/da = r(a, b, y) and dy/db = -r(b, a, -y). float is
// evaluated in double: derivatives magnify the rounding errors of r.
template <class T>
void RandomLogitBetaGradPartialsLoop(int64_t n, const T* const* in,
                                     T* const* out) {
  alignas(64) Samples<double> samples = {};
  double a[kTileSize], b[kTileSize], partials[3][kTileSize];
  double* const partial_pointers[] = {partials[0], partials[1], partials[2]};
  for (int64_t first = 0; first < n; first += kTileSize) {
    const int size = TileSize(n - first);
    for (int i = 0; i < size; ++i) {
      a[i] = in[0][first + i];
      b[i] = in[1][first + i];
    }
    SetLogits(size, in[2] + first, &samples);
    const double* const in_a[] = {a, b, samples.x, samples.complement,
                                  samples.log_x};
    special::MapArrays<LogitBetaSlopePartialsFunction>(size, in_a,
                                                       partial_pointers);
    for (int i = 0; i < size; ++i) {
      for (int k = 0; k < 3; ++k) out[k][first + i] = T(partials[k][i]);
    }
    const double* const in_b[] = {b, a, samples.complement, samples.x,
                                  samples.log_complement};
    special::MapArrays<LogitBetaSlopePartialsFunction>(size, in_b,
                                                       partial_pointers);
    for (int i = 0; i < size; ++i) {
      out[3][first + i] = T(-partials[1][i]);
      out[4][first + i] = T(-partials[0][i]);
      out[5][first + i] = T(partials[2][i]);
    }
  }
}

}  // namespace beta_loops

template <>
inline LoopEntry MakeLoop<special::RandomLogitBetaGradFunction>() {
  return {beta_loops::RandomLogitBetaGradLoop<float>,
          beta_loops::RandomLogitBetaGradLoop<double>, 3, 2};
}

template <>
inline LoopEntry MakeLoop<special::RandomBetaGradFunction>() {
  return {beta_loops::RandomBetaGradLoop<float>,
          beta_loops::RandomBetaGradLoop<double>, 4, 2};
}

template <>
inline LoopEntry MakeLoop<special::RandomLogitBetaGradPartialsFunction>() {
  return {beta_loops::RandomLogitBetaGradPartialsLoop<float>,
          beta_loops::RandomLogitBetaGradPartialsLoop<double>, 3, 6};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CPU_BETA_LOOPS_H_
