// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The density D = x^a (1-x)^b / B(a, b) of the logit of a Beta(a, b) sample, as
// factor * exp(exponent), without the cancellation of the Beta function against
// the powers. With s = a + b, z = x s, g(t) = t - 1 - log t and Binet's
// function J(t) = lgamma(t) - (t - 1/2) log t + t - log(2 pi) / 2 (binet.h):
//
//   a, b >= 1   sqrt(a b / (2 pi s)) exp(-a g(z/a) - b g((s-z)/b)
//                                        - J(a) - J(b) + J(s))
//   a < 1       (a / B') x^a (1-x)^b, 1 / B' = exp(lgamma(c+a) - lgamma(c)
//               - lgamma(1+a)) times b / s, c = 1 + b, where b < 1; or times 1,
//               c = b, elsewhere.
//
// The form of the first: C. Loader, "Fast and accurate computation of binomial
// probabilities" (2000). In the sum of both deviances z - a and s - z - b
// cancel, so that it is a log(z/a) + b log((s-z)/b), which double words hold
// for shapes up to kLargeShapes; but beyond kFarExponent even a digit of the
// cubes of log_ratio.h counts, and where the coordinate may be subnormal it has
// another form. There the deviances are formed one by one, in double words
// throughout.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_DENSITY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_DENSITY_H_

#include "kernels/special/beta_point.h"
#include "kernels/special/binet.h"
#include "kernels/special/double_word.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/polygamma.h"
#include "kernels/special/precise_log.h"
#include "kernels/special/ratio_coefficients.h"

// Inline on processors, where what a caller leaves unused then costs nothing.
#if defined(__CUDACC__)
#define TFI_BETA_OUTLINE TFI_OUTLINE
#else
#define TFI_BETA_OUTLINE TFI_FUNCTION
#endif

TFI_BEGIN_NAMESPACE

// factor * exp(exponent).
template <class V>
struct Scaled {
  V factor;
  DoubleWord<V> exponent;
};

// Exponents below it need all digits of their logarithms.
inline constexpr double kFarExponent = -24;

// For a sum of shapes from here on the logarithms have too few digits.
template <bool kPrecise>
inline constexpr double kLargeShapes = kPrecise ? 1e11 : 1e6;

// n - q d, exactly, for a quotient q = n / d to within a few eps.
template <class V>
TFI_FUNCTION V QuotientResidual(V n, V q, V d) {
#if defined(__FMA__) || defined(__CUDACC__) || defined(__aarch64__)
  return Fma(-q, d, n);
#else
  const DoubleWord<V> product = ExactProduct(q, d);
  return (n - product.high) - product.low;
#endif
}

// x * y, of which the low may be more than an eps of the high.
template <class V>
TFI_FUNCTION DoubleWord<V> LooseProduct(DoubleWord<V> x, DoubleWord<V> y) {
  const DoubleWord<V> product = Product(x.high, y.high);
  return {product.high, product.low + (x.low * y.high + x.high * y.low)};
}

// x + y for |y| <= |x|, or y so small that an eps of it is nothing.
template <class V>
TFI_FUNCTION DoubleWord<V> AddSmall(DoubleWord<V> x, V y) {
  const V sum = x.high + y;
  return {sum, x.low + (y - (sum - x.high))};
}

// x, NaN where it is not above `least`: float leaves far tails to double
// (BetaincOfOrdinary in betainc.h).
template <class V>
TFI_FUNCTION DoubleWord<V> NaNBelow(DoubleWord<V> x, Scalar<V> least) {
  return {Select(x.high > least, x.high, NaN<V>()), x.low};
}

// a log(z / y). Where kPrecise, with an error of eps / 100 of a |log|, less the
// closer z is to y, and that of a double word.
template <bool kPrecise, class V>
TFI_FUNCTION DoubleWord<V> TimesLog(V a, DoubleWord<V> z, V y) {
  using T = Scalar<V>;
  if constexpr (kPrecise) {
    constexpr ScalarInteger<V> kHalf = ScalarInteger<V>(1)
                                       << (kMantissaBits<V> - 1);
    const Integer<V> e =
        AddBits<V>(SubtractBits<V>(BitsOf(z.high), BitsOf(y)), kHalf) >>
        kMantissaBits<V>;
    const V scaled =
        FromBits<V>(AddBits<V>(BitsOf(y), ShiftBits<V>(e, kMantissaBits<V>)));
    const V exponent = FromInteger<V>(e);
    const V exact = z.high - scaled;
    const DoubleWord<V> difference = ExactSum(exact, z.low);
    const V twice = scaled + scaled;
    const V sum = twice + exact;
    const V sum_low = (exact - (sum - twice)) + z.low;
    const V reciprocal = T(1) / sum;
    const V s = difference.high * reciprocal;
    const V rest = QuotientResidual(difference.high, s, sum);
    const V s_low = (rest + (difference.low - s * sum_low)) * reciprocal;
    const V square = s * s;
    const V s2 = s + s;
    const V cubic =
        (s2 * square) * Polynomial(LogRatioCoefficients<V>(), square);
    // Each sum has 0 or the greater term first.
    const V power = exponent * kLog2High<V>;
    DoubleWord<V> log = AddSmall(DoubleWord<V>{power, V{}}, s2);
    log = AddSmall(log, cubic);
    log.low = log.low + ((s_low + s_low) + exponent * kLog2Low<V>);
    DoubleWord<V> product = Product(a, log.high);
    product.low = MulAdd(a, log.low, product.low);
    return product;
  } else {
    return {a * LogRatio(z.high, y), V{}};
  }
}

// a log - b for double words.
template <class V>
TFI_FUNCTION DoubleWord<V> MulSubtract(V a, DoubleWord<V> log,
                                       DoubleWord<V> b) {
  return Add(Product(log, a), -b);
}

// b x - a (1-x) = s x - a.
template <class V>
TFI_FUNCTION DoubleWord<V> BetaExcess(V a, V b, const BetaPoint<V>& point) {
  return Add(Product(point.x.value, b), -Product(point.complement.value, a));
}

// The same to the last bit of its high, without its low.
template <class V>
TFI_FUNCTION V RoundedBetaExcess(V a, V b, const BetaPoint<V>& point) {
  const DoubleWord<V> x = point.x.value, xi = point.complement.value;
  const DoubleWord<V> bx = Product(b, x.high), axi = Product(a, xi.high);
  return (bx.high - axi.high) + ((bx.low - axi.low) + (b * x.low - a * xi.low));
}

// -a g(z/a) for z = a + excess = s x.
template <bool kPrecise, class V>
TFI_FUNCTION DoubleWord<V> MinusDeviance(V a, DoubleWord<V> excess,
                                         const BetaCoordinate<V>& x,
                                         DoubleWord<V> s) {
  using T = Scalar<V>;
  const DoubleWord<V> z = Product(x.Scaled(), s);
  if constexpr (kPrecise) {
    // a log(z/a) - excess; a (2 s + rest) - excess = a rest - s excess.
    const PreciseLogParts<V> parts = SplitPreciseLog(z, DoubleWord<V>{a, V{}});
    const auto near = (parts.exponent == T(0)) & (x.log.high == T(0));
    const DoubleWord<V> twice = {parts.s.high + parts.s.high,
                                 parts.s.low + parts.s.low};
    DoubleWord<V> far_log = Add(DoubleWord<V>{parts.exponent * kLog2High<V>,
                                              parts.exponent * kLog2Low<V>},
                                twice);
    far_log = Add(far_log, x.log);
    const DoubleWord<V> far = MulSubtract(a, far_log, excess);
    return Add(Product(parts.rest, a),
               Select(near, -Product(parts.s, excess), far));
  } else {
    const LogRatioParts<V> parts = SplitLogRatio(z.high, a);
    const auto near = (parts.exponent == T(0)) & (x.log.high == T(0));
    const V s1 = excess.high / (z.high + a);
    const V near_value =
        s1 * (T(2) * a * (s1 * s1) * parts.excess - excess.high);
    const V far = a * (parts.Log() + x.log.high) - excess.high;
    return {Select(near, near_value, far), V{}};
  }
}

// The coefficients of J(t) / u (binet.h).
template <bool kPrecise, class V>
constexpr const auto& BinetTable() {
  if constexpr (kPrecise && kIsDouble<V>) {
    return kBinetDouble;
  } else {
    return kBinetFloat;
  }
}

// J(t), t >= 1, of u = BinetU(t); to single precision where not kPrecise.
template <bool kPrecise, class V>
TFI_FUNCTION V BinetFunctionOf(V u) {
  using T = Scalar<V>;
  const auto& c = BinetTable<kPrecise, V>();
  constexpr int kSize = sizeof(c) / sizeof(c[0]);
  V sum = Broadcast<V>(T(c[kSize - 1]));
  TFI_UNROLL(64)
  for (int k = kSize - 2; k >= 0; --k) {
    sum = MulAdd(sum, u, Broadcast<V>(T(c[k])));
  }
  return u * sum;
}

// J(a+b) - J(a) - J(b), with one division.
template <bool kPrecise, class V>
TFI_FUNCTION V BinetOfBeta(V a, V b) {
  using T = Scalar<V>;
  // J is nothing from here on, and the product of three is in range.
  const V most = Broadcast<V>(kIsDouble<V> ? T(1e100) : T(1e12));
  const V ta = Min(a, most) + T(0.5), tb = Min(b, most) + T(0.5);
  const V ts = Min(a + b, most) + T(0.5);
  const V tab = ta * tb;
  const V us = T(1) / (tab * ts), uab = us * ts;
  return BinetFunctionOf<kPrecise>(us * tab) -
         BinetFunctionOf<kPrecise>(uab * tb) -
         BinetFunctionOf<kPrecise>(uab * ta);
}

// J(t + d) - J(t) for t >= 1, d >= 0, relative to d.
template <bool kPrecise, class V>
TFI_FUNCTION V BinetStep(V t, V d) {
  using T = Scalar<V>;
  const auto& c = BinetTable<kPrecise, V>();
  constexpr int kSize = sizeof(c) / sizeof(c[0]);
  // As in BinetOfBeta.
  const V most = Broadcast<V>(kIsDouble<V> ? T(1e150) : T(1e18));
  const V tx = Min(t, most) + T(0.5), ty = Min(t + d, most) + T(0.5);
  const V uxy = T(1) / (tx * ty);
  const V ux = uxy * ty, uy = uxy * tx;
  V value = Broadcast<V>(T(c[kSize - 1])), slope = V{};
  TFI_UNROLL(64)
  for (int k = kSize - 2; k >= 0; --k) {
    slope = MulAdd(uy, slope, value);
    value = MulAdd(ux, value, Broadcast<V>(T(c[k])));
  }
  slope = MulAdd(uy, slope, value);
  return -(d * ux) * (uy * slope);
}

// The sum of both deviances, negative, of `a` and `b` >= 1.
template <bool kPrecise, class V>
TFI_OUTLINE DoubleWord<V> MinusDeviances(const V& a, const V& b,
                                         const BetaPoint<V>& point) {
  const DoubleWord<V> s = ExactSum(a, b);
  const DoubleWord<V> excess = BetaExcess(a, b, point);
  return Add(MinusDeviance<kPrecise>(a, excess, point.x, s),
             MinusDeviance<kPrecise>(b, -excess, point.complement, s));
}

// The same by the logarithms, as long as they serve.
template <bool kPrecise, class V>
TFI_BETA_OUTLINE DoubleWord<V> LargeBetaExponent(const V& a, const V& b,
                                                 const BetaPoint<V>& point) {
  using T = Scalar<V>;
  const DoubleWord<V> s = ExactSum(a, b);
  const DoubleWord<V> of_a =
      TimesLog<kPrecise>(a, LooseProduct(point.x.value, s), a);
  const DoubleWord<V> of_b =
      TimesLog<kPrecise>(b, LooseProduct(point.complement.value, s), b);
  const DoubleWord<V> exponent = Add(of_a, of_b);
  if constexpr (!kIsDouble<V>) {
    return NaNBelow(exponent, T(kFarExponent));
  } else {
    auto usual =
        (point.x.log.high == T(0)) & (point.complement.log.high == T(0));
    usual = usual & (s.high < T(kLargeShapes<kPrecise>));
    if constexpr (kPrecise) {
      usual = usual & (exponent.high > T(kFarExponent));
    }
    if (!AnyTrue(!usual)) return exponent;
    return Select(usual, exponent, MinusDeviances<kPrecise>(a, b, point));
  }
}

// The factor of D for a, b >= 1; the exponent is that of LargeBetaExponent and
// J(s) - J(a) - J(b).
template <class V>
TFI_FUNCTION V LargeBetaFactor(V a, V b) {
  using T = Scalar<V>;
  // Each of the greater and the lesser first: a b may overflow.
  const V greater = Max(a, b), lesser = Min(a, b);
  return Sqrt(lesser * (greater / (a + b)) *
              T(0.15915494309189533577));  // 1 / (2 pi)
}

// The parts of D for a < 1.
template <class V>
struct SmallBetaParts {
  DoubleWord<V> power;  // a log(x (c+a))
  V rest;               // lgamma(c+a) - lgamma(c) - a log(c+a) - lgamma(1+a)
  V factor;             // b/s, or 1
  V one_minus_factor;
};

// The coefficients of E below.
template <class V>
constexpr const auto& RatioExcessTable() {
  if constexpr (kIsDouble<V>) {
    return kRatioExcessDouble;
  } else {
    return kRatioExcessFloat;
  }
}

// lgamma(c+a) - lgamma(c) - a log(c+a), c >= 1, 0 < a <= 1: its relative error
// is that of its three negative terms. With t = a / (2 c + a) and
// log((c+a) / c) = 2 t + 2 t^3 E it is J(c+a) - J(c) - (c - 1/2) log + a.
template <bool kPrecise, class V>
TFI_FUNCTION V LogGammaStep(V c, V a) {
  using T = Scalar<V>;
  const V t = a / (c + c + a);
  const V square = t * t;
  const V rest = square * Polynomial(RatioExcessTable<V>(), square);
  return BinetStep<kPrecise>(c, a) - t * ((T(1) + a) + (rest - (c + c) * rest));
}

// a log(x y) for any x.
template <bool kPrecise, class V>
TFI_OUTLINE DoubleWord<V> TimesLogOf(const V& a, const BetaCoordinate<V>& x,
                                     const DoubleWord<V>& y) {
  const V one = Broadcast<V>(1);
  const DoubleWord<V> z = Product(x.Scaled(), y);
  DoubleWord<V> log;
  if constexpr (kPrecise) {
    log = PreciseLogRatio(z, DoubleWord<V>{one, V{}});
  } else {
    log = {LogRatio(z.high, one), V{}};
  }
  return Product(Add(log, x.log), a);
}

template <bool kPrecise, class V>
TFI_BETA_OUTLINE SmallBetaParts<V> SmallBeta(const V& a, const V& b,
                                             const BetaCoordinate<V>& x) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  SmallBetaParts<V> parts;
  V c = b;
  parts.factor = one;
  parts.one_minus_factor = V{};
  const auto both = b < T(1);
  if (AnyTrue(both)) {
    c = Select(both, b + one, b);
    parts.factor = Select(both, b / (a + b), one);
    parts.one_minus_factor = Select(both, a / (a + b), V{});
  }
  const DoubleWord<V> sum = ExactSum(c, a);
  parts.power = TimesLog<kPrecise>(a, LooseProduct(x.value, sum), one);
  if constexpr (!kIsDouble<V>) {
    parts.power = NaNBelow(parts.power, T(kFarExponent));
  } else {
    auto usual = x.log.high == T(0);
    if constexpr (kPrecise) {
      usual = usual & (parts.power.high > T(kFarExponent));
    }
    if (AnyTrue(!usual)) {
      parts.power = Select(usual, parts.power, TimesLogOf<kPrecise>(a, x, sum));
    }
  }
  parts.rest =
      LogGammaStep<kPrecise>(c, a) - a * internal::LgammaOnePlusOver(a);
  return parts;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_DENSITY_H_
