// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Evaluates a special function over arrays as map_regions.h does, where the
// test for the region leaves numbers that the formulas go on with: those are
// sorted instead of the inputs.
//
//   Arrange    kInputs inputs -> the inputs of Function, and the region; -1
//              where the results are NaN.
//   Function   kernels/special/function.h, with Evaluate() for kRegions regions
//              (no Region()).

#ifndef TF_IMPLICIT_KERNELS_CPU_MAP_ARRANGED_H_
#define TF_IMPLICIT_KERNELS_CPU_MAP_ARRANGED_H_

#include <stdint.h>

#include <limits>
#include <utility>

#include "kernels/cpu/limits.h"
#include "kernels/cpu/map_packed.h"
#include "kernels/cpu/map_regions.h"
#include "kernels/cpu/map_vectors.h"
#include "kernels/special/lanes.h"

TFI_BEGIN_NAMESPACE

// Vector i of each input, its last element again past the end.
template <class V, int kInputs>
TFI_FUNCTION void LoadInputs(int size, int i, const Scalar<V>* const* in,
                             V (&x)[kInputs]) {
  constexpr int kLanes = NumberTraits<V>::kLanes;
  for (int k = 0; k < kInputs; ++k) {
    x[k] = i + kLanes <= size ? Load<V>(in[k] + i)
                              : LoadFirst(in[k] + i, size - i, in[k][size - 1]);
  }
}

// Fetches what is at i in the next tile, each array of which is on another
// page, and where the results go: once for each cache line.
template <int kInputs, int kOutputs, class T>
TFI_FUNCTION void PrefetchLines(int i, const T* const* in, T* const* out) {
  if (i % (64 / sizeof(T)) != 0) return;
  for (int k = 0; k < kInputs; ++k) {
    __builtin_prefetch(in[k] + kTileSize + i);
  }
  for (int k = 0; k < kOutputs; ++k) __builtin_prefetch(out[k] + i, 1);
}

#if defined(TFI_AVX512)

// Elements are sorted as records of four doubles, which no cache line divides:
// a store of a vector's packed lanes to any address takes several times as
// long. Results are records of two. Region r has those from (r + 1) kSize on,
// filled up to a whole vector; before all are those of no region.
// They take 0.55 MB of the stack for 10 regions, of which a tile fills a tenth.
template <int kRegions>
struct ArrangedRecords {
  static constexpr int kLanes = NumberTraits<DoubleLanes>::kLanes;
  static constexpr int kSize = kTileSize + kLanes;
  alignas(64) double in[(kRegions + 1) * kSize][4];
  alignas(64) double out[(kRegions + 1) * kSize][2];
  int32_t places[kTileSize];
  int32_t ends[kRegions + 1];
};

TFI_FUNCTION DoubleLanes PermutePair(DoubleLanes x, DoubleLanes y, int a, int b,
                                     int c, int d, int e, int f, int g, int h) {
  return (DoubleLanes)_mm512_permutex2var_pd(
      (__m512d)x, _mm512_setr_epi64(a, b, c, d, e, f, g, h), (__m512d)y);
}

// Appends the lanes of a vector to the records of their regions. The places are
// found one by one, on ports of the processor that vectors leave idle: counts
// by masks take longer from four regions on.
template <int kRegions>
TFI_FUNCTION void AppendRecords(int first, Int64Lanes region,
                                const DoubleLanes (&x)[4],
                                ArrangedRecords<kRegions>* records) {
  constexpr int kLanes = ArrangedRecords<kRegions>::kLanes;
  alignas(64) int64_t regions[kLanes];
  _mm512_store_si512(regions, (__m512i)region);
  int32_t at[kLanes];
  TFI_UNROLL(8)
  for (int l = 0; l < kLanes; ++l) {
    at[l] = records->ends[regions[l] + 1]++;
    records->places[first + l] = at[l];
  }
  const __m512d even_low = _mm512_unpacklo_pd((__m512d)x[0], (__m512d)x[1]);
  const __m512d even_high = _mm512_unpacklo_pd((__m512d)x[2], (__m512d)x[3]);
  const __m512d odd_low = _mm512_unpackhi_pd((__m512d)x[0], (__m512d)x[1]);
  const __m512d odd_high = _mm512_unpackhi_pd((__m512d)x[2], (__m512d)x[3]);
  const auto pair = [](__m512d low, __m512d high, int first) {
    return first == 0 ? PermutePair((DoubleLanes)low, (DoubleLanes)high, 0, 1,
                                    8, 9, 2, 3, 10, 11)
                      : PermutePair((DoubleLanes)low, (DoubleLanes)high, 4, 5,
                                    12, 13, 6, 7, 14, 15);
  };
  // Rows 0 and 2, 4 and 6, 1 and 3, 5 and 7.
  const DoubleLanes rows[4] = {
      pair(even_low, even_high, 0), pair(even_low, even_high, 4),
      pair(odd_low, odd_high, 0), pair(odd_low, odd_high, 4)};
  constexpr int kRows[4][2] = {{0, 2}, {4, 6}, {1, 3}, {5, 7}};
  TFI_UNROLL(4)
  for (int k = 0; k < 4; ++k) {
    _mm256_store_pd(records->in[at[kRows[k][0]]],
                    _mm512_castpd512_pd256((__m512d)rows[k]));
    _mm256_store_pd(records->in[at[kRows[k][1]]],
                    _mm512_extractf64x4_pd((__m512d)rows[k], 1));
  }
  static_assert(kLanes == 8);
}

// The results of the records of one region.
template <class Function, int kRegion, int kRegions>
TFI_OUTLINE void MapRecords(ArrangedRecords<kRegions>* records) {
  using V = DoubleLanes;
  constexpr int kLanes = ArrangedRecords<kRegions>::kLanes;
  constexpr int kFirst = (kRegion + 1) * ArrangedRecords<kRegions>::kSize;
  const int count = records->ends[kRegion + 1] - kFirst;
  double (*in)[4] = records->in + kFirst;
  double (*out)[2] = records->out + kFirst;
  // Fill up the last vector with copies of the last element.
  for (int i = count; i % kLanes != 0; ++i) {
    _mm256_store_pd(in[i], _mm256_load_pd(in[count - 1]));
  }
  for (int i = 0; i < count; i += kLanes) {
    V row[4], x[4], y[2];
    for (int k = 0; k < 4; ++k) row[k] = Load<V>(in[i + 2 * k]);
    const V low0 = PermutePair(row[0], row[1], 0, 4, 8, 12, 1, 5, 9, 13);
    const V low1 = PermutePair(row[2], row[3], 0, 4, 8, 12, 1, 5, 9, 13);
    const V high0 = PermutePair(row[0], row[1], 2, 6, 10, 14, 3, 7, 11, 15);
    const V high1 = PermutePair(row[2], row[3], 2, 6, 10, 14, 3, 7, 11, 15);
    x[0] = PermutePair(low0, low1, 0, 1, 2, 3, 8, 9, 10, 11);
    x[1] = PermutePair(low0, low1, 4, 5, 6, 7, 12, 13, 14, 15);
    x[2] = PermutePair(high0, high1, 0, 1, 2, 3, 8, 9, 10, 11);
    x[3] = PermutePair(high0, high1, 4, 5, 6, 7, 12, 13, 14, 15);
    Function::template Evaluate<kRegion, V>(x, y);
    Store(PermutePair(y[0], y[1], 0, 8, 1, 9, 2, 10, 3, 11), out[i]);
    Store(PermutePair(y[0], y[1], 4, 12, 5, 13, 6, 14, 7, 15), out[i + 4]);
  }
}

// The results at a vector of places.
TFI_FUNCTION void FindResults(const double (*out)[2], const int32_t* places,
                              DoubleLanes (&y)[2]) {
  const auto four = [&](int k) {
    const __m256d low = _mm256_insertf128_pd(
        _mm256_castpd128_pd256(_mm_load_pd(out[places[k]])),
        _mm_load_pd(out[places[k + 1]]), 1);
    const __m256d high = _mm256_insertf128_pd(
        _mm256_castpd128_pd256(_mm_load_pd(out[places[k + 2]])),
        _mm_load_pd(out[places[k + 3]]), 1);
    return (DoubleLanes)_mm512_insertf64x4(_mm512_castpd256_pd512(low), high,
                                           1);
  };
  const DoubleLanes first = four(0), second = four(4);
  y[0] = PermutePair(first, second, 0, 2, 4, 6, 8, 10, 12, 14);
  y[1] = PermutePair(first, second, 1, 3, 5, 7, 9, 11, 13, 15);
}

template <class Arrange, class Function, class T, int... kRegions>
void MapArrangedTile(int size, const T* const* in, T* const* out,
                     std::integer_sequence<int, kRegions...>) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  static_assert(Function::kInputs == 4 && Function::kOutputs == 2 &&
                kIsDouble<T>);
  ArrangedRecords<sizeof...(kRegions)> records;
  for (int r = 0; r <= static_cast<int>(sizeof...(kRegions)); ++r) {
    records.ends[r] = r * records.kSize;
  }
  for (int i = 0; i < size; i += kLanes) {
    V x[Arrange::kInputs], arranged[Function::kInputs];
    LoadInputs(size, i, in, x);
    PrefetchLines<Arrange::kInputs, Function::kOutputs>(i, in, out);
    Integer<V> region = Arrange::Evaluate(x, arranged);
    if (i + kLanes > size) {
      region |= (Integer<V>)LaneNumbers<V>() >= size - i;
    }
    AppendRecords(i, region, arranged, &records);
  }
  for (int i = 0; i < records.ends[0]; ++i) {
    for (double& y : records.out[i]) {
      y = std::numeric_limits<double>::quiet_NaN();
    }
  }
  (MapRecords<Function, kRegions>(&records), ...);
  for (int i = 0; i < size; i += kLanes) {
    V y[Function::kOutputs];
    FindResults(records.out, records.places + i, y);
    for (int k = 0; k < Function::kOutputs; ++k) {
      if (i + kLanes <= size) {
        Store(y[k], out[k] + i);
      } else {
        StoreFirst(y[k], size - i, out[k] + i);
      }
    }
  }
}

#else

template <class Arrange, class Function, class T, int... kRegions>
void MapArrangedTile(int size, const T* const* in, T* const* out,
                     std::integer_sequence<int, kRegions...>) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  constexpr int kSize = kTileSize + kLanes;
  T arranged[Function::kInputs][kSize];
  int32_t indices[sizeof...(kRegions)][kSize];
  int32_t* ends[] = {indices[kRegions]...};
  for (int i = 0; i < size; i += kLanes) {
    V x[Arrange::kInputs], y[Function::kInputs];
    LoadInputs(size, i, in, x);
    PrefetchLines<Arrange::kInputs, Function::kOutputs>(i, in, out);
    const Integer<V> region = Arrange::Evaluate(x, y);
    for (int k = 0; k < Function::kInputs; ++k) Store(y[k], arranged[k] + i);
    for (int l = 0; l < kLanes && i + l < size; ++l) {
      if (region[l] >= 0) {
        *ends[region[l]]++ = i + l;
      } else {
        for (int k = 0; k < Function::kOutputs; ++k) {
          out[k][i + l] = std::numeric_limits<T>::quiet_NaN();
        }
      }
    }
  }
  const T* from[Function::kInputs];
  for (int k = 0; k < Function::kInputs; ++k) from[k] = arranged[k];
  const auto map = [&](auto region) {
    constexpr int kRegion = decltype(region)::value;
    const int count = static_cast<int>(ends[kRegion] - indices[kRegion]);
    if (count > 0) {
      MapRegion<Function, kRegion, T>(count, count == size, indices[kRegion],
                                      from, out);
    }
  };
  (map(std::integral_constant<int, kRegions>()), ...);
}

#endif

// out[k][i] = Function(Arrange(in[0][i], in[1][i], ...))[k] for i in [0, n).
// The arrays may not overlap.
template <class Arrange, class Function, class T>
void MapArranged(int64_t n, const T* const* in, T* const* out) {
  const T* tile_in[Arrange::kInputs];
  T* tile_out[Function::kOutputs];
  for (int64_t first = 0; first < n; first += kTileSize) {
    for (int k = 0; k < Arrange::kInputs; ++k) tile_in[k] = in[k] + first;
    for (int k = 0; k < Function::kOutputs; ++k) tile_out[k] = out[k] + first;
    const int64_t left = n - first;
    MapArrangedTile<Arrange, Function, T>(
        static_cast<int>(left < kTileSize ? left : kTileSize), tile_in,
        tile_out,
        std::make_integer_sequence<int, Function::template kRegions<T>>());
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_CPU_MAP_ARRANGED_H_
