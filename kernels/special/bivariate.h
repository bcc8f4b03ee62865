// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Polynomials in two variables, stored as rows of different lengths.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BIVARIATE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BIVARIATE_H_

#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// sum_i x^i sum_(j <= degrees[i]) c_ij y^j, where c holds row 0, row 1, ... one
// behind the other. The rows are independent of each other, which keeps the
// multipliers busy.
template <class V, class T, int kRows, int kSize>
TFI_FUNCTION V BivariatePolynomial(const int (&degrees)[kRows],
                                   const T (&c)[kSize], V x, V y) {
  static_assert(std::is_same<T, Scalar<V>>::value, "coefficients of type V");
  int end = kSize;
  V sum;
  TFI_UNROLL(32)
  for (int i = kRows - 1; i >= 0; --i) {
    V row = Broadcast<V>(c[end - 1]);
    TFI_UNROLL(32)
    for (int j = degrees[i] - 1; j >= 0; --j) {
      row = MulAdd(row, y, Broadcast<V>(c[end - 2 - (degrees[i] - 1 - j)]));
    }
    end -= degrees[i] + 1;
    sum = i == kRows - 1 ? row : MulAdd(sum, x, row);
  }
  return sum;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BIVARIATE_H_
