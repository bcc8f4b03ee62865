// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The log density of the sum of a Normal variable (m, s) and an Exponential one
// of the rate b, at x, and its derivatives. With u = (x - m) / s, k = b s,
// t = k - u, the moments W_j of mills.h, M = W_0 and r = -d log M(t) / dt,
//
//   log f  = log(b M(t)) - u^2 / 2 - log(2 pi) / 2
//          = log(b Phi(-t)) + k (k / 2 - u)
//   s d/dx = -s d/dm = r - u      = 1 / M - k
//   s d/ds = u^2 - (u + k) r      = k^2 - (u + k) / M
//   b d/db = W_2 / M - u r        = 1 - k r
//   r      = W_1 / M              = 1 / M - t
//
// The first forms are for t >= 0, the second ones for t < 0, where
// 1 / M(t) = phi(t) / Phi(-t): neither cancels more than a Normal density does.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_EXPONENTIALLY_MODIFIED_GAUSSIAN_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_EXPONENTIALLY_MODIFIED_GAUSSIAN_H_

#include "kernels/special/exp.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/mills.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// (m, s, b, x) -> log f, d/dm, d/ds, d/db, d/dx.
//
// Types: double and vectors of it.
// Max error measured (tests/special): of the value 2.5 eps of the largest of 1,
// |value| and the exponent of the form in use; of the derivatives 9.4 eps of
// the larger of their two terms and of what a rounding of u and k changes.
// Valid range: m finite, s > 0, b in [1e-300, 1e300], |u| and k below 1e150.
// Where x is infinite the log density is -infinity and the derivatives are 0;
// NaN elsewhere.
struct ExponentiallyModifiedGaussianLogProbFunction {
  static constexpr int kInputs = 4, kOutputs = 5;
  static constexpr int kParameters = 3;
  static constexpr bool kInDouble = true;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    constexpr T kPerRootTwoPi = 0.39894228040143267794;
    const V m = in[0], b = in[2];
    const auto inside = Abs(in[3]) < Infinity<V>();
    const V per_scale = T(1) / in[1];
    const V u = (Select(inside, in[3], m) - m) / in[1], k = b * in[1];
    const auto near = u <= k;
    const V v = Abs(k - u);
    const V ratio = MillsRatio(v), first = MillsMoment(v, ratio);
    const V second = MillsSecondMoment(v, ratio, first);
    // phi(t), and 1 / M or 1 / Phi(-t).
    const V density = kPerRootTwoPi * Exp(T(-0.5) * v * v);
    const V inverse = T(1) / Select(near, ratio, T(1) - density * ratio);
    const V per_mills = Select(near, inverse, density * inverse);
    const V r = Select(near, first * per_mills, per_mills + v);
    const V slope = Select(near, r - u, per_mills - k) * per_scale;
    const V exponent =
        Select(near, T(-0.5) * u * u - kHalfLogTwoPi<T>, k * (T(0.5) * k - u));
    const V values[] = {
        LogRatio(b, inverse) + exponent, -slope,
        (Select(near, u * u, k * k) - (u + k) * Select(near, r, per_mills)) *
            per_scale,
        Select(near, second * per_mills - u * r, T(1) - k * r) / b, slope};
    const auto valid = (Abs(m) < Infinity<V>()) & (in[1] > T(0)) &
                       (b >= T(1e-300)) & (b <= T(1e300)) & (k < T(1e150)) &
                       (Abs(u) < T(1e150)) & (in[3] == in[3]);
    for (int i = 0; i < kOutputs; ++i) {
      const V outside = i == 0 ? -Infinity<V>() : V{};
      out[i] = Select(valid, Select(inside, values[i], outside), NaN<V>());
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_EXPONENTIALLY_MODIFIED_GAUSSIAN_H_
