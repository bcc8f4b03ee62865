// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A point of (0, 1) with its complement, in double words: beside shapes of 1e10
// a rounding error of the complement would be worth 1e10 eps. The lesser of the
// two is exact as given, and the greater is 1 minus it; or both come from their
// logit.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETA_POINT_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETA_POINT_H_

#include "kernels/special/beta.h"
#include "kernels/special/double_word.h"
#include "kernels/special/exp.h"
#include "kernels/special/number.h"
#include "kernels/special/precise_log.h"
#include "kernels/special/tiny_log.h"

TFI_BEGIN_NAMESPACE

// A number of (0, 1). Where it is so small that it may be subnormal or 0, it is
// not `value` but `tiny` exp(`log`), and elsewhere `log` is 0.
template <class V>
struct BetaCoordinate {
  DoubleWord<V> value;
  V tiny;
  DoubleWord<V> log;

  // The number but for the factor exp(log).
  TFI_FUNCTION DoubleWord<V> Scaled() const {
    const auto is_tiny = log.high < Scalar<V>(0);
    return {Select(is_tiny, tiny, value.high), Select(is_tiny, V{}, value.low)};
  }
};

template <class V>
struct BetaPoint {
  BetaCoordinate<V> x;
  BetaCoordinate<V> complement;
};

template <class M, class V>
TFI_FUNCTION DoubleWord<V> Select(M mask, DoubleWord<V> x, DoubleWord<V> y) {
  return {Select(mask, x.high, y.high), Select(mask, x.low, y.low)};
}

template <class M, class V>
TFI_FUNCTION BetaCoordinate<V> Select(M mask, BetaCoordinate<V> x,
                                      BetaCoordinate<V> y) {
  return {Select(mask, x.value, y.value), Select(mask, x.tiny, y.tiny),
          Select(mask, x.log, y.log)};
}

template <class M, class V>
TFI_FUNCTION BetaPoint<V> ExchangeWhere(M mask, BetaPoint<V> point) {
  return {Select(mask, point.complement, point.x),
          Select(mask, point.x, point.complement)};
}

// The point x, whose complement is 1 - x where x is the lesser one; the point 1
// - complement elsewhere. In float the lesser one must be a normal number.
template <class V>
TFI_FUNCTION BetaPoint<V> BetaPointOfSample(V x, V complement) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  const auto low = x <= complement;
  const V lesser = Select(low, x, complement);
  const V greater = one - lesser;
  const V rounded = (one - greater) - lesser;
  BetaCoordinate<V> small = {{lesser, V{}}, one, {V{}, V{}}};
  if constexpr (kIsDouble<V>) {
    constexpr T kShift = 128;
    const auto is_tiny = lesser < T(1e-290);
    const auto is_zero = lesser == T(0);
    small.tiny = Select(is_zero, one, lesser * T(0x1p128));
    small.log.high = Select(
        is_tiny,
        Select(is_zero, -Infinity<V>(), Broadcast<V>(-kShift * kLog2High<V>)),
        V{});
    small.log.low =
        Select(is_tiny & !is_zero, Broadcast<V>(-kShift * kLog2Low<V>), V{});
  }
  const BetaCoordinate<V> large = {{greater, rounded}, one, {V{}, V{}}};
  return {Select(low, small, large), Select(low, large, small)};
}

// The point whose logit is y; in single words where not kPrecise.
template <bool kPrecise, class V>
TFI_OUTLINE BetaPoint<V> BetaPointOfLogit(const V& y) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  const V size = Abs(y);
  const auto tiny = size > T(700);
  const V bounded = Select(tiny, Broadcast<V>(700), size);
  DoubleWord<V> odds = {Exp(-bounded), V{}};
  DoubleWord<V> sum = ExactSum(one, odds.high);
  DoubleWord<V> small, large;
  if constexpr (kPrecise) {
    // One Newton step on the logarithm of exp.
    const DoubleWord<V> log = PreciseLogRatio(odds, DoubleWord<V>{one, V{}});
    odds.low = -odds.high * ((bounded + log.high) + log.low);
    sum.low = sum.low + odds.low;
    small = Quotient(odds, sum);
    large = Quotient(DoubleWord<V>{one, V{}}, sum);
  } else {
    large = {one / sum.high, V{}};
    small = {odds.high * large.high, V{}};
  }
  const V log = Select(tiny, -size, V{});
  const BetaCoordinate<V> lesser = {small, one, {log, V{}}};
  const BetaCoordinate<V> greater = {large, one, {V{}, V{}}};
  const auto low = y < T(0);
  return {Select(low, lesser, greater), Select(low, greater, lesser)};
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETA_POINT_H_
