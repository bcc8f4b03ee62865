// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The logarithm of the confluent hypergeometric limit function
//
//   0F1(; b; z) = sum over k of z^k / (k! (b)_k)
//               = Gamma(b) z^((1 - b) / 2) I_(b-1)(2 sqrt(z))
//
// (DLMF 16.2.1, 10.39.9) and its derivatives, by the sum of terms that are all
// positive, from the last one on:
//
//   p_(k-1) = 1 + p_k z / (k (b + k - 1)),   0F1 = p_0.
//
// The density of a noncentral chi-squared distribution is made of it. The
// greatest term is that of a k of at most sqrt(z), their width at most
// z^(1/4) / sqrt(2): for z = 650 the 68 terms reach 11 widths beyond it.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_HYPERGEOMETRIC_0F1_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_HYPERGEOMETRIC_0F1_H_

#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// (b, z) -> log 0F1(; b; z), d/db, d/dz.
//
// Types: double and vectors of it.
// Max error measured (tests/special/hypergeometric_0f1_test.cc): 0.6 eps of
// max(1, |value|) of the value, 2.7 eps of the derivatives.
// Valid range: b in [1e-100, 1e100], 0 <= z <= 650; NaN elsewhere.
struct LogHypergeometric0F1Function {
  static constexpr int kInputs = 2, kOutputs = 3;
  static constexpr bool kInDouble = true;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    constexpr int kTerms = 68;
    const V b = in[0], z = in[1], one = Broadcast<V>(1);
    V sum = one, of_b{}, of_z{};
    for (int k = kTerms; k > 0; --k) {
      const V inverse = one / (b + T(k - 1));
      const V c = inverse * T(1. / k), factor = z * c;
      of_b = factor * (of_b - inverse * sum);
      of_z = MulAdd(factor, of_z, c * sum);
      sum = MulAdd(factor, sum, one);
    }
    const auto valid =
        (b >= T(1e-100)) & (b <= T(1e100)) & (z >= T(0)) & (z <= T(650));
    out[0] = Select(valid, LogRatio(sum, one), NaN<V>());
    out[1] = Select(valid, of_b / sum, NaN<V>());
    out[2] = Select(valid, of_z / sum, NaN<V>());
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_HYPERGEOMETRIC_0F1_H_
