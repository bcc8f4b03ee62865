// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The truncated Normal family. Where the parameters of a vector are those of
// the vector before, what they determine is not computed again: so it is for
// all samples of one distribution.

#include <stdint.h>

#include <cstring>

#include "kernels/families/family.h"
#include "kernels/special/truncated_normal.h"

#if !TFI_FAMILY_IS_CUDA
namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

using V = special::Lanes<double>;
constexpr int kLanes = special::NumberTraits<V>::kLanes;
typedef float Floats __attribute__((vector_size(kLanes * sizeof(float))));

V LoadWide(const double* p) { return special::Load<V>(p); }
V LoadWide(const float* p) {
  Floats x;
  memcpy(&x, p, sizeof(x));
  return __builtin_convertvector(x, V);
}

void StoreWide(V x, double* p) { special::Store(x, p); }
void StoreWide(V x, float* p) {
  const Floats narrow = __builtin_convertvector(x, Floats);
  memcpy(p, &narrow, sizeof(narrow));
}

template <class Function, class T>
void SharedLoop(int64_t n, const T* const* in, T* const* out) {
  V x[Function::kInputs] = {}, y[Function::kOutputs];
  typename Function::template Shared<V> shared = {};
  for (int64_t i = 0; i < n; i += kLanes) {
    bool same = i > 0;
    for (int k = 0; k < Function::kInputs; ++k) {
      V loaded;
      if (i + kLanes <= n) {
        loaded = LoadWide(in[k] + i);
      } else {
        // Fill up the last vector with copies of the last element.
        T padded[kLanes];
        for (int j = 0; j < kLanes; ++j) {
          padded[j] = in[k][i + j < n ? i + j : n - 1];
        }
        loaded = LoadWide(padded);
      }
      // NaN differs from itself.
      if (k != Function::kOwn) same = same && !special::AnyTrue(loaded != x[k]);
      x[k] = loaded;
    }
    if (!same) shared = Function::Share(x);
    Function::Finish(x, shared, y);
    for (int k = 0; k < Function::kOutputs; ++k) {
      if (i + kLanes <= n) {
        StoreWide(y[k], out[k] + i);
      } else {
        T padded[kLanes];
        StoreWide(y[k], padded);
        for (int j = 0; i + j < n; ++j) out[k][i + j] = padded[j];
      }
    }
  }
}

template <class Function>
LoopEntry MakeSharedLoop() {
  return {SharedLoop<Function, float>, SharedLoop<Function, double>,
          Function::kInputs, Function::kOutputs};
}

}  // namespace

template <>
LoopEntry MakeLoop<special::TruncatedNormalQuantileFunction>() {
  return MakeSharedLoop<special::TruncatedNormalQuantileFunction>();
}

template <>
LoopEntry MakeLoop<special::RandomTruncatedNormalGradFunction>() {
  return MakeSharedLoop<special::RandomTruncatedNormalGradFunction>();
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
#endif

TFI_FAMILY(TruncatedNormal, TFI_TRUNCATED_NORMAL_OPS)
