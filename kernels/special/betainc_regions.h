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

inline constexpr int kBetaincRegions = 9;
inline constexpr int kUniformRegion = 3;
inline constexpr int kFirstFraction = 4;
inline constexpr int kFractionLimits = kBetaincRegions - kFirstFraction - 1;

// The fraction's levels suffice where its ratio at the level `at` is below
// `most` (FractionRatio). These are 9/10 of the least ratio of any fraction
// that needed more levels to be right to 5e-17 or 1e-8, among 3e6 with shapes
// in [1e-6, 1e10].
struct FractionLimit {
  double at, most;
};

// Regions for results in double, and in float.
template <class Result>
struct BetaincRegions;

template <>
struct BetaincRegions<double> {
  static constexpr BetaincRegion kOf[] = {
      {BetaincMethod::kSeries, 12},      // 0
      {BetaincMethod::kSeries, 20},      // 1
      {BetaincMethod::kSeries, 52},      // 2
      {BetaincMethod::kUniform, 26},     // 3
      {BetaincMethod::kFraction, 12},    // 4
      {BetaincMethod::kFraction, 16},    // 5
      {BetaincMethod::kFraction, 22},    // 6
      {BetaincMethod::kFraction, 40},    // 7
      {BetaincMethod::kFraction, 106}};  // 8
  static constexpr FractionLimit kLimit[kFractionLimits] = {
      {6, 0.0070}, {6, 0.0117}, {16, 0.0081}, {16, 0.0117}};
};

template <>
struct BetaincRegions<float> {
  static constexpr BetaincRegion kOf[] = {{BetaincMethod::kSeries, 7},      // 0
                                          {BetaincMethod::kSeries, 12},     // 1
                                          {BetaincMethod::kSeries, 26},     // 2
                                          {BetaincMethod::kUniform, 12},    // 3
                                          {BetaincMethod::kFraction, 5},    // 4
                                          {BetaincMethod::kFraction, 7},    // 5
                                          {BetaincMethod::kFraction, 10},   // 6
                                          {BetaincMethod::kFraction, 16},   // 7
                                          {BetaincMethod::kFraction, 30}};  // 8
  static constexpr FractionLimit kLimit[kFractionLimits] = {
      {3, 0.0103}, {3, 0.0196}, {8, 0.0159}, {12, 0.0152}};
};

// Two levels of the fraction of beta_fraction.h, contracted to one, multiply
// the error of what follows them by about exp(-2 asinh(1 / (2 r))), or with
// acosh where m > a, at level m:
//
//   r^2 = m |a-m| (b+m) (s+m) xi^2 / (b lambda + (2 + 2 x) m (b+m))^2.
//
// This is r^2 / m, as numerator and denominator, in units of b^2. Next to m = a
// a level may do better than its neighbours, whence m / 2.
template <class V>
struct FractionRatio {
  V numerator, denominator;
};

template <class V>
TFI_FUNCTION FractionRatio<V> FractionRatioAt(Scalar<V> m, V a, V per_b, V x,
                                              V excess, V xi_squared) {
  using T = Scalar<V>;
  const V factor = MulAdd(Broadcast<V>(m), per_b, Broadcast<V>(1));
  const V root = MulAdd((x + T(1)) * factor, Broadcast<V>(m + m), excess);
  const V distance = Max(Abs(a - m), Broadcast<V>(T(0.5) * m));
  return {(distance * factor) * (MulAdd(a, per_b, factor) * xi_squared),
          root * root};
}

// The region of the fewest levels, of those up to kIndex, that suffice;
// `region` where none does. `ratio` is that of the limit before.
template <class Result, int kIndex, class V>
TFI_FUNCTION Integer<V> FractionRegion(const BetaArguments<V>& at, V per_b,
                                       V xi_squared, FractionRatio<V> ratio,
                                       Integer<V> region) {
  using T = Scalar<V>;
  if constexpr (kIndex < 0) {
    return region;
  } else {
    constexpr FractionLimit kLimit = BetaincRegions<Result>::kLimit[kIndex];
    if constexpr (kIndex == kFractionLimits - 1 ||
                  kLimit.at != BetaincRegions<Result>::kLimit[kIndex + 1].at) {
      ratio = FractionRatioAt<V>(T(kLimit.at), at.a, per_b,
                                 at.point.x.value.high, at.excess, xi_squared);
    }
    // Infinite ones compare false.
    region = Select(ratio.numerator < T(kLimit.most) * ratio.denominator,
                    Integer<V>{} + (kFirstFraction + kIndex), region);
    return FractionRegion<Result, kIndex - 1>(at, per_b, xi_squared, ratio,
                                              region);
  }
}

// Anything goes in, NaN included.
template <class Result, class V>
TFI_FUNCTION Integer<V> BetaincRegionOf(const BetaArguments<V>& at) {
  using T = Scalar<V>;
  const Integer<V> zero{};
  const V a = at.a, b = at.b, x = at.point.x.value.high;
  const V xi = at.point.complement.value.high;
  const V bx = b * x;

  Integer<V> region = FractionRegion<Result, kFractionLimits - 1>(
      at, T(1) / b, xi * xi, FractionRatio<V>{}, zero + (kBetaincRegions - 1));

  auto large = Min(a, b) >= T(64);
  // The uniform expansion takes a precision that float lacks.
  if constexpr (!kIsDouble<V>) large = large & (region == kBetaincRegions - 1);
  if (AnyTrue(large)) {
    const V variance = a / (a + b) * b;
    region = Select(large & (at.excess * at.excess <= T(20.25) * variance),
                    zero + kUniformRegion, region);
  }

  if (AnyTrue(at.small)) {
    Integer<V> series = zero + 2;
    series = Select(x < T(0.1), zero + 1, series);
    series = Select((x < T(0.03)) & (bx < T(0.1)), zero, series);
    region = Select(at.small & (bx <= T(1)) & (x <= T(0.5)), series, region);
  }
  return region;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_REGIONS_H_
