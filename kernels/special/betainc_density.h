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
// probabilities" (2000). The exponent is a double word where kPrecise: beyond
// 20 standard deviations it passes -200.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_DENSITY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_DENSITY_H_

#include "kernels/special/beta_point.h"
#include "kernels/special/binet.h"
#include "kernels/special/double_word.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/precise_log.h"
#include "kernels/special/ratio.h"

TFI_BEGIN_NAMESPACE

// factor * exp(exponent).
template <class V>
struct Scaled {
  V factor;
  DoubleWord<V> exponent;
};

// log(x / y) with y given without its low.
template <bool kPrecise, class V>
TFI_FUNCTION DoubleWord<V> LogOf(DoubleWord<V> x, V y) {
  if constexpr (kPrecise) {
    return PreciseLogRatio(x, DoubleWord<V>{y, V{}});
  } else {
    return {LogRatio(x.high, y), V{}};
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

// J(t), t >= 1.
template <class V>
TFI_FUNCTION V BinetFunction(V t) {
  return BinetOf<false, 0>(BinetU(t));
}

// J(t + d) - J(t) for t >= 1, d >= 0, relative to d.
template <class V>
TFI_FUNCTION V BinetStep(V t, V d) {
  const auto& c = BinetCoefficients<V, false>();
  constexpr int kSize = sizeof(c) / sizeof(c[0]);
  const V ux = BinetU(t), uy = BinetU(t + d);
  V value = Broadcast<V>(c[kSize - 1]), slope = V{};
  TFI_UNROLL(64)
  for (int k = kSize - 2; k >= 0; --k) {
    slope = MulAdd(uy, slope, value);
    value = MulAdd(ux, value, Broadcast<V>(c[k]));
  }
  slope = MulAdd(uy, slope, value);
  return -(d * ux) * (uy * slope);
}

// D for a, b >= 1, but for exp(J(s) - J(a) - J(b)): `excess` is BetaExcess.
template <bool kPrecise, class V>
TFI_FUNCTION Scaled<V> LargeBetaDensity(V a, V b, DoubleWord<V> excess,
                                        const BetaPoint<V>& point) {
  using T = Scalar<V>;
  const DoubleWord<V> s = ExactSum(a, b);
  Scaled<V> d;
  d.exponent = Add(MinusDeviance<kPrecise>(a, excess, point.x, s),
                   MinusDeviance<kPrecise>(b, -excess, point.complement, s));
  // Each of the greater and the lesser first: a b may overflow.
  const V greater = Max(a, b), lesser = Min(a, b);
  d.factor = Sqrt(lesser * (greater / s.high) *
                  T(0.15915494309189533577));  // 1 / (2 pi)
  return d;
}

// The parts of D for a < 1.
template <class V>
struct SmallBetaParts {
  DoubleWord<V> power;  // a log(x (c+a))
  V rest;               // lgamma(c+a) - lgamma(c) - a log(c+a) - lgamma(1+a)
  V factor;             // b/s, or 1
  V one_minus_factor;
};

// lgamma(c+a) - lgamma(c) - a log(c+a), c >= 1, 0 < a <= 1: its relative error
// is that of its three negative terms.
template <class V>
TFI_FUNCTION V LogGammaStep(V c, V a) {
  using T = Scalar<V>;
  const Ratio<V> ratio = SplitRatio(c + a, c, a);
  return BinetStep(c, a) - (c * ratio.G(a / c) + T(0.5) * ratio.Log());
}

template <bool kPrecise, class V>
TFI_FUNCTION SmallBetaParts<V> SmallBeta(V a, V b, const BetaCoordinate<V>& x) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  const auto both = b < T(1);
  SmallBetaParts<V> parts;
  const V c = Select(both, b + one, b);
  parts.factor = Select(both, b / (a + b), one);
  parts.one_minus_factor = Select(both, a / (a + b), V{});
  const DoubleWord<V> sum = ExactSum(Max(c, a), Min(c, a));
  const DoubleWord<V> z = Product(x.Scaled(), sum);
  DoubleWord<V> log = LogOf<kPrecise>(z, one);
  log = Add(log, x.log);
  parts.power = Product(log, a);
  const Ratio<V> at_one = SplitRatio(one + a, one, a);
  // lgamma(1 + a) = a log(1+a) + LogGammaStep(1, a).
  parts.rest = LogGammaStep(c, a) - (LogGammaStep(one, a) + a * at_one.Log());
  return parts;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_DENSITY_H_
