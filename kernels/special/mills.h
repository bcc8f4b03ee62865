// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Mills ratio of the Normal distribution and the moments that follow it,
//
//   W_k(x) = integral of y^k exp(-x y - y^2 / 2) over y > 0,
//
// W_0 = (1 - Phi(x)) / phi(x) = sqrt(pi / 2) erfcx(x / sqrt(2)), W_1 = 1 - x
// W_0, W_2 = W_0 - x W_1 (integrate by parts; DLMF 7.18 has them as repeated
// integrals of erfc). The differences lose x^2, so that W_1 and W_2 are fitted
// polynomials for large x.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_MILLS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_MILLS_H_

#include "kernels/special/erfcx.h"
#include "kernels/special/mills_coefficients.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// W_0.
//
// Types: float, double and vectors of them.
// Max error: 3 eps in double.
// Valid range: 0 <= x <= infinity; other x give nonsense.
template <class V>
TFI_FUNCTION V MillsRatio(V x) {
  using T = Scalar<V>;
  constexpr T kRootHalf = 0.70710678118654752440;
  constexpr T kRootHalfPi = 1.25331413731550025121;
  return kRootHalfPi * Erfcx(x * kRootHalf);
}

// W_1, given W_0.
//
// Types: double and vectors of it. Valid range: as MillsRatio.
// Max error: 16 eps, just below x = 2.
template <class V>
TFI_FUNCTION V MillsMoment(V x, V ratio) {
  using T = Scalar<V>;
  static_assert(kIsDouble<V>, "kMillsFirst is for double");
  const V high = Max(x, Broadcast<V>(2));
  const V inverse = T(1) / (high + T(3));
  const V first =
      inverse * inverse * Polynomial(kMillsFirst, T(1) - T(10) * inverse);
  return Select(x > T(2), first, T(1) - x * ratio);
}

// W_2, given W_0 and W_1.
//
// Types, valid range: as MillsMoment.
template <class V>
TFI_FUNCTION V MillsSecondMoment(V x, V ratio, V moment) {
  using T = Scalar<V>;
  const V high = Max(x, Broadcast<V>(2));
  const V inverse = T(1) / (high + T(3));
  const V second = inverse * inverse * inverse *
                   Polynomial(kMillsSecond, T(1) - T(10) * inverse);
  return Select(x > T(2), second, ratio - x * moment);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_MILLS_H_
