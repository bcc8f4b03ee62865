// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Gamma derivatives by the lower series: regions kGammaLower* of gamma.h.
//
//   a r = T - D S,   D = log z - psi(a + 1),
//   S = sum_k z^k / (a+1)_k,   T = -dS/da,   W = -dT/da,
//
// from P = (z p / a) S, DLMF 8.7.1, and dP/da = -z p r; S, T, W are sums of
// positive terms, and T - D S has no cancellation for z <= exp(psi(a + 1)).
//
// The sums are nested, S_k = 1 + (z / b) S_(k+1) with b = a + k, and so on for
// T = (z / b) (T + S / b), W = (z / b) (W + 2 (T + S / b) / b). With
// S = A / B, T = C / B^2, W = E / B^3, B the product of the b, one division is
// left for all. The innermost S is the geometric series with the ratio z / b.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_LOWER_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_LOWER_H_

#include "kernels/special/digamma.h"
#include "kernels/special/gamma_regions.h"

TFI_BEGIN_NAMESPACE

// kTerms steps; `kLarge` where a >= kLargeAlpha.
template <int kTerms, bool kLarge, class V>
TFI_FUNCTION GammaJet<V> GammaLower(V a, V z) {
  using T = Scalar<V>;
  const V next = a + T(1);
  const V d = LogMinusDigamma(z, next);
  // b and z times `scale` keep the products in range, and above 1 for small a.
  const V scale = kLarge ? T(1) / a : Broadcast<V>(T(0.25));
  const V scaled_z = z * scale;
  const V scaled_a = a * scale;
  V b = scaled_a + scale * T(kTerms + 1);
  V big_b = b - scaled_z;
  V big_a = b;
  V big_c = scaled_z;
  V big_e = T(2) * scaled_z;
  V before = big_a;
  TFI_UNROLL(64)
  for (int k = kTerms; k >= 1; --k) {
    b = scaled_a + scale * T(k);
    const V sum = MulAdd(b, big_c, big_a * big_b);
    big_e = scaled_z * MulAdd(b * b, big_e, T(2) * big_b * sum);
    big_c = scaled_z * sum;
    big_b = b * big_b;
    before = big_a;
    big_a = MulAdd(scaled_z, big_a, big_b);
  }

  GammaJet<V> jet;
  const V numerator = scale * big_c - d * (big_a * big_b);
  const V denominator = a * (big_b * big_b);
  jet.log_grad = numerator / denominator;
  jet.grad = z * numerator / denominator;

  const V one_over_b = T(1) / big_b;
  const V s = big_a * one_over_b;
  const V s_minus_one = scaled_z * before * one_over_b;
  const V t = scale * one_over_b * (big_c * one_over_b);
  const V w =
      (scale * one_over_b) * (scale * one_over_b) * (big_e * one_over_b);
  const V q = t - d * s;
  const V one_over_a = T(1) / a;
  const V r = q * one_over_a;
  const V psi1_s = Trigamma(next) * s;
  jet.log_grad_u = (d * s_minus_one - t) - (T(1) - z * q) * one_over_a;
  const V a_log_grad_a = ((psi1_s - w) + d * t) - r;
  jet.log_grad_a = a_log_grad_a * one_over_a;
  jet.grad_z = r + jet.log_grad_u;
  // In this order z keeps 1 / a^2 from overflowing.
  jet.grad_a = z * a_log_grad_a * one_over_a;
  jet.score = d + one_over_a;
  jet.cdf_second = (((psi1_s - w) + d * t) + d * q) * one_over_a;
  return jet;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_LOWER_H_
