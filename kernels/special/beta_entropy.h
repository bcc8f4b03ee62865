// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Entropy and Fisher information of Beta(a, c). With n = a + c, Binet's
// function s, L = log(2 pi)/2 and h'' = psi' - 1/t (lgamma_divergence.h),
//
//   H = log B(a, c) - (a-1) psi(a) - (c-1) psi(c) + (n-2) psi(n)
//     = L + 1/2 + log(a c/n^3)/2 + e(a) + e(c) - e2(n),         a, c >= 1,
//       e(t) = s(t) - (t-1) s'(t) - 1/(2 t),  e2(t) = s(t) - (t-2) s'(t) - 1/t,
//     = L + 1/2 - (a^2 + c^2)/(a c n) + log(n/(a c (1+n)))
//       + 3/2 log((1+a)(1+c)/(1+n)) + E(a) + E(c) - E2(n),      any a, c,
//       E(t) = s(1+t) - (t-1) s'(1+t) - 1/(1+t),
//       E2(t) = s(1+t) - (t-2) s'(1+t) - 3/(2 (1+t)),
//   dH/da = 1/a - 2/n - (a-1) h''(a) + (n-2) h''(n),
//
// where no large numbers cancel. Measured errors in eps
// (tests/special/beta_density_test.cc), concentrations from 1e-6 to 1e10: the
// entropy 5 of max(1, |H|), its derivatives 2.4 of the sum of the sizes of
// these terms; Fisher information 2.4, relative.
//
// Reference: DLMF 5.11.1, 5.5.2.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETA_ENTROPY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETA_ENTROPY_H_

#include "kernels/special/beta_density.h"
#include "kernels/special/binet.h"
#include "kernels/special/function.h"
#include "kernels/special/lgamma_divergence.h"
#include "kernels/special/number.h"
#include "kernels/special/wide_range.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// s(t) - (t - k) s'(t) from u at t, by the region; and h''(t).
template <int kRegion, class V>
struct EntropyTerm {
  V binet;
  V curvature;
};

template <int kRegion, class V>
TFI_FUNCTION EntropyTerm<kRegion, V> MakeEntropyTerm(V t, Scalar<V> k) {
  using T = Scalar<V>;
  constexpr bool kSmall = kRegion == kShapeSmall;
  constexpr bool kLarge = kRegion == kShapeLarge;
  const V it = T(1) / t;
  const V t1 = kSmall ? t + T(1) : t;
  const V it1 = kSmall ? T(1) / t1 : it;
  const V u = BinetU(t1);
  const V second = BinetOf<kLarge, 2>(u) + T(0.5) * it1 * it1;
  return {BinetOf<kLarge, 0>(u) - (t - k) * BinetOf<kLarge, 1>(u),
          kSmall ? second + it * it * it1 : second};
}

}  // namespace internal

// (a, c) -> H, dH/da, dH/dc.
//
// Types: float, double and vectors of them. Max error: see above.
// Valid range: as in beta_divergence.h, NaN elsewhere.
struct BetaEntropyFormulas {
  static constexpr int kInputs = 2, kOutputs = 3;
  template <class T>
  static constexpr int kRegions = kShapeRegions<T>;

  template <class V>
  static TFI_FUNCTION auto InRange(const V (&in)[kInputs]) {
    return IsOrdinaryConcentration(in[0]) & IsOrdinaryConcentration(in[1]);
  }

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    return ShapeRegionOf(Min(in[0], in[1]));
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V a = in[0], c = in[1], n = a + c;
    const V ia = T(1) / a, ic = T(1) / c, in_ = T(1) / n;
    const auto of_a = internal::MakeEntropyTerm<kRegion>(a, T(1));
    const auto of_c = internal::MakeEntropyTerm<kRegion>(c, T(1));
    const auto of_n = internal::MakeEntropyTerm<kRegion>(n, T(2));
    const V binet = (of_a.binet + of_c.binet) - of_n.binet;
    constexpr T kConstant = kHalfLogTwoPi<T> + T(0.5);
    if constexpr (kRegion == kShapeSmall) {
      const V a1 = T(1) + a, c1 = T(1) + c, n1 = T(1) + n;
      const V product = Min(a, c) * (Max(a, c) * in_);  // a c/n
      const V logs = T(1.5) * LogRatio(a1 * c1, n1) -
                     LogRatio(product * n1, Broadcast<V>(1));
      const V poles = (T(1) / a1 + T(1) / c1) - T(1.5) / n1;
      // (a^2 + c^2)/(a c n) = (a/c + c/a)/n.
      out[0] = (logs - (a * ic + c * ia) * in_) + ((binet - poles) + kConstant);
    } else {
      const V poles = T(0.5) * (ia + ic) - in_;
      out[0] = T(-0.5) * LogRatio((n * ia) * (n * ic) * n, Broadcast<V>(1)) +
               ((binet - poles) + kConstant);
    }
    const V shared = (n - T(2)) * of_n.curvature - T(2) * in_;
    out[1] = (ia - (a - T(1)) * of_a.curvature) + shared;
    out[2] = (ic - (c - T(1)) * of_c.curvature) + shared;
  }
};

// (a, c) -> the Fisher information about (a, c), which is symmetric:
// psi'(a) - psi'(n), -psi'(n), psi'(c) - psi'(n). With relative accuracy, also
// of the differences.
//
// Types: float, double and vectors of them. Max error: see above.
// Valid range: as in beta_divergence.h, NaN elsewhere.
struct BetaFisherInformationFormulas {
  static constexpr int kInputs = 2, kOutputs = 3;
  template <class T>
  static constexpr int kRegions = 1;

  template <class V>
  static TFI_FUNCTION auto InRange(const V (&in)[kInputs]) {
    return IsOrdinaryConcentration(in[0]) & IsOrdinaryConcentration(in[1]);
  }

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&)[kInputs]) {
    return Integer<V>{};
  }

  // psi'(a) - psi'(a + c), terms of one sign. With psi'(t) = 1/t^2 + psi'(1+t),
  // psi'(T) = 1/T + 1/(2 T^2) + s''(T); s'' by a divided difference in u.
  template <class V>
  static TFI_FUNCTION V Difference(V a, V c, V n) {
    using T = Scalar<V>;
    const V ia = T(1) / a, in = T(1) / n;
    const V ia1 = T(1) / (T(1) + a), in1 = T(1) / (T(1) + n);
    const V ua = BinetU(T(1) + a), un = BinetU(T(1) + n);
    const auto& k = BinetCoefficients<V, false, 2>();
    constexpr int kSize = sizeof(k) / sizeof(k[0]);
    V f0 = Broadcast<V>(k[kSize - 1]), f1{};
    // The last three steps are for the factor u^3.
    TFI_UNROLL(64)
    for (int i = kSize - 2; i >= -3; --i) {
      f1 = MulAdd(un, f1, f0);
      f0 = i >= 0 ? MulAdd(ua, f0, Broadcast<V>(k[i < 0 ? 0 : i])) : ua * f0;
    }
    const V shifted =
        ia1 * in1 * (T(1) + T(0.5) * (ia1 + in1)) + (ua * un) * f1;
    return c * (ia * in * (ia + in) + shifted);
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V a = in[0], c = in[1], n = a + c;
    const V n1 = T(1) + n, i = T(1) / n, i1 = T(1) / n1;
    out[0] = Difference(a, c, n);
    out[1] =
        -((i * i + BinetOf<false, 2>(BinetU(n1))) + (i1 + T(0.5) * i1 * i1));
    out[2] = Difference(c, a, n);
  }
};

using BetaEntropyFunction = WithWideRange<BetaEntropyFormulas>;
using BetaFisherInformationFunction =
    WithWideRange<BetaFisherInformationFormulas>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETA_ENTROPY_H_
