// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Evaluates a special function over arrays: elements are sorted by region, a
// tile at a time, so that full vectors go through the formula of one region.
//
// What a Function is: kernels/special/function.h. One without regions is
// evaluated where it stands, vector by vector or element by element.
//
// No function of the standard library is called here or in kernels/special/: an
// inline function without the target in its name could be kept by the linker in
// its AVX-512 version for all targets.
//
// An output depends on the inputs of its own lane alone, so the result for an
// element does not depend on its neighbours, its tile or the thread.

#ifndef TF_IMPLICIT_KERNELS_CPU_MAP_REGIONS_H_
#define TF_IMPLICIT_KERNELS_CPU_MAP_REGIONS_H_

#include <stdint.h>

#include <utility>

#include "kernels/cpu/limits.h"
#include "kernels/cpu/map_packed.h"
#include "kernels/cpu/map_vectors.h"
#include "kernels/special/function.h"
#include "kernels/special/lanes.h"

TFI_BEGIN_NAMESPACE

// Appends `first + lane` for every lane whose bit is set. Writes up to `lanes`
// entries past the last one, which the next call overwrites.
template <int kLanes>
TFI_FUNCTION int AppendIndices(unsigned bits, int first, int32_t* indices,
                               int count) {
#if defined(TFI_AVX512)
  if constexpr (kLanes == 16) {
    const __m512i lane =
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    _mm512_storeu_si512(
        indices + count,
        _mm512_maskz_compress_epi32(
            bits, _mm512_add_epi32(lane, _mm512_set1_epi32(first))));
    return count + __builtin_popcount(bits);
  } else {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    _mm256_storeu_si256(
        (__m256i*)(indices + count),
        _mm256_maskz_compress_epi32(
            bits, _mm256_add_epi32(lane, _mm256_set1_epi32(first))));
    return count + __builtin_popcount(bits);
  }
#else
  // kCompress[m]: the positions of the bits that are set in m, first to last.
  alignas(16) static constexpr int32_t kCompress[16][4] = {
      {0, 0, 0, 0}, {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0},
      {2, 0, 0, 0}, {0, 2, 0, 0}, {1, 2, 0, 0}, {0, 1, 2, 0},
      {3, 0, 0, 0}, {0, 3, 0, 0}, {1, 3, 0, 0}, {0, 1, 3, 0},
      {2, 3, 0, 0}, {0, 2, 3, 0}, {1, 2, 3, 0}, {0, 1, 2, 3}};
  static constexpr int8_t kCount[16] = {0, 1, 1, 2, 1, 2, 2, 3,
                                        1, 2, 2, 3, 2, 3, 3, 4};
  typedef int32_t Quad __attribute__((vector_size(16)));
  for (int lane = 0; lane < kLanes; lane += 4) {
    const unsigned four = (bits >> lane) & 15;
    Quad quad;
    memcpy(&quad, kCompress[four], sizeof(quad));
    quad += first + lane;
    memcpy(indices + count, &quad, sizeof(quad));
    count += kCount[four];
  }
  return count;
#endif
}

template <class V>
TFI_FUNCTION V Gather(const Scalar<V>* p, const int32_t* indices) {
#if defined(TFI_AVX512)
  if constexpr (kIsDouble<V>) {
    return (V)_mm512_i32gather_pd(_mm256_loadu_si256((const __m256i*)indices),
                                  p, 8);
  } else {
    return (V)_mm512_i32gather_ps(_mm512_loadu_si512(indices), p, 4);
  }
#else
  V x;
  for (int i = 0; i < NumberTraits<V>::kLanes; ++i) x[i] = p[indices[i]];
  return x;
#endif
}

template <class V>
TFI_FUNCTION void Scatter(V x, const int32_t* indices, Scalar<V>* p) {
#if defined(TFI_AVX512)
  if constexpr (kIsDouble<V>) {
    _mm512_i32scatter_pd(p, _mm256_loadu_si256((const __m256i*)indices),
                         (__m512d)x, 8);
  } else {
    _mm512_i32scatter_ps(p, _mm512_loadu_si512(indices), (__m512)x, 4);
  }
#else
  for (int i = 0; i < NumberTraits<V>::kLanes; ++i) p[indices[i]] = x[i];
#endif
}

// The elements named by `indices`, which has room for a vector more.
template <class Function, int kRegion, class T>
TFI_FUNCTION void MapIndices(int size, int32_t* indices, const T* const* in,
                             T* const* out) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  // Fill up the last vector with copies of the last element.
  const int end = (size + kLanes - 1) / kLanes * kLanes;
  for (int j = size; j < end; ++j) indices[j] = indices[size - 1];
  T part_in[Function::kInputs][kTileSize];
  T part_out[Function::kOutputs][kTileSize];
  const T* from[Function::kInputs];
  T* to[Function::kOutputs];
  for (int k = 0; k < Function::kInputs; ++k) from[k] = part_in[k];
  for (int k = 0; k < Function::kOutputs; ++k) to[k] = part_out[k];
  for (int i = 0; i < end; i += kLanes) {
    for (int k = 0; k < Function::kInputs; ++k) {
      Store(Gather<V>(in[k], indices + i), part_in[k] + i);
    }
  }
  constexpr int kWorking = NumberTraits<WorkingLanes<Function, T>>::kLanes;
  MapVectors<Function, kRegion>(end / kWorking, from, to);
  for (int i = 0; i < end; i += kLanes) {
    for (int k = 0; k < Function::kOutputs; ++k) {
      Scatter(Load<V>(part_out[k] + i), indices + i, out[k]);
    }
  }
}

// One region of one tile: the elements named by `indices`, or all the tile's
// when there is only one region in it, or the function has none.
template <class Function, int kRegion, class T>
__attribute__((noinline)) void MapRegion(int size, bool whole_tile,
                                         int32_t* indices, const T* const* in,
                                         T* const* out) {
  constexpr int kLanes = NumberTraits<WorkingLanes<Function, T>>::kLanes;
  if (whole_tile) {
    const int vectors = size / kLanes;
    const int first = vectors * kLanes;
    MapVectors<Function, kRegion>(vectors, in, out);
    for (int j = first; j < size; ++j) indices[j - first] = j;
    size -= first;
  }
  if (size > 0) MapIndices<Function, kRegion>(size, indices, in, out);
}

// A tile of one element or more.
template <class Function, class T, int... kRegions>
void MapTile(int size, const T* const* in, T* const* out,
             std::integer_sequence<int, kRegions...>) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  // Of each element; the last one's again to the end of its vector.
  Integer<V> regions[kTileSize / kLanes];
  using W = WorkingLanes<Function, T>;
  constexpr int kWorking = NumberTraits<W>::kLanes;
  W x[Function::kInputs];
  const int vectors = (size + kLanes - 1) / kLanes;
  int i = 0;
  do {
    for (int k = 0; k < Function::kInputs; ++k) {
      if (i + kWorking <= size) {
        x[k] = LoadAs<W>(in[k] + i);
      } else {
        T padded[kWorking];
        for (int l = 0; l < kWorking; ++l) {
          padded[l] = in[k][i + l < size ? i + l : size - 1];
        }
        x[k] = LoadAs<W>(padded);
      }
    }
    StoreAs(Function::template Region<W>(x),
            reinterpret_cast<ScalarInteger<V>*>(regions) + i);
    i += kWorking;
  } while (i < vectors * kLanes);
  Integer<V> differences = {};
  for (int j = 0; j < vectors; ++j) differences |= regions[j] ^ regions[0];
  const auto first = regions[0][0];
  differences |= regions[0] ^ first;
  int32_t indices[sizeof...(kRegions)][kTileSize + kLanes];
  int counts[sizeof...(kRegions)] = {};
  if (!AnyTrue(differences != 0)) {
    // Parameters of one size, or one parameter. The lists below would take up
    // to a third of the time.
    ((counts[kRegions] = first == kRegions ? size : 0), ...);
#if defined(TFI_AVX512) || defined(TFI_AVX2)
  } else if (MapFewRegions<Function, T>(
                 size, regions, in, out,
                 std::integer_sequence<int, kRegions...>())) {
    return;
#endif
  } else {
    // A look at each element is shorter than one at each region of each vector.
    int32_t* ends[] = {indices[kRegions]...};
    for (int i = 0; i < size; ++i) {
      *ends[regions[i / kLanes][i % kLanes]]++ = i;
    }
    ((counts[kRegions] = static_cast<int>(ends[kRegions] - indices[kRegions])),
     ...);
  }
  ((counts[kRegions] > 0 ? MapRegion<Function, kRegions, T>(
                               counts[kRegions], counts[kRegions] == size,
                               indices[kRegions], in, out)
                         : void()),
   ...);
}

// A Function without regions, for scalars.
template <class Function, class T>
void MapScalars(int64_t n, const T* const* in, T* const* out) {
  using W = WorkingType<Function, T>;
  W x[Function::kInputs], y[Function::kOutputs];
  for (int64_t i = 0; i < n; ++i) {
    for (int k = 0; k < Function::kInputs; ++k) x[k] = in[k][i];
    Function::template Evaluate<W>(x, y);
    for (int k = 0; k < Function::kOutputs; ++k) out[k][i] = T(y[k]);
  }
}

// Of vectors, a tile at a time.
template <class Function, class T>
void MapTiles(int64_t n, const T* const* in, T* const* out) {
  const T* tile_in[Function::kInputs];
  T* tile_out[Function::kOutputs];
  for (int64_t first = 0; first < n; first += kTileSize) {
    for (int k = 0; k < Function::kInputs; ++k) tile_in[k] = in[k] + first;
    for (int k = 0; k < Function::kOutputs; ++k) tile_out[k] = out[k] + first;
    const int size =
        static_cast<int>(n - first < kTileSize ? n - first : kTileSize);
    if constexpr (kHasRegions<Function>) {
      using Regions = std::make_integer_sequence<
          int, Function::template kRegions<WorkingType<Function, T>>>;
      MapTile<Function, T>(size, tile_in, tile_out, Regions());
    } else {
      // Room for what is left of the last vector, filled up.
      int32_t indices[NumberTraits<Lanes<T>>::kLanes];
      MapRegion<Function, 0, T>(size, true, indices, tile_in, tile_out);
    }
  }
}

// out[k][i] = Function(in[0][i], in[1][i], ...)[k] for i in [0, n). The arrays
// may not overlap.
template <class Function, class T>
void MapArrays(int64_t n, const T* const* in, T* const* out) {
  if constexpr (kIsScalarFunction<Function>) {
    MapScalars<Function, T>(n, in, out);
  } else {
    MapTiles<Function, T>(n, in, out);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_CPU_MAP_REGIONS_H_
