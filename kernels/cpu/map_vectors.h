// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Evaluates a special function over whole vectors of one region.
//
// Where the parameters of a function repeat, its loop is a loop over what
// follows them: the compiler takes what depends on the parameters alone out of
// it. That changes which products and sums it fuses: so all elements go through
// the same instructions, those of MapVectors.

#ifndef TF_IMPLICIT_KERNELS_CPU_MAP_VECTORS_H_
#define TF_IMPLICIT_KERNELS_CPU_MAP_VECTORS_H_

#include "kernels/special/function.h"
#include "kernels/special/lanes.h"

TFI_BEGIN_NAMESPACE

// The vectors that Function is evaluated for: of double for arrays of float,
// too, where it is a function in double.
template <class Function, class T>
using WorkingLanes = Lanes<WorkingType<Function, T>>;

// Vector i of each of the first inputs is vector i - period, for the least such
// period that is worth a loop; `vectors` where there is none.
template <int kParameters, class V, class T>
TFI_FUNCTION int PeriodOf(int vectors, const T* const* in) {
  if constexpr (kParameters == 0) return vectors;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  const auto difference = [in](int i, int j) {
    Integer<V> bits{};
    for (int k = 0; k < kParameters; ++k) {
      bits |= (Integer<V>)LoadAs<V>(in[k] + i * kLanes) ^
              (Integer<V>)LoadAs<V>(in[k] + j * kLanes);
    }
    return bits;
  };
  for (int period = 1; 4 * period <= vectors; ++period) {
    if (AnyTrue(difference(period, 0) != 0)) continue;
    Integer<V> bits{};
    for (int i = period + 1; i < vectors; ++i) {
      bits |= difference(i, i - period);
    }
    return AnyTrue(bits != 0) ? vectors : period;
  }
  return vectors;
}

// Whole vectors, all of one region if the function has regions.
template <class Function, int kRegion, class T>
TFI_OUTLINE void MapVectors(int vectors, const T* const* in, T* const* out) {
  using V = WorkingLanes<Function, T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  constexpr int kParameters = kParametersOf<Function>;
  const int period = PeriodOf<kParameters, V>(vectors, in);
  V x[Function::kInputs], y[Function::kOutputs];
  for (int first = 0; first < period; ++first) {
    for (int k = 0; k < kParameters; ++k) {
      x[k] = LoadAs<V>(in[k] + first * kLanes);
    }
    int i = first;
    do {
      for (int k = kParameters; k < Function::kInputs; ++k) {
        x[k] = LoadAs<V>(in[k] + i * kLanes);
      }
      if constexpr (kHasRegions<Function>) {
        Function::template Evaluate<kRegion, V>(x, y);
      } else {
        Function::template Evaluate<V>(x, y);
      }
      for (int k = 0; k < Function::kOutputs; ++k) {
        StoreAs(y[k], out[k] + i * kLanes);
      }
      i += period;
    } while (i < vectors);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_CPU_MAP_VECTORS_H_
