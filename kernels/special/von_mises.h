// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// dz/dkappa of a von Mises sample.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_H_

#include "kernels/special/angle.h"
#include "kernels/special/bivariate.h"
#include "kernels/special/exp.h"
#include "kernels/special/lanes.h"
#include "kernels/special/von_mises_coefficients.h"

TFI_BEGIN_NAMESPACE

namespace internal {

inline constexpr int kSmall = 0, kMode = 1, kOuter = 2, kInner = 3;

template <class T>
struct VonMisesConstants;

template <>
struct VonMisesConstants<float> {
  // The largest y of each inner region, and its number of terms.
  static constexpr int kInnerRegions = 2;
  static constexpr float kInnerEnd[] = {5, 16};
  static constexpr int kInnerTerms[] = {21, 43};
  static constexpr int kModeTerms = 12;
  static constexpr float kHuge = 1e30f;
};

template <>
struct VonMisesConstants<double> {
  static constexpr int kInnerRegions = 3;
  static constexpr double kInnerEnd[] = {6, 16, 36};
  static constexpr int kInnerTerms[] = {36, 59, 97};
  static constexpr int kModeTerms = 22;
  static constexpr double kHuge = 1e300;
};

// 1 - I1(kappa) / I0(kappa) for kappa in [0, kHuge].
template <class V>
TFI_FUNCTION V OneMinusBesselRatio(V kappa) {
  using T = Scalar<V>;
  constexpr int kPieces = kIsDouble<V> ? 8 : 16;
  constexpr int kDegree = kIsDouble<V> ? 15 : 5;
  constexpr T kOffset = kIsDouble<V> ? 4 : 3;
  const V scale = T(1) / (kappa + kOffset);
  const V x = kappa * (scale * T(kPieces));
  const V piece = Min(Floor(x), Broadcast<V>(kPieces - 1));
  const V t = T(2) * (x - piece) - T(1);
  const Integer<V> index = ToInteger(piece);
  V sum;
  TFI_UNROLL(32)
  for (int k = kDegree; k >= 0; --k) {
    V c;
    if constexpr (kIsDouble<V>) {
      c = LookUp(kBesselRatioDouble[k], index);
    } else {
      c = LookUp(kBesselRatioFloat[k], index);
    }
    sum = k == kDegree ? c : MulAdd(sum, t, c);
  }
  return sum * scale;
}

template <class V>
TFI_FUNCTION V SmallB(V kappa, const Angle<V>& angle) {
  using T = Scalar<V>;
  const V square = kappa * kappa;
  const V cosine =
      Select(angle.one_minus_cosine < T(1), T(1) - angle.one_minus_cosine,
             angle.one_plus_cosine - T(1));
  if constexpr (kIsDouble<V>) {
    return BivariatePolynomial(kVonMisesSmallDoubleDegrees,
                               kVonMisesSmallDouble, kappa * cosine, square) /
           Polynomial(kVonMisesBesselDouble, square);
  } else {
    return BivariatePolynomial(kVonMisesSmallFloatDegrees, kVonMisesSmallFloat,
                               kappa * cosine, square) /
           Polynomial(kVonMisesBesselFloat, square);
  }
}

template <class V>
TFI_FUNCTION V ModeB(V kappa, const Angle<V>& angle) {
  using T = Scalar<V>;
  constexpr int kTerms = VonMisesConstants<T>::kModeTerms;
  const V u = angle.one_minus_cosine;
  const V twice = T(2) * kappa * u;
  const V square = kappa * u * u;
  V next = Broadcast<V>(T(1));
  V sum = T(1) + MulAdd(u, Broadcast<V>(T(kTerms)), twice) *
                     (T(1) / T(2 * kTerms + 1));
  TFI_UNROLL(32)
  for (int j = kTerms - 2; j >= 0; --j) {
    const V factor =
        MulAdd(u, Broadcast<V>(T(j + 1)), twice) * (T(1) / T(2 * j + 3));
    const V y = (T(1) - square * (T(1) / T(2 * j + 5)) * next) + factor * sum;
    next = sum;
    sum = y;
  }
  return OneMinusBesselRatio(kappa) * sum - (u * T(1.0 / 3)) * next;
}

template <int kTerms, class V>
TFI_FUNCTION V InnerB(V kappa, const Angle<V>& angle) {
  using T = Scalar<V>;
  const V m = angle.one_plus_cosine;
  const V one_minus_ratio = OneMinusBesselRatio(kappa);
  const V one_plus_ratio = T(2) - one_minus_ratio;
  const V y = kappa * m;
  V sum = one_plus_ratio * (T(1) / T(2 * kTerms + 1));
  V lambda = Broadcast<V>(T(1));
  TFI_UNROLL(128)
  for (int j = kTerms - 1; j >= 0; --j) {
    const V q = (m * (T(1) / T(2 * j + 3))) * lambda;
    lambda = T(1) + T(j + 1) * q;
    const V weight = one_plus_ratio + q * (T(1) - T(j + 1) * one_minus_ratio);
    sum = (y * (T(1) / T(j + 1))) * sum + weight * (T(1) / T(2 * j + 1));
  }
  return sum * ExpOfModerate(-y);
}

template <class V>
TFI_FUNCTION V OuterB(V kappa, const Angle<V>& angle) {
  using T = Scalar<V>;
  const V y = kappa * angle.one_plus_cosine;
  const V inverse = T(1) / y;
  if constexpr (kIsDouble<V>) {
    return inverse * BivariatePolynomial(
                         kVonMisesOuterDoubleDegrees, kVonMisesOuterDouble,
                         T(36) / kappa - T(1), T(72) * inverse - T(1));
  } else {
    return inverse *
           BivariatePolynomial(kVonMisesOuterFloatDegrees, kVonMisesOuterFloat,
                               T(16) / kappa - T(1), T(32) * inverse - T(1));
  }
}

}  // namespace internal

struct RandomVonMisesGradFunction {
  static constexpr int kInputs = 2;
  static constexpr int kOutputs = 1;

  template <class T>
  static constexpr int kRegions =
      internal::kInner + internal::VonMisesConstants<T>::kInnerRegions;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[2]) {
    using T = Scalar<V>;
    using Constants = internal::VonMisesConstants<T>;
    constexpr int kInnerRegions = Constants::kInnerRegions;
    const V kappa = in[0];
    const Angle<V> angle = MakeRoughAngle(in[1]);
    const V y = kappa * angle.one_plus_cosine;
    const Integer<V> zero{};
    Integer<V> region = zero + (internal::kInner + kInnerRegions - 1);
    for (int i = kInnerRegions - 2; i >= 0; --i) {
      region = Select(y < Constants::kInnerEnd[i],
                      zero + (internal::kInner + i), region);
    }
    region = Select(kappa * angle.one_minus_cosine < T(2),
                    zero + internal::kMode, region);
    region = Select(y > Constants::kInnerEnd[kInnerRegions - 1],
                    zero + internal::kOuter, region);
    return Select(kappa <= T(2), zero + internal::kSmall, region);
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[1]) {
    using T = Scalar<V>;
    using Constants = internal::VonMisesConstants<T>;
    const V kappa = in[0];
    const Angle<V> angle = MakeAngle(in[1]);
    V b;
    if constexpr (kRegion == internal::kSmall) {
      b = internal::SmallB(kappa, angle);
    } else if constexpr (kRegion == internal::kMode) {
      b = internal::ModeB(kappa, angle);
    } else if constexpr (kRegion == internal::kOuter) {
      b = internal::OuterB(kappa, angle);
    } else {
      b = internal::InnerB<Constants::kInnerTerms[kRegion - internal::kInner]>(
          Min(kappa, Broadcast<V>(Constants::kHuge)), angle);
    }
    out[0] =
        Select((kappa >= T(0)) & IsAngle(in[1]), -angle.sine * b, NaN<V>());
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_H_
