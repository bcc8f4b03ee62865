// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Polynomials in two variables, stored as rows of different lengths.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BIVARIATE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BIVARIATE_H_

#include "kernels/special/dual.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// The constant c as the type of the second argument.
template <class V>
TFI_FUNCTION V MakeConstant(Scalar<V> c, const V&) {
  return Broadcast<V>(c);
}

template <class V, int kSize>
TFI_FUNCTION Dual<V, kSize> MakeConstant(Scalar<V> c, const Dual<V, kSize>&) {
  return Dual<V, kSize>::Constant(Broadcast<V>(c));
}

}  // namespace internal

// sum_i x^i sum_(j <= degrees[i]) c_ij y^j, where c holds row 0, row 1, ... one
// behind the other. The rows are independent of each other, which keeps the
// multipliers busy. U is a number type or a Dual of one.
template <class U, class T, int kRows, int kSize>
TFI_FUNCTION U BivariatePolynomial(const int (&degrees)[kRows],
                                   const T (&c)[kSize], const U& x,
                                   const U& y) {
  static_assert(std::is_same<T, Scalar<U>>::value, "coefficients of type U");
  U sum{};
  int end = kSize;  // of the row
  TFI_UNROLL(32)
  for (int i = kRows - 1; i >= 0; --i) {
    U row = internal::MakeConstant(c[end - 1], y);
    TFI_UNROLL(32)
    for (int j = 1; j <= degrees[i]; ++j) row = row * y + c[end - 1 - j];
    sum = i == kRows - 1 ? row : sum * x + row;
    end -= degrees[i] + 1;
  }
  return sum;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BIVARIATE_H_
