// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// z p(z; a) = z^a e^-z / Gamma(a), the density of log z for z ~ Gamma(a, 1),
// without the cancellation of log Gamma against a log z - z:
//
//   a < 2    a e^(a log z - z) R(a),   R(a) = 1 / Gamma(1 + a), fitted
//   a >= 2   sqrt(a / (2 pi)) e^(-D - B(a) / (12 a)),
//            D = z - a - a log(z / a),  B fitted: Stirling's remainder
//
// With s = (z - a) / (z + a) and log(z / a) = 2 s + 2 s^3 P (log_ratio.h),
//
//   D = s (z - a) - 2 a s^3 P   where z / a is near 1:
//
// both terms vanish at z = a like D itself. The form of D is that of
// C. Loader, "Fast and accurate computation of binomial probabilities" (2000).
//
// The relative error is the absolute error of the exponent x, which is at most
// 2 eps of max(1, |x|, |z - a|): no more than 60 eps between the quantiles
// 1e-12 and 1 - 1e-12. It underflows to 0 where the true value does.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_DENSITY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_DENSITY_H_

#include "kernels/special/exp.h"
#include "kernels/special/gamma_density_coefficients.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// z p(z; a) e^-shift for a in (0, 2), from log z.
template <class V>
TFI_FUNCTION V SmallGammaDensity(V a, V z, V log_z, V shift) {
  using T = Scalar<V>;
  V reciprocal_gamma;
  if constexpr (kIsDouble<V>) {
    reciprocal_gamma = Polynomial(kReciprocalGammaDouble, a - T(1));
  } else {
    reciprocal_gamma = Polynomial(kReciprocalGammaFloat, a - T(1));
  }
  return a * Exp((a * log_z - shift) - z) * reciprocal_gamma;
}

// z p(z; a) e^-shift for a >= 2, from the parts of log(z / a).
template <class V>
TFI_FUNCTION V LargeGammaDensity(V a, V z, const LogRatioParts<V>& ratio,
                                 V shift) {
  using T = Scalar<V>;
  const V v = T(1) / a;
  const V t = MulAdd(Broadcast<V>(4), v, Broadcast<V>(-1));
  V remainder;
  if constexpr (kIsDouble<V>) {
    remainder = Polynomial(kStirlingDouble, t);
  } else {
    remainder = Polynomial(kStirlingFloat, t);
  }
  const V s = ratio.s;
  const V near = s * ((z - a) - T(2) * a * (s * s) * ratio.excess);
  const V far = (z - a) - a * ratio.Log();
  const V deviance = Select(ratio.exponent == T(0), near, far);
  return Sqrt(a * T(0.15915494309189533577)) *  // 1 / (2 pi)
         Exp((-deviance - shift) - v * remainder * T(1.0 / 12));
}

// The density p and that of log z.
template <class V>
struct GammaDensities {
  V sample;      // p
  V log_sample;  // z p
};

// For a and z as in log_ratio.h. p is not formed as (z p) / z: z p may
// underflow where p does not.
template <class V>
TFI_FUNCTION GammaDensities<V> GammaDensity(V a, V z) {
  using T = Scalar<V>;
  const auto small = a < T(2);
  const V one = Broadcast<V>(1);
  const V small_a = Select(small, a, one);
  const V large_a = Select(small, Broadcast<V>(2), a);
  const V log_z = LogRatio(z, one);
  const LogRatioParts<V> ratio = SplitLogRatio(z, large_a);
  return {Select(small, SmallGammaDensity(small_a, z, log_z, log_z),
                 LargeGammaDensity(large_a, z, ratio, log_z)),
          Select(small, SmallGammaDensity(small_a, z, log_z, V{}),
                 LargeGammaDensity(large_a, z, ratio, V{}))};
}

// For z below the normal numbers or above kGammaLargest, and log z: 0 unless
// z^(a - 1) can still be represented.
template <class V>
TFI_FUNCTION GammaDensities<V> GammaEdgeDensity(V a, V z, V log_z) {
  using T = Scalar<V>;
  // R(a) is fitted up to 2, and still good for the little beyond that counts.
  constexpr T kLargest = T(2.2);
  const V bounded = Select(a < kLargest, a, Broadcast<V>(1));
  const auto counts = (z < T(1)) & (a < kLargest);
  return {Select(counts, SmallGammaDensity(bounded, z, log_z, log_z), V{}),
          Select(counts, SmallGammaDensity(bounded, z, log_z, V{}), V{})};
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_DENSITY_H_
