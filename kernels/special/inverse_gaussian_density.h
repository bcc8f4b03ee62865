// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The log density of an inverse Gaussian distribution with the mean m and the
// concentration c at z, and its derivatives. With s = (z - m) / m and
// w = c s^2 / (2 z),
//
//   log f = log(c / z) / 2 - log z - log(2 pi) / 2 - w
//   d/dm  = c s / m^2
//   d/dc  = (1/2 - w) / c
//   d/dz  = -(3/2 + (c / z) s (z / m + 1) / 2) / z

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_INVERSE_GAUSSIAN_DENSITY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_INVERSE_GAUSSIAN_DENSITY_H_

#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// (m, c, z) -> log f, d/dm, d/dc, d/dz.
//
// Types: double and vectors of it.
// Max error measured (tests/special/inverse_gaussian_test.cc): of the value
// 1.7 eps of max(1, |log c|, |log z|, w); of the derivatives 2.2 eps of the
// larger of their two terms.
// Valid range: m, c > 0 and finite. Where z <= 0 or z is infinite the log
// density is -infinity and the derivatives are 0; NaN elsewhere.
struct InverseGaussianLogProbFunction {
  static constexpr int kInputs = 3, kOutputs = 4;
  static constexpr int kParameters = 2;
  static constexpr bool kInDouble = true;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V m = in[0], c = in[1], one = Broadcast<V>(1);
    const V infinity = Infinity<V>();
    const auto inside = (in[2] > T(0)) & (in[2] < infinity);
    const V z = Select(inside, in[2], one);
    const V s = (z - m) / m, per_z = c / z;
    const V root = s * Sqrt(per_z);
    const V w = T(0.5) * root * root;
    const V values[] = {(T(0.5) * (LogRatio(c, one) - T(3) * LogRatio(z, one)) -
                         kHalfLogTwoPi<T>)-w,
                        c / m * (s / m), (T(0.5) - w) / c,
                        -(T(1.5) + T(0.5) * per_z * s * (z / m + T(1))) / z};
    const auto valid = (m > T(0)) & (m < infinity) & (c > T(0)) &
                       (c < infinity) & (in[2] == in[2]);
    for (int k = 0; k < kOutputs; ++k) {
      const V outside = k == 0 ? -infinity : V{};
      out[k] = Select(valid, Select(inside, values[k], outside), NaN<V>());
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_INVERSE_GAUSSIAN_DENSITY_H_
