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
// imaginary argument), h elsewhere by one exponential of -|t|.
//
// References: G. E. P. Box, D. R. Cox, "An analysis of transformations", J. R.
// Statist. Soc. B 26 (1964).

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BOX_COX_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BOX_COX_H_

#include "kernels/special/exp.h"
#include "kernels/special/function.h"
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
    const V x = T(0.5) * Select(small, t, V{});
    const V square = x * x;
    constexpr int kTerms = kIsDouble<V> ? 11 : 6;
    V sum = Broadcast<V>(T(internal::kLangevin[kTerms - 1]));
    TFI_UNROLL(16)
    for (int k = kTerms - 2; k >= 0; --k) {
      sum = MulAdd(sum, square, Broadcast<V>(T(internal::kLangevin[k])));
    }
    const V near = T(0.5) + T(0.5) * x * sum;
    // h(-|t|) = 1 / |t| - 1 / (e^|t| - 1), h(t) = 1 - h(-t).
    const V far_size = Select(small, one, size);
    const V e = Exp(-far_size);
    const V below = one / far_size - e / (one - e);
    const V far = Select(t < T(0), below, one - below);
    out[1] = l * Select(small, near, far);
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BOX_COX_H_
