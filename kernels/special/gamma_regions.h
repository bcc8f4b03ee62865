// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The regions of the Gamma functions, and the derivatives that the method of a
// region delivers.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_REGIONS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_REGIONS_H_

#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// What each is, and its method: gamma.h. float has the first kGammaRegions.
enum GammaRegion {
  kGammaEdge,
  kGammaBulk,
  kGammaUpper,
  kGammaLowerShort,
  kGammaLower,
  kGammaLowerFar,
  kGammaUpperFar,
  kGammaMiddle,
  kGammaCenter,
  kGammaUpperNear,
  kGammaLowerLong,
};

template <class T>
inline constexpr int kGammaRegions = kIsDouble<T> ? 11 : 7;

// Borders and numbers of terms. The tables of coefficients/gamma.py cover the
// regions that these borders give, and no more. The terms leave a truncation
// error below eps / 4 of the gradient.
template <class T>
struct GammaBorders;

template <>
struct GammaBorders<float> {
  // Bulk: a >= kLargeAlpha, kFarLower < z / a < kFarUpper.
  static constexpr float kLargeAlpha = 2;
  static constexpr float kFarLower = 0.05;
  static constexpr float kFarUpper = 18;
  static constexpr int kLowerFarTerms = 6;
  static constexpr int kUpperFarTerms = 4;
  // Steps of the upward recurrence from a - floor(a) to a < kLargeAlpha.
  static constexpr int kUpperSteps = 1;
  // Largest z for so many terms of the lower series.
  static constexpr float kLowerShort = 0.5;
  static constexpr int kLowerShortTerms = 8;
  static constexpr int kLowerTerms = 14;
};

template <>
struct GammaBorders<double> {
  static constexpr double kLargeAlpha = 4;
  // kLargeAlpha <= a < kBulkAlpha has a table of its own, for
  // kMiddleFarLower < z / a < kMiddleFarUpper.
  static constexpr double kBulkAlpha = 8;
  static constexpr double kMiddleFarLower = 0.19;
  static constexpr double kMiddleFarUpper = 3.6;
  static constexpr double kFarLower = 0.0835;
  static constexpr double kFarUpper = 10;
  static constexpr int kLowerFarTerms = 15;
  static constexpr int kUpperFarTerms = 12;
  static constexpr int kUpperSteps = 3;
  static constexpr double kLowerShort = 0.5;
  static constexpr int kLowerShortTerms = 14;
  static constexpr double kLower = 2.5;
  static constexpr int kLowerTerms = 23;
  static constexpr int kLowerLongTerms = 28;
  // Center: a >= kCenterAlpha, kCenterLower < z / a < kCenterUpper.
  static constexpr double kCenterAlpha = 64;
  static constexpr double kCenterLower = 0.29;
  static constexpr double kCenterUpper = 2.45;
  // Largest z of the nearer table of the upper tail.
  static constexpr double kUpperNear = 4;
};

// The methods of the upper tail hold for a < kLargeAlpha, z > a + kUpperGap.
// The lower series is free of cancellation for z <= exp(psi(a + 1)), about
// a + 0.55, the upper fraction for z >= exp(psi(a)), about a - 0.5: near 0.7
// each loses at most a factor of 2.3. At a + 1.3 the series would lose 20.
template <class T>
inline constexpr T kGammaUpperGap = T(0.7);

// The largest a and z that the methods take, so that no sum overflows.
template <class T>
inline constexpr T kGammaLargest = std::numeric_limits<T>::max() / 4;

// Below it, z adds less than eps to the leading term for z -> 0, and its
// products with others may be subnormal, which is slow.
template <class T>
inline constexpr T kGammaTiny = kIsDouble<T> ? T(1e-290) : T(1e-36);

// The region of each lane. The values of all Gamma functions come from here.
template <class V>
TFI_FUNCTION Integer<V> GammaRegionOf(V a, V z) {
  using T = Scalar<V>;
  using Borders = GammaBorders<T>;
  const auto index = [](GammaRegion region) {
    return Broadcast<V>(static_cast<T>(region));
  };
  V small = Select(z > Borders::kLowerShort, index(kGammaLower),
                   index(kGammaLowerShort));
  if constexpr (kIsDouble<V>) {
    small = Select(z > Borders::kLower, index(kGammaLowerLong), small);
    const V upper = Select(z < Borders::kUpperNear, index(kGammaUpperNear),
                           index(kGammaUpper));
    small = Select(z > a + kGammaUpperGap<T>, upper, small);
  } else {
    small = Select(z > a + kGammaUpperGap<T>, index(kGammaUpper), small);
  }
  V far_lower = a * Borders::kFarLower;
  V far_upper = a * Borders::kFarUpper;
  V bulk = index(kGammaBulk);
  if constexpr (kIsDouble<V>) {
    const auto middle = a < Borders::kBulkAlpha;
    far_lower = Select(middle, a * Borders::kMiddleFarLower, far_lower);
    far_upper = Select(middle, a * Borders::kMiddleFarUpper, far_upper);
    const auto center = (a >= Borders::kCenterAlpha) &
                        (z > a * Borders::kCenterLower) &
                        (z < a * Borders::kCenterUpper);
    bulk = Select(center, index(kGammaCenter),
                  Select(middle, index(kGammaMiddle), bulk));
  }
  V large = Select(z > far_lower, bulk, index(kGammaLowerFar));
  large = Select(z < far_upper, large, index(kGammaUpperFar));
  const V region = Select(a < Borders::kLargeAlpha, small, large);
  const auto inside =
      (a > T(0)) &
      (a <= kGammaLargest<T>)&(z >= kGammaTiny<T>)&(z <= kGammaLargest<T>);
  return ToInteger(Select(inside, region, index(kGammaEdge)));
}

// Derivatives of z and u = log z at a fixed quantile of Gamma(a, 1):
// g = dz/da = z r, r = du/da. A method fills in all of them; what a function
// does not use costs nothing, because the compiler drops it.
template <class V>
struct GammaJet {
  V grad;        // g
  V log_grad;    // r
  V grad_a;      // dg/da at fixed z
  V grad_z;      // dg/dz
  V log_grad_a;  // dr/da at fixed z
  V log_grad_u;  // dr/du = z dr/dz
  V score;       // d(log p)/da = log z - psi(a), p the density
  V cdf_second;  // score r + dr/da, which is -d2P/da2 / (z p)
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_REGIONS_H_
