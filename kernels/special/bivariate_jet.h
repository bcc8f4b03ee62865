// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Polynomials in two variables with their derivatives,
// sum_i x^i sum_{j <= degree_i} c_ij y^j, stored row after row in increasing
// powers.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BIVARIATE_JET_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BIVARIATE_JET_H_

#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// The degree in y of each row.
template <int... kDegrees>
struct Degrees {};

// A polynomial and its derivatives. What a caller does not use costs nothing:
// the compiler drops it.
template <class V>
struct BivariateJet {
  V value;
  V dx;
  V dxx;
  V dy;
};

// The polynomial with coefficients c and its derivatives at x, y. The rows are
// independent chains, which hides the latency of their multiply-adds.
template <int kDegree, int... kMore, class T, class V>
TFI_FUNCTION BivariateJet<V> EvaluateBivariateJet(Degrees<kDegree, kMore...>,
                                                  const T* c, V x, V y) {
  BivariateJet<V> sum = {Broadcast<V>(c[kDegree]), V{}, V{}, V{}};
  TFI_UNROLL(64)
  for (int j = kDegree - 1; j >= 0; --j) {
    sum.dy = MulAdd(sum.dy, y, sum.value);
    sum.value = MulAdd(sum.value, y, Broadcast<V>(c[j]));
  }
  if constexpr (sizeof...(kMore) > 0) {
    const BivariateJet<V> rest =
        EvaluateBivariateJet(Degrees<kMore...>(), c + kDegree + 1, x, y);
    sum.dy = MulAdd(x, rest.dy, sum.dy);
    sum.dxx = MulAdd(x, rest.dxx, rest.dx + rest.dx);
    sum.dx = MulAdd(x, rest.dx, rest.value);
    sum.value = MulAdd(x, rest.value, sum.value);
  }
  return sum;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BIVARIATE_JET_H_
