// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Implicit reparameterization gradients of a Beta(a, b) sample x and of its logit
// y = log(x / (1 - x)), at a fixed quantile:
//
//   dy/da = r(a, b, x),          dy/db = -r(b, a, 1-x),
//   dx/da = x (1-x) r(a, b, x),  dx/db = -x (1-x) r(b, a, 1-x).
//
// With s = a + b, r is the solution that is regular at x = 1 of
//
//   x (1-x) dr/dx + (a - s x) r = psi(a) - psi(s) - log x.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETA_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETA_H_

#include "kernels/special/beta_fraction.h"
#include "kernels/special/beta_series.h"
#include "kernels/special/digamma.h"
#include "kernels/special/dual.h"
#include "kernels/special/exp.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// How to evaluate r in one region.
enum class LogitBetaMethod { kTaylor, kTaylorAtOne, kLower, kUpper };

struct LogitBetaRegion {
  LogitBetaMethod method;
  int terms;   // or levels of the fraction
  int shifts;  // of kTaylorAtOne
};

template <class T>
struct LogitBetaRegions {
  static constexpr LogitBetaRegion kOf[] = {
      {LogitBetaMethod::kLower, 18, 0},       {LogitBetaMethod::kLower, 32, 0},
      {LogitBetaMethod::kLower, 40, 0},       {LogitBetaMethod::kUpper, 40, 0},
      {LogitBetaMethod::kUpper, 28, 0},       {LogitBetaMethod::kUpper, 36, 0},
      {LogitBetaMethod::kTaylorAtOne, 52, 8}, {LogitBetaMethod::kTaylorAtOne, 52, 0},
      {LogitBetaMethod::kTaylor, 48, 0},      {LogitBetaMethod::kTaylor, 20, 0},
      {LogitBetaMethod::kTaylor, 10, 0}};
  static constexpr int kCount = sizeof(kOf) / sizeof(kOf[0]);
};

// The region of (a, b, x): an index into LogitBetaRegions::kOf.
template <class V>
TFI_FUNCTION Integer<V> LogitBetaRegionOf(V a, V b, V x) {
  using T = Scalar<V>;
  const V s = a + b;
  const Integer<V> zero{};
  const Integer<V> by_a =
      Select(a < T(5), zero, Select(a < T(40), zero + 1, zero + 2));
  const auto upper = (b >= T(1)) & (x * (s + T(2)) > a + T(2));
  Integer<V> region = Select(upper, by_a + 3, by_a);
  const auto at_one = (b < T(1)) & (x >= T(0.5));
  region = Select(at_one, Select(a < T(8), zero + 6, zero + 7), region);
  const auto taylor = (a >= T(100)) & (x * s > T(0.5) * a);
  return Select(
      taylor,
      Select(a < T(1000), zero + 8, Select(a < T(1e5), zero + 9, zero + 10)),
      region);
}

// Where log x is below this, x may be subnormal and log x is taken as given.
template <class T>
inline constexpr T kTinyLogX = kIsDouble<T> ? -40 : -20;

// r in region kRegion. `log_x` is log x; used where below kTinyLogX only.
template <int kRegion, class U>
TFI_FUNCTION U LogitBetaInRegion(const U& a, const U& b, const U& x,
                                 const U& log_x) {
  using T = Scalar<U>;
  constexpr LogitBetaRegion kMethod = LogitBetaRegions<T>::kOf[kRegion];
  if constexpr (kMethod.method == LogitBetaMethod::kTaylor) {
    return LogitBetaByTaylor(kMethod.terms, a, b, x);
  } else {
    const U s1 = a + b + T(1);
    // psi(s) - log(s + 1), and without the logarithms psi(a + 1) or psi(a).
    const U psi_s = DigammaMinusLog(s1) - T(1) / (a + b);
    const U psi_a = DigammaMinusLog(a + T(1));
    const auto tiny = ValueOf(log_x) < kTinyLogX<T>;
    const U x1 = x * s1;
    const U log_ratio = LogRatio(Select(tiny, s1, x1), a + T(1));
    const U log_mean = Select(tiny, log_ratio + log_x, log_ratio);
    if constexpr (kMethod.method == LogitBetaMethod::kUpper) {
      return LogitBetaByUpperFraction(kMethod.terms, a, b, x,
                                      log_mean - ((psi_a - psi_s) - T(1) / a));
    } else if constexpr (kMethod.method == LogitBetaMethod::kLower) {
      return LogitBetaByLowerFraction(kMethod.terms, a, b, x,
                                      psi_a - psi_s - log_mean);
    } else {
      return LogitBetaByTaylorAtOne(kMethod.terms, kMethod.shifts, a, b, x,
                                    psi_a - psi_s - log_mean);
    }
  }
}

// x = 1 / (1 + exp(-y)) and 1 - x, each to full relative accuracy; y and -y give
// the same pair exchanged.
template <class V>
TFI_FUNCTION void Logistic(V y, V* x, V* complement) {
  using T = Scalar<V>;
  const V e = Exp(-Abs(y));
  const V larger = T(1) / (T(1) + e);
  const V smaller = e * larger;
  *x = Select(y < T(0), smaller, larger);
  *complement = Select(y < T(0), larger, smaller);
}

// log x where it is below kTinyLogX, x subnormal or 0 included, and 0 elsewhere.
template <class V>
TFI_FUNCTION V TinyLog(V x) {
  using T = Scalar<V>;
  constexpr int kShift = kIsDouble<V> ? 128 : 48;
  constexpr T kScale = kIsDouble<V> ? 0x1p128 : 0x1p48;
  constexpr T kBound = kIsDouble<V> ? 4.24e-18 : 2.06e-9;  // exp(kTinyLogX)
  const V one = Broadcast<V>(1);
  const auto tiny = x < kBound;
  V log_x = LogRatio(Select(tiny, x * kScale, one), one) -
            T(kShift * 0.69314718055994530942);
  log_x = Select(x > T(0), log_x, -Infinity<V>());
  return Select(tiny, log_x, V{});
}

// (a, b, x, log x) -> d logit(x) / da at a fixed quantile. log x is used where
// it is below kTinyLogX, and may be any larger number where x is larger.
struct LogitBetaSlopeFunction {
  static constexpr int kInputs = 4, kOutputs = 1;
  template <class T>
  static constexpr int kRegions = LogitBetaRegions<T>::kCount;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    return LogitBetaRegionOf(in[0], in[1], in[2]);
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    const V a = in[0], b = in[1];
    using T = Scalar<V>;
    const V r = LogitBetaInRegion<kRegion>(a, b, in[2], in[3]);
    const auto valid =
        (a > T(0)) & (b > T(0)) & (a < Infinity<V>()) & (b < Infinity<V>());
    out[0] = Select(valid, r, NaN<V>());
  }
};

// x (1-x) r, with its limit 0 at x = 0 and x = 1; NaN outside [0, 1].
template <class V>
TFI_FUNCTION V BetaSampleSlope(V x, V complement, V r) {
  using T = Scalar<V>;
  const V density = x * complement;
  const V slope =
      Select((density == T(0)) & (r == r), V{}, density * r);
  const auto valid = (x >= T(0)) & (complement >= T(0)) & (x <= T(1)) &
                     (complement <= T(1));
  return Select(valid, slope, NaN<V>());
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETA_H_
