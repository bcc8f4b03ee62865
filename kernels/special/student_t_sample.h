// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Samples of Student's t distribution with nu degrees of freedom from two
// independent standard normal variables x and y:
//
//   t = x sqrt((e^w - 1) / w),   w = (x^2 + y^2) / nu,
//
// R. W. Bailey, "Polar generation of random variates with the
// t-distribution", Math. Comp. 62 (1994), doi:10.2307/2153537, whose e^(-nu w /
// 2) is uniform and whose x / sqrt(x^2 + y^2) is that of a uniform angle. It
// tends to x for nu -> infinity.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_SAMPLE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_SAMPLE_H_

#include "kernels/special/exp.h"
#include "kernels/special/function.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// t, at most `limit` in size.
template <class V>
TFI_FUNCTION V StudentTFromNormals(V nu, V limit, V x, V y) {
  using T = Scalar<V>;
  const V w = (x * x + y * y) / nu;
  const auto zero = w == T(0);
  const V one = Broadcast<V>(1);
  // (1 - e^-w) / w; e^w may overflow where t does not.
  const V ratio = Select(zero, one, -ExpMinusOne(-w) / Select(zero, one, w));
  const V root = Exp(T(0.25) * w);
  const V t = x * root * Sqrt(ratio) * root;
  // Where the root is infinite so is t, but for x = 0.
  const V size = Select(x == T(0), Abs(x), Min(Abs(t), limit));
  return Select((nu > T(0)) & (x == x) & (y == y) & (limit == limit),
                CopySign(size, x), NaN<V>());
}

}  // namespace internal

// (nu, m, s, most, x, y) -> m + s t and t, where neither t nor s t is above
// `most` in size.
//
// Types: float, double and vectors of them.
// Max error of t measured (tests/special/student_t_sample_test.cc): 2.5 eps,
// times 1 + w / 2, which the rounding of w leaves.
// Valid range: 0 < nu <= infinity, most > 0; NaN for other nu and where an
// input is NaN, but t for m.
struct StudentTFromNormalsFunction {
  static constexpr int kInputs = 6, kOutputs = 2;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    const V m = in[1], s = in[2];
    const V size = Max(Broadcast<V>(1), Abs(s));
    const V t =
        internal::StudentTFromNormals(in[0], in[3] / size, in[4], in[5]);
    out[0] = m + s * t;
    out[1] = t;
  }
};

// (nu, limit, g, threshold, x, y, side) -> g |t| where side < threshold, else
// -|t| / g, t from nu, x and y and at most `limit` in size.
//
// Types, valid range: as above, g > 0.
struct TwoPieceStudentTFromNormalsFunction {
  static constexpr int kInputs = 7, kOutputs = 1;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    const V g = in[2];
    const V t = Abs(internal::StudentTFromNormals(in[0], in[1], in[4], in[5]));
    out[0] = Select(in[6] < in[3], t * g, -t / g);
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_SAMPLE_H_
