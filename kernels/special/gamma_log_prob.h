// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The log density of a Gamma law, of its logarithm and of its inverse, and its
// gradient. With a the concentration, b the rate (of the inverse: the scale)
// and t = b z / a, where z is the Gamma variable,
//
//   log density of log z = N(a) - a g(t)
//   N(a) = log(a / (2 pi)) / 2 - s(a)                      a >= 1
//        = log a + a log a - a - lgamma(1 + a)             a < 1
//
// g from scale_divergence.h, s Stirling's remainder (binet.h): the saddle-point
// form of C. Loader, "Fast and accurate computation of binomial probabilities"
// (2000), which does not lose a log z - z - lgamma(a) for large a. Of z itself
// the log density is log(b / a) - log t more, of 1 / z it is log(a / b) + log t
// more; where t is far from 1, all log t are collected in one term, so that
// nothing is left of a small z where a = 1.
//
//   d/da       = log t - (log a - digamma)  = log t + 1 / (2 a) - s'(a)
//   d/dlog b   = -a (t - 1)
//   d/dz       = -(a (t - 1) + 1) / z, of log z -a (t - 1), of 1 / z at its
//   value
//                v (a (t - 1) - 1) / v

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_LOG_PROB_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_LOG_PROB_H_

#include "kernels/special/binet.h"
#include "kernels/special/lgamma_divergence.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/polygamma.h"
#include "kernels/special/scale_divergence.h"

TFI_BEGIN_NAMESPACE

// What a law is about: z, log z or 1 / z for a Gamma variable z. The number is
// the power of b in the density.
enum GammaVariable { kInverseVariable = -1, kLogVariable = 0, kVariable = 1 };

namespace internal {

// log(b^kPower a^(h - kPower)) for h = 1 where kSmall, otherwise 1/2, with one
// logarithm, which may be near 0.
template <bool kSmall, int kPower, bool kLogRate, class V>
TFI_FUNCTION V LogOfShapeAndRate(V a, V b) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  if constexpr (kPower == 0) {
    return (kSmall ? T(1) : T(0.5)) * LogRatio(a, one);
  } else if constexpr (kLogRate) {
    static_assert(kPower == 1, "no inverse law with a log rate");
    return kSmall ? b : b - T(0.5) * LogRatio(a, one);
  } else {
    const Split<V> split = SplitExponent(b);
    const V below = kSmall ? one : Sqrt(a);
    LogRatioParts<V> parts;
    if constexpr (kPower == 1) {
      parts = SplitLogRatio(split.mantissa, below);
      parts.exponent = parts.exponent + split.exponent;
      return parts.Log();
    } else {
      // (b / a) / a or (b / sqrt(a)) / a; a quarter, so that nothing overflows.
      parts = SplitLogRatio(T(0.25) * split.mantissa / (kSmall ? a : below), a);
      parts.exponent = parts.exponent + (split.exponent + T(2));
      return -parts.Log();
    }
  }
}

// What the shape alone contributes: of the log density, N(a) less the first
// term of the head, and log a - digamma(a) = -(log + rest).
template <class V>
struct GammaShape {
  V norm, log, rest;
};

template <int kRegion, class V>
TFI_FUNCTION GammaShape<V> GammaShapeTerms(V a) {
  using T = Scalar<V>;
  if constexpr (kRegion == kShapeSmall) {
    const V log = LogRatio(a, Broadcast<V>(1));
    // lgamma(1 + a) and digamma(1 + a).
    return {a * log - a * (T(1) + LgammaOnePlusOver(a)), log,
            T(1) / a - DigammaOnePlus(a)};
  } else {
    constexpr bool kLarge = kRegion == kShapeLarge;
    const V u = BinetU(a);
    return {-(kHalfLogTwoPi<T> + BinetOf<kLarge, 0>(u)), V{},
            T(0.5) / a - BinetOf<kLarge, 1>(u)};
  }
}

}  // namespace internal

// (a, b, v) -> log density at v, d/da, d/db, d/dv; with kLogRate, b is the
// logarithm of the rate, and the derivative is with respect to that.
//
// Types: float, double and vectors of them.
// Max error: 8 eps of max(1, |log density|, |log b|); of the derivatives, 6 eps
// of the sizes of their two terms: |log t| and |log a - digamma(a)|,
// |b z| and a, divided by b, and |a (t - 1)| and 1, divided by v.
// Valid range: a a normal number up to max / 4, b positive and finite (a
// logarithm up to max / 4 in size), v in the support or beyond: there the log
// density is -infinity and the gradient 0. At the ends of the support, 0 and
// infinity, the limits. NaN for other parameters, and where v is NaN.
template <GammaVariable kOf, bool kLogRate = false>
struct GammaFamilyLogProb {
  static constexpr int kInputs = 3, kOutputs = 4;
  static constexpr int kParameters = 2;
  // The last is the edge.
  template <class T>
  static constexpr int kRegions = kShapeRegions<T> + 1;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[kInputs]) {
    const Integer<V> edge =
        Integer<V>{} + ScalarInteger<V>(kShapeRegions<Scalar<V>>);
    const auto inside =
        kOf == kLogVariable ? IsRegularLog(in[2]) : IsPositive(in[2]);
    return Select(HasParameters(in) & inside, ShapeRegionOf(in[0]), edge);
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
  template <class V>
  TFI_FUNCTION static Mask<V> HasParameters(const V (&in)[kInputs]) {
    return IsRegular(in[0]) &
           (kLogRate ? IsRegularLog(in[1]) : IsPositive(in[1]));
  }

  // t of the head of this file.
  template <class V>
  TFI_FUNCTION static ScaleDivergence<V> Scale(V a, V b, V v) {
    const V one = Broadcast<V>(1);
    if constexpr (kOf == kLogVariable && kLogRate) {
      return ScaleOfLogRates(one, -v, a, b);
    } else if constexpr (kOf == kLogVariable) {
      return ScaleOfLogRates(b, V{}, a, v);
    } else if constexpr (kLogRate) {
      return ScaleOfLogRates(v, V{}, a, b);
    } else if constexpr (kOf == kInverseVariable) {
      return ScaleOfRates(one, v, a, b);
    } else {
      return ScaleOfRates(v, one, a, b);
    }
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void EvaluateInside(const V (&in)[kInputs],
                                          V (&out)[kOutputs]) {
    using T = Scalar<V>;
    constexpr bool kSmall = kRegion == kShapeSmall;
    const V a = in[0], b = in[1], v = in[2];
    const ScaleDivergence<V> t = Scale(a, b, v);
    const auto shape = internal::GammaShapeTerms<kRegion>(a);
    const V norm =
        internal::LogOfShapeAndRate<kSmall, kOf, kLogRate>(a, b) + shape.norm;
    out[1] = (t.log + shape.log) + shape.rest;
    // a g(t) + kOf log t.
    const V near = MulAdd(Broadcast<V>(kOf), t.log, t.value);
    const V far = t.excess - (a - T(kOf)) * t.log;
    out[0] = norm - Select(t.near, near, far);
    SetSlopes(b, v, t.excess, out);
  }

  template <class V>
  TFI_FUNCTION static void SetSlopes(V b, V v, V excess, V (&out)[kOutputs]) {
    using T = Scalar<V>;
    out[2] = kLogRate ? -excess : -excess / b;
    out[3] = kOf == kLogVariable ? -excess
             : kOf == kVariable  ? -(excess + T(1)) / v
                                 : (excess - T(1)) / v;
  }

  template <class V>
  TFI_FUNCTION static void EvaluateEdge(const V (&in)[kInputs],
                                        V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V a = in[0], b = in[1], v = in[2];
    const V infinity = Infinity<V>(), zero{};
    const V least = kOf == kLogVariable ? -infinity : zero;
    const auto at_infinity = v == infinity;
    const auto at_least = v == least;
    // Where t is 0, excess is -a, and where it is infinite, infinity.
    const auto vanishes = kOf == kInverseVariable ? at_infinity : at_least;
    const V power = a - T(kOf);  // of t in the density, as t -> 0
    const V log_rate = internal::LogOfShapeAndRate < true,
            kOf == kLogVariable ? 0 : 1,
            kLogRate && kOf != kLogVariable > (a, b);
    const V at_power = Select(power < zero, infinity,
                              Select(power > zero, -infinity, log_rate));
    out[0] = Select(vanishes, at_power, -infinity);
    out[1] = Select(vanishes, -infinity, infinity);
    SetSlopes(b, v, Select(vanishes, -a, infinity), out);
    if constexpr (kOf == kVariable) {
      // -(a t - a + 1) / z: at z = 0 and a = 1 it is -b, at infinity also.
      const V rate = kLogRate ? Exp(b) : b;
      out[3] = Select(at_infinity | (power == zero), -rate, out[3]);
    }
    if constexpr (kOf == kInverseVariable) {
      out[3] = Select(at_infinity, -zero, infinity);
    }
    const auto is_end = at_infinity | at_least;
    const auto outside = v < least;
    const auto valid = HasParameters(in);
    for (int k = 0; k < kOutputs; ++k) {
      const V beyond = k == 0 ? -infinity : zero;
      out[k] = Select(valid & is_end, out[k],
                      Select(valid & outside, beyond, NaN<V>()));
    }
  }
};

using GammaLogProbFunction = GammaFamilyLogProb<kVariable>;
using GammaLogRateLogProbFunction = GammaFamilyLogProb<kVariable, true>;
using ExpGammaLogProbFunction = GammaFamilyLogProb<kLogVariable>;
using ExpGammaLogRateLogProbFunction = GammaFamilyLogProb<kLogVariable, true>;
using InverseGammaLogProbFunction = GammaFamilyLogProb<kInverseVariable>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_LOG_PROB_H_
