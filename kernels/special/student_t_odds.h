// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The odds t^2 / nu of a Student-t sample t with nu degrees of freedom, and
// their logarithm where they overflow.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_ODDS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_ODDS_H_

#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// t^2 / nu, without overflow of t^2.
template <class V>
TFI_FUNCTION V StudentTOdds(V nu, V t) {
  return t * (t / nu);
}

// log(t^2 / nu) where `far`: t^2 may overflow there. Elsewhere a number.
template <class V>
TFI_FUNCTION V StudentTFarLog(V nu, V t, Mask<V> far) {
  using T = Scalar<V>;
  static_assert(kIsDouble<V>, "the scale is for double");
  const V one = Broadcast<V>(1);
  const V size = Min(Abs(t), Broadcast<V>(1e308)) * T(0x1p-600);
  return T(2) * LogRatio(Select(far, size, one), one) - LogRatio(nu, one) +
         (T(1200) * kLog2High<V> + T(1200) * kLog2Low<V>);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_ODDS_H_
