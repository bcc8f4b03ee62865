// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The log density of a Normal distribution between two bounds, and its
// gradient.
//
// With y = (z - loc) / scale, a and b likewise for the bounds, mirrored so that
// a + b >= 0, w = b - a and I_k = integral of s^k exp(-a s - s^2 / 2) over
// 0 < s < w. In a tail, a >= 0, and in a small interval, with t = y - a,
//
//   log p = -t (a + t / 2) - log(scale I_0)
//   scale d/dloc   = t - I_1 / I_0
//   scale d/dscale = 2 a (t - I_1 / I_0) + t^2 - I_2 / I_0
//   scale d/dlow   = 1 / I_0,    scale d/dhigh = -exp(-a w - w^2 / 2) / I_0
//
// (w exp(-a w - w^2 / 2) = I_0 - a I_1 - I_2, by parts). With bounds on both
// sides of loc it is the same with 0 in place of a, y of t, and the mean and
// the mean square of y in place of the ratios.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_TRUNCATED_NORMAL_DENSITY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_TRUNCATED_NORMAL_DENSITY_H_

#include "kernels/special/truncated_normal.h"

TFI_BEGIN_NAMESPACE

// (loc, scale, low, high, z) -> log p at z, d/dloc, d/dscale, d/dlow, d/dhigh,
// d/dz.
//
// Types: double and vectors of it.
// Max error measured (tests/special/truncated_test.cc): 2.4 eps of max(1, |log
// p|); of the first and the second derivative 7.3 and 14.5 eps of min(1, w) and
// min(1, w) max(1, |y|), over the scale, where that is larger; of the next two
// 2.7 eps, with bounds on both sides of loc times max(1, b^2 / 2); 2.1 eps of
// the last.
// Valid range: scale > 0, low < high, infinite bounds included; -infinity and
// the gradient 0 outside of the bounds; NaN elsewhere.
struct TruncatedNormalLogProbFunction {
  static constexpr int kInputs = 5, kOutputs = 6;
  static constexpr int kParameters = 4;
  static constexpr bool kInDouble = true;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V loc = in[0], scale = in[1], low = in[2], high = in[3], z = in[4];
    const V widest = Broadcast<V>(internal::kInfiniteWidth<T>);
    const V low_y = (low - loc) / scale, high_y = (high - loc) / scale;
    const auto flip = low_y < -high_y;
    const V a = Max(Select(flip, -high_y, low_y), -widest);
    const V b = Min(Select(flip, -low_y, high_y), widest);
    const V w = Min((high - low) / scale, widest);
    // Wider ones than for a sample, for the second moment: the rule is still
    // exact to 1e-16.
    const Mask<V> small = (Abs(a) * w < T(0.375)) & (T(0.5) * w * w < T(0.2));
    const auto from_end = (a >= T(0)) | small;
    const V r = Select(from_end, a, V{});
    // Of the densities at the ends to that at r.
    V near = Broadcast<V>(1);
    V far = Exp(-w * (r + T(0.5) * w));
    internal::NormalMoments<V> m = Between(Max(r, V{}), w, far);
    if (AnyTrue(small)) {
      const auto rule = internal::SmallNormalMoments(Select(small, a, V{}),
                                                     Select(small, w, V{}));
      m.zeroth = Select(small, rule.zeroth, m.zeroth);
      m.first = Select(small, rule.first, m.first);
      m.second = Select(small, rule.second, m.second);
    }
    if (AnyTrue(!from_end)) {
      const V at_a = Exp(T(-0.5) * a * a), at_b = Exp(T(-0.5) * b * b);
      const V mass =
          internal::kRootTwoPi<T> * ((T(1) - internal::NormalTail(Abs(a))) -
                                     internal::NormalTail(Abs(b)));
      near = Select(from_end, near, at_a);
      far = Select(from_end, far, at_b);
      m.zeroth = Select(from_end, m.zeroth, mass);
      m.first = Select(from_end, m.first, at_a - at_b);
      m.second = Select(from_end, m.second, mass + (a * at_a - b * at_b));
    }
    const V per_mass = T(1) / m.zeroth;
    const V mean = m.first * per_mass, square = m.second * per_mass;
    const V log_mass =
        LogRatio(m.zeroth, Broadcast<V>(1)) + LogRatio(scale, Broadcast<V>(1));
    const V per_scale = T(1) / scale;
    const V at_near = near * per_mass * per_scale;
    const V at_far = far * per_mass * per_scale;

    const V from_loc = Select(flip, loc - z, z - loc);
    const V from_near = Select(flip, high - z, z - low);
    const V t = Select(from_end, from_near, from_loc) / scale;
    const V d_loc = (t - mean) * per_scale;
    out[0] = -t * (r + T(0.5) * t) - log_mass;
    out[1] = Select(flip, -d_loc, d_loc);
    out[2] = (T(2) * r * (t - mean) + (t * t - square)) * per_scale;
    out[3] = Select(flip, at_far, at_near);
    out[4] = -Select(flip, at_near, at_far);
    out[5] = Select(flip, r + t, -(r + t)) * per_scale;
    const auto valid = (scale > T(0)) & (low < high) & (loc == loc) & (z == z);
    const auto inside = (low <= z) & (z <= high);
    for (int k = 0; k < kOutputs; ++k) {
      const V beyond = k == 0 ? -Infinity<V>() : V{};
      out[k] = Select(valid, Select(inside, out[k], beyond), NaN<V>());
    }
  }

 private:
  // The moments by those from both ends to infinity; a >= 0, and the interval
  // is not small.
  template <class V>
  static TFI_FUNCTION internal::NormalMoments<V> Between(V a, V w, V far) {
    using T = Scalar<V>;
    const V b = a + w;
    const V a_0 = MillsRatio(a), a_1 = MillsMoment(a, a_0);
    const V b_0 = MillsRatio(b), b_1 = MillsMoment(b, b_0);
    const V a_2 = MillsSecondMoment(a, a_0, a_1);
    const V b_2 = MillsSecondMoment(b, b_0, b_1);
    return {a_0 - far * b_0, a_1 - far * (b_1 + w * b_0),
            a_2 - far * (b_2 + w * (T(2) * b_1 + w * b_0))};
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_TRUNCATED_NORMAL_DENSITY_H_
