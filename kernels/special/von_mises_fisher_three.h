// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Implicit reparameterization gradient of a von Mises-Fisher sample in
// dimension 3, where the distribution of t = 1 - cos(theta) is an exponential
// one, cut at 2: F = (1 - exp(-kappa t)) / (1 - exp(-2 kappa)), so that
//
//   dt/dkappa = -(t - 2 u) / kappa,
//   u = (exp(kappa t) - 1) / (exp(2 kappa) - 1).
//
// With s = 2 - t, t - 2 u is t (1 - r g exp(-kappa s)) for t <= 1 and
// s (r g - 1) beyond, where r = 2 kappa / (1 - exp(-2 kappa)) and
// g = (1 - exp(-x)) / x at x = kappa min(t, s). For small kappa these cancel,
// and the power series in kappa has terms of one sign,
//
//   t - 2 u = kappa t s r exp(-2 kappa) Q,
//   Q = sum_{n >= 1} kappa^(n-1) / (n + 1)! sum_{j < n} 2^(n-1-j) t^j.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_THREE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_THREE_H_

#include "kernels/special/angle.h"
#include "kernels/special/exp.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// Below it the series is taken; its terms leave eps / 8.
template <class T>
inline constexpr T kSmallConcentration = T(0.25);
template <class T>
inline constexpr int kConcentrationTerms = kIsDouble<T> ? 15 : 9;

// Q.
template <class V>
TFI_FUNCTION V SmallConcentrationSum(V kappa, V t) {
  using T = Scalar<V>;
  constexpr int kTerms = kConcentrationTerms<T>;
  V inner = Broadcast<V>(1);        // sum_{j < n} 2^(n-1-j) t^j
  V factor = Broadcast<V>(T(0.5));  // kappa^(n-1) / (n + 1)!
  V sum = factor;
  T power = 1;
  TFI_UNROLL(16)
  for (int n = 2; n <= kTerms; ++n) {
    power *= T(2);
    inner = t * inner + power;
    factor = factor * (kappa * (T(1) / T(n + 1)));
    sum = sum + factor * inner;
  }
  return sum;
}

}  // namespace internal

// dtheta/dkappa.
//
// Types: float, double and vectors of them.
// Valid range: kappa >= 0, theta an angle (angle.h); other values give
// nonsense.
template <class V>
TFI_FUNCTION V VonMisesFisherGradInThree(V kappa, V theta) {
  using T = Scalar<V>;
  const auto angle = MakeAngle(theta);
  const V t = angle.one_minus_cosine, s = angle.one_plus_cosine;
  const V one = Broadcast<V>(1);
  const auto low = t <= T(1);
  const V near = Select(low, t, s), far = Select(low, s, t);
  // 1 - exp(-2 kappa)
  const V whole = -ExpMinusOne(T(-2) * kappa);
  const V r = Select(kappa > T(0), T(2) * kappa / whole, one);
  const V x = kappa * near;
  const V g = Select(x > T(0), -ExpMinusOne(-x) / x, one);
  const V rg = r * g;
  const V part = Select(low, T(1) - rg * Exp(-kappa * far), rg - T(1));
  const V direct = part / (far * kappa);
  const auto small = kappa < internal::kSmallConcentration<T>;
  V ratio = direct;
  if (AnyTrue(small)) {
    const V of_series = internal::SmallConcentrationSum(kappa, t);
    ratio = Select(small, r * (T(1) - whole) * of_series, direct);
  }
  return -angle.sine * ratio;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_THREE_H_
