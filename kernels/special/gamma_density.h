// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The density p(z; a) of Gamma(a, 1), and that of log z, which is
// z p = z^a e^-z / Gamma(a), without the cancellation of log Gamma against
// a log z - z:
//
//   a < 2    a e^(a log z - z) R(a),   R(a) = 1 / Gamma(1 + a), fitted
//   a >= 2   sqrt(a / (2 pi)) e^(-D - B(a) / (12 a)),
//            D = z - a - a log(z / a),  B fitted: Stirling's remainder
//
// With s = (z - a) / (z + a) and log(z / a) = 2 s + 2 s^3 P (log_ratio.h),
//
//   D = s (z - a) - 2 a s^3 P   where z / a is near 1:
//
// both terms vanish at z = a like D itself. s^3 P is a double word too, because
// a times it may be 100 where the density is not negligible. The form of D is
// that of C. Loader, "Fast and accurate computation of binomial probabilities"
// (2000).
//
// The exponent, up to 745 in size, is a double word: rounded once, it alone
// would cost an error of that many eps / 2. The densities underflow to 0 or a
// subnormal where the true ones do.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_DENSITY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_DENSITY_H_

#include "kernels/special/double_word.h"
#include "kernels/special/gamma_density_coefficients.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// The density p and that of log z, both divided by `unit`: products with them
// are multiplied by it last, so that a small density keeps its bits.
template <class V>
struct GammaDensities {
  V sample;      // p / unit
  V log_sample;  // z p / unit
  V unit;
};

namespace internal {

// s of log_ratio.h as a double word.
template <class V>
TFI_FUNCTION DoubleWord<V> PreciseS(V x, const LogRatioParts<V>& ratio) {
  const DoubleWord<V> denominator = ExactSum(x, ratio.scaled);
  const DoubleWord<V> product = ExactProduct(ratio.s, denominator.high);
  const V residual = (((x - ratio.scaled) - product.high) - product.low) -
                     ratio.s * denominator.low;
  return {ratio.s, residual / denominator.high};
}

// log(x / y) - e log 2 - 2 s = 2 s^3 / 3 + 2 s^5 / 5 + ... with about as many
// more bits as the second term is less than the first.
template <class V>
TFI_FUNCTION DoubleWord<V> PreciseCubic(DoubleWord<V> s) {
  using T = Scalar<V>;
  constexpr T kHigh = kIsDouble<V> ? 0x1.5555555555555p-1 : 0x1.555556p-1;
  constexpr T kLow = kIsDouble<V> ? 0x1.5555555555555p-55 : -0x1.555556p-26;
  DoubleWord<V> square = ExactProduct(s.high, s.high);
  square.low = MulAdd(s.high + s.high, s.low, square.low);
  DoubleWord<V> cube = ExactProduct(square.high, s.high);
  cube.low += square.high * s.low + square.low * s.high;
  DoubleWord<V> cubic = ExactProduct(cube.high, Broadcast<V>(kHigh));
  const V rest = ExcessTail(square.high) * (square.high * cube.high);
  cubic.low += (cube.high * kLow + cube.low * kHigh) + (rest + rest);
  return cubic;
}

// log(x / y) as a double word with half as many bits more as V has.
template <class V>
TFI_FUNCTION DoubleWord<V> PreciseLog(DoubleWord<V> s, DoubleWord<V> cubic,
                                      const LogRatioParts<V>& ratio) {
  const DoubleWord<V> sum =
      Add(DoubleWord<V>{s.high + s.high, s.low + s.low}, cubic);
  return Add(DoubleWord<V>{ratio.exponent * kLog2High<V>,
                           ratio.exponent * kLog2Low<V>},
             sum);
}

template <class V>
TFI_FUNCTION DoubleWord<V> PreciseLog(DoubleWord<V> s,
                                      const LogRatioParts<V>& ratio) {
  return PreciseLog(s, PreciseCubic(s), ratio);
}

// log z.
template <class V>
TFI_FUNCTION DoubleWord<V> PreciseLogOf(V z) {
  const LogRatioParts<V> parts = SplitLogRatio(z, Broadcast<V>(1));
  return PreciseLog(PreciseS(z, parts), parts);
}

// a log - b, as precise as its terms.
template <class V>
TFI_FUNCTION DoubleWord<V> TimesLogMinus(V a, DoubleWord<V> log,
                                         DoubleWord<V> b) {
  DoubleWord<V> product = ExactProduct(a, log.high);
  product.low = MulAdd(a, log.low, product.low);
  return Add(product, DoubleWord<V>{-b.high, -b.low});
}

// 1 / Gamma(1 + a) for 0 < a < 2 and a little beyond.
template <class V>
TFI_FUNCTION V ReciprocalGamma(V a) {
  const V t = a - Scalar<V>(1);
  if constexpr (kIsDouble<V>) {
    return Polynomial(kReciprocalGammaDouble, t);
  } else {
    return Polynomial(kReciprocalGammaFloat, t);
  }
}

// log Gamma(a) - ((a - 1/2) log a - a + log(2 pi) / 2) for a >= 2.
template <class V>
TFI_FUNCTION V StirlingRemainder(V a) {
  using T = Scalar<V>;
  const V v = T(1) / a;
  const V t = MulAdd(Broadcast<V>(4), v, Broadcast<V>(-1));
  if constexpr (kIsDouble<V>) {
    return v * T(1.0 / 12) * Polynomial(kStirlingDouble, t);
  } else {
    return v * T(1.0 / 12) * Polynomial(kStirlingFloat, t);
  }
}

// a log(z / a) - (z - a) = -D.
template <class V>
TFI_FUNCTION DoubleWord<V> LargeGammaExponent(V a, V z) {
  const LogRatioParts<V> ratio = SplitLogRatio(z, a);
  const DoubleWord<V> s = PreciseS(z, ratio);
  const DoubleWord<V> cubic = PreciseCubic(s);
  const DoubleWord<V> difference = ExactSum(z, -a);
  const DoubleWord<V> far =
      TimesLogMinus(a, PreciseLog(s, cubic, ratio), difference);
  // The difference is exact, and so is its product with s.
  const DoubleWord<V> square = ExactProduct(s.high, difference.high);
  DoubleWord<V> product = ExactProduct(a, cubic.high);
  product.low = MulAdd(a, cubic.low, product.low);
  const DoubleWord<V> near =
      Add(product,
          DoubleWord<V>{-square.high, -(square.low + s.low * difference.high)});
  const auto is_near = ratio.exponent == Scalar<V>(0);
  const V high = Select(is_near, near.high, far.high);
  // The exact products of huge numbers overflow; then low digits are no loss.
  const auto fits = high == high;
  const V plain = MulAdd(a, ratio.Log(), a - z);
  return {Select(fits, high, plain),
          Select(fits, Select(is_near, near.low, far.low), V{})};
}

}  // namespace internal

// Types: float, double and vectors of them.
// Max error: 4 eps.
// Valid range: a and z as in log_ratio.h.
template <class V>
TFI_FUNCTION GammaDensities<V> GammaDensity(V a, V z) {
  using T = Scalar<V>;
  const auto is_small = a < T(2);
  const V one = Broadcast<V>(1);
  const V zero = V{};
  const DoubleWord<V> log_z = internal::PreciseLogOf(z);
  const V small_a = Select(is_small, a, one);
  const DoubleWord<V> small =
      internal::TimesLogMinus(small_a, log_z, {z, zero});

  const V large_a = Select(is_small, Broadcast<V>(2), a);
  DoubleWord<V> large = internal::LargeGammaExponent(large_a, z);
  large.low -= internal::StirlingRemainder(large_a);

  const V factor =
      Select(is_small, small_a * internal::ReciprocalGamma(small_a),
             Sqrt(large_a * T(0.15915494309189533577)));  // 1 / (2 pi)
  const DoubleWord<V> unshifted =
      ExactSum(Select(is_small, small.high, large.high),
               Select(is_small, small.low, large.low));
  // 2^32 where z p may be subnormal; p cannot overflow there.
  const auto tiny = unshifted.high < (kIsDouble<V> ? T(-600) : T(-40));
  const DoubleWord<V> exponent =
      Add(unshifted,
          DoubleWord<V>{Select(tiny, Broadcast<V>(32 * kLog2High<V>), zero),
                        Select(tiny, Broadcast<V>(32 * kLog2Low<V>), zero)});
  // Not p = (z p) / z: z p may underflow where p does not.
  const DoubleWord<V> less_log_z =
      Add(exponent, DoubleWord<V>{-log_z.high, -log_z.low});
  return {factor * Exp(less_log_z), factor * Exp(exponent),
          Select(tiny, one / T(4294967296.0), one)};
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_DENSITY_H_
