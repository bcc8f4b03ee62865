// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A tile of few regions for map_regions.h: the elements of each are packed,
// vector by vector, without a list of where they are, and all results unpacked
// at once. For AVX-512, whose gathers and scatters cost more than that, and
// AVX2, where one by one every element of a list waits for the one before.

#ifndef TF_IMPLICIT_KERNELS_CPU_MAP_PACKED_H_
#define TF_IMPLICIT_KERNELS_CPU_MAP_PACKED_H_

#include <stdint.h>

#include <utility>

#include "kernels/cpu/limits.h"
#include "kernels/cpu/map_vectors.h"
#include "kernels/special/function.h"
#include "kernels/special/lanes.h"

#if defined(TFI_AVX512) || defined(TFI_AVX2)
TFI_BEGIN_NAMESPACE

#if defined(TFI_AVX512)

// The lanes of x whose bits are set, in the first lanes.
TFI_FUNCTION FloatLanes PackLanes(FloatLanes x, unsigned bits) {
  // The order is shared by the inputs, and shorter than compressing each.
  const __m512i order =
      _mm512_maskz_compress_epi32(bits, (__m512i)LaneNumbers<FloatLanes>());
  return (FloatLanes)_mm512_permutexvar_ps(order, (__m512)x);
}

TFI_FUNCTION DoubleLanes PackLanes(DoubleLanes x, unsigned bits) {
  const __m512i order =
      _mm512_maskz_compress_epi64(bits, (__m512i)LaneNumbers<DoubleLanes>());
  return (DoubleLanes)_mm512_permutexvar_pd(order, (__m512d)x);
}

// x with the first lanes of y in those of its lanes whose bits are set.
TFI_FUNCTION FloatLanes UnpackLanes(FloatLanes x, unsigned bits, FloatLanes y) {
  return (FloatLanes)_mm512_mask_expand_ps((__m512)x, bits, (__m512)y);
}

TFI_FUNCTION DoubleLanes UnpackLanes(DoubleLanes x, unsigned bits,
                                     DoubleLanes y) {
  return (DoubleLanes)_mm512_mask_expand_pd((__m512d)x, bits, (__m512d)y);
}

#else

// For each set of lanes, the order of eight floats that packs them, and the one
// that unpacks them; that is negative for lanes which are not in the set. A
// lane of a double is two of floats.
template <int kLanes>
struct Orders {
  int8_t packing[1 << kLanes][8] = {};
  int8_t unpacking[1 << kLanes][8] = {};

  constexpr Orders() {
    constexpr int kFloats = 8 / kLanes;
    for (int set = 0; set < 1 << kLanes; ++set) {
      int place = 0;
      for (int i = 0; i < 8; ++i) {
        const bool in_set = set >> (i / kFloats) & 1;
        unpacking[set][i] = static_cast<int8_t>(in_set ? place : -1);
        if (in_set) packing[set][place++] = static_cast<int8_t>(i);
      }
    }
  }
};
template <class V>
alignas(64) inline constexpr Orders<NumberTraits<V>::kLanes> kOrders{};

TFI_FUNCTION __m256i LoadOrder(const int8_t* order) {
  return _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i*)order));
}

TFI_FUNCTION FloatLanes PackLanes(FloatLanes x, unsigned bits) {
  const __m256i order = LoadOrder(kOrders<FloatLanes>.packing[bits]);
  return (FloatLanes)_mm256_permutevar8x32_ps((__m256)x, order);
}

TFI_FUNCTION DoubleLanes PackLanes(DoubleLanes x, unsigned bits) {
  const __m256i order = LoadOrder(kOrders<DoubleLanes>.packing[bits]);
  return (DoubleLanes)_mm256_permutevar8x32_ps((__m256)x, order);
}

TFI_FUNCTION FloatLanes UnpackLanes(FloatLanes x, unsigned bits, FloatLanes y) {
  const __m256i order = LoadOrder(kOrders<FloatLanes>.unpacking[bits]);
  return (FloatLanes)_mm256_blendv_ps(
      _mm256_permutevar8x32_ps((__m256)y, order), (__m256)x, (__m256)order);
}

TFI_FUNCTION DoubleLanes UnpackLanes(DoubleLanes x, unsigned bits,
                                     DoubleLanes y) {
  const __m256i order = LoadOrder(kOrders<DoubleLanes>.unpacking[bits]);
  return (DoubleLanes)_mm256_blendv_ps(
      _mm256_permutevar8x32_ps((__m256)y, order), (__m256)x, (__m256)order);
}

#endif

// The most regions of a tile with which packing is cheaper than lists of
// indices, gathers and scatters. (Measured on Zen 4 with 2 inputs and 1 output;
// with AVX-512 a region takes 13 cycles for each vector of 16 floats, 10 for 8
// doubles.)
template <class T>
inline constexpr int kMostPacked = !kIsDouble<T>                         ? 7
                                   : NumberTraits<Lanes<T>>::kLanes == 8 ? 5
                                                                         : 4;

// The parts of a tile, the elements of one region each. They lie one behind the
// other, and each begins with a whole vector.
template <class T>
struct Parts {
  static constexpr int kLanes = NumberTraits<Lanes<T>>::kLanes;
  static constexpr int kRoom = kTileSize + (kMostPacked<T> + 1) * kLanes;
  int number = 0;
  int first[kMostPacked<T>], count[kMostPacked<T>];
  // Which lanes of each vector of the tile.
  uint16_t lanes[kMostPacked<T>][kTileSize / kLanes];
};

// Appends the lanes whose bits are set to what is packed up to `end`; returns
// its new end.
template <int kInputs, class T>
TFI_FUNCTION int PackVector(unsigned bits, const Lanes<T> (&x)[kInputs],
                            int end, T* const* packed) {
  for (int k = 0; k < kInputs; ++k) {
    Store(PackLanes(x[k], bits), packed[k] + end);
  }
  return end + __builtin_popcount(bits);
}

// Appends the elements of `region` as a part.
template <int kInputs, class T>
TFI_FUNCTION void Pack(int size, int region, const Integer<Lanes<T>>* regions,
                       const T* const* in, T* const* packed, Parts<T>* parts) {
  using V = Lanes<T>;
  constexpr int kLanes = Parts<T>::kLanes;
  const int p = parts->number++;
  int first = 0;
  if (p > 0) {
    first = parts->first[p - 1] +
            (parts->count[p - 1] + kLanes - 1) / kLanes * kLanes;
  }
  int end = first;
  V x[kInputs];
  const int whole = size / kLanes, rest = size % kLanes;
  for (int j = 0; j < whole; ++j) {
    const unsigned bits = MaskBits(regions[j] == region);
    for (int k = 0; k < kInputs; ++k) x[k] = Load<V>(in[k] + j * kLanes);
    end = PackVector(bits, x, end, packed);
    parts->lanes[p][j] = static_cast<uint16_t>(bits);
  }
  if (rest > 0) {
    const unsigned bits = MaskBits(regions[whole] == region);
    for (int k = 0; k < kInputs; ++k) {
      x[k] = LoadFirst(in[k] + whole * kLanes, rest, T(0));
    }
    end = PackVector(bits, x, end, packed);
    parts->lanes[p][whole] = static_cast<uint16_t>(bits);
  }
  // Fill up the last vector with copies of the last element.
  for (int k = 0; k < kInputs; ++k) {
    Store(Broadcast<V>(packed[k][end - 1]), packed[k] + end);
  }
  parts->first[p] = first;
  parts->count[p] = end - first;
}

// Evaluates part p.
template <class Function, int kRegion, class T>
__attribute__((noinline)) void MapPart(const Parts<T>& parts, int p,
                                       T* const* packed_in,
                                       T* const* packed_out) {
  constexpr int kLanes = NumberTraits<WorkingLanes<Function, T>>::kLanes;
  const T* in[Function::kInputs];
  T* out[Function::kOutputs];
  for (int k = 0; k < Function::kInputs; ++k) {
    in[k] = packed_in[k] + parts.first[p];
  }
  for (int k = 0; k < Function::kOutputs; ++k) {
    out[k] = packed_out[k] + parts.first[p];
  }
  MapVectors<Function, kRegion>((parts.count[p] + kLanes - 1) / kLanes, in,
                                out);
}

// Vector j of each output; next[p] is the element of part p that comes next.
template <int kOutputs, class T>
TFI_FUNCTION void UnpackVector(int j, const Parts<T>& parts, T* const* packed,
                               int* next, Lanes<T> (&x)[kOutputs]) {
  for (Lanes<T>& y : x) y = Lanes<T>{};
  for (int p = 0; p < parts.number; ++p) {
    const unsigned bits = parts.lanes[p][j];
    for (int k = 0; k < kOutputs; ++k) {
      x[k] = UnpackLanes(x[k], bits, Load<Lanes<T>>(packed[k] + next[p]));
    }
    next[p] += __builtin_popcount(bits);
  }
}

// The elements of all parts, where they came from.
template <int kOutputs, class T>
TFI_FUNCTION void Unpack(int size, const Parts<T>& parts, T* const* packed,
                         T* const* out) {
  constexpr int kLanes = Parts<T>::kLanes;
  int next[kMostPacked<T>];
  for (int p = 0; p < parts.number; ++p) next[p] = parts.first[p];
  Lanes<T> x[kOutputs];
  const int whole = size / kLanes, rest = size % kLanes;
  for (int j = 0; j < whole; ++j) {
    UnpackVector(j, parts, packed, next, x);
    for (int k = 0; k < kOutputs; ++k) Store(x[k], out[k] + j * kLanes);
  }
  if (rest > 0) {
    UnpackVector(whole, parts, packed, next, x);
    for (int k = 0; k < kOutputs; ++k) {
      StoreFirst(x[k], rest, out[k] + whole * kLanes);
    }
  }
}

// A tile of several regions, if they are kMostPacked at most: false if not.
template <class Function, class T, int... kRegions>
TFI_FUNCTION bool MapFewRegions(int size, Integer<Lanes<T>>* regions,
                                const T* const* in, T* const* out,
                                std::integer_sequence<int, kRegions...>) {
  constexpr int kLanes = Parts<T>::kLanes;
  const int vectors = (size + kLanes - 1) / kLanes;
  Integer<Lanes<T>> sets = {};
  for (int j = 0; j < vectors; ++j) {
    sets |= (Integer<Lanes<T>>{} + 1) << regions[j];
  }
  unsigned present = 0;
  for (int l = 0; l < kLanes; ++l) present |= sets[l];
  if (__builtin_popcount(present) > kMostPacked<T>) return false;
  for (int l = size - (vectors - 1) * kLanes; l < kLanes; ++l) {
    regions[vectors - 1][l] = -1;
  }
  T inputs[Function::kInputs][Parts<T>::kRoom];
  T outputs[Function::kOutputs][Parts<T>::kRoom];
  T* packed_in[Function::kInputs];
  T* packed_out[Function::kOutputs];
  for (int k = 0; k < Function::kInputs; ++k) packed_in[k] = inputs[k];
  for (int k = 0; k < Function::kOutputs; ++k) packed_out[k] = outputs[k];
  Parts<T> parts;
  ((present >> kRegions & 1
        ? (Pack<Function::kInputs>(size, kRegions, regions, in, packed_in,
                                   &parts),
           MapPart<Function, kRegions, T>(parts, parts.number - 1, packed_in,
                                          packed_out))
        : void()),
   ...);
  Unpack<Function::kOutputs>(size, parts, packed_out, out);
  return true;
}

TFI_END_NAMESPACE
#endif

#endif  // TF_IMPLICIT_KERNELS_CPU_MAP_PACKED_H_
