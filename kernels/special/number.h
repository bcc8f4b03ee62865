// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The number type `V` over which every formula of kernels/special/ is written:
// float or double (CUDA, tests), or a compiler vector of them (lanes.h).
//
// A vector supports + - * / and comparisons lane by lane, mixed with its scalar
// type; a comparison gives a mask that `&`, `|`, `!` combine and Select() uses.
// Literals are written T(2), T = Scalar<V>: a double literal does not mix with
// a vector of floats.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_NUMBER_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_NUMBER_H_

#include <stdint.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "kernels/special/config.h"

TFI_BEGIN_NAMESPACE

// Scalar, Integer and Unsigned (of the same width, lane by lane), Counter (as
// many 64-bit unsigned integers as fill a vector), and the number of lanes of a
// number type. lanes.h adds the vectors.
template <class V>
struct NumberTraits;

template <>
struct NumberTraits<float> {
  using Scalar = float;
  using Integer = int32_t;
  using Unsigned = uint32_t;
  using Counter = uint64_t;
  static constexpr int kLanes = 1;
};

template <>
struct NumberTraits<double> {
  using Scalar = double;
  using Integer = int64_t;
  using Unsigned = uint64_t;
  using Counter = uint64_t;
  static constexpr int kLanes = 1;
};

template <class V>
using Scalar = typename NumberTraits<V>::Scalar;
template <class V>
using Integer = typename NumberTraits<V>::Integer;
template <class V>
using Unsigned = typename NumberTraits<V>::Unsigned;
template <class V>
using Counter = typename NumberTraits<V>::Counter;
template <class V>
using ScalarInteger = typename NumberTraits<Scalar<V>>::Integer;

template <class V>
inline constexpr bool kIsDouble = std::is_same<Scalar<V>, double>::value;
template <class V>
inline constexpr bool kIsScalar = NumberTraits<V>::kLanes == 1;

// What a comparison of V gives.
template <class V>
using Mask = decltype(V() < V());

TFI_FUNCTION bool AnyTrue(bool mask) { return mask; }

// Bits of the mantissa that are stored.
template <class V>
inline constexpr int kMantissaBits = kIsDouble<V> ? 52 : 23;

// log(2 pi) / 2.
template <class T>
inline constexpr T kHalfLogTwoPi = T(0.91893853320467274178);

template <class V>
TFI_FUNCTION V Broadcast(Scalar<V> x) {
  if constexpr (kIsScalar<V>) {
    return x;
  } else {
    return x - V{};  // not V{} + x: that would turn -0 into +0
  }
}

// The lane number of each lane.
template <class V>
TFI_FUNCTION Unsigned<V> LaneNumbers() {
  Unsigned<V> lane{};
  if constexpr (!kIsScalar<V>) {
    for (int i = 0; i < NumberTraits<V>::kLanes; ++i) lane[i] = i;
  }
  return lane;
}

template <class V>
TFI_FUNCTION V NaN() {
  return Broadcast<V>(std::numeric_limits<Scalar<V>>::quiet_NaN());
}

template <class V>
TFI_FUNCTION V Infinity() {
  return Broadcast<V>(std::numeric_limits<Scalar<V>>::infinity());
}

// mask ? x : y, lane by lane. Both sides are evaluated.
template <class M, class V>
TFI_FUNCTION V Select(M mask, V x, V y) {
  return mask ? x : y;
}

template <class V>
TFI_FUNCTION V Max(V x, V y) {
  return x > y ? x : y;
}

template <class V>
TFI_FUNCTION V Min(V x, V y) {
  return x < y ? x : y;
}

// The bits of x as integers, and back.
template <class V>
TFI_FUNCTION Integer<V> BitsOf(V x) {
  Integer<V> bits;
  memcpy(&bits, &x, sizeof(x));
  return bits;
}

template <class V>
TFI_FUNCTION V FromBits(Integer<V> bits) {
  V x;
  memcpy(&x, &bits, sizeof(x));
  return x;
}

// x + y, x - y and x << n modulo 2^32 or 2^64, y an Integer or a
// ScalarInteger. Bits of NaN, of negative numbers and of others whose result is
// not used leave the range of Integer, which C++ leaves undefined.
template <class V, class I>
TFI_FUNCTION Integer<V> AddBits(Integer<V> x, I y) {
  return (Integer<V>)((Unsigned<V>)x + (Unsigned<V>)(Integer<V>{} + y));
}

template <class V, class I>
TFI_FUNCTION Integer<V> SubtractBits(Integer<V> x, I y) {
  return (Integer<V>)((Unsigned<V>)x - (Unsigned<V>)(Integer<V>{} + y));
}

template <class V>
TFI_FUNCTION Integer<V> ShiftBits(Integer<V> x, int n) {
  return (Integer<V>)((Unsigned<V>)x << n);
}

template <class V>
TFI_FUNCTION V Abs(V x) {
  return FromBits<V>(BitsOf(x) & std::numeric_limits<ScalarInteger<V>>::max());
}

// |x| with the sign of s.
template <class V>
TFI_FUNCTION V CopySign(V x, V s) {
  constexpr auto kSign = std::numeric_limits<ScalarInteger<V>>::min();
  return FromBits<V>((BitsOf(x) & ~kSign) | (BitsOf(s) & kSign));
}

// x * y + z, fused where the target has a fused multiply-add. Where the result
// must not depend on the target, use Fma (lanes.h).
template <class V>
TFI_FUNCTION V MulAdd(V x, V y, V z) {
  return x * y + z;
}

// The integer nearest to x (ties to even), for |x| < 2^22 (float) or 2^51
// (double). Adding 1.5 * 2^mantissa_bits pushes the fraction out of the sum.
template <class V>
TFI_FUNCTION V RoundToInteger(V x) {
  constexpr Scalar<V> kMagic =
      Scalar<V>(1.5) * Scalar<V>(int64_t{1} << kMantissaBits<V>);
  return (x + kMagic) - kMagic;
}

// The largest integer <= x, in the same range.
template <class V>
TFI_FUNCTION V Floor(V x) {
  const V nearest = RoundToInteger(x);
  return Select(nearest > x, nearest - Scalar<V>(1), nearest);
}

// An integer-valued x as Integer, in the same range; one addition, where
// AVX2 has no conversion from double to int64.
template <class V>
TFI_FUNCTION Integer<V> ToInteger(V x) {
  constexpr Scalar<V> kMagic =
      Scalar<V>(1.5) * Scalar<V>(int64_t{1} << kMantissaBits<V>);
  return SubtractBits<V>(BitsOf(x + kMagic), BitsOf(kMagic));
}

// i as a number, for |i| < 2^22 (float) or 2^51 (double): exact.
template <class V>
TFI_FUNCTION V FromInteger(Integer<V> i) {
  constexpr Scalar<V> kMagic =
      Scalar<V>(1.5) * Scalar<V>(int64_t{1} << kMantissaBits<V>);
  return FromBits<V>(AddBits<V>(i, BitsOf(kMagic))) - kMagic;
}

// 2^n for an integer-valued n whose power is a normal number.
template <class V>
TFI_FUNCTION V PowerOfTwo(V n) {
  constexpr ScalarInteger<V> kBias = kIsDouble<V> ? 1023 : 127;
  return FromBits<V>(
      ShiftBits<V>(AddBits<V>(ToInteger(n), kBias), kMantissaBits<V>));
}

// An integer as the nearest float.
TFI_FUNCTION float RoundToFloat(int32_t i) { return static_cast<float>(i); }

// The product of the low 32 bits of x with m.
TFI_FUNCTION uint64_t MultiplyLow32(uint64_t x, uint32_t m) {
  return static_cast<uint64_t>(static_cast<uint32_t>(x)) * m;
}

// sum_k c[k] x^k, c in increasing powers.
template <class V, class T, int kSize>
TFI_FUNCTION V Polynomial(const T (&c)[kSize], V x) {
  static_assert(std::is_same<T, Scalar<V>>::value, "coefficients of type V");
  V sum = Broadcast<V>(c[kSize - 1]);
  TFI_UNROLL(64)
  for (int k = kSize - 2; k >= 0; --k) sum = MulAdd(sum, x, Broadcast<V>(c[k]));
  return sum;
}

// The same by its even and its odd powers: a product more, half the latency.
// For long polynomials in long formulas, whose chain of operations is what
// takes the time.
template <class V, class T, int kSize>
TFI_FUNCTION V PolynomialInHalves(const T (&c)[kSize], V x) {
  static_assert(std::is_same<T, Scalar<V>>::value, "coefficients of type V");
  const V square = x * x;
  V last = Broadcast<V>(c[kSize - 1]), before = Broadcast<V>(c[kSize - 2]);
  TFI_UNROLL(64)
  for (int k = kSize - 3; k >= 0; --k) {
    const V next = MulAdd(last, square, Broadcast<V>(c[k]));
    last = before;
    before = next;
  }
  return MulAdd(last, x, before);
}

// table[index], for a TFI_TABLE of at least 16 floats or 8 doubles, of which
// lanes may look up the first 16 or 8.
TFI_FUNCTION float LookUp(const float* table, int32_t index) {
  return table[index];
}

TFI_FUNCTION double LookUp(const double* table, int64_t index) {
  return table[index];
}

TFI_FUNCTION float Sqrt(float x) { return sqrtf(x); }
TFI_FUNCTION double Sqrt(double x) { return sqrt(x); }
TFI_FUNCTION float Fma(float x, float y, float z) { return fmaf(x, y, z); }
TFI_FUNCTION double Fma(double x, double y, double z) { return fma(x, y, z); }

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_NUMBER_H_
