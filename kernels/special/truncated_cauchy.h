// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Samples of a Cauchy distribution between two bounds, by inversion, and their
// implicit reparameterization gradient.
//
// With y = (z - loc) / scale, a and b likewise for the bounds, and the angle
//
//   D(a, b) = atan(b) - atan(a) = atan2(b - a, 1 + a b),
//
// a sample y has D(a, y) = u D(a, b), so that
//
//   dy / (1 + y^2) = (1 - u) da / (1 + a^2) + u db / (1 + b^2),
//
// u = D(a, y) / D(a, b). From it the derivatives in loc and scale, as sums of
// terms that do not cancel in a tail: 1 - (1 + y^2) / (1 + b^2) is
// (b - y) (b + y) / (1 + b^2).

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_TRUNCATED_CAUCHY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_TRUNCATED_CAUCHY_H_

#include "kernels/special/angle.h"
#include "kernels/special/arctangent.h"
#include "kernels/special/function.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// It stands for an infinite bound: its square is finite, its arc tangent pi
// / 2.
template <class V>
TFI_FUNCTION V ClipCauchyBound(V x) {
  const V largest = Broadcast<V>(Scalar<V>(1e100));
  return Min(Max(x, -largest), largest);
}

}  // namespace internal

// (loc, scale, low, high, p) -> the z in [low, high] with the probability p
// below it.
//
// Types: double and vectors of it.
// Max error measured (tests/special/truncated_test.cc): 1.2 eps of |loc| +
// scale max(1, |y|). The bounds for p = 0 and p = 1.
// Valid range: 0 <= p <= 1, scale > 0, low <= high, infinite bounds included;
// NaN elsewhere.
struct TruncatedCauchyQuantileFunction {
  static constexpr int kInputs = 5, kOutputs = 1;
  static constexpr bool kInDouble = true;
  static constexpr int kParameters = 4;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V loc = in[0], scale = in[1], low = in[2], high = in[3], p = in[4];
    const V one = Broadcast<V>(1);
    const V a = internal::ClipCauchyBound((low - loc) / scale);
    const V b = internal::ClipCauchyBound((high - loc) / scale);
    const V range = UpperAngle(internal::ClipCauchyBound((high - low) / scale),
                               one + a * b);
    const V angle_a = CopySign(UpperAngle(Abs(a), one), a);
    // From the bound on the side of the sample, so that the denominator is a
    // sum.
    const auto below = angle_a + p * range < T(0);
    const V end = Select(below, -a, b);
    const auto angle = MakeAngle(Select(below, p, one - p) * range);
    const V cosine = one - angle.one_minus_cosine;
    const V y = (end * cosine - angle.sine) / (cosine + end * angle.sine);
    V z = loc + scale * Select(below, -y, y);
    z = Select(p == T(0), low, Select(p == T(1), high, z));
    z = Min(Max(z, low), high);
    const auto valid = (p >= T(0)) & (p <= T(1)) & (scale > T(0)) &
                       (low <= high) & (loc == loc);
    out[0] = Select(valid, z, NaN<V>());
  }
};

// (loc, scale, low, high, z) -> dz/dloc, dz/dscale, dz/dlow, dz/dhigh and dz/dp
// of the quantile z of p.
//
// Types: double and vectors of it.
// Max error measured (tests/special/truncated_test.cc): 2.3 eps; of the first
// and the second 1.6 eps of min(1, w) and max(1, |y|) min(1, w) where that is
// larger, w the width in scales.
// Valid range: scale > 0, low < high, low <= z <= high; NaN elsewhere.
struct RandomTruncatedCauchyGradFunction {
  static constexpr int kInputs = 5, kOutputs = 5;
  static constexpr bool kInDouble = true;
  static constexpr int kParameters = 4;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V loc = in[0], scale = in[1], low = in[2], high = in[3], z = in[4];
    const V a = internal::ClipCauchyBound((low - loc) / scale);
    const V b = internal::ClipCauchyBound((high - loc) / scale);
    const V y = (z - loc) / scale;
    const V left = internal::ClipCauchyBound((z - low) / scale);
    const V right = internal::ClipCauchyBound((high - z) / scale);
    const V below = UpperAngle(left, T(1) + a * y);
    const V above = UpperAngle(right, T(1) + b * y);
    const V total = below + above;
    // The weights of da and db, relative to the density at y.
    const V p = above / (total * (T(1) + a * a));
    const V q = below / (total * (T(1) + b * b));
    const V at_y = T(1) + y * y;
    out[0] = q * right * (b + y) - p * left * (a + y);
    out[1] = p * left * (T(1) - a * y) - q * right * (T(1) - b * y);
    out[2] = p * at_y;
    out[3] = q * at_y;
    out[4] = scale * total * at_y;
    const auto valid = (scale > T(0)) & (low < high) & (low <= z) & (z <= high);
    for (int k = 0; k < kOutputs; ++k) {
      out[k] = Select(valid, out[k], NaN<V>());
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_TRUNCATED_CAUCHY_H_
