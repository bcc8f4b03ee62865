// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Implicit reparameterization gradients of a Beta(a, b) sample x and of its
// logit y = log(x / (1-x)), at a fixed quantile:
//
//   dy/da = r(a, b, x),          dy/db = -r(b, a, 1-x),
//   dx/da = x (1-x) r(a, b, x),  dx/db = -x (1-x) r(b, a, 1-x).
//
// With F the distribution function, r = -(dF/da) / (dF/dy) > 0. With s = a + b,
// dF/da and dF/dy satisfy the same differential equation but for the right side
// (differentiate log of the density in a), so that
//
//   x (1-x) dr/dx + (a - s x) r = psi(a) - psi(s) - log x,
//
// of which r is the only solution regular at x = 1. It is a Stieltjes function,
//
//   r = (1/a) int_0^inf 2F1(s, 1; a+1; -t) / (x + t) dt:
//
// positive, decreasing in x with |x dr/dx| <= r, and analytic at x = 1. So r
// needs x to relative accuracy only, and 1-x only where x (1-x) multiplies it:
// nothing is lost near 0 or 1 as long as the caller gives both, or the logit.
//
// Limits: r ~ (psi(a+1) - psi(s) - log x) / a for x -> 0, also where x
// underflows and only log x is known; r = (psi(s) - psi(a)) / b at x = 1.
//
// Methods: Taylor series (beta_series.h) and continued fractions
// (beta_fraction.h); which one where: beta_regions.h.
//
// Measured worst and mean relative error of r (tests/special/beta_test.cc, and
// 20,000 points with a and b in [1e-6, 1e10] and samples far beyond the
// quantiles 1e-30 and 1 - 1e-30), on any target: double 4.7e-14, 3e-16; float,
// evaluated in float, 1.8e-6, 8e-8. The worst points in double are those where
// the lower fraction is used above the mean at small a.
//
// References:
// M. Figurnov, S. Mohamed, A. Mnih, "Implicit reparameterization gradients",
//   NeurIPS 2018.
// NIST Digital Library of Mathematical Functions, 8.17 and 15.2.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETA_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETA_H_

#include "kernels/special/beta_fraction.h"
#include "kernels/special/beta_regions.h"
#include "kernels/special/beta_series.h"
#include "kernels/special/digamma.h"
#include "kernels/special/dual.h"
#include "kernels/special/exp.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/tiny_log.h"

TFI_BEGIN_NAMESPACE

// r by one method. U is a number or a Dual; `log_x` is log x where it is below
// kTinyLogX, and may be any larger number elsewhere.
template <LogitBetaMethod kMethod, int kTerms, int kShifts, class U>
TFI_FUNCTION U LogitBetaSlope(const U& a, const U& b, const U& x,
                              const U& log_x) {
  using T = Scalar<U>;
  if constexpr (kMethod == LogitBetaMethod::kTaylor) {
    return LogitBetaByTaylor(kTerms, a, b, x);
  } else if constexpr (kMethod == LogitBetaMethod::kTaylorAtOne &&
                       kShifts == 0) {
    return LogitBetaByTaylorAtOne(kTerms, a, b, x);
  } else {
    // psi(a+1) - psi(s) - log x, its three logarithms in one.
    const U s1 = a + b + T(1);
    const auto tiny = ValueOf(log_x) < kTinyLogX<T>;
    const U ratio = LogRatio(Select(tiny, s1, x * s1), a + T(1));
    const U log_mean = Select(tiny, ratio + log_x, ratio);
    const U psi_s = DigammaMinusLog(s1) - T(1) / (a + b);
    const U psi_a = DigammaMinusLog(a + T(1));
    const U difference = (psi_a - psi_s) - log_mean;
    if constexpr (kMethod == LogitBetaMethod::kTaylorAtOne) {
      return ScaledLogitBetaByShiftedTaylorAtOne<kShifts>(kTerms, a, b, x,
                                                          difference) /
             a;
    } else if constexpr (kMethod == LogitBetaMethod::kUpper) {
      return LogitBetaByUpperFraction(kTerms, a, b, x,
                                      log_mean - ((psi_a - psi_s) - T(1) / a));
    } else {
      // The fraction is 1 at such x, and products with x would be subnormal,
      // which slows many processors down.
      constexpr T kNegligible = kIsDouble<U> ? 1e-100 : 1e-19;
      return ScaledLogitBetaByLowerFraction(
                 kTerms, a, b, Select(ValueOf(x) < kNegligible, x - x, x),
                 difference) /
             a;
    }
  }
}

template <int kRegion, class U>
TFI_FUNCTION U LogitBetaSlopeInRegion(const U& a, const U& b, const U& x,
                                      const U& log_x) {
  constexpr LogitBetaRegion kOf = LogitBetaRegions<Scalar<U>>::kOf[kRegion];
  return LogitBetaSlope<kOf.method, kOf.terms, kOf.shifts>(a, b, x, log_x);
}

template <class V>
TFI_FUNCTION auto ValidConcentrations(V a, V b) {
  using T = Scalar<V>;
  return (a > T(0)) & (b > T(0)) & (a < Infinity<V>()) & (b < Infinity<V>());
}

// (a, b, x, log x) -> r(a, b, x); log x as in LogitBetaSlope.
//
// Types: float, double and vectors of them.
// Max error: see above. Valid range: 0 < a, b < infinity (measured in
// [1e-6, 1e10]), 0 <= x <= 1; NaN for other a, b and where an input is NaN.
struct LogitBetaSlopeFunction {
  static constexpr int kInputs = 4, kOutputs = 1;
  template <class T>
  static constexpr int kRegions = kLogitBetaRegions<T>;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    return LogitBetaRegionOf(in[0], in[1], in[2]);
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    const V a = in[0], b = in[1];
    const V r = LogitBetaSlopeInRegion<kRegion>(a, b, in[2], in[3]);
    out[0] = Select(ValidConcentrations(a, b), r, NaN<V>());
  }
};

// (a, b, x, 1-x, log x) -> the derivatives of r in a, b and y = logit x. By
// forward mode through the same formulas. All three are negative.
//
// Max error, relative: 4e-12 in double. In float the derivatives of the levels
// leave 6e-5, so callers evaluate in double. Valid range as above, y finite.
struct LogitBetaSlopePartialsFunction {
  static constexpr int kInputs = 5, kOutputs = 3;
  template <class T>
  static constexpr int kRegions = kLogitBetaRegions<T>;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    return LogitBetaRegionOf(in[0], in[1], in[2]);
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using Number = Dual<V, 3>;
    const V a = in[0], b = in[1], complement = in[3];
    Number x = Number::Constant(in[2]), log_x = Number::Constant(in[4]);
    x.derivative[2] = in[2] * complement;
    log_x.derivative[2] = complement;
    const Number r = LogitBetaSlopeInRegion<kRegion>(
        Number::Variable(a, 0), Number::Variable(b, 1), x, log_x);
    for (int k = 0; k < kOutputs; ++k) {
      out[k] = Select(ValidConcentrations(a, b), r.derivative[k], NaN<V>());
    }
  }
};

// x = 1 / (1 + exp(-y)) and 1-x, each to full relative accuracy; y and -y give
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

// x (1-x) r, with its limit 0 at x = 0 and x = 1; NaN outside [0, 1].
template <class V>
TFI_FUNCTION V BetaSampleSlope(V x, V complement, V r) {
  using T = Scalar<V>;
  const V density = x * complement;
  const V slope = Select((density == T(0)) & (r == r), V{}, density * r);
  const auto valid =
      (x >= T(0)) & (complement >= T(0)) & (x <= T(1)) & (complement <= T(1));
  return Select(valid, slope, NaN<V>());
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETA_H_
