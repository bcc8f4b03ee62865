// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Elementary functions of random bits: uniform, exponential and normal
// variables, and the logarithm, exponential and arcsine of the samplers.
//
// Every product that is added goes through Fma, because a sample must be the
// same to the last bit on every target: an acceptance test that rounds
// differently would change whole samples. Files that include this header are
// compiled with -ffp-contract=off (nvcc: -fmad=false).
//
//   function            method                           error, float, double
//   NegativeLogUniform  log of u, or of 1 - (1 - u)      3.1, 1.3 ulp
//   Log                 2^e (1 + f), f - f^2/2 + f^3/3
//                       + f^4 p(f)                       0.84, 1.4 ulp
//   BoxMuller           sine and cosine on an octant     2.4, 2.6 eps * radius
//   ScaledExp           2^n exp(r)                       1.1, 1.1 ulp
//   TwiceArcsine        power series of s^2, or of
//                       (1 - |s|) / 2 for |s| > 1/2      2.3, 2.2 ulp
//
// Errors are the measured worst of tests/special/random_functions_test.cc; the
// polynomials are those of coefficients/sampler.py and coefficients/exp.py.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_FUNCTIONS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_FUNCTIONS_H_

#include "kernels/special/exp_coefficients.h"
#include "kernels/special/number.h"
#include "kernels/special/sampler_coefficients.h"

TFI_BEGIN_NAMESPACE

// sum_k c[k] x^k by Fma on every target. kChains sums of every kChains-th power
// run side by side: in one chain, each step waits for the one before.
template <class V, class T, int kSize>
TFI_FUNCTION V FmaPolynomial(const T (&c)[kSize], V x) {
  static_assert(std::is_same<T, Scalar<V>>::value, "coefficients of type V");
  constexpr int kChains = kSize >= 12 ? 4 : kSize >= 5 ? 2 : 1;
  V power = x;  // x^kChains
  for (int k = 1; k < kChains; k *= 2) power = power * power;
  V sum[kChains];
  TFI_UNROLL(4)
  for (int i = 0; i < kChains; ++i) {
    int k = kSize - 1 - (kSize - 1 - i) % kChains;
    sum[i] = Broadcast<V>(c[k]);
    TFI_UNROLL(64)
    for (k -= kChains; k >= 0; k -= kChains) {
      sum[i] = Fma(sum[i], power, Broadcast<V>(c[k]));
    }
  }
  // The chains are joined pairwise.
  if constexpr (kChains == 4) {
    return Fma(Fma(sum[3], x, sum[2]), x * x, Fma(sum[1], x, sum[0]));
  } else if constexpr (kChains == 2) {
    return Fma(sum[1], x, sum[0]);
  } else {
    return sum[0];
  }
}

// The table of the right type for FmaPolynomial.
#define TFI_SAMPLER_POLYNOMIAL(function, table) \
  template <class V>                            \
  TFI_FUNCTION V function(V x) {                \
    if constexpr (kIsDouble<V>) {               \
      return FmaPolynomial(table##Double, x);   \
    } else {                                    \
      return FmaPolynomial(table##Float, x);    \
    }                                           \
  }

namespace internal {
TFI_SAMPLER_POLYNOMIAL(LogTail, kLogTail)
TFI_SAMPLER_POLYNOMIAL(Sine, kSine)
TFI_SAMPLER_POLYNOMIAL(Cosine, kCosine)
TFI_SAMPLER_POLYNOMIAL(ExpTail, kExp)
TFI_SAMPLER_POLYNOMIAL(ArcsineTail, kArcsineTail)

// log 2 = kHigh + kLow.
template <class T>
struct LogTwo;

template <>
struct LogTwo<float> {
  static constexpr float kHigh = 0x1.62e43p-1f, kLow = -0x1.05c610p-29f;
};

template <>
struct LogTwo<double> {
  static constexpr double kHigh = 0x1.62e42fefa39efp-1;
  static constexpr double kLow = 0x1.abc9e3b39803fp-56;
};

// x = 2^e (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), for a normal x > 0.
template <class V>
TFI_FUNCTION void SplitLog(V x, V* e, V* f) {
  using T = Scalar<V>;
  using U = Unsigned<V>;
  using Word = typename NumberTraits<T>::Unsigned;
  constexpr int kBits = kMantissaBits<V>;
  constexpr Word kOne = Word{1} << kBits;
  constexpr Word kRootHalf =
      kIsDouble<V> ? Word(0x3fe6a09e667f3bcd) : Word(0x3f3504f3);
  // Counted from sqrt(1/2), and raised by kBias powers of two so that the
  // shift sees no sign. The exponent then lies in the last bits of a number
  // whose unit is 1.
  constexpr Word kBias = kIsDouble<V> ? 2048 : 256;
  const U bits = (U)BitsOf(x) - (kRootHalf - kBias * kOne);
  constexpr T kUnit = T(kOne);  // 2^kBits
  constexpr Word kUnitBits = Word(kIsDouble<V> ? 1023 + kBits : 127 + kBits)
                             << kBits;
  *e = FromBits<V>((Integer<V>)((bits >> kBits) | kUnitBits)) -
       (kUnit + T(kBias));
  *f = FromBits<V>((Integer<V>)((bits & (kOne - 1)) + kRootHalf)) - T(1);
}

// e log 2 + log(1 + f).
template <class V>
TFI_FUNCTION V JoinLog(V e, V f) {
  using T = Scalar<V>;
  const V square = f * f;
  const V tail = square * square * LogTail(f);
  const V r = Fma(
      square, Fma(f, Broadcast<V>(T(1) / T(3)), Broadcast<V>(T(-0.5))), tail);
  const V low = Fma(e, Broadcast<V>(LogTwo<T>::kLow), r);
  return Fma(e, Broadcast<V>(LogTwo<T>::kHigh), f + low);
}

}  // namespace internal

// log x for a normal x > 0; NaN for NaN.
template <class V>
TFI_FUNCTION V Log(V x) {
  V e, f;
  internal::SplitLog(x, &e, &f);
  return Select(x == x, internal::JoinLog(e, f), x);
}

// -log u > 0 for u = (word + 1/2) / 2^32 (float), or for u = (the upper 52 bits
// of the word + 1/2) / 2^52 (double). Its relative error is small at both ends:
// where u is near 1, it is found from 1 - u.
template <class V>
TFI_FUNCTION V NegativeLogUniform(Unsigned<V> word) {
  using T = Scalar<V>;
  V e, f;
  if constexpr (kIsDouble<V>) {
    // The bits become a number in [1, 2); u and u - 1 are exact.
    const V u = FromBits<V>((Integer<V>)((word >> 12) | 0x3ff0000000000000)) -
                T(1 - 0x1p-53);
    internal::SplitLog(u, &e, &f);
  } else {
    // Read as signed, the word is 2^32 (u - 1) in the upper half.
    const V g = (RoundToFloat((Integer<V>)word) + T(0.5)) * T(0x1p-32);
    const auto upper = g < T(0);
    internal::SplitLog(Select(upper, g + T(1), g), &e, &f);
    f = Select(upper & (e == T(0)), g, f);
  }
  return -internal::JoinLog(e, f);
}

// Two independent standard normal variables (G. E. P. Box and M. E. Muller,
// Ann. Math. Statist. 29 (1958) 610, https://doi.org/10.1214/aoms/1177706645).
// Of a 64-bit radius word only the upper 52 bits are used, of an angle word the
// upper 54. |x| <= 6.7 in float, 8.6 in double.
template <class V>
TFI_FUNCTION void BoxMuller(Unsigned<V> radius_word, Unsigned<V> angle_word,
                            V* first, V* second) {
  using T = Scalar<V>;
  const V radius = Sqrt(T(2) * NegativeLogUniform<V>(radius_word));
  // Two bits choose between the four quarters of the circle around the axes,
  // the others a place y in [-1, 1) in the quarter.
  V y;
  if constexpr (kIsDouble<V>) {
    y = FromBits<V>(
            (Integer<V>)(((angle_word << 2) >> 12) | 0x4000000000000000)) -
        T(3);
  } else {
    y = RoundToFloat((Integer<V>)(angle_word << 2)) * T(0x1p-31);
  }
  constexpr int kBits = 8 * sizeof(T);
  using Word = typename NumberTraits<T>::Unsigned;
  const auto swap = (angle_word >> (kBits - 1)) != 0;
  const V square = y * y;
  const V across = radius * (y * internal::Sine(square));
  // The sign of the component along the axis.
  const V along =
      FromBits<V>(BitsOf(radius * internal::Cosine(square)) ^
                  (Integer<V>)((angle_word << 1) & (Word{1} << (kBits - 1))));
  *first = Select(swap, across, along);
  *second = Select(swap, along, across);
}

// g exp(x), rounded once where it is subnormal, for x <= 0 and 0 < g < 256.
// exp(0) = 1. No operation has a subnormal operand or result: on many
// processors each of those costs a hundred cycles.
template <class V>
TFI_FUNCTION V ScaledExp(V g, V x) {
  using T = Scalar<V>;
  using TInteger = ScalarInteger<V>;
  constexpr int kBits = kMantissaBits<V>;
  constexpr int kBias = kIsDouble<V> ? 1023 : 127;
  // The result is scaled by 2^kShift until the end.
  constexpr int kShift = kIsDouble<V> ? 512 : 64;
  // Below this the result is 0 for every g. NaN passes.
  constexpr T kLowest = kIsDouble<V> ? T(-752) : T(-112);
  x = Select(x < kLowest, Broadcast<V>(kLowest), x);
  const V n = RoundToInteger(x * T(1.44269504088896340736));  // 1 / log 2
  V r = Fma(n, Broadcast<V>(-internal::LogTwo<T>::kHigh), x);
  r = Fma(n, Broadcast<V>(-internal::LogTwo<T>::kLow), r);
  const V p = Fma(r * r, internal::ExpTail(r), r);
  const V scaled = Fma(g, p, g) * PowerOfTwo(n + T(kShift));
  // The smallest normal number, scaled: adding it to a smaller number leaves
  // the number's subnormal form in the last bits of the sum.
  constexpr TInteger kNormalBits = TInteger{1 + kShift} << kBits;
  const V smallest = Broadcast<V>(FromBits<T>(kNormalBits));
  const auto is_small = scaled < smallest;
  const V normal = Select(is_small, smallest, scaled) *
                   FromBits<T>(TInteger{kBias - kShift} << kBits);
  const V subnormal = FromBits<V>(BitsOf(scaled + smallest) - kNormalBits);
  return Select(is_small, subnormal, normal);
}

// 2 asin(s) for |s| <= 0.9.
template <class V>
TFI_FUNCTION V TwiceArcsine(V s) {
  using T = Scalar<V>;
  const V a = Abs(s);
  // asin(s) = pi/2 - 2 asin(sqrt((1 - s) / 2))
  const auto big = a > T(0.5);
  const V square =
      Select(big, Fma(a, Broadcast<V>(T(-0.5)), Broadcast<V>(T(0.5))), a * a);
  const V root = Select(big, Sqrt(square), a);
  const V twice =
      T(2) * Fma(root * square, internal::ArcsineTail(square), root);
  return CopySign(Select(big,
                         Fma(twice, Broadcast<V>(T(-2)),
                             Broadcast<V>(T(3.14159265358979323846))),
                         twice),
                  s);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_FUNCTIONS_H_
