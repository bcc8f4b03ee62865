// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Array sampler of the von Mises-Fisher distribution.

#include "kernels/cpu/sampler_chunks.h"
#include "kernels/cpu/samplers.h"
#include "kernels/special/lanes.h"
#include "kernels/special/random_von_mises_fisher.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

using namespace special;  // NOLINT: this file is one family of samplers

__attribute__((noinline)) void SampleVonMisesFisherChunk(
    const RandomStream& stream, uint64_t group, int size, double dimension,
    const double* kappa, double* out) {
  using V = DoubleLanes;
  ChunkIndices open;
  for (int i = 0; i < size; ++i) open.index[i] = i;
  open.count = size;
  DrawElements(
      &open, 0, kappa, out,
      [&](uint32_t attempt, Unsigned<V> index) {
        return ElementVonMisesFisherBits<V>(stream, attempt, group, index);
      },
      [&](uint32_t, Unsigned<V>, const VonMisesFisherBits<V>& bits, V k,
          V* theta) { return TryVonMisesFisher(dimension, bits, k, theta); });
}

template <class T>
void SampleVonMisesFisherAngle(const RandomSeed& seed, double dimension,
                               int64_t first_element, int64_t n, const T* kappa,
                               int64_t period, T* out) {
  const DefaultFloatingPoint environment;
  const RandomStream stream = MakeRandomStream(seed.word[0], seed.word[1]);
  ForEachChunk(
      first_element, n, kappa, period, out,
      [&](uint64_t group, int size, const T* k, T* theta) {
        if constexpr (kIsDouble<T>) {
          SampleVonMisesFisherChunk(stream, group, size, dimension, k, theta);
        } else {
          double wide_kappa[kChunkSize], wide_theta[kChunkSize];
          for (int i = 0; i < size; ++i) wide_kappa[i] = k[i];
          SampleVonMisesFisherChunk(stream, group, size, dimension, wide_kappa,
                                    wide_theta);
          for (int i = 0; i < size; ++i) {
            // Rounding may go beyond pi. Written so that NaN stays.
            const T rounded = static_cast<T>(wide_theta[i]);
            theta[i] = rounded > internal::kPiBelow<T> ? internal::kPiBelow<T>
                                                       : rounded;
          }
        }
      });
}

}  // namespace

void AddVonMisesFisherSamplers(SamplerTable* table) {
  table->of_float.von_mises_fisher_angle = SampleVonMisesFisherAngle<float>;
  table->of_double.von_mises_fisher_angle = SampleVonMisesFisherAngle<double>;
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
