// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Gamma derivatives for large a, the lower and upper tail excluded: regions
// kGammaBulk, kGammaMiddle and kGammaCenter of gamma.h.
//
// With l = log(z / a), v = 1 / a and q = a r, r = d(log z)/da,
//
//   q = Q (1 + v E(l, v)),   Q = l / (e^l - 1).
//
// Q is the limit of q for large a, and E is smooth, between 0.09 and 0.18, and
// tends to (dQ/dl + 1/2) / l: it is a fitted polynomial. This follows from the
// differential equation v dq/dl + (1 - e^l) q = psi(a) - log a - l, which is
// d(g p)/dz = -dp/da for the density p. The quotient Q is formed without 0/0 at
// z = a: with s of log_ratio.h, Q = a (2 atanh(s) / s) / (z + a).
//
// Derivatives: with c = (1 - Q) / l, dQ/dl = Q (c - 1); nothing cancels.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_BULK_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_BULK_H_

#include "kernels/special/digamma.h"
#include "kernels/special/gamma_coefficients.h"
#include "kernels/special/gamma_regions.h"
#include "kernels/special/log_ratio.h"

TFI_BEGIN_NAMESPACE

template <int kRegion, class V>
TFI_FUNCTION GammaJet<V> GammaBulk(V a, V z) {
  using T = Scalar<V>;
  const LogRatioParts<V> ratio = SplitLogRatio(z, a);
  const V l = ratio.Log();
  const V v = T(1) / a;
  BivariateJet<V> e;
  if constexpr (kRegion == kGammaCenter) {
    e = EvaluateBivariateJet(GammaCenterDoubleDegrees(), kGammaCenterDouble, v,
                             l);
  } else if constexpr (kRegion == kGammaMiddle) {
    // 1 / 8 < v <= 1 / 4, scaled to [-1, 1].
    e = EvaluateBivariateJet(GammaMiddleDoubleDegrees(), kGammaMiddleDouble,
                             T(16) * v - T(3), l);
    e.dx = T(16) * e.dx;
  } else if constexpr (kIsDouble<V>) {
    e = EvaluateBivariateJet(GammaBulkDoubleDegrees(), kGammaBulkDouble, v, l);
  } else {
    e = EvaluateBivariateJet(GammaBulkFloatDegrees(), kGammaBulkFloat, v, l);
  }
  const auto near = ratio.exponent == T(0);
  const V quotient = ratio.TwiceAtanhOverS();
  // Q / a.
  const V limit = Select(near, quotient, l) / Select(near, z + a, z - a);

  GammaJet<V> jet;
  const V correction = v * e.value;
  jet.log_grad = MulAdd(limit, correction, limit);
  jet.grad = z * jet.log_grad;

  const V big_q = a * limit;
  const V near_c =
      T(1) - ratio.s * ratio.excess * (T(1) - ratio.s);  // times l/s
  const V one_minus_q = Select(near, ratio.s * near_c, T(1) - big_q);
  const V c = Select(near, near_c, one_minus_q) / Select(near, quotient, l);
  const V q_l = big_q * ((c - T(1)) * (T(1) + correction) + v * e.dy);
  const V q_plus_q_l = big_q * (c * (T(1) + correction) + v * e.dy);
  const V w = v * big_q * (e.value + v * e.dx);  // -a dq/da at fixed l
  const V lambda = z * v;
  jet.grad_z = v * q_plus_q_l;
  jet.grad_a = -lambda * v * (q_plus_q_l + w);
  jet.log_grad_u = v * q_l;
  jet.log_grad_a = -v * v * (q_plus_q_l + w);
  jet.score = l - DigammaMinusLog(a);
  jet.cdf_second = jet.score * jet.log_grad + jet.log_grad_a;
  return jet;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_BULK_H_
