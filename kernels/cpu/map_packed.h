// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A tile of few regions for map_regions.h: the elements of each are packed,
// vector by vector, without a list of where they are. For AVX-512, whose
// gathers and scatters cost more than that.

#ifndef TF_IMPLICIT_KERNELS_CPU_MAP_PACKED_H_
#define TF_IMPLICIT_KERNELS_CPU_MAP_PACKED_H_

#include <utility>

#include "kernels/cpu/limits.h"
#include "kernels/cpu/map_vectors.h"
#include "kernels/special/function.h"
#include "kernels/special/lanes.h"

#if defined(TFI_AVX512)
TFI_BEGIN_NAMESPACE

// The numbers of the lanes whose bits are set, in the first lanes, 0 in the
// rest: indices that pack them.
template <class V>
TFI_FUNCTION __m512i PackingOrder(unsigned bits) {
  const __m512i lanes = (__m512i)LaneNumbers<V>();
  if constexpr (kIsDouble<V>) return _mm512_maskz_compress_epi64(bits, lanes);
  return _mm512_maskz_compress_epi32(bits, lanes);
}

// The inverse, where a bit is set.
template <class V>
TFI_FUNCTION __m512i UnpackingOrder(unsigned bits) {
  const __m512i lanes = (__m512i)LaneNumbers<V>();
  if constexpr (kIsDouble<V>) return _mm512_maskz_expand_epi64(bits, lanes);
  return _mm512_maskz_expand_epi32(bits, lanes);
}

TFI_FUNCTION FloatLanes Permute(FloatLanes x, __m512i order) {
  return (FloatLanes)_mm512_permutexvar_ps(order, (__m512)x);
}

TFI_FUNCTION DoubleLanes Permute(DoubleLanes x, __m512i order) {
  return (DoubleLanes)_mm512_permutexvar_pd(order, (__m512d)x);
}

TFI_FUNCTION FloatLanes LoadMasked(const float* p, unsigned bits) {
  return (FloatLanes)_mm512_maskz_loadu_ps(bits, p);
}

TFI_FUNCTION DoubleLanes LoadMasked(const double* p, unsigned bits) {
  return (DoubleLanes)_mm512_maskz_loadu_pd(bits, p);
}

TFI_FUNCTION void StoreMasked(FloatLanes x, float* p, unsigned bits) {
  _mm512_mask_storeu_ps(p, bits, (__m512)x);
}

TFI_FUNCTION void StoreMasked(DoubleLanes x, double* p, unsigned bits) {
  _mm512_mask_storeu_pd(p, bits, (__m512d)x);
}

// One region of a tile of few: its elements are packed vector by vector.
template <class Function, int kRegion, class T>
__attribute__((noinline)) void MapPacked(int vectors,
                                         const Integer<Lanes<T>>* regions,
                                         const T* const* in, T* const* out) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  unsigned bits[kTileSize / kLanes];
  T part_in[Function::kInputs][kTileSize + kLanes];
  T part_out[Function::kOutputs][kTileSize + kLanes];
  int count = 0;
  for (int j = 0; j < vectors; ++j) {
    bits[j] = MaskBits(regions[j] == kRegion);
    const __m512i order = PackingOrder<V>(bits[j]);
    for (int k = 0; k < Function::kInputs; ++k) {
      Store(Permute(LoadMasked(in[k] + j * kLanes, bits[j]), order),
            part_in[k] + count);
    }
    count += __builtin_popcount(bits[j]);
  }
  const T* from[Function::kInputs];
  T* to[Function::kOutputs];
  for (int k = 0; k < Function::kInputs; ++k) {
    // Fill up the last vector with copies of the last element.
    Store(Broadcast<V>(part_in[k][count - 1]), part_in[k] + count);
    from[k] = part_in[k];
  }
  for (int k = 0; k < Function::kOutputs; ++k) to[k] = part_out[k];
  constexpr int kWorking = NumberTraits<WorkingLanes<Function, T>>::kLanes;
  MapVectors<Function, kRegion>((count + kWorking - 1) / kWorking, from, to);
  count = 0;
  for (int j = 0; j < vectors; ++j) {
    const __m512i order = UnpackingOrder<V>(bits[j]);
    for (int k = 0; k < Function::kOutputs; ++k) {
      StoreMasked(Permute(Load<V>(part_out[k] + count), order),
                  out[k] + j * kLanes, bits[j]);
    }
    count += __builtin_popcount(bits[j]);
  }
}

// A tile of several regions, if they are so few that this is cheaper than lists
// of indices, gathers and scatters: false if not. (Zen 4, 16 floats or 8
// doubles, 2 inputs: 20 cycles for each region, beside 75 and 7 for each region
// in float, 67 in double.)
template <class Function, class T, int... kRegions>
TFI_FUNCTION bool MapFewRegions(int size, Integer<Lanes<T>>* regions,
                                const T* const* in, T* const* out,
                                std::integer_sequence<int, kRegions...>) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  const int vectors = (size + kLanes - 1) / kLanes;
  Integer<V> sets = {};
  for (int j = 0; j < vectors; ++j) sets |= (Integer<V>{} + 1) << regions[j];
  unsigned present = 0;
  for (int l = 0; l < kLanes; ++l) present |= sets[l];
  if (__builtin_popcount(present) > (kIsDouble<T> ? 4 : 5)) return false;
  for (int l = size - (vectors - 1) * kLanes; l < kLanes; ++l) {
    regions[vectors - 1][l] = -1;
  }
  ((present >> kRegions & 1
        ? MapPacked<Function, kRegions, T>(vectors, regions, in, out)
        : void()),
   ...);
  return true;
}

TFI_END_NAMESPACE
#endif

#endif  // TF_IMPLICIT_KERNELS_CPU_MAP_PACKED_H_
