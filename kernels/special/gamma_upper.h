// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Gamma derivatives in the upper tail: regions kGammaUpper* of gamma.h.
//
//   g = (log z - psi(a)) N + dN/da,   N = Gamma(a, z) e^z z^(1 - a),
//
// from 1 - P = p N and dP/da = -p g. N is Legendre's continued fraction,
// DLMF 8.9.2 (even part), N = z / f_1 with
//
//   f_j = z + 2 j - 1 - a + j (a - j) / f_(j+1).
//
// For a < kLargeAlpha it is evaluated at f = a - floor(a): f_1 and f_2 as
// written, 1 / f_3 = tau(f, z) by a fitted polynomial, whose derivatives in f
// are those of tau. Then upwards with
//
//   N(a + 1) = 1 + (a / z) N(a),  DLMF 8.8.2,
//
// which is stable for z > a. For large a the tail z > kFarUpper a is so far out
// that few levels of the fraction suffice.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_UPPER_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_UPPER_H_

#include "kernels/special/digamma.h"
#include "kernels/special/gamma_coefficients.h"
#include "kernels/special/gamma_regions.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// N and what the derivatives need.
template <class V>
struct UpperFraction {
  V n;
  V n_a;   // dN/da
  V n_aa;  // d2N/da2
  V m;     // z - (z - a) N, without the cancellation
};

// All derivatives from N.
template <class V>
TFI_FUNCTION GammaJet<V> GammaJetFromFraction(V a, V z,
                                              const UpperFraction<V>& u) {
  using T = Scalar<V>;
  const V next = a + T(1);
  const V d = LogMinusDigamma(z, next);
  const V one_over_a = T(1) / a;
  const V score = d + one_over_a;  // log z - psi(a)

  GammaJet<V> jet;
  jet.grad = MulAdd(score, u.n, u.n_a);
  const V one_over_z = T(1) / z;
  jet.log_grad = jet.grad * one_over_z;

  const V psi1 = Trigamma(next);  // psi'(a) = psi1 + 1 / a^2
  jet.log_grad_u = ((z - a) * u.n_a - score * u.m) * one_over_z;
  jet.grad_a =
      (score * u.n_a + u.n_aa) - (psi1 + one_over_a * one_over_a) * u.n;
  jet.log_grad_a = jet.grad_a * one_over_z;
  jet.grad_z = ((T(1) + (z - a)) * u.n_a + score * (u.n - u.m)) * one_over_z;
  jet.score = score;
  jet.cdf_second = (u.n * (d * (d + T(2) * one_over_a) - psi1) +
                    (T(2) * score * u.n_a + u.n_aa)) *
                   one_over_z;
  return jet;
}

// a < kLargeAlpha, z > a + kGammaUpperGap.
template <bool kNear, class V>
TFI_FUNCTION UpperFraction<V> MakeUpperFraction(V a, V z) {
  using T = Scalar<V>;
  const V floor = Floor(a);
  const V f = a - floor;
  const auto tail = [f, z](auto degrees, const T* table, const T(&map)[3]) {
    return EvaluateBivariateJet(degrees, table, T(2) * f - T(1),
                                map[0] + map[1] / (z + map[2]));
  };
  BivariateJet<V> tau;
  if constexpr (kNear) {
    tau = tail(GammaUpperNearDoubleDegrees(), kGammaUpperNearDouble,
               kGammaUpperNearDoubleMap);
  } else if constexpr (kIsDouble<V>) {
    tau = tail(GammaUpperFarDoubleDegrees(), kGammaUpperFarDouble,
               kGammaUpperFarDoubleMap);
  } else {
    tau = tail(GammaUpperFloatDegrees(), kGammaUpperFloat, kGammaUpperFloatMap);
  }
  const V slope = T(2) * tau.dx;  // the table is in powers of 2 f - 1
  const V curvature = T(4) * tau.dxx;
  const V one_minus_f = T(1) - f;
  const V weight = T(4) - T(2) * f;  // -2 (f - 2)
  // t = 1 / f_2 and its derivatives in f; all terms are positive.
  const V t = T(1) / ((z + (T(3) - f)) - weight * tau.value);
  const V minus_f2_slope = (T(1) - T(2) * tau.value) + weight * slope;
  const V f2_curvature = T(4) * slope - weight * curvature;
  const V t_slope = minus_f2_slope * (t * t);
  const V t_curvature =
      t * (T(2) * t_slope * minus_f2_slope - f2_curvature * t);
  const V h = T(1) - t;
  const V one_over_f1 = T(1) / (z + one_minus_f * h);
  const V minus_f1_slope = h + one_minus_f * t_slope;
  const V f1_curvature = T(2) * t_slope - one_minus_f * t_curvature;

  UpperFraction<V> u;
  u.n = z * one_over_f1;
  u.n_a = (u.n * one_over_f1) * minus_f1_slope;
  u.n_aa = one_over_f1 * (T(2) * u.n_a * minus_f1_slope - u.n * f1_curvature);
  u.m = u.n * (T(1) - one_minus_f * t);

  const V one_over_z = T(1) / z;
  TFI_UNROLL(8)
  for (int k = 0; k < GammaBorders<T>::kUpperSteps; ++k) {
    const auto active = floor > T(k);
    const V above = f + T(k);
    const V factor = above * one_over_z;
    const V n = MulAdd(factor, u.n, Broadcast<V>(1));
    u.m = Select(active, (above + T(1)) * n - above * u.n, u.m);
    u.n_aa = Select(active, MulAdd(factor, u.n_aa, T(2) * (u.n_a * one_over_z)),
                    u.n_aa);
    u.n_a = Select(active, MulAdd(factor, u.n_a, u.n * one_over_z), u.n_a);
    u.n = Select(active, n, u.n);
  }
  return u;
}

// a >= kLargeAlpha, z >= kFarUpper a.
template <class V>
TFI_FUNCTION UpperFraction<V> MakeUpperFarFraction(V a, V z) {
  using T = Scalar<V>;
  constexpr int kTerms = GammaBorders<T>::kUpperFarTerms;
  // f_j, its derivatives in a, and t = 1 / f_(j+1).
  V f = (z - a) + T(2 * kTerms + 1);
  V slope = Broadcast<V>(-1);
  V curvature = V{};
  V t = V{};
  TFI_UNROLL(16)
  for (int j = kTerms; j >= 1; --j) {
    t = T(1) / f;
    const V t_slope = -slope * (t * t);
    const V t_curvature = -t * (curvature * t + T(2) * slope * t_slope);
    const V numerator = T(j) * (a - T(j));
    f = MulAdd(numerator, t, (z - a) + T(2 * j - 1));
    slope = (numerator * t_slope + T(j) * t) - T(1);
    curvature = numerator * t_curvature + T(2 * j) * t_slope;
  }
  const V one_over_f = T(1) / f;
  UpperFraction<V> u;
  u.n = z * one_over_f;
  u.n_a = -(u.n * one_over_f) * slope;
  u.n_aa = -one_over_f * (u.n * curvature + T(2) * u.n_a * slope);
  u.m = u.n * (T(1) + (a - T(1)) * t);
  return u;
}

}  // namespace internal

template <bool kNear, class V>
TFI_FUNCTION GammaJet<V> GammaUpper(V a, V z) {
  return internal::GammaJetFromFraction(
      a, z, internal::MakeUpperFraction<kNear>(a, z));
}

template <class V>
TFI_FUNCTION GammaJet<V> GammaUpperFar(V a, V z) {
  return internal::GammaJetFromFraction(a, z,
                                        internal::MakeUpperFarFraction(a, z));
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_UPPER_H_
