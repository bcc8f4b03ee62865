// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The differential entropy of a Gamma law with concentration a and rate b, of
// its logarithm and of its inverse. With s of binet.h,
//
//   of log z   H = a + lgamma(a) - a psi(a)
//                = log(2 pi e / a) / 2 + s - a s'                     a >= 1
//                = 1 + a + lgamma(1 + a) - log a - a psi(1 + a)       a < 1
//   of z       H + psi(a) - log b
//   of 1 / z   H - psi(a) + log b
//
//   dH/da = 1 - a psi'(a) = -1 / (2 a) - a s''  or, below 1, with 1 + a for a,
//         = -1 / (a (1 + a)) - a (1 / (2 (1 + a)^2) + s''(1 + a)):
// the textbook formulas in the order in which nothing large cancels.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_ENTROPY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_ENTROPY_H_

#include "kernels/special/binet.h"
#include "kernels/special/gamma_log_prob.h"
#include "kernels/special/lgamma_divergence.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/polygamma.h"

TFI_BEGIN_NAMESPACE

// (a, b) -> entropy, its derivatives in a and b. Of log z, which does not
// depend on b: a -> entropy, its derivative.
//
// Types: float, double and vectors of them.
// Max error: 8 eps of max(1, |entropy|, |log b|), and below a = 1 of
// max(1 / a, |log b|); 6 eps of the derivative.
// Valid range: a a normal number up to max / 4, b positive and finite; NaN
// otherwise.
template <GammaVariable kOf>
struct GammaFamilyEntropy {
  static constexpr int kInputs = kOf == kLogVariable ? 1 : 2;
  static constexpr int kOutputs = kInputs + 1;
  template <class T>
  static constexpr int kRegions = kShapeRegions<T>;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[kInputs]) {
    return ShapeRegionOf(in[0]);
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V one = Broadcast<V>(1);
    // The first again where there is no rate.
    const V rate = in[kInputs - 1];
    const auto valid = IsRegular(in[0]) & IsPositive(rate);
    const V a = Select(valid, in[0], one), b = Select(valid, rate, one);
    if constexpr (kOf != kLogVariable) out[2] = T(-kOf) / b;
    const V i = T(1) / a;
    // log(a^(kOf - 1/2) / b^kOf), or with exponent kOf - 1.
    const V log =
        -internal::LogOfShapeAndRate<kRegion == kShapeSmall, kOf, false>(a, b);
    if constexpr (kRegion == kShapeSmall) {
      const V psi = internal::DigammaOnePlus(a);
      // psi(a) without its log: kOf (psi(1 + a) - 1 / a - log a).
      V h = (T(1) + a) + a * (internal::LgammaOnePlusOver(a) - psi);
      if constexpr (kOf != kLogVariable) {
        const V log_a = LogRatio(a, one);
        h = h + T(kOf) * ((psi - log_a) - i);
      }
      out[0] = h + log;
      const V v = T(1) / (T(1) + a);
      const V second = BinetOf<false, 2>(BinetU(T(1) + a));
      const V slope = MulAdd(a, MulAdd(T(0.5) * v, v, second), i * v);
      out[1] = -slope;
      if constexpr (kOf != kLogVariable) {
        // psi'(a) = 1 / a^2 + 1 / (1 + a) + 1 / (2 (1 + a)^2) + s''(1 + a).
        const V trigamma = i * i + (v + MulAdd(T(0.5) * v, v, second));
        out[1] = T(kOf) * trigamma - slope;
      }
    } else {
      constexpr bool kLarge = kRegion == kShapeLarge;
      const V u = BinetU(a);
      const V s = BinetOf<kLarge, 0>(u), first = BinetOf<kLarge, 1>(u);
      const V second = BinetOf<kLarge, 2>(u);
      V h = (T(0.5) + kHalfLogTwoPi<T>)+(s - a * first);
      if constexpr (kOf != kLogVariable) h = h + T(kOf) * (first - T(0.5) * i);
      out[0] = h + log;
      if constexpr (kOf == kVariable) {
        // The leading terms of psi' and of a psi' - 1 collected.
        out[1] = MulAdd(T(0.5) * i, i, T(0.5) * i) - (a - T(1)) * second;
      } else {
        const V slope = MulAdd(a, second, T(0.5) * i);
        out[1] = kOf == kLogVariable
                     ? -slope
                     : -(slope + (i + MulAdd(T(0.5) * i, i, second)));
      }
    }
    for (int k = 0; k < kOutputs; ++k) out[k] = Select(valid, out[k], NaN<V>());
  }
};

using GammaEntropyFunction = GammaFamilyEntropy<kVariable>;
using ExpGammaEntropyFunction = GammaFamilyEntropy<kLogVariable>;
using InverseGammaEntropyFunction = GammaFamilyEntropy<kInverseVariable>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_ENTROPY_H_
