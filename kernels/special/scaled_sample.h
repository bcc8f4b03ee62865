// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A sample and its scale, in one pass with the bounds that keep it a positive
// and finite number. The bounds are inputs: those of a type of 16 bits are not
// those of the type that it is evaluated in.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_SCALED_SAMPLE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_SCALED_SAMPLE_H_

#include "kernels/special/exp.h"
#include "kernels/special/function.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// (z, b, least) -> z / b, at least `least`.
//
// Types: float, double and vectors of them.
// Max error: that of a quotient, 0.5 eps.
// Valid range: z, b >= 0; infinite for b = 0. NaN for other b, and where an
// input is NaN.
struct GammaFromUnitRateFunction {
  static constexpr int kInputs = 3, kOutputs = 1;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V z = in[0] / in[1], least = in[2];
    const auto valid = (in[1] >= T(0)) & (z == z) & (least == least);
    out[0] = Select(valid, Max(z, least), NaN<V>());
  }
};

// (l, s, least, most) -> s e^l, between the bounds.
//
// Types: float, double and vectors of them.
// Max error measured (tests/special/scaled_sample_test.cc): 1.8 eps.
// Valid range: any l, s > 0; NaN for other s, and where an input is NaN.
struct ScaledExponentialFunction {
  static constexpr int kInputs = 4, kOutputs = 1;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    // Twice the root: e^l may overflow where the product does not.
    const V root = Exp(T(0.5) * in[0]);
    const V z = in[1] * root * root;
    const auto valid =
        (in[1] > T(0)) & (in[0] == in[0]) & (in[2] == in[2]) & (in[3] == in[3]);
    // 0 times infinity, of an infinite l or a scale that is.
    const V bounded = Min(Max(z, in[2]), in[3]);
    out[0] = Select(valid & (z == z), bounded, NaN<V>());
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_SCALED_SAMPLE_H_
