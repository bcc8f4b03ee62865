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

// How to evaluate r in one region: terms of a series (or shifts of kTaylorAtOne)
// or levels of a fraction.
enum class LogitBetaMethod { kLower, kUpper, kTaylor, kTaylorAtOne };

struct LogitBetaRegion {
  LogitBetaMethod method;
  int terms;
  int shifts;
};

// Neighbours differ in the number of terms only: kLower first, then kUpper.
template <class T>
struct LogitBetaRegions;

template <>
struct LogitBetaRegions<double> {
  static constexpr LogitBetaRegion kOf[] = {
      {LogitBetaMethod::kLower, 5, 0},         // 0
      {LogitBetaMethod::kLower, 8, 0},         // 1
      {LogitBetaMethod::kLower, 13, 0},        // 2
      {LogitBetaMethod::kLower, 20, 0},        // 3
      {LogitBetaMethod::kLower, 28, 0},        // 4
      {LogitBetaMethod::kUpper, 11, 0},        // 5
      {LogitBetaMethod::kUpper, 17, 0},        // 6
      {LogitBetaMethod::kUpper, 23, 0},        // 7
      {LogitBetaMethod::kUpper, 34, 0},        // 8
      {LogitBetaMethod::kUpper, 44, 0},        // 9
      {LogitBetaMethod::kTaylorAtOne, 36, 8},  // 10
      {LogitBetaMethod::kTaylorAtOne, 31, 0},  // 11
      {LogitBetaMethod::kTaylor, 13, 0},       // 12
      {LogitBetaMethod::kTaylor, 23, 0},       // 13
      {LogitBetaMethod::kTaylor, 38, 0}};      // 14
};

template <>
struct LogitBetaRegions<float> {
  static constexpr LogitBetaRegion kOf[] = {
      {LogitBetaMethod::kLower, 3, 0},         // 0
      {LogitBetaMethod::kLower, 5, 0},         // 1
      {LogitBetaMethod::kLower, 10, 0},        // 2
      {LogitBetaMethod::kLower, 15, 0},        // 3
      {LogitBetaMethod::kUpper, 7, 0},         // 4
      {LogitBetaMethod::kUpper, 13, 0},        // 5
      {LogitBetaMethod::kUpper, 30, 0},        // 6
      {LogitBetaMethod::kTaylorAtOne, 10, 8},  // 7
      {LogitBetaMethod::kTaylorAtOne, 17, 0},  // 8
      {LogitBetaMethod::kTaylor, 9, 0},        // 9
      {LogitBetaMethod::kTaylor, 16, 0}};      // 10
};

template <class V>
TFI_FUNCTION Integer<V> LogitBetaFloatRegionOf(V a, V b, V x) {
  using T = Scalar<V>;
  const Integer<V> zero{};
  const V s = a + b;
  const V sx = s * x;
  const V c = Select(a < T(8), Broadcast<V>(T(0.7)), Broadcast<V>(T(-0.5)));const V ratio = (sx + c*x) / (a + c);
  const auto low = x < T(0.7);

  Integer<V> lower = zero + 3;
  lower = Select((ratio < T(0.8)) | (low & ((a < T(16)) | (b < T(1)))),
                 zero + 2, lower);
  lower = Select(ratio < T(0.5), zero + 1, lower);
  lower = Select(ratio < T(0.2), zero, lower);

  Integer<V> upper = zero + 6;
  upper = Select(((x >= T(0.5)) & (ratio > T(1))) |
                     ((a < T(16)) & ((sx >= T(3)) | (x >= T(0.1)))),
                 zero + 5, upper);
  upper = Select((a < T(8)) & ((sx >= T(5)) | (x >= T(0.3))), zero + 4, upper);

  Integer<V> region = Select((b >= T(1)) & ((ratio > T(1)) | ((a >= T(16)) & (sx > T(0.97) * a))), upper, lower);
  region = Select((b < T(1)) & !low, Select(a < T(8), zero + 7, zero + 8),
                  region);
  const auto not_far = sx < T(1.5) * a;
  region = Select((((a >= T(8)) & (x >= T(0.8))) | ((a >= T(16)) & !low)) & not_far, zero + 8, region);

  const auto near =
      (a >= T(200)) & (sx > T(0.8) * a) & (sx < T(1.2) * a);
  return Select((a >= T(40)) & (sx > T(0.7) * a) & not_far,
                Select(near, zero + 9, zero + 10), region);
}

// The region of (a, b, x): an index into LogitBetaRegions::kOf.
template <class V>
TFI_FUNCTION Integer<V> LogitBetaRegionOf(V a, V b, V x) {
  if constexpr (!kIsDouble<V>) return LogitBetaFloatRegionOf(a, b, x); else {
  using T = Scalar<V>;
  const Integer<V> zero{};
  const V s = a + b;
  const V sx = s * x;
  // x (s + 2) / (a + 2) is 1 at the border between the fractions.
  const V ratio = (sx + T(2) * x) / (a + T(2));
  const auto low = x < T(0.7);

  Integer<V> lower = zero + 4;
  lower = Select(((a < T(32)) & low) | ((a < T(16)) & (x < T(0.8))) |
                     (ratio < T(0.9)),
                 zero + 3, lower);
  lower = Select((ratio < T(0.7)) | (low & ((a < T(5)) | (b < T(1)))), zero + 2,
                 lower);
  lower = Select(ratio < T(0.5), zero + 1, lower);
  lower = Select(ratio < T(0.2), zero, lower);

  const auto small = a < T(16);
  const auto half = x >= T(0.5);
  Integer<V> upper = zero + 9;
  upper = Select((a >= T(16)) | (sx >= T(3)), zero + 8, upper);
  upper = Select(((a < T(32)) & (sx >= T(5))) | half, zero + 7, upper);
  upper = Select((small & ((sx >= T(8)) | (x >= T(0.1)))) | (half & (a < T(32))),
                 zero + 6, upper);
  upper = Select(small & (x >= T(0.3)), zero + 5, upper);

  Integer<V> region = Select((b >= T(1)) & (ratio > T(1)), upper, lower);
  region = Select((b < T(1)) & !low, Select(small, zero + 10, zero + 11), region);
  const auto not_far = sx < T(1.5) * a;
  region = Select((a >= T(32)) & (x >= T(0.9)) & not_far, zero + 11, region);

  const auto near = (sx > T(0.9) * a) & (sx < T(1.1) * a);
  const auto beside =
      (sx < T(1.2) * a) | ((sx < T(1.3) * a) & (a >= T(300)));
  Integer<V> taylor = Select(beside, zero + 13, zero + 14);
  taylor = Select((a >= T(500)) & near, zero + 12, taylor);
  return Select((a >= T(100)) & (sx > T(0.7) * a) & not_far, taylor, region);
}}

// Where log x is below this, x may be subnormal and log x is taken as given.
template <class T>
inline constexpr T kTinyLogX = kIsDouble<T> ? -700 : -80;

// r in region kRegion. `log_x` is log x; used where below kTinyLogX only.
template <int kRegion, class U>
TFI_FUNCTION U LogitBetaInRegion(const U& a, const U& b, const U& x,
                                 const U& log_x) {
  using T = Scalar<U>;
  constexpr LogitBetaRegion kMethod = LogitBetaRegions<T>::kOf[kRegion];
  if constexpr (kMethod.method == LogitBetaMethod::kTaylor) {
    return LogitBetaByTaylor(kMethod.terms, a, b, x);
  } else if constexpr (kMethod.method == LogitBetaMethod::kTaylorAtOne &&
                       kMethod.shifts == 0) {
    return LogitBetaByTaylorAtOne(kMethod.terms, 0, a, b, x, x);
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
      // S is 1 there, and products with x would be subnormal, which is slow.
      const U safe_x = Select(ValueOf(x) < T(kIsDouble<U> ? 1e-100 : 1e-19), x - x, x);
      return LogitBetaByLowerFraction(kMethod.terms, a, b, safe_x,
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
  constexpr T kBound = kIsDouble<V> ? 9.8e-305 : 1.8e-35;  // exp(kTinyLogX)
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
  static constexpr int kRegions = sizeof(LogitBetaRegions<T>::kOf) / sizeof(LogitBetaRegion);

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
