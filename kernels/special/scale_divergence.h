// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What a scale contributes to the densities and divergences of a Gamma family:
//
//   y g(t) and y (t - 1),   t = x b2 / (y b1),  g of ratio.h,
//
// with relative accuracy however close t is to 1: t - 1 is a determinant of the
// inputs (DifferenceOfProducts) or, where logarithms of the rates are given,
// expm1(log t) with log t as a double word. For the density of Gamma(a, b) at
// z, t = z b / a.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_SCALE_DIVERGENCE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_SCALE_DIVERGENCE_H_

#include "kernels/special/log_word.h"
#include "kernels/special/number.h"
#include "kernels/special/ratio.h"

TFI_BEGIN_NAMESPACE

// Whether a rate or a sample is in the range of ScaleOfRates.
template <class V>
TFI_FUNCTION Mask<V> IsPositive(V x) {
  return (x > Scalar<V>(0)) & (x < Infinity<V>());
}

// Positive finite x = mantissa 2^exponent, mantissa in [1, 2).
template <class V>
struct Split {
  V mantissa;
  V exponent;
};

template <class V>
TFI_FUNCTION Split<V> SplitExponent(V x) {
  using T = Scalar<V>;
  constexpr ScalarInteger<V> kBias = kIsDouble<V> ? 1023 : 127;
  constexpr ScalarInteger<V> kMask =
      (ScalarInteger<V>(1) << kMantissaBits<V>)-1;
  constexpr ScalarInteger<V> kOne = kBias << kMantissaBits<V>;
  constexpr int kShift = kMantissaBits<V> + 1;
  const auto subnormal = x < std::numeric_limits<T>::min();
  const Integer<V> bits =
      BitsOf(Select(subnormal, x * T(int64_t{1} << kShift), x));
  const V exponent = FromInteger<V>((bits >> kMantissaBits<V>)-kBias);
  return {FromBits<V>((bits & kMask) | kOne),
          Select(subnormal, exponent - T(kShift), exponent)};
}

// What the rates contribute.
template <class V>
struct ScaleDivergence {
  V value;       // y g(t)
  V excess;      // y (t - 1)
  V log;         // log t
  Mask<V> near;  // t is about between 1/2 and 2
};

// y g(t) where t is not near 1. Beside a t of 1e19 its logarithm does not
// count, and could overflow like it.
template <class V>
TFI_FUNCTION V FarScale(const ScaleDivergence<V>& part, V y) {
  return part.excess - Select(part.log > Scalar<V>(44), V{}, y * part.log);
}

// x, y as in log_ratio.h (x may be any positive number), the rates b1, b2 any
// positive numbers.
template <class V>
TFI_FUNCTION ScaleDivergence<V> ScaleOfRates(V x, V b1, V y, V b2) {
  using T = Scalar<V>;
  // t = p / q 2^rest with p and q in [2^-60, 2^62]: no product overflows.
  const Split<V> sx = SplitExponent(x), sy = SplitExponent(y);
  const Split<V> s1 = SplitExponent(b1), s2 = SplitExponent(b2);
  const V total = (sx.exponent - sy.exponent) + (s2.exponent - s1.exponent);
  const V bound = Broadcast<V>(60);
  const V kept = Max(Min(total, bound), -bound);
  const V px = sx.mantissa * PowerOfTwo(kept);
  const V p = px * s2.mantissa, q = sy.mantissa * s1.mantissa;
  const V difference =
      DifferenceOfProducts(px, s2.mantissa, sy.mantissa, s1.mantissa);
  Ratio<V> t = SplitRatio(p, q, difference);
  const V rest = total - kept;
  t.exponent = t.exponent + rest;
  const V w = difference / q;  // t - 1, less the factor 2^rest where t is large
  // 2^rest in three factors: y may be as small as t is large.
  constexpr T kFactor = kIsDouble<V> ? 1022 : 126;
  const V factor = Broadcast<V>(kFactor);
  V product = y * w;
  for (int k = 0; k < 3; ++k) {
    product =
        product * PowerOfTwo(Max(Min(rest - T(k) * kFactor, factor), V{}));
  }
  ScaleDivergence<V> r;
  r.excess = product;
  r.log = t.Log();
  r.near = t.near;
  r.value = Select(t.near, y * t.G(w), FarScale(r, y));
  return r;
}

// With logarithms l1, l2 of the rates, finite.
template <class V>
TFI_FUNCTION ScaleDivergence<V> ScaleOfLogRates(V x, V l1, V y, V l2) {
  const Split<V> sx = SplitExponent(x);
  const DoubleWord<V> log =
      Add(LogWord(sx.mantissa, y, sx.exponent), ExactSum(l2, -l1));
  const ExpParts<V> t = SplitExp(log);
  ScaleDivergence<V> r;
  r.excess = t.TimesMinusOne(y);
  r.log = log.high;
  r.near = t.near;
  r.value = Select(r.near, y * t.rest, FarScale(r, y));
  return r;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_SCALE_DIVERGENCE_H_
