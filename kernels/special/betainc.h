// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The regularized incomplete beta function I(a, b, x), the distribution
// function of a Beta(a, b) sample x, with its complement, their logarithms, the
// density D of the logit y of x, and the rates D / I and D / (1 - I), which are
// the derivatives of the logarithms in y. Each has its own relative accuracy
// however small it is. The derivatives in the shapes are those of beta.h:
//
//   dI/da = -D r(a, b, x),   dI/db = D r(b, a, 1-x),   dI/dx = D / (x (1-x)).
//
// A point is given by x and 1-x, of which the lesser is taken as exact, or by y
// (beta_point.h). Methods: betainc_methods.h, D: betainc_density.h, which one
// where: betainc_regions.h.
//
// Measured worst and mean error, relative to each output
// (tests/special/betainc_test.cc: 1,500 points with shapes in [1e-6, 1e10] and
// samples out to 20 standard deviations, and both sides of the borders), in
// eps: double 7.5, 0.6; Result float, in double with fewer terms and rounded
// once, 0.5, 0.2; BetaincOfOrdinary, in float, 9, 0.5; I and 1 - I of arrays of
// double, by betainc_central.h, 13.7, 0.6. Inputs count as exact, although one
// ULP of x may be worth 1e6 ULPs of I at shapes of 1e10. From a logit double
// reaches 93 eps where one ULP of the logit is worth 3e5.
//
// Types: double and vectors of it; Result says for which type the result is.
// Vectors of float are for BetaincOfOrdinary alone: they are half as long, and
// the double words of the density then are pairs of float.
// Valid range: 0 < a, b < infinity, 0 <= x <= 1; NaN elsewhere.
//
// References: NIST Digital Library of Mathematical Functions, 8.17, 8.18.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_H_

#include "kernels/special/beta_point.h"
#include "kernels/special/betainc_density.h"
#include "kernels/special/betainc_methods.h"
#include "kernels/special/betainc_regions.h"
#include "kernels/special/exp.h"
#include "kernels/special/function.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// The distribution function of a Beta sample, I, with all that its callers take
// from it. D is the density of the logit.
template <class V>
struct BetaTails {
  V lower, upper;  // I, 1 - I
  V log_lower, log_upper;
  V density;                 // D
  V lower_rate, upper_rate;  // D / I, D / (1 - I)
};

// log x for x > 0, subnormal ones included, and -infinity for 0.
template <class V>
TFI_FUNCTION V LogOfTail(V x) {
  const V tiny = TinyLog(x);
  const V one = Broadcast<V>(1);
  return Select(tiny < Scalar<V>(0), tiny,
                LogRatio(Select(tiny < Scalar<V>(0), one, x), one));
}

// e^x and e^x - 1.
template <class V>
struct PowerParts {
  V power, minus_one;
};

template <class V>
TFI_FUNCTION PowerParts<V> PowerOf(DoubleWord<V> x) {
  using T = Scalar<V>;
  constexpr T kLeast = kIsDouble<V> ? -600 : -80;
  const internal::ReducedExp<V> e =
      internal::ReduceExp(Max(x.high, Broadcast<V>(kLeast)), x.low);
  const V scale = PowerOfTwo(e.n), rest = scale * e.Fraction();
  PowerParts<V> r = {scale + rest, (scale - T(1)) + rest};
  // x.low is no small number where x.high is infinite.
  const auto far = x.high < kLeast;
  if (AnyTrue(far)) {
    r.power = Select(far, Exp(x), r.power);
    r.minus_one = Select(far, Broadcast<V>(-1), r.minus_one);
  }
  return r;
}

template <bool kPrecise, class V>
TFI_BETA_OUTLINE BetaTails<V> BetaTailsBySeries(int terms,
                                                const BetaArguments<V>& at) {
  using T = Scalar<V>;
  const V a = at.a, b = at.b, x = at.point.x.value.high;
  const SmallBetaParts<V> parts = SmallBeta<kPrecise>(a, b, at.point.x);
  const V sum = a * BetaPowerSum(terms, a, b, x).Value();
  const V scale = parts.factor * (T(1) + sum);
  const DoubleWord<V> log = Add(parts.power, DoubleWord<V>{parts.rest, V{}});
  const PowerParts<V> of = PowerOf(log);
  BetaTails<V> r;
  r.lower = scale * of.power;
  r.upper =
      parts.one_minus_factor - parts.factor * (of.minus_one + of.power * sum);
  r.lower_rate = a * Exp(b * LogOnePlus(-x)) / (T(1) + sum);
  r.density = r.lower * r.lower_rate;
  r.upper_rate = r.density / r.upper;
  const auto low = r.lower < T(0.5);
  r.log_lower =
      Select(low, log.high + (log.low + LogRatio(scale, Broadcast<V>(1))),
             LogOnePlus(-r.upper));
  r.log_upper = Select(low, LogOnePlus(-r.lower), LogOfTail(r.upper));
  return r;
}

// With the upper tail divided by the density given.
template <class V>
TFI_FUNCTION BetaTails<V> BetaTailsOfRatio(Scaled<V> density, V ratio) {
  using T = Scalar<V>;
  const V scale = density.factor * ratio;
  const V power = PowerOf(density.exponent).power;
  BetaTails<V> r;
  r.density = density.factor * power;
  r.upper = scale * power;
  r.lower = T(1) - r.upper;
  r.upper_rate = T(1) / ratio;
  r.lower_rate = r.density / r.lower;
  r.log_upper = density.exponent.high +
                (density.exponent.low + LogRatio(scale, Broadcast<V>(1)));
  r.log_lower = LogOnePlus(-r.upper);
  return r;
}

template <bool kPrecise, class V>
TFI_BETA_OUTLINE BetaTails<V> BetaTailsByFraction(int levels,
                                                  const BetaArguments<V>& at) {
  using T = Scalar<V>;
  const V a = at.a, b = at.b, x = at.point.x.value.high;
  const BetaQuotient<V> fraction = BetaUpperFraction(
      levels, a, b, x, at.point.complement.value.high, at.excess);
  const V ratio = fraction.numerator / (b * fraction.denominator);
  // D(a) = D(a+1) a / (s x).
  const V large_a = Select(at.small, a + T(1), a);
  Scaled<V> density;
  density.factor = LargeBetaFactor(large_a, b);
  density.exponent = AddSmall(LargeBetaExponent<kPrecise>(large_a, b, at.point),
                              BinetOfBeta<kPrecise>(large_a, b));
  if (AnyTrue(at.small)) {
    density.factor =
        Select(at.small, density.factor * (a / ((a + b) * x)), density.factor);
  }
  return BetaTailsOfRatio(density, ratio);
}

template <bool kPrecise, int kTerms, class V>
TFI_BETA_OUTLINE BetaTails<V> BetaTailsUniform(const BetaArguments<V>& at) {
  using T = Scalar<V>;
  const V a = at.a, b = at.b;
  // Next to the mean, zeta needs the deviance to relative accuracy.
  const DoubleWord<V> exponent = MinusDeviances<kPrecise>(a, b, at.point);
  const V binet = LargeBinetSum(a, b);
  const V zeta = CopySign(Sqrt(Max(T(-2) * exponent.high, V{})), at.excess);
  const Scaled<V> density = {LargeBetaFactor(a, b), AddSmall(exponent, -binet)};
  return BetaTailsOfRatio(density, BetaUniform<kTerms>(a, b, zeta, binet));
}

template <class M, class V>
TFI_FUNCTION BetaTails<V> Select(M mask, const BetaTails<V>& x,
                                 const BetaTails<V>& y) {
  return {Select(mask, x.lower, y.lower),
          Select(mask, x.upper, y.upper),
          Select(mask, x.log_lower, y.log_lower),
          Select(mask, x.log_upper, y.log_upper),
          Select(mask, x.density, y.density),
          Select(mask, x.lower_rate, y.lower_rate),
          Select(mask, x.upper_rate, y.upper_rate)};
}

// Exchanges the two tails where I was taken at the complement.
template <class V>
TFI_FUNCTION BetaTails<V> ExchangeWhere(Mask<V> mask, const BetaTails<V>& r) {
  const BetaTails<V> exchanged = {r.upper,     r.lower,   r.log_upper,
                                  r.log_lower, r.density, r.upper_rate,
                                  r.lower_rate};
  return Select(mask, exchanged, r);
}

// Sets what is at the ends and what is out of range.
template <class V>
TFI_FUNCTION BetaTails<V> SetBetaEnds(const V& a, const V& b,
                                      const BetaPoint<V>& point,
                                      BetaTails<V> r) {
  using T = Scalar<V>;
  const auto inside = ValidConcentrations(a, b) & (point.x.value.high > T(0)) &
                      (point.complement.value.high > T(0)) &
                      (point.x.log.high == T(0)) &
                      (point.complement.log.high == T(0));
  if (!AnyTrue(!inside)) return r;
  const V zero{}, one = Broadcast<V>(1), infinity = Infinity<V>();
  const BetaTails<V> at_zero = {zero, one, -infinity, zero, zero, a, zero};
  const BetaTails<V> at_one = {one, zero, zero, -infinity, zero, zero, b};
  const V nan = NaN<V>();
  const BetaTails<V> invalid = {nan, nan, nan, nan, nan, nan, nan};
  const auto valid = ValidConcentrations(a, b) & (point.x.value.high >= zero) &
                     (point.complement.value.high >= zero);
  r = Select(point.x.log.high == -infinity, at_zero, r);
  r = Select(point.complement.log.high == -infinity, at_one, r);
  return Select(valid, r, invalid);
}

template <class Result, int kRegion, class V>
TFI_BETA_OUTLINE BetaTails<V> BetaTailsInRegion(const V& a, const V& b,
                                                const BetaPoint<V>& point) {
  using T = Scalar<V>;
  constexpr BetaincRegion kOf = BetaincRegions<Result>::kOf[kRegion];
  constexpr bool kPrecise = std::is_same<Result, T>::value;
  const BetaArguments<V> at = ArrangeBeta(a, b, point);
  BetaTails<V> r;
  if constexpr (kOf.method == BetaincMethod::kSeries) {
    r = BetaTailsBySeries<kPrecise>(kOf.terms, at);
  } else if constexpr (kOf.method == BetaincMethod::kUniform) {
    r = BetaTailsUniform<kPrecise, kOf.terms>(at);
  } else {
    r = BetaTailsByFraction<kPrecise>(kOf.terms, at);
  }
  r = ExchangeWhere<V>(at.exchanged, r);
  if constexpr (kIsDouble<V>) {
    r = SetBetaEnds(a, b, point, r);
  }
  return r;
}

// The same, shared by all who want more than two numbers.
template <class Result, int kRegion, class V>
TFI_OUTLINE BetaTails<V> AllBetaTailsInRegion(const V& a, const V& b,
                                              const BetaPoint<V>& point) {
  return BetaTailsInRegion<Result, kRegion>(a, b, point);
}

// Sets `out` to Outputs of the tails.
template <class Result, int kRegion, class Outputs, int kOutputs, class V>
TFI_FUNCTION void PickBetaTails(const V& a, const V& b,
                                const BetaPoint<V>& point, V (&out)[kOutputs]) {
  if constexpr (kOutputs == 2) {
    Outputs::Pick(BetaTailsInRegion<Result, kRegion>(a, b, point), out);
  } else {
    Outputs::Pick(AllBetaTailsInRegion<Result, kRegion>(a, b, point), out);
  }
}

// (a, b, x, 1-x) -> Outputs of the tails at x.
template <class Result, class Outputs, int kOutputCount>
struct BetaincOfSample {
  static constexpr int kInputs = 4, kOutputs = kOutputCount;
  static constexpr bool kInDouble = true;
  template <class T>
  static constexpr int kRegions = kBetaincRegions;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    return BetaincRegionOf<Result>(
        ArrangeBeta(in[0], in[1], BetaPointOfSample(in[2], in[3])));
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    PickBetaTails<Result, kRegion, Outputs>(
        in[0], in[1], BetaPointOfSample(in[2], in[3]), out);
  }
};

// (a, b, logit) -> the same.
template <class Result, class Outputs, int kOutputCount>
struct BetaincOfLogit {
  static constexpr int kInputs = 3, kOutputs = kOutputCount;
  static constexpr bool kInDouble = true;
  template <class T>
  static constexpr int kRegions = kBetaincRegions;
  static constexpr bool kPrecise = std::is_same<Result, double>::value;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    return BetaincRegionOf<Result>(
        ArrangeBeta(in[0], in[1], BetaPointOfLogit<kPrecise>(in[2])));
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    PickBetaTails<Result, kRegion, Outputs>(
        in[0], in[1], BetaPointOfLogit<kPrecise>(in[2]), out);
  }
};

// (a, b, x, 1-x) in float -> Outputs of the tails, and NaN where float does not
// serve: shapes and samples of unusual size, far tails, the uniform expansion,
// and what is out of range. Double is asked there.
template <class Outputs, int kOutputCount>
struct BetaincOfOrdinary {
  static constexpr int kInputs = 4, kOutputs = kOutputCount;
  static constexpr int kElsewhere = kBetaincRegions;
  template <class T>
  static constexpr int kRegions = kBetaincRegions + 1;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    using T = Scalar<V>;
    const V lesser = Min(in[2], in[3]);
    const auto ordinary = (Min(in[0], in[1]) >= T(1e-4)) &
                          (Max(in[0], in[1]) <= T(1e4)) & (lesser >= T(1e-30));
    const Integer<V> region = BetaincRegionOf<float>(
        ArrangeBeta(in[0], in[1], BetaPointOfSample(in[2], in[3])));
    const Integer<V> elsewhere = Integer<V>{} + kElsewhere;
    return Select(ordinary & (region != kUniformRegion), region, elsewhere);
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    if constexpr (kRegion == kElsewhere || kRegion == kUniformRegion) {
      for (int k = 0; k < kOutputs; ++k) out[k] = NaN<V>();
    } else {
      PickBetaTails<float, kRegion, Outputs>(
          in[0], in[1], BetaPointOfSample(in[2], in[3]), out);
    }
  }
};

// F of (a, b, x, 1-x) at (a, b, x).
template <class F>
struct AtSampleAlone {
  static constexpr int kInputs = 3, kOutputs = F::kOutputs;
  static constexpr bool kInDouble = kIsDoubleFunction<F>;
  template <class T>
  static constexpr int kRegions = F::template kRegions<T>;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    const V at[] = {in[0], in[1], in[2], Scalar<V>(1) - in[2]};
    return F::Region(at);
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    const V at[] = {in[0], in[1], in[2], Scalar<V>(1) - in[2]};
    F::template Evaluate<kRegion>(at, out);
  }
};

// -> I, 1 - I, and D where there are three.
struct BetaincOutputs {
  template <class V, int kOutputs>
  static TFI_FUNCTION void Pick(const BetaTails<V>& r, V (&out)[kOutputs]) {
    out[0] = r.lower;
    out[1] = r.upper;
    if constexpr (kOutputs == 3) out[2] = r.density;
  }
};

// -> log I, log(1 - I), and D / I, D / (1 - I) where there are four.
struct LogBetaincOutputs {
  template <class V, int kOutputs>
  static TFI_FUNCTION void Pick(const BetaTails<V>& r, V (&out)[kOutputs]) {
    out[0] = r.log_lower;
    out[1] = r.log_upper;
    if constexpr (kOutputs == 4) {
      out[2] = r.lower_rate;
      out[3] = r.upper_rate;
    }
  }
};

template <class Result, int kOutputs = 3>
using BetaincFor = BetaincOfSample<Result, BetaincOutputs, kOutputs>;
template <class Result, int kOutputs = 4>
using LogBetaincFor = BetaincOfSample<Result, LogBetaincOutputs, kOutputs>;
template <class Result, int kOutputs = 3>
using LogitBetaincFor = BetaincOfLogit<Result, BetaincOutputs, kOutputs>;
template <class Result, int kOutputs = 4>
using LogLogitBetaincFor = BetaincOfLogit<Result, LogBetaincOutputs, kOutputs>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_H_
