// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivative of a sample of the generalized Normal distribution in its power.
//
// The distance from loc, in scales, is t = z^(1 / p) with z ~ Gamma(1 / p, 1).
// With a = 1 / p and u = log z = p log t,
//
//   d(log t)/dp = d(a u)/dp = -a^2 (u + a du/da),
//
// du/da as in gamma.h, in its regions. In those of the lower series u and
// a du/da cancel, and their sum is formed without them (gamma_lower.h).

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GENERALIZED_NORMAL_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GENERALIZED_NORMAL_H_

#include "kernels/special/function.h"
#include "kernels/special/gamma.h"

TFI_BEGIN_NAMESPACE

// u + a du/da in one region. For z -> 0, du/da = (psi(a + 1) - u) / a.
template <int kRegion, class V>
TFI_FUNCTION V GammaPowerSlope(V a, V u) {
  using T = Scalar<V>;
  using Borders = GammaBorders<T>;
  const V z = SampleOfLog(u);
  if constexpr (kRegion == kGammaEdge) {
    const V other = u + a * GammaEdge(a, z, u).log_grad;
    const auto low = (z < T(1)) & (a <= kGammaLargest<T>)&(a > T(0));
    const V next = a + T(1);
    const V psi = LogRatio(next, Broadcast<V>(1)) + DigammaMinusLog(next);
    return Select(low, psi, other);
  } else if constexpr (kRegion == kGammaLowerShort) {
    return GammaLowerPowerSlope<Borders::kLowerShortTerms, false>(a, z, u);
  } else if constexpr (kRegion == kGammaLower) {
    return GammaLowerPowerSlope<Borders::kLowerTerms, false>(a, z, u);
  } else if constexpr (kRegion == kGammaLowerLong) {
    return GammaLowerPowerSlope<Borders::kLowerLongTerms, false>(a, z, u);
  } else if constexpr (kRegion == kGammaLowerFar) {
    return GammaLowerPowerSlope<Borders::kLowerFarTerms, true>(a, z, u);
  } else {
    return u + a * GammaJetOf<kRegion>(a, z).log_grad;
  }
}

// (p, log t) -> d(log t)/dp.
//
// Types: double and vectors of it.
// Max error measured (tests/special/generalized_normal_test.cc): 4 eps, of
// a^2 / 2 where that is larger: it has a zero.
// Valid range: p > 0, any log t, NaN elsewhere.
struct RandomGeneralizedNormalGradFunction {
  static constexpr int kInputs = 2, kOutputs = 1;
  static constexpr bool kInDouble = true;
  template <class T>
  static constexpr int kRegions = kGammaRegions<T>;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    const V a = Scalar<V>(1) / in[0];
    return GammaRegionOf(a, SampleOfLog(in[0] * in[1]));
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    const V a = Scalar<V>(1) / in[0];
    out[0] = -a * (a * GammaPowerSlope<kRegion>(a, in[0] * in[1]));
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GENERALIZED_NORMAL_H_
