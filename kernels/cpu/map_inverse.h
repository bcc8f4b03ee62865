// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Quantiles over arrays: the steps of a search are taken by all elements of a
// tile together, the tails at their points being evaluated by MapArrays; an
// element leaves when it has arrived.

#ifndef TF_IMPLICIT_KERNELS_CPU_MAP_INVERSE_H_
#define TF_IMPLICIT_KERNELS_CPU_MAP_INVERSE_H_

#include <stdint.h>

#include "kernels/cpu/map_regions.h"
#include "kernels/special/betainc_inverse.h"
#include "kernels/special/student_t_cdf.h"

TFI_BEGIN_NAMESPACE

inline constexpr int kSearchTile = 256;
inline constexpr int kSearchSize = kSearchTile + 16;  // with room for a vector

// y[i] = logit of the quantile: I(a[i], b[i], logistic(y[i])) = lower[i],
// 1 - I = upper[i], to single precision. NaN where it was not found.
inline void FindLogitQuantiles(int size, const double* a, const double* b,
                               const double* lower, const double* upper,
                               double* y) {
  using V = Lanes<double>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  // a, b, lower, upper, y and side of the elements that are still under way.
  double column[6][kSearchSize], tails[4][kSearchSize], done[kSearchSize];
  int index[kSearchSize];
  for (int i = 0; i < size; ++i) {
    column[0][i] = a[i];
    column[1][i] = b[i];
    column[2][i] = lower[i];
    column[3][i] = upper[i];
    column[5][i] = 0;
    index[i] = i;
    y[i] = std::numeric_limits<double>::quiet_NaN();
  }
  // Whole vectors are loaded: what lies past the end must be a number.
  for (int i = size; i < kSearchSize; ++i) {
    for (int k = 0; k < 6; ++k) column[k][i] = 0.5;
    for (int k = 0; k < 4; ++k) tails[k][i] = -0.5;
  }
  for (int i = 0; i < size; i += kLanes) {
    const V start = BetaQuantileStart(
        Load<V>(column[0] + i), Load<V>(column[1] + i),
        TargetOf(Load<V>(column[2] + i), Load<V>(column[3] + i)));
    Store(start, column[4] + i);
  }
  int count = size;
  for (int step = 0; step < kMaxBetaSteps && count > 0; ++step) {
    const double* in[] = {column[0], column[1], column[4]};
    double* out[] = {tails[0], tails[1], tails[2], tails[3]};
    MapArrays<LogLogitBetaincFor<float>, double>(count, in, out);
    for (int i = 0; i < count; i += kLanes) {
      V at[4];
      for (int k = 0; k < 4; ++k) at[k] = Load<V>(tails[k] + i);
      BetaSearch<V> state = {Load<V>(column[4] + i), Load<V>(column[5] + i)};
      const V last = AdvanceBetaSearch(
          Load<V>(column[0] + i), Load<V>(column[1] + i),
          TargetOf(Load<V>(column[2] + i), Load<V>(column[3] + i)), at, &state);
      Store(state.y, column[4] + i);
      Store(state.side, column[5] + i);
      Store(last, done + i);
    }
    int rest = 0;
    for (int i = 0; i < count; ++i) {
      if (done[i] != 0) {
        y[index[i]] = column[4][i];
      } else if (column[4][i] == column[4][i]) {  // a NaN never arrives
        for (int k = 0; k < 6; ++k) column[k][rest] = column[k][i];
        index[rest++] = index[i];
      }
    }
    count = rest;
  }
}

// (a, b, p, 1-p) -> x, 1-x where I(a, b, x) = p, or -> logit x.
template <class T, bool kLogit>
void MapBetaQuantile(int64_t n, const T* const* in, T* const* out) {
  using V = Lanes<double>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  for (int64_t first = 0; first < n; first += kSearchTile) {
    const int size =
        static_cast<int>(n - first < kSearchTile ? n - first : kSearchTile);
    double column[4][kSearchSize], y[kSearchSize];
    double x[kSearchSize], xi[kSearchSize], tails[6][kSearchSize];
    for (int k = 0; k < 4; ++k) {
      for (int i = 0; i < size; ++i) column[k][i] = in[k][first + i];
      for (int i = size; i < kSearchSize; ++i) column[k][i] = 0.5;
    }
    FindLogitQuantiles(size, column[0], column[1], column[2], column[3], y);
    for (int i = size; i < kSearchSize; ++i) y[i] = 0;
    for (int i = 0; i < size; i += kLanes) {
      V lesser, greater;
      Logistic(Load<V>(y + i), &lesser, &greater);
      Store(lesser, x + i);
      Store(greater, xi + i);
    }
    if constexpr (kIsDouble<T>) {
      double* at[6];
      for (int k = 0; k < 6; ++k) {
        at[k] = tails[k];
        for (int i = size; i < kSearchSize; ++i) tails[k][i] = 0.5;
      }
      if constexpr (kLogit) {
        const double* points[] = {column[0], column[1], y};
        MapArrays<BetaincOfLogit<double, AllBetaTails, 6>>(size, points, at);
      } else {
        const double* points[] = {column[0], column[1], x, xi};
        MapArrays<BetaincOfSample<double, AllBetaTails, 6>>(size, points, at);
      }
      for (int i = 0; i < size; i += kLanes) {
        V t[6];
        for (int k = 0; k < 6; ++k) t[k] = Load<V>(tails[k] + i);
        V lesser = Load<V>(x + i), greater = Load<V>(xi + i);
        const V step = LastBetaStep(
            Load<V>(column[0] + i), Load<V>(column[1] + i), lesser, greater,
            TargetOf(Load<V>(column[2] + i), Load<V>(column[3] + i)), t);
        if constexpr (kLogit) {
          Store(Load<V>(y + i) + step, y + i);
        } else {
          MoveLogit(step, &lesser, &greater);
          Store(lesser, x + i);
          Store(greater, xi + i);
        }
      }
    }
    for (int i = 0; i < size; ++i) {
      const double p = column[2][i], q = column[3][i];
      const bool valid = ValidConcentrations(column[0][i], column[1][i]) &&
                         p >= 0 && q >= 0 && p <= 1 && q <= 1;
      const bool low_end = p == 0, high_end = q == 0;
      const double nan = std::numeric_limits<double>::quiet_NaN();
      const double infinity = std::numeric_limits<double>::infinity();
      if constexpr (kLogit) {
        const double end = low_end ? -infinity : infinity;
        out[0][first + i] = static_cast<T>(!valid                ? nan
                                           : low_end || high_end ? end
                                                                 : y[i]);
      } else {
        const bool end = low_end || high_end;
        out[0][first + i] = static_cast<T>(!valid ? nan
                                           : end  ? (low_end ? 0 : 1)
                                                  : x[i]);
        out[1][first + i] = static_cast<T>(!valid ? nan
                                           : end  ? (low_end ? 1 : 0)
                                                  : xi[i]);
      }
    }
  }
}

// (nu, p, 1-p) -> t where F(t) = p.
template <class T>
void MapStudentTQuantile(int64_t n, const T* const* in, T* const* out) {
  using V = Lanes<double>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  for (int64_t first = 0; first < n; first += kSearchTile) {
    const int size =
        static_cast<int>(n - first < kSearchTile ? n - first : kSearchTile);
    double nu[kSearchSize], half_nu[kSearchSize], half[kSearchSize];
    double lower[kSearchSize], upper[kSearchSize], y[kSearchSize];
    double t[kSearchSize], tails[6][kSearchSize];
    for (int i = 0; i < kSearchSize; ++i) {
      const bool inside = i < size;
      const double p = inside ? in[1][first + i] : 0.25;
      const double q = inside ? in[2][first + i] : 0.75;
      const double df = inside ? in[0][first + i] : 2;
      const double tail = p < q ? p : q;
      nu[i] = BoundedStudentTDf(df);
      half_nu[i] = 0.5 * nu[i];
      half[i] = 0.5;
      upper[i] = 2 * tail;
      lower[i] = 1 - 2 * tail;
      y[i] = 0;
    }
    FindLogitQuantiles(size, half, half_nu, lower, upper, y);
    for (int i = 0; i < size; i += kLanes) {
      // exp(y/2) may overflow together with t only.
      const V logit = Load<V>(y + i);
      Store(Sqrt(Load<V>(nu + i)) * Exp(0.5 * logit), t + i);
    }
    if constexpr (kIsDouble<T>) {
      double* at[6];
      for (int k = 0; k < 6; ++k) {
        at[k] = tails[k];
        for (int i = size; i < kSearchSize; ++i) tails[k][i] = 0.5;
      }
      const double* points[] = {nu, t};
      MapArrays<StudentTCdfOf<double, AbsStudentTOutputs, 6>>(size, points, at);
      for (int i = 0; i < size; i += kLanes) {
        V values[6];
        for (int k = 0; k < 6; ++k) values[k] = Load<V>(tails[k] + i);
        const V df = Load<V>(nu + i), old = Load<V>(t + i);
        V x, xi;
        Logistic(Load<V>(y + i), &x, &xi);
        const V step =
            0.5 * LastBetaStep(Broadcast<V>(0.5), 0.5 * df, x, xi,
                               TargetOf(Load<V>(lower + i), Load<V>(upper + i)),
                               values);
        const auto finite = old < Infinity<V>();
        Store(Select(finite, old + old * (step + 0.5 * step * step), old),
              t + i);
      }
    }
    for (int i = 0; i < size; ++i) {
      const double p = in[1][first + i], q = in[2][first + i];
      const bool valid = nu[i] > 0 && p >= 0 && q >= 0 && p <= 1 && q <= 1;
      const double infinity = std::numeric_limits<double>::infinity();
      const double root = upper[i] == 0 ? infinity : lower[i] == 0 ? 0 : t[i];
      out[0][first + i] =
          static_cast<T>(!valid  ? std::numeric_limits<double>::quiet_NaN()
                         : p < q ? -root
                                 : root);
    }
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_CPU_MAP_INVERSE_H_
