// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The incomplete gamma functions at the ends of the number range: region
// kGammaEdge of gamma.h.
//
//   z -> 0          P = z^a / Gamma(1 + a)
//   z -> infinity   log Q = -z
//   a -> infinity   P = 0 for z < a / 2

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_EDGE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_EDGE_H_

#include "kernels/special/gamma_edge.h"
#include "kernels/special/igamma_tails.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// log x for any x > 0.
template <class V>
TFI_FUNCTION DoubleWord<V> PreciseLogOfAny(V x) {
  const auto tiny = x < (kIsDouble<V> ? Scalar<V>(1e-200) : 1e-20f);
  const V one = Broadcast<V>(1);
  const DoubleWord<V> log = PreciseLogOf(Select(tiny, one, x));
  const DoubleWord<V> log_tiny = PreciseLogOfEdge(Select(tiny, x, V{}));
  return {Select(tiny, log_tiny.high, log.high),
          Select(tiny, log_tiny.low, log.low)};
}

}  // namespace internal

// The values where GammaRegionOf(a, z) is kGammaEdge.
template <class V>
TFI_FUNCTION IgammaValues<V> IgammaEdgeValues(V a, V z) {
  using T = Scalar<V>;
  constexpr T kEps = std::numeric_limits<T>::epsilon();
  const V zero = V{};
  const V one = Broadcast<V>(1);
  const auto is_zero = z == zero;
  const DoubleWord<V> log_z =
      internal::PreciseLogOfAny(Min(z, Broadcast<V>(kGammaLargest<T>)));

  // log P = a log z - log Gamma(1 + a) in three ways.
  const auto below_one = a < T(1);
  const auto below_two = a < T(2);
  const V small_a = Select(below_one, a, one);
  const V middle_a = Select(below_two, a, one);
  const V large_a = Select(below_two, Broadcast<V>(2), a);
  const DoubleWord<V> shifted =
      Add(log_z,
          DoubleWord<V>{
              Select(below_one, -internal::LogGammaOver(small_a), zero), zero});
  const DoubleWord<V> small =
      internal::TimesLogMinus(middle_a, shifted, DoubleWord<V>{zero, zero});
  const V factor = Select(below_one, one, internal::ReciprocalGamma(middle_a));
  // Of an a beyond kGammaLargest, log a is that of a quarter of it.
  const auto is_infinite = a == Infinity<V>();
  const V quarter = Select(is_infinite, one, large_a * T(0.25));
  const V log_a = internal::LogOf(quarter) + T(1.3862943611198906188);
  const V finite = (large_a * ((T(1) + (log_z.high - log_a)) - z / large_a) -
                    internal::StirlingRemainder(large_a)) -
                   T(0.5) * (log_a + T(1.8378770664093454836));  // log 2 pi
  const V large = Select(is_infinite, -Infinity<V>(), finite);

  IgammaValues<V> low;
  low.lower = Select(below_two, factor * Exp(small), Exp(large));
  low.upper = Select(below_one, -ExpMinusOne(small.high), one - low.lower);
  low.log_lower = Select(
      below_two, small.high + (small.low + internal::LogOf(factor)), large);
  const auto is_low = low.lower < T(0.5);
  low.log_upper = Select(is_low, LogOnePlus(-Select(is_low, low.lower, zero)),
                         internal::LogOf(Select(is_low, one, low.upper)));
  low.lower = Select(is_zero, zero, low.lower);
  low.upper = Select(is_zero, one, low.upper);
  low.log_lower = Select(is_zero, -Infinity<V>(), low.log_lower);
  low.log_upper = Select(is_zero, zero, low.log_upper);
  low.lower_slope = a;
  low.upper_slope = Select(low.lower == zero, zero, a * low.lower / low.upper);

  const auto is_low_z = (z < T(1)) & (a <= kGammaLargest<T>);
  const auto is_high =
      (z > kGammaLargest<T>)&(a < kGammaLargest<T> * kEps * kEps);
  const auto is_far = (a > kGammaLargest<T>)&(z < a * T(0.5));
  const auto valid = (a > zero) & (z >= zero) & (is_low_z | is_high | is_far);
  const auto select = [&](V at_low, V at_high) {
    return Select(valid, Select(is_high, at_high, at_low), NaN<V>());
  };
  return {select(low.lower, one),        select(low.upper, zero),
          select(low.log_lower, zero),   select(low.log_upper, -z),
          select(low.lower_slope, zero), select(low.upper_slope, z)};
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_EDGE_H_
