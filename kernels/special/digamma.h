// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The digamma function psi, beside a logarithm: psi(y) and log x separately
// would lose log x in rounding errors where the two nearly cancel.
//
//   psi(y) - log y = u p(u),  u = 1 / (y + 1/2),  y >= 1,
//
// with a polynomial p fitted over all y >= 1 (coefficients/digamma.py); psi'
// likewise. For
// smaller y: psi(y) = psi(y + 1) - 1/y, DLMF 5.5.2.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_DIGAMMA_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_DIGAMMA_H_

#include "kernels/special/digamma_coefficients.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// psi(y) - log y for y >= 1, which is negative. Absolute error at most 1 eps,
// relative error at most 2 eps.
template <class V>
TFI_FUNCTION V DigammaMinusLog(V y) {
  using T = Scalar<V>;
  const V u = T(1) / (y + T(0.5));
  // u = 0 is at -1 and u = 2/3 at 1: the polynomial is fitted on [-1, 1].
  const V x = MulAdd(Broadcast<V>(3), u, Broadcast<V>(-1));
  if constexpr (kIsDouble<V>) {
    return u * Polynomial(kDigammaDouble, x);
  } else {
    return u * Polynomial(kDigammaFloat, x);
  }
}

// psi'(y) for y >= 1. Relative error at most 2 eps.
template <class V>
TFI_FUNCTION V Trigamma(V y) {
  using T = Scalar<V>;
  const V u = T(1) / (y + T(0.5));
  const V x = MulAdd(Broadcast<V>(3), u, Broadcast<V>(-1));
  if constexpr (kIsDouble<V>) {
    return u * Polynomial(kTrigammaDouble, x);
  } else {
    return u * Polynomial(kTrigammaFloat, x);
  }
}

// log x - psi(y) for y >= 1 and x as in log_ratio.h. Absolute error at most
// 2 eps of max(1, |log(x / y)|).
template <class V>
TFI_FUNCTION V LogMinusDigamma(V x, V y) {
  return LogRatio(x, y) - DigammaMinusLog(y);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_DIGAMMA_H_
