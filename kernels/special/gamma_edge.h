// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Gamma derivatives at the ends of the number range: region kGammaEdge of
// gamma.h, where a formula of one or two terms is exact.
//
//   z -> 0          a r = psi(a + 1) - log z    (the series of gamma_lower.h)
//   z -> infinity   g = log z - psi(a)          (N = 1 in gamma_upper.h)

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_EDGE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_EDGE_H_

#include "kernels/special/digamma.h"
#include "kernels/special/exp.h"
#include "kernels/special/gamma_density.h"
#include "kernels/special/gamma_regions.h"

TFI_BEGIN_NAMESPACE

// z >= 0 that is tiny or huge, times 2^shift, in the range of log_ratio.h. The
// scaling works on the bits: arithmetic with subnormal numbers is slow, and
// TensorFlow's threads take them for 0.
template <class V>
struct ScaledSample {
  V value;  // 0 where z is 0
  V shift;
};

// Shifts a subnormal number to an integer.
template <class V>
inline constexpr int kGammaEdgeShift = kIsDouble<V> ? 1074 : 149;

template <class V>
TFI_FUNCTION ScaledSample<V> ScaleSample(V z) {
  using T = Scalar<V>;
  using I = ScalarInteger<V>;
  constexpr int kBits = kMantissaBits<V>;
  constexpr T kOneOverEps = T(int64_t{1} << kBits);
  constexpr int kDown = -8;
  const Integer<V> bits = BitsOf(Abs(z));  // of -0 too
  const Integer<V> unit = BitsOf(Broadcast<V>(kOneOverEps));
  // With the exponent of 1 / eps, the bits of a subnormal number are its
  // integer part.
  const V subnormal = FromBits<V>(bits | unit) - kOneOverEps;
  const V tiny = FromBits<V>(AddBits<V>(bits, I(kGammaEdgeShift<V>) << kBits));
  const V huge = FromBits<V>(AddBits<V>(bits, I(kDown) * (I(1) << kBits)));
  const auto is_subnormal = bits < (I(1) << kBits);
  // One half as the threshold between tiny and huge.
  const auto is_small = bits < BitsOf(Broadcast<V>(T(0.5)));
  const V small = Select(is_subnormal, subnormal, tiny);
  return {Select(is_small, small, huge),
          Select(is_small, Broadcast<V>(T(kGammaEdgeShift<V>)),
                 Broadcast<V>(T(kDown)))};
}

// log z for every z >= 0 that is tiny or huge.
template <class V>
TFI_FUNCTION V LogOfEdge(V z) {
  using T = Scalar<V>;
  const ScaledSample<V> scaled = ScaleSample(z);
  const auto is_zero = scaled.value == T(0);
  const V one = Broadcast<V>(1);
  const V log_z = LogRatio(Select(is_zero, one, scaled.value), one) -
                  scaled.shift * T(0.69314718055994530942);
  const V ends = Select(is_zero, -Infinity<V>(), log_z);
  return Select(z == Infinity<V>(), z, ends);
}

// The derivatives where GammaRegionOf(a, z) is kGammaEdge. `log_z` may be more
// precise than z, which underflows or overflows before it does.
template <class V>
TFI_FUNCTION GammaJet<V> GammaEdge(V a, V z, V log_z) {
  using T = Scalar<V>;
  const V next = a + T(1);
  const V zero = V{};
  const V one_over_a = T(1) / a;
  const V psi = LogRatio(next, Broadcast<V>(1)) + DigammaMinusLog(next);
  const V psi1 = Trigamma(next);
  const V d = log_z - psi;

  GammaJet<V> low;
  low.log_grad = -d / a;
  low.log_grad_u = -one_over_a;
  low.log_grad_a = (psi1 - low.log_grad) / a;
  // z log z and z (log z)^2 tend to 0. z / a is formed from z scaled up and
  // then down in steps, between which neither a small z nor a small a leaves
  // the range.
  const V scaled = ScaleSample(z).value;
  const auto at_zero = scaled == T(0);
  const auto times_z_over_a = [&](V x) {
    constexpr int kHalf = kGammaEdgeShift<V> / 2;
    constexpr int kQuarter = kGammaEdgeShift<V> / 4;
    const V half = scaled * PowerOfTwo(Broadcast<V>(T(-kHalf)));
    const V quarter = (half * x) * PowerOfTwo(Broadcast<V>(T(-kQuarter)));
    const V product =
        (quarter / a) *
        PowerOfTwo(Broadcast<V>(T(kHalf + kQuarter - kGammaEdgeShift<V>)));
    return Select(at_zero, zero, product);
  };
  low.grad = times_z_over_a(-d);
  low.grad_z = low.log_grad + low.log_grad_u;
  low.grad_a = times_z_over_a(psi1 - low.log_grad);
  low.score = d + one_over_a;
  low.cdf_second = (psi1 - d * d) / a;

  const V one_over_z = Exp(-log_z);
  const V psi1_a = psi1 + one_over_a * one_over_a;
  // log(z) / z and its like tend to 0.
  const auto at_infinity = one_over_z == T(0);
  GammaJet<V> high;
  high.score = d + one_over_a;
  high.grad = high.score;
  const V ratio = Select(at_infinity, zero, high.score * one_over_z);
  high.log_grad = ratio;
  high.log_grad_u = one_over_z - ratio;
  high.log_grad_a = -psi1_a * one_over_z;
  high.grad_z = one_over_z;
  high.grad_a = -psi1_a;
  high.cdf_second = zero;

  // log z ~ log a for large a: the limit needs z >> a.
  const auto is_low = (z < T(1)) & (a <= kGammaLargest<T>);
  constexpr T kEps = std::numeric_limits<T>::epsilon();
  const auto is_high =
      (z > kGammaLargest<T>)&(a < kGammaLargest<T> * kEps * kEps);
  // g -> 0 for a -> infinity at fixed z; so do the others.
  const V neither = Select(
      (a == Infinity<V>()) & (z >= T(0)) & (z < Infinity<V>()), zero, NaN<V>());
  const auto in_domain = (a > T(0)) & (z >= T(0));
  const auto select = [&](V at_low, V at_high) {
    V x = Select(is_low, at_low, neither);
    x = Select(is_high, at_high, x);
    return Select(in_domain, x, NaN<V>());
  };
  return {select(low.grad, high.grad),
          select(low.log_grad, high.log_grad),
          select(low.grad_a, high.grad_a),
          select(low.grad_z, high.grad_z),
          select(low.log_grad_a, high.log_grad_a),
          select(low.log_grad_u, high.log_grad_u),
          select(low.score, high.score),
          select(low.cdf_second, high.cdf_second)};
}

// log z of a tiny or huge z > 0 as a double word; of 0 it is nonsense.
template <class V>
TFI_FUNCTION DoubleWord<V> PreciseLogOfEdge(V z) {
  const ScaledSample<V> scaled = ScaleSample(z);
  const V value =
      Select(scaled.value == Scalar<V>(0), Broadcast<V>(1), scaled.value);
  return Add(
      internal::PreciseLogOf(value),
      DoubleWord<V>{-scaled.shift * kLog2High<V>, -scaled.shift * kLog2Low<V>});
}

// The densities in the same region: for z -> 0, p = a z^(a - 1) / Gamma(1 + a),
// which is 0 for a > 2.3 and these z; for z -> infinity, 0.
// Max error: 8 eps.
template <class V>
TFI_FUNCTION GammaDensities<V> GammaEdgeDensity(V a, V z) {
  using T = Scalar<V>;
  const V zero = V{};
  const V one = Broadcast<V>(1);
  const auto is_zero = z == zero;
  const DoubleWord<V> log_z = PreciseLogOfEdge(z);
  const auto counts = (z < T(1)) & (a < T(2.3));
  const V bounded = Select(counts, a, one);
  // R(a) is fitted up to 2, and still good for the little beyond that counts.
  const V factor = bounded * internal::ReciprocalGamma(bounded);
  const DoubleWord<V> exponent =
      internal::TimesLogMinus(bounded, log_z, {zero, zero});
  const V sample =
      factor * Exp(Add(exponent, DoubleWord<V>{-log_z.high, -log_z.low}));
  const V at_zero =
      Select(a < T(1), Infinity<V>(), Select(a == T(1), one, zero));
  return {Select(counts, Select(is_zero, at_zero, sample), zero),
          Select(counts & !is_zero, factor * Exp(exponent), zero), one};
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_EDGE_H_
