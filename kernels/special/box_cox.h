// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// y = (e^(c l) - 1) / c, the transformation of Box and Cox of e^l, and its
// logarithmic derivative in c, both entire in c at 0. With t = c l,
//
//   y = l E(t), E(t) = (e^t - 1) / t,   d log|y| / dc = l h(t),
//   h(t) = E'(t) / E(t) = (1 + L(t / 2)) / 2,   L(x) = coth(x) - 1 / x,
//
// L the Langevin function: for small x by its power series (DLMF 4.19.6 for an
// imaginary argument), h elsewhere by one exponential of -|t|. The inverse in l
// is, with t = c x and u = c l = log(1 + t),
//
//   l = log(1 + c x) / c = x (u / t),   dl/dx = 1 / (1 + t),
//   dl/dc = (x / (1 + t) - l) / c = -l h(u) x / (1 + t).
//
// References: G. E. P. Box, D. R. Cox, "An analysis of transformations", J. R.
// Statist. Soc. B 26 (1964).

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BOX_COX_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BOX_COX_H_

#include "kernels/special/exp.h"
#include "kernels/special/function.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// L(x) / x in powers of x^2: 2^(2 n) B_(2 n) / (2 n)!, n = 1, 2, ..., B the
// Bernoulli numbers. For |x| < 1/2 six terms are all digits of float, eleven
// all of double.
TFI_TABLE double kLangevin[11] = {
    0.33333333333333333,     -0.022222222222222222,   0.0021164021164021164,
    -0.00021164021164021164, 2.1377799155576933e-05,  -2.1644042808063972e-06,
    2.1925947851873778e-07,  -2.2214608789979678e-08, 2.2507846516808995e-09,
    -2.2805151204592183e-10, 2.3106432599002627e-11};

// h(t) for |t| < 1.
template <class V>
TFI_FUNCTION V BoxCoxSlopeNear(V t) {
  using T = Scalar<V>;
  const V x = T(0.5) * t;
  const V square = x * x;
  constexpr int kTerms = kIsDouble<V> ? 11 : 6;
  V sum = Broadcast<V>(T(kLangevin[kTerms - 1]));
  TFI_UNROLL(16)
  for (int k = kTerms - 2; k >= 0; --k) {
    sum = MulAdd(sum, square, Broadcast<V>(T(kLangevin[k])));
  }
  return T(0.5) + T(0.5) * x * sum;
}

}  // namespace internal

// (c, l) -> y, d log|y| / dc.
//
// Types: float, double and vectors of them.
// Max error measured (tests/special/box_cox_test.cc): 1.7 eps; of y 0.9 eps
// times 1 + |t| / 4, that of the rounding of t.
// Valid range: all finite; y may overflow to infinity.
struct BoxCoxFunction {
  static constexpr int kInputs = 2, kOutputs = 2;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V l = in[1], t = in[0] * l;
    const V one = Broadcast<V>(1);
    const auto zero = t == T(0);
    const V divisor = Select(zero, one, t);
    const V ratio = Select(zero, one, ExpMinusOne(t) / divisor);
    out[0] = l * ratio;
    const V size = Abs(t);
    const auto small = size < T(1);
    const V near = internal::BoxCoxSlopeNear(Select(small, t, V{}));
    // h(-|t|) = 1 / |t| - 1 / (e^|t| - 1), h(t) = 1 - h(-t).
    const V far_size = Select(small, one, size);
    const V e = Exp(-far_size);
    const V below = one / far_size - e / (one - e);
    const V far = Select(t < T(0), below, one - below);
    out[1] = l * Select(small, near, far);
  }
};

// (c, x) -> l = log(1 + c x) / c, dl/dc, dl/dx.
//
// Types: float, double and vectors of them.
// Max error measured (tests/special/box_cox_test.cc): 2.4 eps, of l and of
// dl/dx 1.7 eps, times 1 / (1 + t) where t < 0, what the rounding of t changes.
// Valid range: all finite c. Where c x <= -1 and where x is infinite, infinity
// of the sign of x with the derivatives 0; dl/dx is 0 where it is below the
// normal numbers. NaN for NaN.
struct InverseBoxCoxFunction {
  static constexpr int kInputs = 2, kOutputs = 3;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    using Limits = std::numeric_limits<T>;
    // t may overflow where its logarithm does not: above kMost that of
    // t / 2^(2 kHalf), which for the largest c and x is kMost at most.
    constexpr T kMost = Limits::max() / 4;
    constexpr int kHalf = Limits::max_exponent / 2 + 1;
    constexpr T kScale = kIsDouble<V> ? T(0x1p-513) : T(0x1p-65);
    const V c = in[0], x = in[1], one = Broadcast<V>(1);
    const V t = c * x;
    const auto big = t > kMost;
    const V scaled = (c * kScale) * (x * kScale);
    LogRatioParts<V> parts = SplitLogOnePlus(Select(big, scaled - one, t));
    parts.exponent = Select(big, parts.exponent + T(2 * kHalf), parts.exponent);
    const V u = parts.Log();
    const V size = Abs(t);
    const auto small = size < T(1);
    // u / t is 1, where t may have lost its digits to underflow too.
    const auto tiny = size < Limits::epsilon() / 4;
    const V ratio =
        Select(tiny, one, u) / Select(tiny, one, Select(small, t, c));
    const V l = Select(small, x * ratio, ratio);
    const V inverse = one / Select(big, c, one + t);
    const V slope = Select(big, inverse, x * inverse);  // x / (1 + t)
    const auto near = Abs(u) < T(1);
    const V h = internal::BoxCoxSlopeNear(Select(near, u, V{}));
    const V far = (slope - l) / Select(near, one, c);
    const auto outside = (t <= T(-1)) | (Abs(x) > Limits::max());
    out[0] = Select(outside, CopySign(Infinity<V>(), x), l);
    out[1] = Select(outside, V{}, Select(near, -(l * h) * slope, far));
    out[2] = Select(outside | big, V{}, inverse);
    // Of a NaN the logarithm has an exponent as of any number.
    const auto valid = (t == t) | (outside & (c == c));
    for (V& y : out) y = Select(valid, y, NaN<V>());
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BOX_COX_H_
