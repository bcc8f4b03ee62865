// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Beta distribution function and its complement in double at half the cost
// of betainc.h, where their density is not far below that of the middle: by the
// same series and fraction, with the density in single words.
//
// An exponent with a relative error of some eps costs that times its size. So
// down to kLeastCentralExponent no double words are needed, if no terms cancel.
// With e = s x - a, the exponent of betainc_density.h for a, b >= 1 is
//
//   -a g(1 + e/a) - b g(1 - e/b) - J(a) - J(b) + J(s),  g(t) = t - 1 - log t,
//
// and with c = 2^k, d = a + e - c a, s = d / (2 c a + d), t = c (1+s) / (1-s),
//
//   a g(t) = a g(c) + (d / c) (c - 1 + s) - 2 a s^3 A(s^2),
//
// where A(s^2) = (atanh(s) / s - 1) / s^2, and k is log2(t) rounded towards 0:
// then no term but the last is negative, and that one is the least.
//
// The elements are first arranged and sorted (betainc_central_regions.h).
// Elsewhere the tails are NaN: betainc.h is asked there.
//
// Measured worst and mean error (tests/special/betainc_test.cc and 16,000,000
// points against betainc.h), in eps: 13.7, 0.6. Polynomials are in halves:
// the chains of operations take as long as the operations.
//
// For doubles and vectors of them; the arrays of kernels/cpu/ alone use it.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_CENTRAL_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_CENTRAL_H_

#include "kernels/special/betainc_central_coefficients.h"
#include "kernels/special/betainc_central_regions.h"
#include "kernels/special/betainc_density.h"
#include "kernels/special/betainc_methods.h"
#include "kernels/special/exp.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// Exponents below it are left to betainc.h.
inline constexpr double kLeastCentralExponent = -3.5;

// a g(t) above: `z` is about a + excess.
template <class V>
TFI_FUNCTION V CentralDeviance(V a, V z, V excess) {
  using T = Scalar<V>;
  static_assert(kIsDouble<V>, "bits of double");
  constexpr int kBits = kMantissaBits<V>;
  constexpr ScalarInteger<V> kFraction = (ScalarInteger<V>(1) << kBits) - 1;
  const Integer<V> difference = SubtractBits<V>(BitsOf(z), BitsOf(a));
  const Integer<V> k =
      AddBits<V>(difference, (difference >> 63) & kFraction) >> kBits;
  const Integer<V> shift = ShiftBits<V>(k, kBits);
  const V scaled = FromBits<V>(AddBits<V>(BitsOf(a), shift));
  const Integer<V> one = BitsOf(Broadcast<V>(1));
  const V power = FromBits<V>(AddBits<V>(one, shift));
  const V per_power = FromBits<V>(SubtractBits<V>(one, shift));
  const V exponent = FromInteger<V>(k);

  // Far below a, z has more digits than the excess has left.
  const V d = Select(exponent < T(-1), z - scaled, excess - (scaled - a));
  const V s = d / ((scaled + scaled) + d);
  const V square = s * s;
  const V minus_one = power - T(1);
  const V at_power =
      (minus_one - exponent * kLog2High<V>)-exponent * kLog2Low<V>;
  const V small =
      (a * s) * (square * PolynomialInHalves(kCentralAtanh, square));
  return MulAdd(a, at_power,
                MulAdd(d * per_power, minus_one + s, -(small + small)));
}

// J(s) - J(a) - J(b) for a, b >= 1.
template <class V>
TFI_FUNCTION V CentralBinet(V a, V b, V s) {
  using T = Scalar<V>;
  const V ta = a + T(0.5), tb = b + T(0.5), ts = s + T(0.5);
  const V tab = ta * tb;
  const V us = T(1) / (tab * ts), uab = us * ts;
  const V ua = uab * tb, ub = uab * ta, u = us * tab;
  return u * PolynomialInHalves(kCentralBinetTwo, u) -
         (ua * PolynomialInHalves(kCentralBinetOne, ua) +
          ub * PolynomialInHalves(kCentralBinetOne, ub));
}

// (log x + lgamma(c+a) - lgamma(c) - lgamma(1+a)) / a for c >= 1, 0 < a <= 1,
// by the formulas of LogGammaStep (betainc_density.h).
template <class V>
TFI_FUNCTION V CentralPowerExponent(V a, V c, V x) {
  using T = Scalar<V>;
  constexpr int kSize = sizeof(kCentralBinetOne) / sizeof(kCentralBinetOne[0]);
  const V sum = c + a, twice = sum + c;
  const V tc = c + T(0.5), ts = sum + T(0.5);
  const V product = tc * ts;
  const V reciprocal = T(1) / (product * twice);
  const V per_product = reciprocal * twice, per_twice = reciprocal * product;
  const V uc = per_product * ts, us = per_product * tc;
  V value = Broadcast<V>(kCentralBinetOne[kSize - 1]), slope = V{};
  TFI_UNROLL(64)
  for (int k = kSize - 2; k >= 0; --k) {
    slope = MulAdd(us, slope, value);
    value = MulAdd(uc, value, Broadcast<V>(kCentralBinetOne[k]));
  }
  slope = MulAdd(us, slope, value);
  const V t = a * per_twice;
  const V square = t * t;
  const V rest = square * PolynomialInHalves(kCentralAtanh, square);
  const V step = MulAdd(uc * us, slope,
                        per_twice * ((T(1) + a) + (rest - (c + c) * rest)));
  return LogRatio(x * sum, Broadcast<V>(1)) -
         (step + PolynomialInHalves(kCentralLgamma, a));
}

// exp(x) = power, and exp(x) - 1, for -100 < x < 100, by the constants of
// exp.h.
template <class V>
struct CentralExp {
  V power, minus_one;

  explicit TFI_FUNCTION CentralExp(V x) {
    using T = Scalar<V>;
    using Constants = internal::ExpConstants<T>;
    const V n = RoundToInteger(x * T(1.44269504088896340736));  // 1 / log 2
    const V r = (x - n * Constants::kLog2High) - n * Constants::kLog2Low;
    const V scale = PowerOfTwo(n);
    const V rest = scale * MulAdd(r * r, PolynomialInHalves(kExpDouble, r), r);
    power = scale + rest;
    minus_one = (scale - T(1)) + rest;
  }
};

// What ArrangeCentralBetainc gives -> I, 1 - I.
struct CentralBetainc {
  static constexpr int kInputs = 4, kOutputs = 2;
  template <class T>
  static constexpr int kRegions = kCentralRegions;

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V a = Abs(in[0]), b = in[1], lesser = Abs(in[2]);
    V lower, upper;
    if constexpr (kRegion < kCentralSeriesRegions) {
      Series(kCentralSeries[kRegion], a, b, lesser, &lower, &upper);
    } else {
      const V greater = T(1) - lesser;
      const auto low = in[2] > T(0);
      const V x = Select(low, lesser, greater),
              xi = Select(low, greater, lesser);
      if constexpr (kRegion == kCentralUniform) {
        upper = Uniform(a, b, x, xi, in[3]);
      } else {
        constexpr int kLevels =
            kCentralFraction[kRegion - kCentralSeriesRegions].levels;
        upper = Fraction(kLevels, a, b, x, xi, in[3]);
      }
      lower = T(1) - upper;
    }
    const auto exchanged = in[0] < T(0);
    out[0] = Select(exchanged, upper, lower);
    out[1] = Select(exchanged, lower, upper);
  }

 private:
  // e^x, NaN where x is too small.
  template <class V>
  static TFI_FUNCTION V OrNaN(V x) {
    return Select(x > Scalar<V>(kLeastCentralExponent), x, NaN<V>());
  }

  template <class V>
  static TFI_FUNCTION void Series(int terms, V a, V b, V x, V* lower,
                                  V* upper) {
    using T = Scalar<V>;
    const V one = Broadcast<V>(1);
    const auto both = b < T(1);
    const V c = Select(both, b + T(1), b);
    const CentralExp<V> exp(OrNaN(a * CentralPowerExponent(a, c, x)));
    const BetaQuotient<V> sum = BetaPowerSum(terms, a, b, x);
    const V n = a * sum.numerator, d = sum.denominator;
    // b / (a + b), or 1.
    const V factor = Select(both, b, one);
    const V reciprocal = T(1) / (d * Select(both, a + b, one));
    const V scaled = factor * reciprocal;
    *lower = scaled * ((d + n) * exp.power);
    *upper = Select(both, a, V{}) * (d * reciprocal) -
             scaled * (exp.minus_one * d + exp.power * n);
  }

  // 1 - I, as by BetaTailsUniform of betainc.h. Both deviances are positive and
  // keep their relative accuracy, which zeta takes.
  template <class V>
  static TFI_FUNCTION V Uniform(V a, V b, V x, V xi, V excess) {
    using T = Scalar<V>;
    const V s = a + b;
    const V deviance =
        CentralDeviance(a, s * x, excess) + CentralDeviance(b, s * xi, -excess);
    const V binet = LargeBinetSum(a, b);
    const V zeta = CopySign(Sqrt(deviance + deviance), excess);
    return BetaUniform<26>(a, b, zeta, binet) * LargeBetaFactor(a, b) *
           CentralExp<V>(OrNaN(-(deviance + binet))).power;
  }

  // 1 - I.
  template <class V>
  static TFI_FUNCTION V Fraction(int levels, V a, V b, V x, V xi, V excess) {
    using T = Scalar<V>;
    const V one = Broadcast<V>(1);
    const BetaQuotient<V> fraction =
        BetaUpperFraction(levels, a, b, x, xi, excess);
    // D(a) = D(a+1) a / (s x).
    const auto small = a < T(1);
    const V large = Select(small, a + T(1), a);
    const V e = Select(small, excess - xi, excess);
    const V s = large + b;
    const V exponent =
        CentralBinet(large, b, s) -
        (CentralDeviance(large, s * x, e) + CentralDeviance(b, s * xi, -e));
    const V numerator = Select(small, a, one) * large;
    const V denominator = Select(small, (a + b) * x, one);
    constexpr T kTwoPi = 6.28318530717958647693;
    const V root = Sqrt(kTwoPi * s * (large * b));
    return (numerator * fraction.numerator) /
           (denominator * fraction.denominator * root) *
           CentralExp<V>(OrNaN(exponent)).power;
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_CENTRAL_H_
