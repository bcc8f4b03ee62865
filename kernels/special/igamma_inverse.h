// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Quantiles of Gamma(a, 1) and of its logarithm: searches in the sense of
// root_search.h.
//
// A step solves f = log(tail / target) = 0 in u = log z, for the tail that
// igamma_tails.h gives in the region of (a, z), by Halley's method: with
// s = z p / tail,
//
//   P:   f' = s,   f'' / f' = a - z - s
//   Q:   f' = -s,  f'' / f' = a - z + s
//
// log P is concave in u and log Q in z, nearly linear far out. Starts:
//
//   z << a + 1    P = z^a / Gamma(1 + a) (1 - a z / (a + 1) + ...), which is
//                 the result where z is below kGammaTiny
//   a < 0.7       Q = z^a e^-z / (Gamma(a) (z + 1 - a)) by fixed-point steps
//   others        the normal quantile -> eta -> z / a of N. M. Temme,
//                 "Asymptotic inversion of incomplete gamma functions", Math.
//                 Comp. 58 (1992), doi:10.1090/S0025-5718-1992-1122079-8, with
//                 its first correction; DLMF 8.12.21

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_INVERSE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_INVERSE_H_

#include "kernels/special/igamma.h"
#include "kernels/special/normal_score.h"
#include "kernels/special/root_search.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// A tail and what it shall become, both scaled alike where they are tiny.
template <class V>
struct IgammaTails {
  V value;
  V target;
  V slope;  // z p / tail
  Mask<V> is_upper;
};

template <class V>
TFI_FUNCTION IgammaTails<V> ScaleTails(const IgammaTail<V>& tail, V target) {
  using T = Scalar<V>;
  constexpr int kShift = kIsDouble<V> ? 512 : 64;
  constexpr T kBound = kIsDouble<V> ? T(1e290) : T(1e30);
  const auto tiny = target < (kIsDouble<V> ? T(1e-200) : T(1e-20));
  const V shift = Select(tiny, Broadcast<V>(kShift), V{});
  const DoubleWord<V> exponent = Add(
      tail.exponent, DoubleWord<V>{shift * kLog2High<V>, shift * kLog2Low<V>});
  const V value = tail.factor * Exp(exponent);
  const V scaled = ScaleSample(Select(tiny, target, V{})).value *
                   PowerOfTwo(Broadcast<V>(T(kShift - kGammaEdgeShift<V>)));
  return {Max(Min(value, Broadcast<V>(kBound)), Broadcast<V>(1 / kBound)),
          Select(tiny, scaled, target), tail.slope, tail.is_upper};
}

// The tail at (a, z) beside p or q, in one region other than kGammaEdge.
template <int kRegion, class V>
TFI_FUNCTION IgammaTails<V> IgammaTailsOf(V a, V z, V p, V q) {
  using T = Scalar<V>;
  if constexpr (kIsIgammaSmall<kRegion, T>) {
    const IgammaSmall<V> parts = IgammaSmallOf<kRegion>(a, z);
    const IgammaValues<V> values = ValuesFromSmall(a, parts);
    const V factor = T(1) - parts.aw;
    const IgammaTails<V> lower = ScaleTails(
        IgammaTail<V>{parts.exponent, factor, values.lower_slope, a != a}, p);
    const auto is_upper = q < p;
    return {Select(is_upper, values.upper, lower.value),
            Select(is_upper, q, lower.target),
            Select(is_upper, values.upper_slope, lower.slope), is_upper};
  } else {
    const IgammaTail<V> tail = IgammaTailOf<kRegion>(a, z);
    return ScaleTails(tail, Select(tail.is_upper, q, p));
  }
}

// z / a at eta of DLMF 8.12.1, roughly.
template <class V>
TFI_FUNCTION V LambdaOfEta(V eta) {
  using T = Scalar<V>;
  constexpr T kSeries[8] = {
      T(1),          T(1),          T(1.0 / 3),     T(1.0 / 36),
      T(-1.0 / 270), T(1.0 / 4320), T(1.0 / 17010), T(-139.0 / 5443200)};
  const auto low = eta < T(-1.5);
  const auto high = eta > T(2);
  const V near = Polynomial(kSeries, Select(low | high, V{}, eta));
  const V h = T(1) + T(0.5) * eta * eta;
  // lambda = h + log(lambda) and lambda = e^(lambda - h).
  const V bounded = Select(high, h, Broadcast<V>(3));
  const V above =
      h + LogOf(bounded + LogOf(bounded + LogOf(bounded + LogOf(bounded))));
  const V least = Exp(-h);
  const V below = Exp(Exp(least - h) - h);
  return Select(low, below, Select(high, above, near));
}

// Temme's start, from the normal quantile x.
template <class V>
TFI_FUNCTION V TemmeStart(V a, V x) {
  using T = Scalar<V>;
  const V eta = x / Sqrt(a);
  const V lambda = LambdaOfEta(eta);
  const auto near = Abs(eta) < T(0.2);
  const V one = Broadcast<V>(1);
  const V safe = Select(near, one, eta);
  // log(eta / (lambda - 1)) / eta.
  const V correction =
      Select(near, T(-1.0 / 3) + eta * (T(1.0 / 36) + eta * T(1.0 / 1620)),
             LogRatio(Abs(safe), Select(near, one, Abs(lambda - T(1)))) / safe);
  return a * LambdaOfEta(eta + correction / a);
}

}  // namespace internal

// (a, probability) -> a, P, Q, log z, z: where the search starts.
template <bool kUpper>
struct IgammaInverseStart {
  static constexpr int kInputs = 2;
  static constexpr int kOutputs = 5;
  template <class T>
  static constexpr int kRegions = 1;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&)[2]) {
    return Integer<V>{};
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[5]) {
    using T = Scalar<V>;
    const V one = Broadcast<V>(1);
    const V zero = V{};
    const V a = in[0];
    const V given = in[1] + zero;  // 0 instead of -0
    const V other = T(1) - given;
    const V p = kUpper ? other : given;
    const V q = kUpper ? given : other;
    const auto inside =
        (p > zero) & (q > zero) & (a > zero) & (a <= kGammaLargest<T>);
    const V safe_a = Select(inside, a, one);
    const V safe_p = Select(inside, p, Broadcast<V>(T(0.5)));
    const V safe_q = Select(inside, q, Broadcast<V>(T(0.5)));

    // u = (log P + log Gamma(1 + a)) / a for a < 2, as a double word.
    const auto below_one = safe_a < T(1);
    const auto below_two = safe_a < T(2);
    const V small_a = Select(below_two, safe_a, one);
    const auto is_low = safe_p < T(0.5);
    const DoubleWord<V> log_low = internal::PreciseLogOfAny(safe_p);
    const V log_high = LogOnePlus(-Select(is_low, zero, safe_q));
    const DoubleWord<V> log_p = {Select(is_low, log_low.high, log_high),
                                 Select(is_low, log_low.low, zero)};
    const V over = Select(
        below_one, internal::LogGammaOver(Select(below_one, small_a, one)),
        -internal::LogOf(internal::ReciprocalGamma(small_a)) / small_a);
    const V quotient = log_p.high / small_a;
    const DoubleWord<V> product = ExactProduct(quotient, small_a);
    const V rest = ((log_p.high - product.high) - product.low) + log_p.low;
    const DoubleWord<V> u =
        Add(DoubleWord<V>{quotient, rest / small_a}, DoubleWord<V>{over, zero});
    const V least = Exp(u);
    const V shift = Min(least, one) / (small_a + T(1));
    const V low = Select(least < kGammaTiny<T>, least, least * Exp(shift));
    const V log_of_low = u.high + (u.low + shift);

    // The upper tail of a < 0.7.
    const V e = (internal::LogOf(internal::ReciprocalGamma(small_a)) +
                 internal::PreciseLogOfAny(small_a).high) -
                internal::PreciseLogOfAny(safe_q).high;
    const V one_minus_a = T(1) - small_a;
    V high = Max(e, one);
    TFI_UNROLL(4)
    for (int k = 0; k < 3; ++k) {
      high = Max((e + small_a * internal::LogOf(high)) -
                     internal::LogOf(high + Max(one_minus_a, zero)),
                 Broadcast<V>(T(0.5)));
    }

    const V score = NormalScore(Min(safe_p, safe_q));
    const V middle =
        internal::TemmeStart(safe_a, Select(safe_p < safe_q, -score, score));

    const auto takes_low = below_two & (least < T(0.2) * (T(1) + small_a));
    const auto takes_high = (safe_a < T(0.7)) & (e > T(1.2)) & !takes_low;
    const auto takes_series = takes_low | (safe_a < T(0.7));
    const V z = Select(takes_high, high, Select(takes_series, low, middle));
    const auto valid = (a > zero) & (a <= kGammaLargest<T>);
    const auto limit = [&](V x, V bottom) {
      return Select(
          inside, x,
          Select(valid & (p == zero), bottom,
                 Select(valid & (q == zero), Infinity<V>(), NaN<V>())));
    };
    out[0] = a;
    out[1] = p;
    out[2] = q;
    out[3] = limit(log_of_low, -Infinity<V>());  // used where z is tiny
    out[4] = limit(z, zero);
  }
};

// The same numbers -> the next z, log(tail / target), and the result if the
// search ends here, which is the next z or its logarithm.
template <bool kLogarithm>
struct IgammaInverseStep {
  static constexpr int kInputs = 5;
  static constexpr int kOutputs = 3;
  template <class T>
  static constexpr int kRegions = kIgammaRegions<T>;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[5]) {
    return IgammaRegionOf(in[0], in[4]);
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[5], V (&out)[3]) {
    using T = Scalar<V>;
    const V a = in[0], z = in[4];
    if constexpr (kRegion == kGammaEdge) {
      // The start is the result.
      out[0] = z;
      out[1] = V{};
      out[2] = kLogarithm ? in[3] : z;
    } else {
      const internal::IgammaTails<V> tails =
          internal::IgammaTailsOf<kRegion>(a, z, in[1], in[2]);
      const V f = LogRatio(tails.value, tails.target);
      const V s = tails.slope;
      // Of u: -f / f' / (1 - f f'' / (2 f'^2)).
      const V newton = Select(tails.is_upper, f, -f) / s;
      const V curvature = (a - z) + Select(tails.is_upper, s, -s);
      const V denominator = T(1) + T(0.5) * newton * curvature;
      const V step = Max(
          Min(newton / Max(denominator, Broadcast<V>(T(0.4))), Broadcast<V>(3)),
          Broadcast<V>(-3));
      out[0] = MulAdd(z, ExpMinusOne(step), z);
      // No residual is left where z cannot be nearer.
      const auto is_last = Abs(step) <= std::numeric_limits<T>::epsilon();
      out[1] = Select(is_last, V{}, f);
      if constexpr (kLogarithm) {
        const DoubleWord<V> log_z =
            Add(internal::PreciseLogOf(z), DoubleWord<V>{step, V{}});
        out[2] = log_z.high;
      } else {
        out[2] = out[0];
      }
    }
  }
};

// (a, p) -> z with P(a, z) = p; kUpper: (a, q) -> z with Q(a, z) = q;
// kLogarithm: log z.
//
// Types: float and double; vectors by root_search.h.
// Max error: P or Q at the result is within 16 eps of p or q, or of 1 - p or
// 1 - q if that is less; or the result is within one unit in its last place.
// Valid range: 0 < a <= kGammaLargest, probabilities in [0, 1] with the limits
// at the ends; NaN elsewhere.
template <bool kUpper, bool kLogarithm>
struct IgammaInverse {
  using Start = IgammaInverseStart<kUpper>;
  using Step = IgammaInverseStep<kLogarithm>;
  // The error of Halley's method is about the cube of the residual.
  template <class T>
  static constexpr T kTolerance = kIsDouble<T> ? T(4e-6) : T(2e-3);
};

using IgammainvFunction = RootFunction<IgammaInverse<false, false>>;
using IgammacinvFunction = RootFunction<IgammaInverse<true, false>>;
using LogIgammainvFunction = RootFunction<IgammaInverse<false, true>>;
using LogIgammacinvFunction = RootFunction<IgammaInverse<true, true>>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_INVERSE_H_
