// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The density of a Normal distribution with the location m and the scale s.
// With t = (x - m) / s,
//
//   log f  = -t^2 / 2 - log s - log(2 pi) / 2
//   d/dm   = -d/dx = t / s
//   d/ds   = (t - 1) (t + 1) / s

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_NORMAL_DENSITY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_NORMAL_DENSITY_H_

#include <limits>

#include "kernels/special/function.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// (m, s, x) -> log f, d/dm, d/ds, d/dx.
//
// Types: double and vectors of it.
// Max error measured (tests/special/normal_density_test.cc): of the value 2.3
// eps of max(1, |value|) + |log s|; of the derivatives 1.7 eps of their size,
// of that in s 3 eps of the larger of it and, for |t| < 2, 2 / s.
// Valid range: s >= the smallest normal number, NaN for others. The log density
// is -infinity where it overflows, and for one infinite input; there the
// derivatives may be infinite. NaN where x and m are the same infinity, where s
// and one of them are infinite, and where an input is NaN.
struct NormalLogProbFunction {
  static constexpr int kInputs = 3, kOutputs = 4;
  static constexpr int kParameters = 2;
  static constexpr bool kInDouble = true;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V m = in[0], s = in[1], x = in[2], one = Broadcast<V>(1);
    // Large numbers in units of 2^64: no difference overflows there, and 1 / s
    // is normal.
    const auto wide = s > T(0x1p200);
    const V unit = Select(wide, Broadcast<V>(0x1p-64), one);
    const V scale = s * unit;
    const V log_s = LogRatioOfAny(s, one);
    const V t = (x * unit - m * unit) / scale;
    const V per_s = T(1) / scale;
    const V slope = t * per_s * unit;
    const V value = -(T(0.5) * t) * t - (log_s + kHalfLogTwoPi<T>);
    const V values[] = {Select(s == Infinity<V>(), -s, value), slope,
                        (t - T(1)) * per_s * (t + T(1)) * unit, -slope};
    const auto valid = (s >= std::numeric_limits<T>::min()) & (t == t);
    for (int k = 0; k < kOutputs; ++k) {
      out[k] = Select(valid, values[k], NaN<V>());
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_NORMAL_DENSITY_H_
