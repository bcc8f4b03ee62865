// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Gamma derivatives at the ends of the number range: region kGammaEdge of
// gamma.h, where a formula of one or two terms is exact.
//
//   z -> 0          a r = psi(a + 1) - log z    (the series of gamma_lower.h)
//   z -> infinity   g = log z - psi(a)          (N = 1 in gamma_upper.h)

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_EDGE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_EDGE_H_

#include "kernels/special/digamma.h"
#include "kernels/special/exp.h"
#include "kernels/special/gamma_density.h"
#include "kernels/special/gamma_regions.h"

TFI_BEGIN_NAMESPACE

// A power of two that makes subnormal numbers normal, and its logarithm.
template <class V>
inline constexpr Scalar<V> kEdgeScale =
    Scalar<V>(int64_t{1} << (kMantissaBits<V> + 2));
template <class V>
inline constexpr Scalar<V> kLogEdgeScale =
    Scalar<V>((kMantissaBits<V> + 2) * 0.69314718055994530942);

// log z for every z >= 0.
template <class V>
TFI_FUNCTION V LogOfEdge(V z) {
  using T = Scalar<V>;
  const auto small = z < T(1);
  const V scaled = Select(small, z * kEdgeScale<V>, z / kEdgeScale<V>);
  const V shift = Select(small, Broadcast<V>(-kLogEdgeScale<V>),
                         Broadcast<V>(kLogEdgeScale<V>));
  const V log_z = LogRatio(scaled, Broadcast<V>(1)) + shift;
  const V ends = Select(z == T(0), -Infinity<V>(), log_z);
  return Select(z == Infinity<V>(), z, ends);
}

// The derivatives where GammaRegionOf(a, z) is kGammaEdge. `log_z` may be more
// precise than z, which underflows or overflows before it does.
template <class V>
TFI_FUNCTION GammaJet<V> GammaEdge(V a, V z, V log_z) {
  using T = Scalar<V>;
  const V next = a + T(1);
  const V zero = V{};
  const V one_over_a = T(1) / a;
  const V psi = LogRatio(next, Broadcast<V>(1)) + DigammaMinusLog(next);
  const V psi1 = Trigamma(next);
  const V d = log_z - psi;
  const auto at_zero = z == T(0);

  GammaJet<V> low;
  low.log_grad = -d / a;
  low.log_grad_u = -one_over_a;
  low.log_grad_a = (psi1 - low.log_grad) / a;
  low.log_total = low.log_grad_a + low.log_grad * low.log_grad_u;
  // z log z and z (log z)^2 tend to 0. A subnormal z has few bits, but they
  // are exact: scaled up, the products keep all of theirs.
  const V scaled = z * kEdgeScale<V>;
  const V scaled_grad = scaled * -d / a;
  const V scaled_grad_a = scaled * (psi1 - low.log_grad) / a;
  low.grad = Select(at_zero, zero, scaled_grad / kEdgeScale<V>);
  low.grad_z = low.log_grad + low.log_grad_u;
  low.grad_a = Select(at_zero, zero, scaled_grad_a / kEdgeScale<V>);
  low.total = Select(
      at_zero, zero,
      (scaled_grad_a + scaled_grad * low.grad_z) / kEdgeScale<V>);
  low.score = d + one_over_a;
  low.cdf_second = (psi1 - d * d) / a;

  const V one_over_z = Exp(-log_z);
  const V psi1_a = psi1 + one_over_a * one_over_a;
  // log(z) / z and its like tend to 0.
  const auto at_infinity = one_over_z == T(0);
  GammaJet<V> high;
  high.score = d + one_over_a;
  high.grad = high.score;
  const V ratio = Select(at_infinity, zero, high.score * one_over_z);
  high.log_grad = ratio;
  high.log_grad_u = one_over_z - ratio;
  high.log_grad_a = -psi1_a * one_over_z;
  high.log_total = high.log_grad_a + ratio * high.log_grad_u;
  high.grad_z = one_over_z;
  high.grad_a = -psi1_a;
  high.total = ratio - psi1_a;
  high.cdf_second = zero;

  // log z ~ log a for large a: the limit needs z >> a.
  const auto is_low = (z < T(1)) & (a <= kGammaLargest<T>);
  constexpr T kEps = std::numeric_limits<T>::epsilon();
  const auto is_high =
      (z > kGammaLargest<T>) & (a < kGammaLargest<T> * kEps * kEps);
  // g -> 0 for a -> infinity at fixed z; so do the others.
  const V neither = Select((a == Infinity<V>()) & (z >= T(0)) &
                               (z < Infinity<V>()),
                           zero, NaN<V>());
  const auto in_domain = (a > T(0)) & (z >= T(0));
  const auto select = [&](V at_low, V at_high) {
    V x = Select(is_low, at_low, neither);
    x = Select(is_high, at_high, x);
    return Select(in_domain, x, NaN<V>());
  };
  return {select(low.grad, high.grad),
          select(low.log_grad, high.log_grad),
          select(low.grad_a, high.grad_a),
          select(low.grad_z, high.grad_z),
          select(low.total, high.total),
          select(low.log_grad_a, high.log_grad_a),
          select(low.log_grad_u, high.log_grad_u),
          select(low.log_total, high.log_total),
          select(low.score, high.score),
          select(low.cdf_second, high.cdf_second)};
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_EDGE_H_
