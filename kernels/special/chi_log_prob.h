// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The log density of a Chi distribution and its gradient: x = sqrt(2 z) for the
// Gamma variable z with a = df / 2 and rate 1. With t = x^2 / (2 a), g, s and
// N(a) of gamma_log_prob.h,
//
//   log density = log 2 - log x + N(a) - a g(t)
//               = h(a) - a g(t) - log(t) / 2
//   h(a) = -log(pi) / 2 - s(a)                               a >= 1
//        = log(2 a) / 2 + a log a - a - lgamma(1 + a)        a < 1
//
// (log x = log(2 a t) / 2). The square in t is a product of two inputs, which
// is never rounded (ScaleOfRates), nor can it overflow or underflow.
//
//   d/d df = (log t - (log a - digamma(a))) / 2
//   d/dx   = -(2 a (t - 1) + 1) / x

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_CHI_LOG_PROB_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_CHI_LOG_PROB_H_

#include "kernels/special/gamma_log_prob.h"
#include "kernels/special/number.h"
#include "kernels/special/scale_divergence.h"

TFI_BEGIN_NAMESPACE

// (df, x) -> log density at x, d/d df, d/dx.
//
// Types: float, double and vectors of them.
// Max error: 8 eps of max(1, |log density|, a g(t)); of the derivatives, 6 eps
// of the sizes of their two terms: |log t| and |log a - digamma(a)|, and
// |2 a (t - 1)| and 1, divided by x.
// Valid range: df / 2 a normal number up to max / 4, x in the support or
// beyond: there the log density is -infinity and the gradient 0. At 0 and at
// infinity, the limits. NaN for other df, and where x is NaN.
struct ChiLogProbFunction {
  static constexpr int kInputs = 2, kOutputs = 3;
  static constexpr int kParameters = 1;
  // The last is the edge.
  template <class T>
  static constexpr int kRegions = kShapeRegions<T> + 1;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[kInputs]) {
    using T = Scalar<V>;
    const V a = T(0.5) * in[0];
    const Integer<V> edge = Integer<V>{} + ScalarInteger<V>(kShapeRegions<T>);
    return Select(IsRegular(a) & IsPositive(in[1]), ShapeRegionOf(a), edge);
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    if constexpr (kRegion == kShapeRegions<Scalar<V>>) {
      EvaluateEdge(in, out);
    } else {
      EvaluateInside<kRegion>(in, out);
    }
  }

 private:
  template <int kRegion, class V>
  TFI_FUNCTION static void EvaluateInside(const V (&in)[kInputs],
                                          V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V a = T(0.5) * in[0], x = in[1];
    const V one = Broadcast<V>(1);
    const auto shape = internal::GammaShapeTerms<kRegion>(a);
    V norm = shape.norm;
    if constexpr (kRegion == kShapeSmall) {
      norm = norm + T(0.5) * LogRatio(in[0], one);
    } else {
      norm = norm + T(0.34657359027997265471);  // log(2) / 2
    }
    const auto t = ScaleOfRates(x, one + one, a, x);
    const V near = MulAdd(Broadcast<V>(0.5), t.log, t.value);
    const V far = FarScale(t, a - T(0.5));
    out[0] = norm - Select(t.near, near, far);
    out[1] = T(0.5) * ((t.log + shape.log) + shape.rest);
    out[2] = -(t.excess + t.excess + T(1)) / x;
  }

  template <class V>
  TFI_FUNCTION static void EvaluateEdge(const V (&in)[kInputs],
                                        V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V df = in[0], x = in[1];
    const V infinity = Infinity<V>(), zero{};
    const auto at_zero = x == zero;
    // x^(df - 1) as x -> 0, at df = 1 half of a Normal density.
    const V at_power = Select(df == T(1), Broadcast<V>(-0.22579135264472743236),
                              Select(df < T(1), infinity, -infinity));
    const V slope = Select(df == T(1), -zero, -at_power);
    const V ends[] = {Select(at_zero, at_power, -infinity),
                      Select(at_zero, -infinity, infinity),
                      Select(at_zero, slope, -infinity)};
    const auto valid = IsRegular(T(0.5) * df);
    const auto is_end = at_zero | (x == infinity);
    for (int k = 0; k < kOutputs; ++k) {
      const V beyond = k == 0 ? -infinity : zero;
      out[k] = Select(valid & is_end, ends[k],
                      Select(valid & (x < zero), beyond, NaN<V>()));
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_CHI_LOG_PROB_H_
