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
// The incomplete Beta function has the even contraction (DLMF 8.17.22)
//
//   S / a = 1 / (B_0 + A_1 / (B_1 + A_2 / (B_2 + ...))),   lambda = a - s x,
//   A_n = n (b-n) (a+n-1) (s+n-1) x^2 / (a+2n-1)^2,
//   B_n = n + n (b-n) x / (a+2n-1)
//         + (a+n) / (a+2n+1) (lambda + 1 + n (2-x)),
//
// and K the same with a and b, x and xi exchanged. Here level n is multiplied
// by (a+2n-1) (a+2n+1), level 0 by (a+1) / a, which leaves one division a level.
// The fraction f and its derivative in a run together, from the last level down.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETA_FRACTION_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETA_FRACTION_H_

#include "kernels/special/dual.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// r(a, b, x) from the lower fraction, for x below about the mean.
// `difference` is D.
template <class U>
TFI_FUNCTION U LogitBetaByLowerFraction(int levels, const U& a, const U& b,
                                        const U& x, const U& difference) {
  using T = Scalar<U>;
  const U xi = T(1) - x;
  const U sx = (a + b) * x;
  const U bx = b * x;
  const U x2 = xi + T(1);
  const U lambda1 = a * xi - bx + T(1);
  T n = levels;
  U h = a + (T(2) * n + T(1));  // a + 2n + 1
  U g = a + (T(2) * n - T(1));  // a + 2n - 1
  U p = a + n;
  // Level n = levels: f and df/da.
  U f, df;
  {
    const U q = lambda1 + x2 * n;
    const U u = (g + bx - x * n) * n;
    const U pg = p * g;
    f = u * h + pg * q;
    df = u + h * n + (p + g) * q + pg * xi;
  }
  for (; n > T(1); n -= T(1)) {
    // A_n = w (a+n-1) (s+n-1) x (a+2n-3) (a+2n+1), w = n (b-n) x.
    const U w = (bx - x * n) * n;
    const T m = n - T(1);
    const U e = g - T(2);  // a + 2n - 3
    const U v = sx + x * m;
    p = p - T(1);
    const U pv = p * v;
    const U eh = e * h;
    const U numerator = w * pv * eh;
    const U d_numerator = w * ((p * x + v) * eh + pv * (e + h));
    // B_{n-1}; its g is this level's e, its h this level's g.
    const U q = lambda1 + x2 * m;
    const U u = (e + bx - x * m) * m;
    const U pe = p * e;
    const U ratio = T(1) / f;
    const U t = numerator * ratio;
    const U d_level = u + g * m + (p + e) * q + pe * xi;
    f = u * g + pe * q + t;
    df = d_level + (d_numerator - t * df) * ratio;
    h = g;
    g = e;
  }
  const U w = bx - x;
  const U ratio = T(1) / f;
  const U t = w * sx * h * ratio;
  f = lambda1 + t;
  df = xi + (w * (x * h + sx) - t * df) * ratio;
  const U reciprocal = T(1) / f;
  const U sum = (a + T(1)) * reciprocal;
  const U d_sum = (T(1) - sum * df) * reciprocal;
  return (sum * difference - d_sum) / a;
}

// r(a, b, x) from the upper fraction, for x above about the mean.
// `difference` is 1/a - D = log x - psi(a) + psi(s).
template <class U>
TFI_FUNCTION U LogitBetaByUpperFraction(int levels, const U& a, const U& b,
                                        const U& x, const U& difference) {
  using T = Scalar<U>;
  const U xi = T(1) - x;
  const U sxi = (a + b) * xi;
  const U axi = a * xi;
  const U x2 = x + T(1);
  const U lambda1 = b * x - axi + T(1);
  T n = levels;
  U h = b + (T(2) * n + T(1));  // b + 2n + 1
  U g = b + (T(2) * n - T(1));  // b + 2n - 1
  U p = b + n;
  U f, df;
  {
    const U pg = p * g;
    f = (g + axi - xi * n) * n * h + pg * (lambda1 + x2 * n);
    df = xi * (h * n - pg);
  }
  for (; n > T(1); n -= T(1)) {
    // A_n = w u v, w = n (b+n-1) (b+2n-3) (b+2n+1), u = (a-n) xi,
    // v = (s+n-1) xi.
    const T m = n - T(1);
    const U e = g - T(2);
    const U u = axi - xi * n;
    const U v = sxi + xi * m;
    p = p - T(1);
    const U pe = p * e;
    const U w = pe * h * n;
    const U gm = g * m;
    const U ratio = T(1) / f;
    const U t = w * (u * v) * ratio;
    f = gm * (e + axi - xi * m) + pe * (lambda1 + x2 * m) + t;
    df = xi * (gm - pe) + (w * xi * (u + v) - t * df) * ratio;
    h = g;
    g = e;
  }
  const U w = b * h;
  const U u = axi - xi;
  const U ratio = T(1) / f;
  const U t = w * (u * sxi) * ratio;
  f = b * lambda1 + t;
  df = (w * xi * (u + sxi) - t * df) * ratio - b * xi;
  const U reciprocal = T(1) / f;
  return (b + T(1)) * reciprocal * (difference - df * reciprocal);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETA_FRACTION_H_
