// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The tails of the Beta distribution function relative to the density D of the
// logit (betainc_density.h), by three methods; which one where:
// betainc_regions.h.
//
// Series, DLMF 8.17.7 with the first term apart, for a < 1:
//
//   I = x^a / (a B(a, b)) (1 + a T),  T = sum_{n>=1} (1-b)_n x^n / (n! (a+n)).
//
// Fraction, for x above about the mean: (1 - I) / D = K of beta_fraction.h,
// without its derivative.
//
// Uniform expansion, about the mean mu = a/s for large a and b: with
// sigma^2 = a b / s and zeta^2 / 2 = a g(x/mu) + b g((1-x)/(1-mu)), of the sign
// of x - mu,
//
//   1 - I = Phi(-zeta) + e^(J(s)-J(a)-J(b)) phi(zeta) / sigma sum_k b_k tau^k,
//   tau = zeta / sigma,   b_{k-1} = h_k + (k+1) b_{k+1} / sigma^2,
//
// where h_k(1 - 2 mu) are the Taylor coefficients of sigma d(logit x) / d(zeta)
// in tau (coefficients/betainc.py). It is the expansion of N. M. Temme, "The
// uniform asymptotic expansion of a class of integrals related to cumulative
// distribution functions", SIAM J. Math. Anal. 13 (1982), with the backward
// recursion of his treatment of the incomplete gamma functions in place of
// coefficients of powers of 1/s.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_METHODS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_METHODS_H_

#include "kernels/special/beta_series.h"
#include "kernels/special/betainc_coefficients.h"
#include "kernels/special/erfcx.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// T by `terms` terms, with one division: partial sums are kept as quotients
// N_n / D_n,
//
//   S_n = 1 / (a+n) + r_{n+1} S_{n+1},   r_n = (n-b) x / n,   T = r_1 S_1.
template <class V>
TFI_FUNCTION V BetaPowerSum(int terms, V a, V b, V x) {
  using T = Scalar<V>;
  const V bx = b * x;
  T n = terms;
  V numerator = Broadcast<V>(1), denominator = a + n;
  TFI_NO_UNROLL
  for (int k = terms; k > 1; --k) {
    const V ratio = x - bx * Reciprocal<T>(k);
    n -= T(1);
    const V factor = a + n;
    numerator = denominator + factor * ratio * numerator;
    denominator = factor * denominator;
  }
  return (x - bx) * numerator / denominator;
}

// K by `levels` levels; `excess` is s x - a. See LogitBetaByUpperFraction.
template <class V>
TFI_FUNCTION V BetaUpperFraction(int levels, V a, V b, V x, V xi, V excess) {
  using T = Scalar<V>;
  const V lambda1 = excess + T(1);
  const V step = x + T(1);
  const V scale_n = T(1) / (Abs(lambda1) + T(0.5) * T(levels));
  const V scale_b = T(1) / (b + T(levels));
  const V axi_n = a * xi * scale_n;
  const V axi_b = a * xi * scale_b;
  const V sxi_b = (a + b) * xi * scale_b;
  const V lambda_n = lambda1 * scale_n;
  T n = levels;
  V m_n = scale_n * n, m_b = scale_b * n;
  const V scaled_b = b * scale_b;
  V h = scaled_b + (m_b + m_b + scale_b);  // b + 2n + 1
  V g = scaled_b + (m_b + m_b - scale_b);  // b + 2n - 1
  V last = m_n * h * (g + axi_b - xi * m_b) +
           (scaled_b + m_b) * g * (lambda_n + step * m_n);
  V before = last / last;
  TFI_NO_UNROLL
  for (int k = levels; k > 1; --k) {
    const V u = axi_n - xi * m_n;
    const V q_n = m_n * h;
    n -= T(1);
    m_n = scale_n * n;
    m_b = scale_b * n;
    const V p = scaled_b + m_b;
    const V e = p + (m_b - scale_b);
    const V pe = p * e;
    const V numerator = q_n * pe * (u * (sxi_b + xi * m_b));
    const V level =
        m_n * g * (e + axi_b - xi * m_b) + pe * (lambda_n + step * m_n);
    const V next = level * last + numerator * before;
    before = last;
    last = next;
    h = g;
    g = e;
  }
  const V numerator = h * (axi_n - xi * scale_n) * sxi_b;
  const V first = lambda1 * last + numerator * before;
  return last / first * ((b + T(1)) / b);
}

// R(z) = (1 - Phi(z)) / phi(z), z >= 0.
template <class V>
TFI_FUNCTION V MillsRatio(V z) {
  using T = Scalar<V>;
  constexpr T kSqrtHalf = 0.70710678118654752440;
  constexpr T kSqrtHalfPi = 1.25331413731550025121;
  return kSqrtHalfPi * Erfcx(kSqrtHalf * z);
}

// J(t) of betainc_density.h for t >= 50, DLMF 5.11.1.
template <class V>
TFI_FUNCTION V BinetOfLarge(V t) {
  using T = Scalar<V>;
  const V v = T(1) / t;
  const V w = v * v;
  return v * (T(1. / 12) -
              w * (T(1. / 360) - w * (T(1. / 1260) - w * T(1. / 1680))));
}

// J(a) + J(b) - J(a+b) likewise.
template <class V>
TFI_FUNCTION V LargeBinetSum(V a, V b) {
  return BinetOfLarge(a) + BinetOfLarge(b) - BinetOfLarge(a + b);
}

// (1 - I) / D for zeta >= 0, by h_0 .. h_{kTerms-1}; `binet` is LargeBinetSum.
template <int kTerms, class V>
TFI_FUNCTION V BetaUniform(V a, V b, V zeta, V binet) {
  using T = Scalar<V>;
  const V per_s = T(1) / (a + b);
  const V rho = (b - a) * per_s;
  const V rho2 = rho * rho;
  const V greater = Max(a, b), lesser = Min(a, b);
  const V per_variance = T(1) / (lesser * (greater * per_s));
  const V per_sigma = Sqrt(per_variance);
  const V tau = zeta * per_sigma;
  V after = V{}, current = V{}, sum = V{};  // b_{k+1}, b_k
  TFI_UNROLL(64)
  for (int k = kTerms - 1; k >= 1; --k) {
    const int row = ((k - 1) / 2) * (k / 2) + k;  // start of row k
    V h = Broadcast<V>(kBetaUniform[row + k / 2]);
    TFI_UNROLL(64)
    for (int j = k / 2 - 1; j >= 0; --j) {
      h = MulAdd(h, rho2, Broadcast<V>(kBetaUniform[row + j]));
    }
    if (k % 2 == 1) h = h * rho;
    const V previous = h + T(k + 1) * after * per_variance;
    after = current;
    current = previous;
    sum = MulAdd(sum, tau, previous);
  }
  return per_sigma * (Exp(binet) * MillsRatio(zeta) + per_sigma * sum);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETAINC_METHODS_H_
