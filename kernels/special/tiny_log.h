// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The logarithm of numbers that LogRatio() does not take: subnormal ones and 0.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_TINY_LOG_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_TINY_LOG_H_

#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// Below this log x, x may be subnormal and log x is taken as given.
template <class T>
inline constexpr T kTinyLogX = kIsDouble<T> ? -700 : -80;

// exp(kTinyLogX)
template <class T>
inline constexpr T kTinyX = kIsDouble<T> ? T(9.8e-305) : T(1.8e-35);

// log x where x is below kTinyX, x subnormal or 0 included, and 0 elsewhere.
template <class V>
TFI_FUNCTION V TinyLog(V x) {
  using T = Scalar<V>;
  constexpr int kShift = kIsDouble<V> ? 128 : 48;
  constexpr T kScale = kIsDouble<V> ? 0x1p128 : 0x1p48;
  constexpr T kLogScale = T(kShift * 0.69314718055994530942);
  const V one = Broadcast<V>(1);
  const auto tiny = x < kTinyX<T>;
  const V log_x = LogRatio(Select(tiny, x * kScale, one), one) - kLogScale;
  return Select(tiny, Select(x > T(0), log_x, -Infinity<V>()), V{});
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_TINY_LOG_H_
