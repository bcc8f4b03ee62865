// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Implicit reparameterization gradient of an inverse Gaussian sample z. With
// the concentration c, x = sqrt(c / z) (z / loc + 1), r = z / (z + loc) and the
// Mills ratio and the moment of mills.h,
//
//   d log z / d log loc = 2 r x W_0(x)
//   d log z / d log c   = (loc - z) / (loc + z) + 2 r W_1(x)
//
// (differentiate the CDF, Phi(sqrt(c / z) (z / loc - 1)) + exp(2 c / loc)
// Phi(-x)).
//
// Reference: M. Figurnov, S. Mohamed, A. Mnih, "Implicit Reparameterization
// Gradients", NeurIPS 2018, equation 8.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_INVERSE_GAUSSIAN_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_INVERSE_GAUSSIAN_H_

#include "kernels/special/function.h"
#include "kernels/special/lanes.h"
#include "kernels/special/mills.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// (loc, c, z, (loc - z) / (loc + z)) -> d log z / d log loc, d log z / d log c.
// A sampler knows the last argument where z rounds to loc.
//
// Types: double and vectors of it.
// Max error measured (tests/special/inverse_gaussian_test.cc): 3.4 eps; of the
// second 5.4 eps of its larger term, of 2 r W_1 alone 8.4.
// Valid range: loc, c, z > 0; NaN elsewhere.
struct RandomInverseGaussianLogGradFunction {
  static constexpr int kInputs = 4, kOutputs = 2;
  static constexpr bool kInDouble = true;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V loc = in[0], c = in[1], z = in[2], side = in[3];
    const V x = Sqrt(c / z) * (z / loc + T(1));
    const V ratio = MillsRatio(x);
    const V twice = T(2) / (T(1) + loc / z);
    const auto valid = (loc > T(0)) & (c > T(0)) & (z > T(0));
    out[0] = Select(valid, twice * x * ratio, NaN<V>());
    out[1] = Select(valid, side + twice * MillsMoment(x, ratio), NaN<V>());
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_INVERSE_GAUSSIAN_H_
