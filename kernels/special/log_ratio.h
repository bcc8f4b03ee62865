// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// log(x / y) without the cancellation of log x - log y: relative error of at
// most 1.5 eps where 2/3 <= x / y <= 3/2, a logarithm near 0 included, and
// elsewhere 1.5 eps of max(1, |log(x / y)|).
//
// The power of two nearest to x / y is read off the exponents and taken out,
//
//   x / y = 2^e (1 + s) / (1 - s),   s = (x - 2^e y) / (x + 2^e y),
//   log(x / y) = e log 2 + 2 atanh(s),
//
// where |s| <= 1/5 and the difference is exact (Sterbenz). The method in a
// general setting: P. T. P. Tang, "Table-driven implementation of the logarithm
// function in IEEE floating-point arithmetic", ACM TOMS 16 (1990),
// doi:10.1145/98267.98294.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_LOG_RATIO_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_LOG_RATIO_H_

#include "kernels/special/log_ratio_coefficients.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// Fits of log_ratio.py, by type.
template <class V>
constexpr const auto& LogRatioCoefficients() {
  if constexpr (kIsDouble<V>) {
    return kLogRatioDouble;
  } else {
    return kLogRatioFloat;
  }
}

// (excess - 1/3) / s^2 of LogRatioParts at s^2 = x: the fits begin with 1/3.
template <class V>
TFI_FUNCTION V ExcessTail(V x) {
  constexpr auto& kTable = LogRatioCoefficients<V>();
  constexpr int kSize = sizeof(kTable) / sizeof(kTable[0]);
  V sum = Broadcast<V>(kTable[kSize - 1]);
  TFI_UNROLL(16)
  for (int k = kSize - 2; k >= 1; --k) {
    sum = MulAdd(sum, x, Broadcast<V>(kTable[k]));
  }
  return sum;
}

// log 2 = kLog2High + kLog2Low; the high part has so few bits that its product
// with an exponent is exact.
template <class V>
inline constexpr Scalar<V> kLog2High =
    kIsDouble<V> ? 0x1.62e42fefap-1 : 0x1.62e4p-1;
template <class V>
inline constexpr Scalar<V> kLog2Low =
    kIsDouble<V> ? 0x1.cf79abc9e3b3ap-40 : 0x1.7f7d1cp-20;

// The parts of log(x / y), for callers that combine them with more terms.
template <class V>
struct LogRatioParts {
  V exponent;  // e, integer-valued
  V s;         // in [-1/5, 1/5]
  V excess;    // (atanh(s) / s - 1) / s^2, near 1/3
  V scaled;    // 2^e y

  // 2 atanh(s) / s, which is also log(x / y) (x + y) / (x - y) where e = 0.
  TFI_FUNCTION V TwiceAtanhOverS() const {
    using T = Scalar<V>;
    return T(2) + T(2) * (s * s) * excess;
  }

  // log(x / y).
  TFI_FUNCTION V Log() const {
    const V s2 = s + s;
    return exponent * kLog2High<V> +
           (s2 + (s2 * (s * s) * excess + exponent * kLog2Low<V>));
  }
};

// For x in [2 min, max / 4] and y in [min, max / 4], min and max of the normal
// numbers: 2^e y may be as small as 2 x / 3. For a power of two y also for
// x >= min. LogRatioOfAny() takes the rest.
template <class V>
TFI_FUNCTION LogRatioParts<V> SplitLogRatio(V x, V y) {
  // The bits of a positive number are a piecewise linear log2.
  constexpr ScalarInteger<V> kHalf = ScalarInteger<V>(1)
                                     << (kMantissaBits<V> - 1);
  const Integer<V> e =
      AddBits<V>(SubtractBits<V>(BitsOf(x), BitsOf(y)), kHalf) >>
      kMantissaBits<V>;
  LogRatioParts<V> parts;
  parts.scaled =
      FromBits<V>(AddBits<V>(BitsOf(y), ShiftBits<V>(e, kMantissaBits<V>)));
  parts.exponent = FromInteger<V>(e);
  parts.s = (x - parts.scaled) / (x + parts.scaled);
  parts.excess = Polynomial(LogRatioCoefficients<V>(), parts.s * parts.s);
  return parts;
}

// log(1 + z) = log(x / 1), for z >= -1, where x = 1 + z has lost digits of a
// small z: z itself is the difference where e = 0. Finite for z = -1.
template <class V>
TFI_FUNCTION LogRatioParts<V> SplitLogOnePlus(V z) {
  using T = Scalar<V>;
  constexpr ScalarInteger<V> kHalf = ScalarInteger<V>(1)
                                     << (kMantissaBits<V> - 1);
  const V one = Broadcast<V>(1);
  const V x = Max(one + z, Broadcast<V>(std::numeric_limits<T>::min()));
  const Integer<V> e =
      AddBits<V>(SubtractBits<V>(BitsOf(x), BitsOf(one)), kHalf) >>
      kMantissaBits<V>;
  LogRatioParts<V> parts;
  parts.scaled =
      FromBits<V>(AddBits<V>(BitsOf(one), ShiftBits<V>(e, kMantissaBits<V>)));
  parts.exponent = FromInteger<V>(e);
  parts.s =
      Select(parts.scaled == one, z, x - parts.scaled) / (x + parts.scaled);
  parts.excess = Polynomial(LogRatioCoefficients<V>(), parts.s * parts.s);
  return parts;
}

// log(x / y) for x, y as above.
template <class V>
TFI_FUNCTION V LogRatio(V x, V y) {
  return SplitLogRatio(x, y).Log();
}

// log(x / y) for all normal numbers x, y > 0.
template <class V>
TFI_FUNCTION V LogRatioOfAny(V x, V y) {
  using T = Scalar<V>;
  static_assert(kIsDouble<V>, "the scale is for double");
  const auto large_x = x > T(0x1p960), large_y = y > T(0x1p960);
  const auto tiny_x = x < T(0x1p-960), tiny_y = y < T(0x1p-960);
  const V one = Broadcast<V>(1);
  const V up = Broadcast<V>(0x1p64), down = Broadcast<V>(0x1p-64);
  const V of_x = Select(large_x, down, Select(tiny_x, up, one));
  const V of_y = Select(large_y, down, Select(tiny_y, up, one));
  // How many powers of two were taken out of x / y.
  const V sixty_four = Broadcast<V>(64);
  const V shift =
      (Select(large_x, sixty_four, V{}) - Select(tiny_x, sixty_four, V{})) -
      (Select(large_y, sixty_four, V{}) - Select(tiny_y, sixty_four, V{}));
  return LogRatio(x * of_x, y * of_y) + shift * (kLog2High<V> + kLog2Low<V>);
}

// log(1 + z) with an error of 1.5 eps of |z| or, for z < -1/3 or z > 1/2, of
// max(1, |log(1 + z)|).
template <class V>
TFI_FUNCTION V LogOnePlus(V z) {
  return SplitLogOnePlus(z).Log();
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_LOG_RATIO_H_
