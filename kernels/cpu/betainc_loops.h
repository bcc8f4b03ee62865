// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The loops of betainc_functions.h: a tile at a time, each pass sorted by its
// own regions, in double for arrays of either type; results in float take the
// shorter formulas. The tails at a sample are first taken in single words, in
// float for float, where those serve.

#ifndef TF_IMPLICIT_KERNELS_CPU_BETAINC_LOOPS_H_
#define TF_IMPLICIT_KERNELS_CPU_BETAINC_LOOPS_H_

#include <stdint.h>

#include "kernels/cpu/limits.h"
#include "kernels/cpu/make_loop.h"
#include "kernels/cpu/map_arranged.h"
#include "kernels/cpu/map_inverse.h"
#include "kernels/special/betainc_central.h"
#include "kernels/special/betainc_functions.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace betainc_loops {

// Calls body(size, in, out) with tiles of double arrays.
template <int kInputs, int kOutputs, class T, class Body>
void ForEachTile(int64_t n, const T* const* in, T* const* out, Body body) {
  double wide_in[kInputs][kTileSize], wide_out[kOutputs][kTileSize];
  for (int64_t first = 0; first < n; first += kTileSize) {
    const int size =
        static_cast<int>(n - first < kTileSize ? n - first : kTileSize);
    for (int k = 0; k < kInputs; ++k) {
      for (int i = 0; i < size; ++i) wide_in[k][i] = in[k][first + i];
    }
    body(size, wide_in, wide_out);
    for (int k = 0; k < kOutputs; ++k) {
      for (int i = 0; i < size; ++i) out[k][first + i] = T(wide_out[k][i]);
    }
  }
}

// At (a, b, x).
template <class Result, int kOutputs>
using BetaincAt = special::AtSampleAlone<special::BetaincFor<Result, kOutputs>>;
template <class Result, int kOutputs>
using LogBetaincAt =
    special::AtSampleAlone<special::LogBetaincFor<Result, kOutputs>>;

// Both tails, by a function of map_regions.h.
template <template <class, int> class Function, class T>
void Tails(int64_t n, const T* const* in, T* const* out) {
  using F = Function<T, 2>;
  if constexpr (std::is_same<T, double>::value) {
    return special::MapArrays<F, double>(n, in, out);
  }
  ForEachTile<F::kInputs, 2, T>(
      n, in, out, [](int size, double (*x)[kTileSize], double (*y)[kTileSize]) {
        const double* points[F::kInputs];
        for (int k = 0; k < F::kInputs; ++k) points[k] = x[k];
        double* results[] = {y[0], y[1]};
        special::MapArrays<F, double>(size, points, results);
      });
}

// Appends the places of NaN to `places`, first + i, which has room for a vector
// more.
template <class T>
int AppendNaN(int size, const T* x, int first, int32_t* places, int count) {
  using V = special::Lanes<T>;
  constexpr int kLanes = special::NumberTraits<V>::kLanes;
  int i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    const V v = special::Load<V>(x + i);
    const unsigned bits = special::MaskBits(v != v);
    if (bits) {
      count = special::AppendIndices<kLanes>(bits, first + i, places, count);
    }
  }
  for (; i < size; ++i) {
    if (x[i] != x[i]) places[count++] = first + i;
  }
  return count;
}

// Both tails of a tile in float, by formulas for the usual points.
struct InFloat {
  static void Map(int size, const float* const* in, float* const* out) {
    using Ordinary = special::BetaincOfOrdinary<special::BetaincOutputs, 2>;
    // By AtSampleAlone it takes a tenth longer.
    float complement[kTileSize];
    for (int i = 0; i < size; ++i) complement[i] = 1 - in[2][i];
    const float* const points[] = {in[0], in[1], in[2], complement};
    special::MapArrays<Ordinary, float>(size, points, out);
  }
};

// The same in double.
struct Central {
  static void Map(int size, const double* const* in, double* const* out) {
    special::MapArranged<special::ArrangeCentralBetainc,
                         special::CentralBetainc>(size, in, out);
  }
};

// Both tails by F in double at the places, of which there are at most a tile.
template <class F, class T>
void TailsAt(int count, const int32_t* places, const T* const* in,
             T* const* out) {
  double wide_in[F::kInputs][kTileSize], wide_out[2][kTileSize];
  const double* points[F::kInputs];
  double* results[] = {wide_out[0], wide_out[1]};
  for (int k = 0; k < F::kInputs; ++k) {
    for (int i = 0; i < count; ++i) wide_in[k][i] = in[k][places[i]];
    points[k] = wide_in[k];
  }
  special::MapArrays<F, double>(count, points, results);
  for (int k = 0; k < 2; ++k) {
    for (int i = 0; i < count; ++i) {
      out[k][places[i]] = static_cast<T>(wide_out[k][i]);
    }
  }
}

// Both tails by Usual, and by F where those are NaN: a tile of such places at a
// time, however far apart they are.
template <class Usual, class F, class T>
void UsualTails(int64_t n, const T* const* in, T* const* out) {
  constexpr int64_t kMost = int64_t{1} << 30;
  int32_t
      places[2 * kTileSize + special::NumberTraits<special::Lanes<T>>::kLanes];
  for (int64_t part = 0; part < n; part += kMost) {
    const int end = static_cast<int>(n - part < kMost ? n - part : kMost);
    const T* from[F::kInputs];
    for (int k = 0; k < F::kInputs; ++k) from[k] = in[k] + part;
    T* to[] = {out[0] + part, out[1] + part};
    int count = 0;
    for (int first = 0; first < end; first += kTileSize) {
      const int size = end - first < kTileSize ? end - first : kTileSize;
      const T* x[F::kInputs];
      for (int k = 0; k < F::kInputs; ++k) x[k] = from[k] + first;
      T* y[] = {to[0] + first, to[1] + first};
      Usual::Map(size, x, y);
      count = AppendNaN(size, y[0], first, places, count);
      if (count >= kTileSize) {
        count -= kTileSize;
        TailsAt<F>(kTileSize, places + count, from, to);
      }
    }
    TailsAt<F>(count, places, from, to);
  }
}

// r(a, b, x) and r(b, a, 1-x) of a tile, and its x and 1-x.
template <bool kLogit>
void BetaSlopes(int size, double (*in)[kTileSize], double* x, double* xi,
                double* slope_a, double* slope_b) {
  double log_x[kTileSize], log_xi[kTileSize];
  for (int i = 0; i < size; ++i) {
    if constexpr (kLogit) {
      special::Logistic(in[2][i], &x[i], &xi[i]);
      log_x[i] = in[2][i];
      log_xi[i] = -in[2][i];
    } else {
      x[i] = in[2][i];
      xi[i] = in[3][i];
      log_x[i] = special::TinyLog(x[i]);
      log_xi[i] = special::TinyLog(xi[i]);
    }
  }
  const double* const in_a[] = {in[0], in[1], x, log_x};
  special::MapArrays<special::LogitBetaSlopeFunction>(size, in_a, &slope_a);
  const double* const in_b[] = {in[1], in[0], xi, log_xi};
  special::MapArrays<special::LogitBetaSlopeFunction>(size, in_b, &slope_b);
}

// Derivatives of the tails, or of their logarithms, by Function.
template <template <class, int> class Function, bool kLogit, bool kLog, class T>
void BetaPartials(int64_t n, const T* const* in, T* const* out) {
  constexpr int kInputs = kLogit ? 3 : 4, kOutputs = kLog ? 6 : 3;
  ForEachTile<kInputs, kOutputs, T>(
      n, in, out, [](int size, double (*x)[kTileSize], double (*y)[kTileSize]) {
        constexpr int kTails = kLog ? 4 : 3;
        double tails[kTails][kTileSize], sample[2][kTileSize],
            slopes[2][kTileSize];
        const double* points[kInputs];
        double* results[kTails];
        for (int k = 0; k < kInputs; ++k) points[k] = x[k];
        for (int k = 0; k < kTails; ++k) results[k] = tails[k];
        special::MapArrays<Function<T, kTails>, double>(size, points, results);
        BetaSlopes<kLogit>(size, x, sample[0], sample[1], slopes[0], slopes[1]);
        for (int i = 0; i < size; ++i) {
          const double at[] = {x[0][i], x[1][i], sample[0][i], sample[1][i]};
          double partials[kOutputs];
          if constexpr (kLog) {
            special::SetLogBetaPartials<kLogit>(at, tails[2][i], tails[3][i],
                                                slopes[0][i], slopes[1][i],
                                                partials);
          } else {
            special::SetBetaPartials<kLogit>(at, tails[2][i], slopes[0][i],
                                             slopes[1][i], partials);
          }
          for (int k = 0; k < kOutputs; ++k) y[k][i] = partials[k];
        }
      });
}

// The same of Student's t distribution.
template <template <class, int> class Function, bool kLog, class T>
void StudentTPartials(int64_t n, const T* const* in, T* const* out) {
  constexpr int kOutputs = kLog ? 4 : 2;
  ForEachTile<2, kOutputs, T>(
      n, in, out, [](int size, double (*x)[kTileSize], double (*y)[kTileSize]) {
        constexpr int kTails = kLog ? 4 : 3;
        double tails[4][kTileSize], slope[kTileSize];
        const double* points[] = {x[0], x[1]};
        double* results[] = {tails[0], tails[1], tails[2], tails[3]};
        double* slopes[] = {slope};
        special::MapArrays<Function<T, kTails>, double>(size, points, results);
        special::MapArrays<special::RandomStudentTGradFor<T>>(size, points,
                                                              slopes);
        for (int i = 0; i < size; ++i) {
          y[0][i] = special::WeighSlope(tails[2][i], -slope[i]);
          y[1][i] = tails[2][i];
          if constexpr (kLog) {
            y[2][i] = special::WeighSlope(tails[3][i], slope[i]);
            y[3][i] = -tails[3][i];
          }
        }
      });
}

}  // namespace betainc_loops

template <>
inline LoopEntry MakeLoop<special::BetaincFunction>() {
  return {
      betainc_loops::UsualTails<betainc_loops::InFloat,
                                betainc_loops::BetaincAt<float, 2>, float>,
      betainc_loops::UsualTails<betainc_loops::Central,
                                betainc_loops::BetaincAt<double, 2>, double>,
      special::BetaincFunction::kInputs, special::BetaincFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::LogBetaincFunction>() {
  return {betainc_loops::Tails<betainc_loops::LogBetaincAt, float>,
          betainc_loops::Tails<betainc_loops::LogBetaincAt, double>,
          special::LogBetaincFunction::kInputs,
          special::LogBetaincFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::LogitBetaCdfFunction>() {
  return {betainc_loops::Tails<special::LogitBetaincFor, float>,
          betainc_loops::Tails<special::LogitBetaincFor, double>,
          special::LogitBetaCdfFunction::kInputs,
          special::LogitBetaCdfFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::LogitBetaLogCdfFunction>() {
  return {betainc_loops::Tails<special::LogLogitBetaincFor, float>,
          betainc_loops::Tails<special::LogLogitBetaincFor, double>,
          special::LogitBetaLogCdfFunction::kInputs,
          special::LogitBetaLogCdfFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::StudentTCdfFunction>() {
  return {betainc_loops::Tails<special::StudentTCdfFor, float>,
          betainc_loops::Tails<special::StudentTCdfFor, double>,
          special::StudentTCdfFunction::kInputs,
          special::StudentTCdfFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::StudentTLogCdfFunction>() {
  return {betainc_loops::Tails<special::LogStudentTCdfFor, float>,
          betainc_loops::Tails<special::LogStudentTCdfFor, double>,
          special::StudentTLogCdfFunction::kInputs,
          special::StudentTLogCdfFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::BetaincPartialsFunction>() {
  return {
      betainc_loops::BetaPartials<special::BetaincFor, false, false, float>,
      betainc_loops::BetaPartials<special::BetaincFor, false, false, double>,
      special::BetaincPartialsFunction::kInputs,
      special::BetaincPartialsFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::LogBetaincPartialsFunction>() {
  return {
      betainc_loops::BetaPartials<special::LogBetaincFor, false, true, float>,
      betainc_loops::BetaPartials<special::LogBetaincFor, false, true, double>,
      special::LogBetaincPartialsFunction::kInputs,
      special::LogBetaincPartialsFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::LogitBetaCdfPartialsFunction>() {
  return {
      betainc_loops::BetaPartials<special::LogitBetaincFor, true, false, float>,
      betainc_loops::BetaPartials<special::LogitBetaincFor, true, false,
                                  double>,
      special::LogitBetaCdfPartialsFunction::kInputs,
      special::LogitBetaCdfPartialsFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::LogitBetaLogCdfPartialsFunction>() {
  return {betainc_loops::BetaPartials<special::LogLogitBetaincFor, true, true,
                                      float>,
          betainc_loops::BetaPartials<special::LogLogitBetaincFor, true, true,
                                      double>,
          special::LogitBetaLogCdfPartialsFunction::kInputs,
          special::LogitBetaLogCdfPartialsFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::StudentTCdfPartialsFunction>() {
  return {
      betainc_loops::StudentTPartials<special::StudentTCdfFor, false, float>,
      betainc_loops::StudentTPartials<special::StudentTCdfFor, false, double>,
      special::StudentTCdfPartialsFunction::kInputs,
      special::StudentTCdfPartialsFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::StudentTLogCdfPartialsFunction>() {
  return {
      betainc_loops::StudentTPartials<special::LogStudentTCdfFor, true, float>,
      betainc_loops::StudentTPartials<special::LogStudentTCdfFor, true, double>,
      special::StudentTLogCdfPartialsFunction::kInputs,
      special::StudentTLogCdfPartialsFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::BetaincinvFunction>() {
  return {special::MapBetaQuantile<float, false>,
          special::MapBetaQuantile<double, false>,
          special::BetaincinvFunction::kInputs,
          special::BetaincinvFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::LogitBetaQuantileFunction>() {
  return {special::MapBetaQuantile<float, true>,
          special::MapBetaQuantile<double, true>,
          special::LogitBetaQuantileFunction::kInputs,
          special::LogitBetaQuantileFunction::kOutputs};
}

template <>
inline LoopEntry MakeLoop<special::StudentTQuantileFunction>() {
  return {special::MapStudentTQuantile<float>,
          special::MapStudentTQuantile<double>,
          special::StudentTQuantileFunction::kInputs,
          special::StudentTQuantileFunction::kOutputs};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CPU_BETAINC_LOOPS_H_
