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
// Fraction, for x above about the mean: (1 - I) / D = K of beta_fraction.h.
// Of DLMF 8.17.22 at (b, a, 1-x), level n is multiplied by b + n, and evaluated
// from the last level down,
//
//   P_n = (b + n) P_{n+1} + c_{n+1} P_{n+2},   K = P_1 / P_0,
//   c_{2m} = m (a-m) xi,   c_{2m+1} = -(b+m) (s+m) xi,   xi = 1 - x,
//
// two levels at a time. P_{2m} would be a difference, and lose its digits near
// the mean: with P_{2m+1} written out, and lambda = s x - a explicit, nothing
// cancels,
//
//   P_{2m+1} = (b + 2m + 1) P_{2m+2} + t,        t = c_{2m+2} P_{2m+3},
//   P_{2m}   = alpha_m P_{2m+2} + (b + 2m) t,
//   alpha_m  = b (lambda + 1) + m (lambda + 2 + b (2 + x)) + m^2 (3 + x).
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

#include "kernels/special/beta_fraction.h"
#include "kernels/special/beta_series.h"
#include "kernels/special/betainc_coefficients.h"
#include "kernels/special/mills.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// A quotient, for callers that divide by more.
template <class V>
struct BetaQuotient {
  V numerator, denominator;

  TFI_FUNCTION V Value() const { return numerator / denominator; }
};

// T by `terms` terms, with one division: partial sums are kept as quotients
// N_n / D_n,
//
//   S_n = 1 / (a+n) + r_{n+1} S_{n+1},   r_n = (n-b) x / n,   T = r_1 S_1.
template <class V>
TFI_FUNCTION BetaQuotient<V> BetaPowerSum(int terms, V a, V b, V x) {
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
  return {(x - bx) * numerator, denominator};
}

// x * y + z in one operation where there is one. MulAdd leaves the choice to
// the compiler: where z is a product that only sums take, GCC fuses that one
// instead at each level, and x * y is an operation more.
template <class V>
TFI_FUNCTION V LevelMulAdd(V x, V y, V z) {
#if defined(TFI_HAS_FMA)
  return Fma(x, y, z);
#else
  return x * y + z;
#endif
}

// b K by `levels` levels; `excess` is s x - a.
template <class V>
TFI_FUNCTION BetaQuotient<V> BetaUpperFraction(int levels, V a, V b, V x, V xi,
                                               V excess) {
  using T = Scalar<V>;
  const V lambda1 = excess + T(1);
  // Two factors keep the products in range: of b, and of the greatest alpha.
  const V scale_b = ReciprocalPowerOfTwo(b + T(levels));
  const V scaled_b = b * scale_b;
  V alpha0 = scaled_b * lambda1;
  V alpha1 = (lambda1 + T(1)) * scale_b + scaled_b * (x + T(2));
  V alpha2 = (x + T(3)) * scale_b;
  // Twice the level: a vector, as to fill one with a number takes a turn of
  // the multiplier.
  V twice = Broadcast<V>(T(2) * T(levels));
  alpha1 = T(0.5) * alpha1;
  alpha2 = T(0.25) * alpha2;
  const V top = MulAdd(MulAdd(alpha2, twice, alpha1), twice, alpha0);
  const V scale = ReciprocalPowerOfTwo(top);
  alpha0 = alpha0 * scale;
  alpha1 = alpha1 * scale;
  alpha2 = alpha2 * scale;
  const V scale2 = scale_b * scale;
  const V scaled_xi = xi * scale2;
  const V scaled_axi = a * scaled_xi;
  const V half_axi = T(0.5) * scaled_axi, quarter_xi = T(0.25) * scaled_xi;
  const V scaled_b1 = (b + T(1)) * scale2;
  const V step = scale2 + scale2;
  // 2 m `scale2`, exactly.
  V scaled_twice = scale2 * twice;
  // P_{2m}, P_{2m+1}, the first times `scale2` at the top.
  V even = top * scale;
  V odd = scaled_b1 + scaled_twice;
  TFI_NO_UNROLL
  for (int k = levels; k > 1; --k) {
    // c_{2m+2} P_{2m+3}
    const V term = twice * LevelMulAdd(-quarter_xi, twice, half_axi) * odd;
    twice = twice - T(2);
    scaled_twice = scaled_twice - step;
    const V alpha =
        LevelMulAdd(LevelMulAdd(alpha2, twice, alpha1), twice, alpha0);
    odd = MulAdd(scaled_b1 + scaled_twice, even, term);
    even = MulAdd(alpha, even, (b + twice) * term);
  }
  const V term = (scaled_axi - scaled_xi) * odd;
  return {MulAdd(scaled_b1, even, term), MulAdd(lambda1 * scale2, even, term)};
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

// (1 - I) / D for zeta >= 0 (or a rounding error below), by h_0 ..
// h_{kTerms-1}; `binet` is LargeBinetSum.
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
