// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Which of the methods of betainc_methods.h evaluates the Beta distribution
// function where, and with how many terms.
//
// I(a, b, x) = 1 - I(b, a, 1-x): the arguments are first exchanged so that
//
//   the lesser shape is a, where one of them is below 1, x <= 1/2 where both;
//   x is above the mean, elsewhere.
//
// Then, with excess = s x - a:
//
//   series     a < 1, b x <= 1, x <= 1/2: both tails, without cancellation
//   uniform    a, b >= 64, excess within 4.5 standard deviations
//   fraction   the rest: the upper tail

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_REGIONS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_REGIONS_H_

#include "kernels/special/beta_point.h"
#include "kernels/special/betainc_density.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

enum class BetaincMethod { kSeries, kFraction, kUniform };

struct BetaincRegion {
  BetaincMethod method;
  int terms;
};

// The arguments after the exchange.
template <class V>
struct BetaArguments {
  V a, b;
  BetaPoint<V> point;
  V excess;  // of about the last bit below 0 at the mean
  Mask<V> exchanged;
  Mask<V> small;  // a < 1
};

// Sorting and evaluation must agree on the exchange to the last bit: its sign
// is of a difference of products that no compiler may fuse (Product).
template <class V>
TFI_FUNCTION BetaArguments<V> ArrangeBeta(V a, V b, const BetaPoint<V>& point) {
  using T = Scalar<V>;
  const V x = point.x.value.high;
  BetaArguments<V> r;
  r.small = Min(a, b) < T(1);
  const auto both = Max(a, b) < T(1);
  const auto for_small = (both & (x > T(0.5))) | (!both & (b < a));
  const auto below =
      Product(b, x).high < Product(a, point.complement.value.high).high;
  r.exchanged = (r.small & for_small) | (!r.small & below);
  r.a = Select(r.exchanged, b, a);
  r.b = Select(r.exchanged, a, b);
  r.point = ExchangeWhere(r.exchanged, point);
  const V excess = RoundedBetaExcess(a, b, point);
  r.excess = Select(r.exchanged, -excess, excess);
  return r;
}

// Regions for results in double, and in float (evaluated in double).
template <class Result>
struct BetaincRegions;

template <>
struct BetaincRegions<double> {
  static constexpr BetaincRegion kOf[] = {{BetaincMethod::kSeries, 12},     // 0
                                          {BetaincMethod::kSeries, 20},     // 1
                                          {BetaincMethod::kSeries, 52},     // 2
                                          {BetaincMethod::kUniform, 26},    // 3
                                          {BetaincMethod::kFraction, 10},   // 4
                                          {BetaincMethod::kFraction, 14},   // 5
                                          {BetaincMethod::kFraction, 24},   // 6
                                          {BetaincMethod::kFraction, 34},   // 7
                                          {BetaincMethod::kFraction, 52},   // 8
                                          {BetaincMethod::kFraction, 92}};  // 9
};

template <>
struct BetaincRegions<float> {
  static constexpr BetaincRegion kOf[] = {{BetaincMethod::kSeries, 7},      // 0
                                          {BetaincMethod::kSeries, 12},     // 1
                                          {BetaincMethod::kSeries, 26},     // 2
                                          {BetaincMethod::kUniform, 12},    // 3
                                          {BetaincMethod::kFraction, 7},    // 4
                                          {BetaincMethod::kFraction, 11},   // 5
                                          {BetaincMethod::kFraction, 15},   // 6
                                          {BetaincMethod::kFraction, 25},   // 7
                                          {BetaincMethod::kFraction, 23},   // 8
                                          {BetaincMethod::kFraction, 36}};  // 9
};

inline constexpr int kBetaincRegions = 10;

// Anything goes in, NaN included. The numbers of levels are those after which
// 1e5 fractions with shapes in [1e-6, 1e10] no longer changed.
template <class V>
TFI_FUNCTION Integer<V> BetaincRegionOf(const BetaArguments<V>& at) {
  using T = Scalar<V>;
  const Integer<V> zero{};
  const V a = at.a, b = at.b, x = at.point.x.value.high;
  const V excess = at.excess;
  const V square = excess * excess;
  const V s = a + b;
  const V bx = b * x;

  // The last condition that holds counts.
  Integer<V> fraction = Select(a < T(4), zero + 9, zero + 7);
  fraction = Select((a < T(4)) & ((a >= T(2)) | (square >= T(4) * (a + T(1)))),
                    zero + 8, fraction);
  fraction =
      Select(((a >= T(4)) & (a < T(16))) | (square >= T(16) * (a + T(1))) |
                 (x >= T(0.5)) | ((x >= T(0.1)) & (a < T(16))),
             zero + 6, fraction);
  fraction =
      Select(((a < T(16)) & (x >= T(0.3))) | ((a < T(64)) & (x >= T(0.8))) |
                 ((a >= T(1)) & (a < T(16)) & (square >= T(16) * (a + T(1)))),
             zero + 5, fraction);
  fraction = Select((a < T(8)) & (x >= T(0.5)), zero + 4, fraction);

  Integer<V> series = zero + 2;
  series = Select(x < T(0.1), zero + 1, series);
  series = Select((x < T(0.03)) & (bx < T(0.1)), zero, series);

  const V variance = a / s * b;
  const auto uniform = (Min(a, b) >= T(64)) & (square <= T(20.25) * variance);
  const auto use_series = at.small & (bx <= T(1)) & (x <= T(0.5));
  return Select(use_series, series, Select(uniform, zero + 3, fraction));
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_REGIONS_H_
