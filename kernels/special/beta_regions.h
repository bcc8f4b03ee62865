// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Which method evaluates r(a, b, x) of beta.h where, and with how many terms.
//
// Each method alone covers its part of the domain with one large number of
// terms; regions with fewer terms within that part are there for speed. The
// numbers of terms were read off the errors at some 20,000 reference points
// with a and b in [1e-6, 1e10]: truncation is below 3e-14 in double and 5e-8 in
// float for quantiles in [1e-10, 1 - 1e-10], and below 2e-13 far beyond.
//
// With s = a + b, mean = a / s:
//
//   lower fraction   x below the mean; all of x < 0.7 where b < 1
//   upper fraction   x above the mean, b >= 1
//   Taylor at 1      x >= 0.7 where b < 1; elsewhere near 1, not far in the
//   tail Taylor           large a, from 0.69 mean to 1.5 mean
//
// In double the border between the fractions is at (s+2) x = a+2 rather than at
// the mean: the upper one converges slowly for small a and s x, while the lower
// one loses at most a factor of 20 there. In float it is at (s+0.7) x = a+0.7
// for a < 8, where that factor would matter, and below the mean for larger a.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETA_REGIONS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETA_REGIONS_H_

#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

enum class LogitBetaMethod { kLower, kUpper, kTaylor, kTaylorAtOne };

struct LogitBetaRegion {
  LogitBetaMethod method;
  int terms;   // of a series; levels or pairs of levels of a fraction
  int shifts;  // of kTaylorAtOne
};

template <class T>
struct LogitBetaRegions;

template <>
struct LogitBetaRegions<double> {
  static constexpr LogitBetaRegion kOf[] = {
      {LogitBetaMethod::kLower, 5, 0},         // 0
      {LogitBetaMethod::kLower, 8, 0},         // 1
      {LogitBetaMethod::kLower, 13, 0},        // 2
      {LogitBetaMethod::kLower, 20, 0},        // 3
      {LogitBetaMethod::kLower, 36, 0},        // 4
      {LogitBetaMethod::kUpper, 13, 0},        // 5
      {LogitBetaMethod::kUpper, 17, 0},        // 6
      {LogitBetaMethod::kUpper, 23, 0},        // 7
      {LogitBetaMethod::kUpper, 40, 0},        // 8
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
      {LogitBetaMethod::kLower, 18, 0},        // 3
      {LogitBetaMethod::kUpper, 7, 0},         // 4
      {LogitBetaMethod::kUpper, 13, 0},        // 5
      {LogitBetaMethod::kUpper, 30, 0},        // 6
      {LogitBetaMethod::kTaylorAtOne, 14, 4},  // 7
      {LogitBetaMethod::kTaylorAtOne, 17, 0},  // 8
      {LogitBetaMethod::kTaylor, 9, 0},        // 9
      {LogitBetaMethod::kTaylor, 16, 0}};      // 10
};

template <class T>
inline constexpr int kLogitBetaRegions =
    sizeof(LogitBetaRegions<T>::kOf) / sizeof(LogitBetaRegion);

template <class V>
TFI_FUNCTION Integer<V> LogitBetaRegionInDouble(V a, V b, V x) {
  using T = Scalar<V>;
  const Integer<V> zero{};
  const V sx = (a + b) * x;
  // 1 at the border between the fractions.
  const V ratio = (sx + T(2) * x) / (a + T(2));
  const auto low = x < T(0.7);
  const auto half = x >= T(0.5);
  const auto small = a < T(16);
  const auto not_far = sx < T(1.5) * a;

  // The last condition that holds counts.
  Integer<V> lower = zero + 4;
  lower =
      Select((ratio < T(0.9)) | ((a < T(32)) & low) | (small & (x < T(0.8))),
             zero + 3, lower);
  lower = Select((ratio < T(0.7)) | (low & ((a < T(5)) | (b < T(1)))), zero + 2,
                 lower);
  lower = Select(ratio < T(0.5), zero + 1, lower);
  lower = Select(ratio < T(0.2), zero, lower);

  Integer<V> upper = zero + 9;
  upper = Select((a >= T(16)) | (sx >= T(3)), zero + 8, upper);
  upper = Select(half | ((a < T(32)) & (sx >= T(5))), zero + 7, upper);
  upper =
      Select((half & (a < T(32))) | (small & ((sx >= T(8)) | (x >= T(0.1)))),
             zero + 6, upper);
  upper = Select(small & (x >= T(0.3)), zero + 5, upper);

  Integer<V> taylor = zero + 14;
  taylor = Select((sx < T(1.2) * a) | ((a >= T(300)) & (sx < T(1.3) * a)),
                  zero + 13, taylor);
  taylor = Select((a >= T(500)) & (sx > T(0.9) * a) & (sx < T(1.1) * a),
                  zero + 12, taylor);

  Integer<V> region = Select((b >= T(1)) & (ratio > T(1)), upper, lower);
  region =
      Select((b < T(1)) & !low, Select(small, zero + 10, zero + 11), region);
  region = Select((a >= T(32)) & (x >= T(0.9)) & not_far, zero + 11, region);
  return Select((a >= T(100)) & (sx > T(0.69) * a) & not_far, taylor, region);
}

template <class V>
TFI_FUNCTION Integer<V> LogitBetaRegionInFloat(V a, V b, V x) {
  using T = Scalar<V>;
  const Integer<V> zero{};
  const V sx = (a + b) * x;
  const V border =
      Select(a < T(8), Broadcast<V>(T(0.7)), Broadcast<V>(T(-0.5)));
  const V ratio = (sx + border * x) / (a + border);
  const auto above =
      (b >= T(1)) & ((ratio > T(1)) | ((a >= T(16)) & (sx > T(0.96) * a)));
  const auto low = x < T(0.7);
  const auto not_far = sx < T(1.5) * a;

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

  const auto central = (a >= T(200)) & (sx > T(0.8) * a) & (sx < T(1.2) * a);
  const Integer<V> taylor = Select(central, zero + 9, zero + 10);

  Integer<V> region = Select(above, upper, lower);
  region =
      Select((b < T(1)) & !low, Select(a < T(8), zero + 7, zero + 8), region);
  region =
      Select(not_far & (((a >= T(8)) & (x >= T(0.8))) | ((a >= T(16)) & !low)),
             zero + 8, region);
  return Select((a >= T(30)) & (sx > T(0.69) * a) & not_far, taylor, region);
}

// The region of (a, b, x), an index into LogitBetaRegions::kOf. Anything goes
// in, NaN included.
template <class V>
TFI_FUNCTION Integer<V> LogitBetaRegionOf(V a, V b, V x) {
  if constexpr (kIsDouble<V>) {
    return LogitBetaRegionInDouble(a, b, x);
  } else {
    return LogitBetaRegionInFloat(a, b, x);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETA_REGIONS_H_
