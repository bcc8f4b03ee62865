// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The scaled complementary error function erfcx(y) = e^(y^2) erfc(y), y >= 0:
//
//   (y + c) erfcx(y) = p((y - c) / (y + c))
//
// with a fitted polynomial p. The variable: M. M. Shepherd, J. G. Laframboise,
// "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity",
// Math. Comp. 36 (1981), doi:10.1090/S0025-5718-1981-0595058-X.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_ERFCX_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_ERFCX_H_

#include "kernels/special/erfcx_coefficients.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// Types: float, double and vectors of them.
// Max error: 2 eps.
// Valid range: 0 <= y <= infinity; other y give nonsense.
template <class V>
TFI_FUNCTION V Erfcx(V y) {
  using T = Scalar<V>;
  constexpr T kCenter = kIsDouble<V> ? T(3.5) : T(3);
  const V inverse = T(1) / (y + kCenter);
  const V t = T(1) - (T(2) * kCenter) * inverse;
  if constexpr (kIsDouble<V>) {
    return inverse * Polynomial(kErfcxDouble, t);
  } else {
    return inverse * Polynomial(kErfcxFloat, t);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_ERFCX_H_
