// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Continued fractions of r(a, b, x) = d logit(x) / da at a fixed quantile
// (beta.h).
//
// With F the distribution function, s = a + b and xi = 1 - x,
//
//   S = a B(a, b) F(x) / (x^a xi^b)         = 2F1(s, 1; a+1; x),
//   K = B(a, b) (1 - F(x)) / (x^a xi^b)     = 2F1(s, 1; b+1; xi) / b,
//
// and r = -(dF/da) / (dF/dlogit x) is
//
//   r = (S D - dS/da) / a = K (1/a - D) + dK/da,
//   D = psi(a+1) - psi(s) - log x.
//
// A fraction f_n = B_n + A_{n+1} / f_{n+1} is evaluated from the last level
// down as f_n = P_n / P_{n+1}, without divisions, and its derivative in a as
// df_n/da = W_n / P_{n+1}^2:
//
//   P_n = B_n P_{n+1} + A_{n+1} P_{n+2},
//   W_n = P_{n+1} (dB_n/da P_{n+1} + dA_{n+1}/da P_{n+2}) - A_{n+1} W_{n+1}.
//
// (dP_n/da would carry the derivatives of all levels, which cancel in df_n/da.)
// All levels are scaled by a number, taken as constant, that keeps the products
// from overflow.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETA_FRACTION_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETA_FRACTION_H_

#include "kernels/special/dual.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// A power of two within a factor 2 of 1 / x, for a normal x.
template <class V>
TFI_FUNCTION V ReciprocalPowerOfTwo(V x) {
  constexpr ScalarInteger<V> kBias = kIsDouble<V> ? 1023 : 127;
  return FromBits<V>(ShiftBits<V>(2 * kBias - (BitsOf(x) >> kMantissaBits<V>),
                                  kMantissaBits<V>));
}

// a r(a, b, x) from 2 `pairs` levels of the fraction DLMF 8.17.22, of which
// level n is multiplied by a + n:
//
//   S = a / f_0,   f_n = a + n + c_{n+1} / f_{n+1},
//   c_{2m} = m (b-m) x,   c_{2m+1} = -(a+m) (s+m) x,
//
// for x below about the mean. `difference` is D.
template <class U>
TFI_FUNCTION U ScaledLogitBetaByLowerFraction(int pairs, const U& a, const U& b,
                                              const U& x, const U& difference) {
  using T = Scalar<U>;
  using V = decltype(ValueOf(a));
  const V scale = ReciprocalPowerOfTwo(ValueOf(a) + T(2 * pairs + 1));
  const U scaled_a = a * scale;
  const U sx = (a + b) * x * scale;
  const U bx = b * x * scale;
  V m = scale * T(pairs);
  // P_{2m+1}, P_{2m+2}, and W_{2m+1}, a derivative by a times the scale.
  U last = scaled_a + (m + m + scale);
  U before = last - last + T(1);
  U w = before;
  TFI_NO_UNROLL
  for (int k = pairs; k > 0; --k) {
    const U p = scaled_a + m;
    const U v = sx + x * m;
    const U odd = p * v;
    const U even = (bx - x * m) * m;
    const U level = p + m;
    const U next = level * last - odd * before;
    const U next_w = last * (last - (p * x + v) * before) + odd * w;
    m = m - scale;
    before = next;
    last = (p + m) * next + even * last;
    w = next * next - even * next_w;
  }
  // f_0 = a - s x P_2 / P_1 = a / S.
  const U reciprocal = T(1) / (last - sx * before);
  const U excess = sx * before * reciprocal;  // S - 1
  const U d_sum =
      (x * last * before - sx * w) * (reciprocal * reciprocal) * scale;
  return (excess + T(1)) * difference - d_sum;
}

// r(a, b, x) from `levels` levels of the even contraction of the fraction of K,
// for x above about the mean:
//
//   K = 1 / f_0,   lambda = s x - a,   xi = 1 - x,
//   A_n = n (a-n) (b+n-1) (s+n-1) xi^2 / (b+2n-1)^2,
//   B_n = n + n (a-n) xi / (b+2n-1)
//         + (b+n) / (b+2n+1) (lambda + 1 + n (1+x)).
//
// Here lambda is explicit, where the fraction itself would lose it beside a
// large b. Level n is multiplied by (b+2n-1) (b+2n+1), level 0 by b+1.
// `difference` is 1/a - D = log x - psi(a) + psi(s).
template <class U>
TFI_FUNCTION U LogitBetaByUpperFraction(int levels, const U& a, const U& b,
                                        const U& x, const U& difference) {
  using T = Scalar<U>;
  using V = decltype(ValueOf(a));
  const U xi = T(1) - x;
  const U lambda1 = b * x - a * xi + T(1);
  const U step = x + T(1);
  // The factors in b have their own scale, those in n and lambda theirs.
  const V scale_n = T(1) / (Abs(ValueOf(lambda1)) + T(0.5 * levels));
  const V scale_b = T(1) / (ValueOf(b) + T(levels));
  const U axi_n = a * xi * scale_n;
  const U axi_b = a * xi * scale_b;
  const U sxi_b = (a + b) * xi * scale_b;
  const U lambda_n = lambda1 * scale_n;
  T n = levels;
  V m_n = scale_n * n, m_b = scale_b * n;
  const U scaled_b = b * scale_b;
  U h = scaled_b + (m_b + m_b + scale_b);  // b + 2n + 1
  U g = scaled_b + (m_b + m_b - scale_b);  // b + 2n - 1
  // P_n, P_{n+1} and W_n.
  U last, w;
  {
    const U pg = (scaled_b + m_b) * g;
    last = m_n * h * (g + axi_b - xi * m_b) + pg * (lambda_n + step * m_n);
    w = xi * (m_n * scale_b * h - pg * scale_n);
  }
  U before = last / last;
  TFI_NO_UNROLL
  for (int k = levels; k > 1; --k) {
    // A_n = q u v.
    const U u = axi_n - xi * m_n;
    const U q_n = m_n * h;
    n -= T(1);
    m_n = scale_n * n;
    m_b = scale_b * n;
    const U v = sxi_b + xi * m_b;
    const U p = scaled_b + m_b;
    const U e = p + (m_b - scale_b);
    const U pe = p * e;
    const U q = q_n * pe;
    const U numerator = q * (u * v);
    const U d_numerator = q * xi * (u * scale_b + v * scale_n);
    const U gm = m_n * g;
    const U level = gm * (e + axi_b - xi * m_b) + pe * (lambda_n + step * m_n);
    const U d_level = xi * (gm * scale_b - pe * scale_n);
    w = last * (d_level * last + d_numerator * before) - numerator * w;
    const U next = level * last + numerator * before;
    before = last;
    last = next;
    h = g;
    g = e;
  }
  // Level 0, divided by b: f_0 = P_0 / P_1, K = (b+1) / (b f_0).
  const U u = axi_n - xi * scale_n;
  const U numerator = h * u * sxi_b;
  const U d_numerator = h * xi * (u * scale_b + sxi_b * scale_n);
  const U first = lambda1 * last + numerator * before;
  w = last * (d_numerator * before - xi * last) - numerator * w;
  const U reciprocal = T(1) / first;
  return (last * difference - w * reciprocal) * reciprocal * ((b + T(1)) / b);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETA_FRACTION_H_
