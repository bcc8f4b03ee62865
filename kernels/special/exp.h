// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The exponential function.
//
//   exp(x) = 2^n exp(r),  n = round(x / log 2),  r = x - n log 2
//
// log 2 is split in two (Cody and Waite): n times the first part is exact, so
// that only the last subtraction rounds. exp(r) = 1 + r + r^2 p(r) with the
// fitted polynomial p of exp_coefficients.h.
//
// Measured worst relative error (tests/special/exp_test.cc), in eps: float
// 0.68, double 0.68, with or without fused multiply-add.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_EXP_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_EXP_H_

#include "kernels/special/exp_coefficients.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

namespace internal {

template <class T>
struct ExpConstants;

template <>
struct ExpConstants<float> {
  // The 16 upper bits of log 2 times |n| <= 151 fit into 24 bits.
  static constexpr float kLog2High = 0x1.62e4p-1f;
  static constexpr float kLog2Low = 0x1.7f7d1cp-20f;
  // Beyond these the result rounds to infinity or 0.
  static constexpr float kLargest = 89;
  static constexpr float kSmallest = -104;
};

template <>
struct ExpConstants<double> {
  // The 42 upper bits of log 2 times |n| <= 1076 fit into 53 bits.
  static constexpr double kLog2High = 0x1.62e42fefa38p-1;
  static constexpr double kLog2Low = 0x1.ef35793c7673p-45;
  static constexpr double kLargest = 710;
  static constexpr double kSmallest = -746;
};

// exp(x + low) = (1 + r + r^2 p) 2^n.
template <class V>
struct ReducedExp {
  V n;
  V r;
  V p;

  TFI_FUNCTION V Fraction() const { return MulAdd(r * r, p, r); }
};

template <class V>
TFI_FUNCTION ReducedExp<V> ReduceExp(V x, V low) {
  using T = Scalar<V>;
  using Constants = ExpConstants<T>;
  ReducedExp<V> e;
  e.n = RoundToInteger(x * T(1.44269504088896340736));  // 1 / log 2
  e.r = (x - e.n * Constants::kLog2High) - (e.n * Constants::kLog2Low - low);
  if constexpr (kIsDouble<V>) {
    e.p = Polynomial(kExpDouble, e.r);
  } else {
    e.p = Polynomial(kExpFloat, e.r);
  }
  return e;
}

}  // namespace internal

// exp(x + low), for x whose exponential is a normal number and |low| that is
// small beside 1: |x| <= 87 in float, |x| <= 708 in double; other x give
// nonsense. `low` carries the rounding error of x where the caller knows it.
template <class V>
TFI_FUNCTION V ExpOfModerate(V x, V low = V{}) {
  const internal::ReducedExp<V> e = internal::ReduceExp(x, low);
  return (Scalar<V>(1) + e.Fraction()) * PowerOfTwo(e.n);
}

// Types: float, double and vectors of them.
// Max error: 0.7 eps where the result is normal.
// Valid range: all; subnormal results are rounded to subnormals, overflow gives
// infinity, exp(-infinity) = 0, and NaN gives NaN.
template <class V>
TFI_FUNCTION V Exp(V x) {
  using T = Scalar<V>;
  using Constants = internal::ExpConstants<T>;
  // A NaN fails both comparisons, and stays.
  V bounded =
      Select(x > Constants::kLargest, Broadcast<V>(Constants::kLargest), x);
  bounded = Select(x < Constants::kSmallest, Broadcast<V>(Constants::kSmallest),
                   bounded);
  const internal::ReducedExp<V> e = internal::ReduceExp(bounded, V{});
  // 2^n may be out of range where the result is not: in two factors.
  const V half = Floor(e.n * T(0.5));
  return (T(1) + e.Fraction()) * PowerOfTwo(half) * PowerOfTwo(e.n - half);
}

// exp(x) - 1.
//
// Types, valid range: as Exp.
// Max error: 3 eps.
template <class V>
TFI_FUNCTION V ExpMinusOne(V x) {
  using T = Scalar<V>;
  using Constants = internal::ExpConstants<T>;
  V bounded =
      Select(x > Constants::kLargest, Broadcast<V>(Constants::kLargest), x);
  // exp(-64) is nothing beside 1.
  bounded = Select(x < T(-64), Broadcast<V>(T(-64)), bounded);
  const internal::ReducedExp<V> e = internal::ReduceExp(bounded, V{});
  const V half = Floor(e.n * T(0.5));
  const V first = PowerOfTwo(half), second = PowerOfTwo(e.n - half);
  // 2^n (1 + fraction) - 1; n = 0 where x is small, and then nothing cancels.
  return e.Fraction() * first * second + (first * second - T(1));
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_EXP_H_
