// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Kullback-Leibler divergence of Gamma(x, b1) from Gamma(y, b2), x and y
// the concentrations and b1, b2 the rates, and its gradient. Exactly
//
//   KL = y g(t) + D(y, x),   t = x b2 / (y b1),
//
// with g of ratio.h and D of lgamma_divergence.h: two terms >= 0, each with its
// own relative accuracy, however close the laws are. The textbook formula
//   lgamma(y) - lgamma(x) + (x - y) psi(x) + y log(b1 / b2) + x (b2 / b1 - 1)
// loses all digits of close pairs and of large concentrations. The gradient,
// each part of one sign:
//
//   d/dx  = y (t - 1) / x - d h''(x)      d/db1 = -y (t - 1) / b1
//   d/dy  = h'(y) - h'(x) - log t         d/db2 =  y (t - 1) / b2
//
// with d = y - x. scale_divergence.h has y g(t) and y (t - 1).
//
// The same divergence, without change, between inverse Gamma laws (the scale is
// the rate of the inverse) and between the laws of their logarithms.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_DIVERGENCE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_DIVERGENCE_H_

#include "kernels/special/lgamma_divergence.h"
#include "kernels/special/log_word.h"
#include "kernels/special/number.h"
#include "kernels/special/scale_divergence.h"

TFI_BEGIN_NAMESPACE

// (x, b1, y, b2) -> KL, d/dx, d/db1, d/dy, d/db2; with kLogRates the rates are
// given by their logarithms, and the derivatives are with respect to those.
//
// Types: float, double and vectors of them.
// Max error: 8 eps of KL, 4 eps of the derivatives in the rates and of the
// sizes of the two parts of the others. With kLogRates, the error of log t,
// 2^-8 eps of |l1| + |l2| + |log(x / y)|, counts besides: times
// max(x b2 / b1, y) in the derivatives in l1 and l2, times |y (t - 1)| in KL.
// KL is never negative; for equal pairs all outputs are exactly 0. An output is
// infinite where it overflows.
// Valid range: concentrations normal numbers up to max / 4, rates positive and
// finite, |l| up to max / 4. Where exactly one parameter is 0 or infinity (a
// log rate: -infinity or infinity), KL is infinite, its limit, and the gradient
// NaN. All outputs are NaN for other parameters outside the range.
template <bool kLogRates>
struct GammaFamilyDivergence {
  static constexpr int kInputs = 4, kOutputs = 5;
  // The last is the edge.
  template <class T>
  static constexpr int kRegions = kShapeRegions<T> + 1;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[kInputs]) {
    auto regular = IsRegular(in[0]) & IsRegular(in[2]);
    if constexpr (kLogRates) {
      regular = regular & IsRegularLog(in[1]) & IsRegularLog(in[3]);
    } else {
      regular = regular & IsPositive(in[1]) & IsPositive(in[3]);
    }
    // The region after the last.
    const Integer<V> edge =
        Integer<V>{} + ScalarInteger<V>(kShapeRegions<Scalar<V>>);
    return Select(regular, ShapeRegionOf(Min(in[0], in[2])), edge);
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    if constexpr (kRegion == kShapeRegions<Scalar<V>>) {
      EvaluateEdge(in, out);
    } else {
      const V x = in[0], y = in[2];
      const ScaleDivergence<V> scale = Scale(in);
      const LgammaDivergence<V> shape =
          LgammaDivergenceOf<kRegion>(y, x, y - x);
      out[0] = scale.value + shape.value;
      out[1] = scale.excess / x - shape.curvature;
      out[3] = shape.slope - scale.log;
      if constexpr (kLogRates) {
        out[2] = -scale.excess;
        out[4] = scale.excess;
      } else {
        out[2] = -scale.excess / in[1];
        out[4] = scale.excess / in[3];
      }
    }
  }

 private:
  template <class V>
  TFI_FUNCTION static ScaleDivergence<V> Scale(const V (&in)[kInputs]) {
    if constexpr (kLogRates) {
      return ScaleOfLogRates(in[0], in[1], in[2], in[3]);
    } else {
      return ScaleOfRates(in[0], in[1], in[2], in[3]);
    }
  }

  // 0 or infinity, where the other parameters are regular.
  template <class V>
  TFI_FUNCTION static void EvaluateEdge(const V (&in)[kInputs],
                                        V (&out)[kOutputs]) {
    using T = Scalar<V>;
    V regular = V{}, limits = V{};
    const V one = Broadcast<V>(1);
    for (int k = 0; k < kInputs; ++k) {
      const bool is_log = kLogRates && k % 2 == 1;
      const V least = is_log ? -Infinity<V>() : V{};
      const auto inside = is_log       ? IsRegularLog(in[k])
                          : k % 2 == 1 ? IsPositive(in[k])
                                       : IsRegular(in[k]);
      regular = regular + Select(inside, one, V{});
      limits = limits +
               Select((in[k] == least) | (in[k] == Infinity<V>()), one, V{});
    }
    out[0] =
        Select((regular == T(3)) & (limits == T(1)), Infinity<V>(), NaN<V>());
    for (int k = 1; k < kOutputs; ++k) out[k] = NaN<V>();
  }
};

using GammaDivergenceFunction = GammaFamilyDivergence<false>;
using GammaLogRateDivergenceFunction = GammaFamilyDivergence<true>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_DIVERGENCE_H_
