// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Samples of a Normal distribution between two bounds, by inversion, and their
// implicit reparameterization gradient.
//
// With y = (z - loc) / scale, a and b likewise for the bounds, the Mills ratio
// and the moments of mills.h, let A_k and B_k be the moments of (y - t)^k and
// (t - y)^k below and above y in the interval, relative to the density at y. By
// implicit differentiation of F = A_0 / (A_0 + B_0)
//
//   dy/da = exp((y^2 - a^2) / 2) B_0 / (A_0 + B_0), dy/db likewise,
//   dz/dloc = 1 - dy/da - dy/db = (A_0 B_1 + A_1 B_0) / (A_0 + B_0),
//   dz/dscale = y - a dy/da - b dy/db
//             = y dz/dloc + (y - a) dy/da - (b - y) dy/db
//
// (the integrals by parts). In a tail all terms are positive where the first
// forms cancel. The moments between two points are a difference of W_k, or
// where that cancels, in small intervals, Gauss and Legendre's sum.
//
// The quantile inverts the smaller one of the two tails; where the whole
// interval is beyond 30 standard deviations, their logarithm.
//
// References: M. Figurnov, S. Mohamed, A. Mnih, "Implicit Reparameterization
// Gradients", NeurIPS 2018, equation 8; DLMF 7.12.1, 7.18.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_TRUNCATED_NORMAL_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_TRUNCATED_NORMAL_H_

#include "kernels/special/exp.h"
#include "kernels/special/function.h"
#include "kernels/special/lanes.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/mills.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

namespace internal {

template <class T>
inline constexpr T kRootTwoPi = T(2.50662827463100050242);

// A width that stands for infinity: its square is finite, exp(-width) is 0.
template <class T>
inline constexpr T kInfiniteWidth = T(1e8);

// Where the whole interval is further out, samples are those of the tail.
template <class T>
inline constexpr T kNormalTail = T(30);

// Gauss-Legendre on [0, 1] (numpy.polynomial.legendre.leggauss, mapped): nodes
// and weights. Exact to 1e-16 for small intervals.
TFI_TABLE double kGaussSmall[2][7] = {
    {0.025446043828620736, 0.12923440720030278, 0.29707742431130141, 0.5,
     0.70292257568869859, 0.87076559279969722, 0.97455395617137926},
    {0.064742483084434846, 0.13985269574463833, 0.19091502525255947,
     0.20897959183673469, 0.19091502525255947, 0.13985269574463833,
     0.064742483084434846}};

// The integrals of t^k exp(-a t - t^2 / 2) over 0 < t < w, k = 0, 1, 2.
template <class V>
struct NormalMoments {
  V zeroth, first, second;
};

template <class V>
TFI_FUNCTION auto IsSmallNormalInterval(V a, V w) {
  using T = Scalar<V>;
  return Max(Abs(a) * w, w * w * T(0.5)) < T(0.125);
}

// For small intervals.
template <class V>
TFI_FUNCTION NormalMoments<V> SmallNormalMoments(V a, V w) {
  using T = Scalar<V>;
  NormalMoments<V> sum{V{}, V{}, V{}};
  TFI_UNROLL(7)
  for (int i = 0; i < 7; ++i) {
    const V t = w * T(kGaussSmall[0][i]);
    const V term = T(kGaussSmall[1][i]) * ExpOfModerate(-t * (a + t * T(0.5)));
    sum.zeroth = sum.zeroth + term;
    sum.first = sum.first + t * term;
    sum.second = sum.second + t * t * term;
  }
  return {w * sum.zeroth, w * sum.first, w * sum.second};
}

// 1 - Phi(x) for x >= 0, with an error of x^2 eps.
template <class V>
TFI_FUNCTION V NormalTail(V x) {
  using T = Scalar<V>;
  return MillsRatio(x) * Exp(T(-0.5) * x * x) * (T(1) / kRootTwoPi<T>);
}

// x >= 0 with 1 - Phi(x) = tail for 1e-307 <= tail <= 1/2, with an error of a
// few eps of max(1, x). In terms of l = -log(tail), dx/dl = W_0 and
// d2x/dl2 = -W_0 W_1: a step of the third order from an error of 3e-6.
template <class V>
TFI_FUNCTION V NormalUpperQuantile(V tail) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  const V log_tail = LogRatio(tail, one);
  const V t = Sqrt(T(-2) * log_tail);
  const V x =
      Max(t - Polynomial(kNormalStartP, t) / Polynomial(kNormalStartQ, t), V{});
  const V ratio = MillsRatio(x);
  const V target = -log_tail - kHalfLogTwoPi<T>;
  const V rest = target - (x * x * T(0.5) - LogRatio(ratio, one));
  const V step = ratio * rest * (T(1) - T(0.5) * rest * (T(1) - x * ratio));
  return Max(x + step, V{});
}

}  // namespace internal

// (loc, scale, low, high, u) -> the z between the bounds with the probability u
// below it.
//
// Types: double and vectors of it.
// Max error measured (tests/special/truncated_test.cc): 6 eps of |loc| + scale
// max(1, |y|). The bounds for u = 0 and u = 1.
// Valid range: 0 <= u <= 1, scale > 0, low <= high, infinite bounds included;
// NaN elsewhere.
struct TruncatedNormalQuantileFunction {
  static constexpr int kInputs = 5, kOutputs = 1;
  static constexpr bool kInDouble = true;
  static constexpr int kParameters = 4;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V loc = in[0], scale = in[1], low = in[2], high = in[3], u = in[4];
    const V a = (low - loc) / scale, b = (high - loc) / scale;
    // The tails below and above the bounds.
    const V tail_a = internal::NormalTail(Abs(a));
    const V tail_b = internal::NormalTail(Abs(b));
    const V below_a = Select(a < T(0), tail_a, T(1) - tail_a);
    const V below_b = Select(b < T(0), tail_b, T(1) - tail_b);
    const V above_a = Select(a < T(0), T(1) - tail_a, tail_a);
    const V above_b = Select(b < T(0), T(1) - tail_b, tail_b);
    const V v = T(1) - u;
    // Of the two tails of the sample the smaller one has all digits.
    const V below = v * below_a + u * below_b;
    const V above = v * above_a + u * above_b;
    V tail = Min(Min(below, above), Broadcast<V>(T(0.5)));
    tail = Max(tail, Broadcast<V>(T(1e-307)));
    const V y = internal::NormalUpperQuantile(tail);
    V z = loc + scale * Select(below < above, -y, y);
    const auto far = Max(a, -b) > internal::kNormalTail<T>;
    if (AnyTrue(far)) z = Select(far, FarQuantile(in, a, b), z);
    z = Select(u == T(0), low, Select(u == T(1), high, z));
    z = Min(Max(z, low), high);
    const auto valid = (u >= T(0)) & (u <= T(1)) & (scale > T(0)) &
                       (low <= high) & (loc == loc);
    out[0] = Select(valid, z, NaN<V>());
  }

 private:
  // Where the whole interval is in a tail: nonsense elsewhere.
  template <class V>
  static TFI_FUNCTION V FarQuantile(const V (&in)[kInputs], V a, V b) {
    using T = Scalar<V>;
    const V scale = in[1], low = in[2], high = in[3], u = in[4], v = T(1) - u;
    const auto flipped = b < T(0);
    const V near =
        Max(Select(flipped, -b, a), Broadcast<V>(internal::kNormalTail<T>));
    const V part = Select(flipped, v, u);
    const V width =
        Min((high - low) / scale, Broadcast<V>(internal::kInfiniteWidth<T>));
    const V at_near = MillsRatio(near);
    // The tail at the far end over that at the near one.
    const V rest = Exp(-width * (near + T(0.5) * width)) *
                   (MillsRatio(near + width) / at_near);
    // The part of the tail that is left, by the smaller one of its terms.
    const V left = Select(flipped, u, v) + part * rest;
    const V smallest = Broadcast<V>(T(1e-307));
    const V target = -Select(part < T(0.5), LogOnePlus(-part * (T(1) - rest)),
                             LogRatio(Max(left, smallest), Broadcast<V>(1)));
    // y^2 / 2 - log W_0(y) = a^2 / 2 - log W_0(a) + target by Newton's method,
    // from y^2 = a^2 + 2 target: errors of 1e-8, then none.
    V d = T(2) * target / (near + Sqrt(near * near + T(2) * target));
    for (int i = 0; i < 2; ++i) {
      const V ratio = MillsRatio(near + d);
      d = d -
          ratio * (d * (near + T(0.5) * d) - LogRatio(ratio, at_near) - target);
    }
    return Select(flipped, high - scale * d, low + scale * d);
  }
};

// (loc, scale, low, high, z) -> dz/dloc, dz/dscale, dz/dlow, dz/dhigh and dz/du
// of the quantile z of u.
//
// Types: double and vectors of it.
// Max error measured (tests/special/truncated_test.cc): 58 eps for bounds at 14
// standard deviations, where the exponent of a density ratio is rounded; of the
// first and the second 3 eps of min(1, w) and max(1, |y|) min(1, w) where that
// is larger, w the width in standard deviations.
// Valid range: scale > 0, low < high, low <= z <= high; NaN elsewhere.
struct RandomTruncatedNormalGradFunction {
  static constexpr int kInputs = 5, kOutputs = 5;
  static constexpr bool kInDouble = true;
  static constexpr int kParameters = 4;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V loc = in[0], scale = in[1], low = in[2], high = in[3], z = in[4];
    const V a = Abs((low - loc) / scale), b = Abs((high - loc) / scale);
    // W_0 and W_1 at the distances of the bounds.
    const V a_0 = MillsRatio(a), a_1 = MillsMoment(a, a_0);
    const V b_0 = MillsRatio(b), b_1 = MillsMoment(b, b_0);
    const V largest = Broadcast<V>(internal::kInfiniteWidth<T>);
    const V below = Min((z - low) / scale, largest);
    const V above = Min((high - z) / scale, largest);
    const V signed_y = (z - loc) / scale;
    // The mirror image of a negative sample, so that W_k(y) is known.
    const auto flip = signed_y < T(0);
    const V y = Abs(signed_y);
    const V left = Select(flip, above, below);
    const V right = Select(flip, below, above);
    const V near_0 = Select(flip, b_0, a_0);
    const V near_1 = Select(flip, b_1, a_1);
    const V far_0 = Select(flip, a_0, b_0);
    const V far_1 = Select(flip, a_1, b_1);
    const V own_0 = MillsRatio(y), own_1 = MillsMoment(y, own_0);
    // The densities at the bounds over that at y.
    const V q = Exp(-right * (y + T(0.5) * right));
    const V p = Exp(left * (y - T(0.5) * left));
    V upper_0 = own_0 - q * far_0;
    V upper_1 = own_1 - q * (far_1 + right * far_0);
    // Below y: in one tail by the end, else those of all below y less those
    // below the end.
    const auto tail = left <= y;
    const V from_0 = Select(tail, V{}, y);
    const V whole =
        internal::kRootTwoPi<T> * Exp(T(0.5) * from_0 * from_0) - own_0;
    V lower_0 = Select(tail, p * near_0 - own_0, whole - p * near_0);
    V lower_1 = Select(tail, p * (left * near_0 - near_1) + own_1,
                       T(1) + y * whole - p * (near_1 + left * near_0));
    const auto small_right = internal::IsSmallNormalInterval(y, right);
    const auto small_left = internal::IsSmallNormalInterval(y, left);
    V exact_right{}, exact_left{};
    if (AnyTrue(small_right)) {
      const auto rule = internal::SmallNormalMoments(
          Select(small_right, y, V{}), Select(small_right, right, V{}));
      upper_0 = Select(small_right, rule.zeroth, upper_0);
      upper_1 = Select(small_right, rule.first, upper_1);
      exact_right = T(2) * y * upper_1 + rule.second;
    }
    if (AnyTrue(small_left)) {
      const auto rule = internal::SmallNormalMoments(
          Select(small_left, -y, V{}), Select(small_left, left, V{}));
      lower_0 = Select(small_left, rule.zeroth, lower_0);
      lower_1 = Select(small_left, rule.first, lower_1);
      exact_left = T(2) * y * lower_1 - rule.second;
    }
    const V total = lower_0 + upper_0;
    const V per_total = T(1) / total;
    const V share_left = upper_0 * per_total;
    const V share_right = lower_0 * per_total;
    const V d_loc = share_left * lower_1 + share_right * upper_1;
    const V d_left = share_left * p, d_right = share_right * q;
    V d_scale = y * d_loc + left * d_left - right * d_right;
    // Where both sides are small, these three cancel.
    d_scale =
        Select(small_right & small_left,
               share_right * exact_right + share_left * exact_left, d_scale);
    out[0] = d_loc;
    out[1] = Select(flip, -d_scale, d_scale);
    out[2] = Select(flip, d_right, d_left);
    out[3] = Select(flip, d_left, d_right);
    out[4] = scale * total;
    const auto valid =
        (scale > T(0)) & (low < high) & (low <= z) & (z <= high) & (loc == loc);
    for (int k = 0; k < kOutputs; ++k) {
      out[k] = Select(valid, out[k], NaN<V>());
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_TRUNCATED_NORMAL_H_
