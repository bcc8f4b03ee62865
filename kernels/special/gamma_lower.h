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

// The sums after kTerms steps: with b and z times `scale`, S = a / b,
// S - 1 = z rest / b, T = scale c / b^2, W = scale^2 e / b^3.
template <class V>
struct GammaLowerSums {
  V scale, z;
  V a, b, c, e, rest;
};

// kTerms steps; `kLarge` where a >= kLargeAlpha.
template <int kTerms, bool kLarge, class V>
TFI_FUNCTION GammaLowerSums<V> SumGammaLower(V a, V z) {
  using T = Scalar<V>;
  GammaLowerSums<V> sums;
  // The products stay in range, and above 1 for small a.
  sums.scale = kLarge ? T(1) / a : Broadcast<V>(T(0.25));
  sums.z = z * sums.scale;
  const V scaled_a = a * sums.scale;
  V b = scaled_a + sums.scale * T(kTerms + 1);
  sums.b = b - sums.z;
  sums.a = b;
  sums.c = sums.z;
  sums.e = T(2) * sums.z;
  sums.rest = sums.a;
  TFI_UNROLL(64)
  for (int k = kTerms; k >= 1; --k) {
    b = scaled_a + sums.scale * T(k);
    const V sum = MulAdd(b, sums.c, sums.a * sums.b);
    sums.e = sums.z * MulAdd(b * b, sums.e, T(2) * sums.b * sum);
    sums.c = sums.z * sum;
    sums.b = b * sums.b;
    sums.rest = sums.a;
    sums.a = MulAdd(sums.z, sums.a, sums.b);
  }
  return sums;
}

template <int kTerms, bool kLarge, class V>
TFI_FUNCTION GammaJet<V> GammaLower(V a, V z) {
  using T = Scalar<V>;
  const V next = a + T(1);
  const V d = LogMinusDigamma(z, next);
  const GammaLowerSums<V> sums = SumGammaLower<kTerms, kLarge>(a, z);

  GammaJet<V> jet;
  const V numerator = sums.scale * sums.c - d * (sums.a * sums.b);
  const V denominator = a * (sums.b * sums.b);
  jet.log_grad = numerator / denominator;
  jet.grad = z * numerator / denominator;

  const V one_over_b = T(1) / sums.b;
  const V s = sums.a * one_over_b;
  const V s_minus_one = sums.z * sums.rest * one_over_b;
  const V scaled = sums.scale * one_over_b;
  const V t = scaled * (sums.c * one_over_b);
  const V w = scaled * scaled * (sums.e * one_over_b);
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

// u + a du/da, u = log z, in the same regions: -a r and u, each of the order of
// 1 / a, cancel where z is small. It is T + psi(a + 1) S - u (S - 1).
template <int kTerms, bool kLarge, class V>
TFI_FUNCTION V GammaLowerPowerSlope(V a, V z, V u) {
  using T = Scalar<V>;
  const V next = a + T(1);
  const V psi = LogRatio(next, Broadcast<V>(1)) + DigammaMinusLog(next);
  const GammaLowerSums<V> sums = SumGammaLower<kTerms, kLarge>(a, z);
  const V of_sum = psi * sums.a - u * (sums.z * sums.rest);
  return (sums.scale * sums.c + sums.b * of_sum) / (sums.b * sums.b);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_LOWER_H_
