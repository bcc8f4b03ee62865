// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A rough normal quantile, from which the searches of other quantiles start.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_NORMAL_SCORE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_NORMAL_SCORE_H_

#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// x >= 0 with 1 - Phi(x) = tail, 0 < tail <= 1/2, with an error of at most
// 4.5e-4 however small the tail: Abramowitz and Stegun 26.2.23, due to C.
// Hastings, "Approximations for digital computers" (1955).
template <class V>
TFI_FUNCTION V NormalScore(V tail) {
  using T = Scalar<V>;
  const V normal = Max(tail, Broadcast<V>(std::numeric_limits<T>::min()));
  const V t = Sqrt(Max(T(-2) * LogRatio(normal, Broadcast<V>(1)), V{}));
  const V numerator = (T(0.010328) * t + T(0.802853)) * t + T(2.515517);
  const V denominator =
      ((T(0.001308) * t + T(0.189269)) * t + T(1.432788)) * t + T(1);
  return Max(t - numerator / denominator, V{});
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_NORMAL_SCORE_H_
