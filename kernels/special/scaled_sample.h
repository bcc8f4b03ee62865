// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A sample and its scale, or its logit, in one pass with the bounds that keep
// it a positive and finite number, or one inside of (0, 1). The bounds are
// inputs: those of a type of 16 bits are not those of the type that it is
// evaluated in.

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

// (y, least, most) -> 1 / (1 + e^-y), between the bounds, and its derivative
// e^-y / (1 + e^-y)^2 without them.
//
// Types: float, double and vectors of them.
// Max error measured (tests/special/scaled_sample_test.cc): 1.5 and 2.4 eps.
// Valid range: any y; NaN where an input is NaN.
struct BoundedSigmoidFunction {
  static constexpr int kInputs = 3, kOutputs = 2;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V y = in[0], least = in[1], most = in[2];
    // Of the lesser of z and 1 - z: nothing cancels.
    const V odds = Exp(-Abs(y));
    const V share = T(1) / (T(1) + odds), rest = odds * share;
    const V z = Select(y < T(0), rest, share);
    const auto valid = (y == y) & (least == least) & (most == most);
    out[0] = Select(valid, Min(Max(z, least), most), NaN<V>());
    out[1] = Select(valid, rest * share, NaN<V>());
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
