// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Taylor series of r(a, b, x) = d logit(x) / da at a fixed quantile (beta.h).
//
// With s = a + b, the differential equation of beta.h gives the coefficients of
//
//   r = sum_k C_k t^k,   t = (c - x) / c,
//
// about any centre c the recurrence
//
//   c (s + k - 1) C_{k-1} = 1/k + (1-c) (k+1) C_{k+1}
//                           + ((2c-1) k + c b - (1-c) a) C_k,
//
// free of digamma functions and logarithms. It is run downwards, from where
// C_k ~ 1 / (a k): all C_k are positive because r is a Stieltjes function of x,
// so that nothing cancels while x <= c.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETA_SERIES_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETA_SERIES_H_

#include "kernels/special/dual.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// 1 / k, the first unused.
TFI_TABLE float kReciprocalsFloat[65] = {0,
                                         float(1.0 / 1),
                                         float(1.0 / 2),
                                         float(1.0 / 3),
                                         float(1.0 / 4),
                                         float(1.0 / 5),
                                         float(1.0 / 6),
                                         float(1.0 / 7),
                                         float(1.0 / 8),
                                         float(1.0 / 9),
                                         float(1.0 / 10),
                                         float(1.0 / 11),
                                         float(1.0 / 12),
                                         float(1.0 / 13),
                                         float(1.0 / 14),
                                         float(1.0 / 15),
                                         float(1.0 / 16),
                                         float(1.0 / 17),
                                         float(1.0 / 18),
                                         float(1.0 / 19),
                                         float(1.0 / 20),
                                         float(1.0 / 21),
                                         float(1.0 / 22),
                                         float(1.0 / 23),
                                         float(1.0 / 24),
                                         float(1.0 / 25),
                                         float(1.0 / 26),
                                         float(1.0 / 27),
                                         float(1.0 / 28),
                                         float(1.0 / 29),
                                         float(1.0 / 30),
                                         float(1.0 / 31),
                                         float(1.0 / 32),
                                         float(1.0 / 33),
                                         float(1.0 / 34),
                                         float(1.0 / 35),
                                         float(1.0 / 36),
                                         float(1.0 / 37),
                                         float(1.0 / 38),
                                         float(1.0 / 39),
                                         float(1.0 / 40),
                                         float(1.0 / 41),
                                         float(1.0 / 42),
                                         float(1.0 / 43),
                                         float(1.0 / 44),
                                         float(1.0 / 45),
                                         float(1.0 / 46),
                                         float(1.0 / 47),
                                         float(1.0 / 48),
                                         float(1.0 / 49),
                                         float(1.0 / 50),
                                         float(1.0 / 51),
                                         float(1.0 / 52),
                                         float(1.0 / 53),
                                         float(1.0 / 54),
                                         float(1.0 / 55),
                                         float(1.0 / 56),
                                         float(1.0 / 57),
                                         float(1.0 / 58),
                                         float(1.0 / 59),
                                         float(1.0 / 60),
                                         float(1.0 / 61),
                                         float(1.0 / 62),
                                         float(1.0 / 63),
                                         float(1.0 / 64)};
TFI_TABLE double kReciprocalsDouble[65] = {
    0,        1.0 / 1,  1.0 / 2,  1.0 / 3,  1.0 / 4,  1.0 / 5,  1.0 / 6,
    1.0 / 7,  1.0 / 8,  1.0 / 9,  1.0 / 10, 1.0 / 11, 1.0 / 12, 1.0 / 13,
    1.0 / 14, 1.0 / 15, 1.0 / 16, 1.0 / 17, 1.0 / 18, 1.0 / 19, 1.0 / 20,
    1.0 / 21, 1.0 / 22, 1.0 / 23, 1.0 / 24, 1.0 / 25, 1.0 / 26, 1.0 / 27,
    1.0 / 28, 1.0 / 29, 1.0 / 30, 1.0 / 31, 1.0 / 32, 1.0 / 33, 1.0 / 34,
    1.0 / 35, 1.0 / 36, 1.0 / 37, 1.0 / 38, 1.0 / 39, 1.0 / 40, 1.0 / 41,
    1.0 / 42, 1.0 / 43, 1.0 / 44, 1.0 / 45, 1.0 / 46, 1.0 / 47, 1.0 / 48,
    1.0 / 49, 1.0 / 50, 1.0 / 51, 1.0 / 52, 1.0 / 53, 1.0 / 54, 1.0 / 55,
    1.0 / 56, 1.0 / 57, 1.0 / 58, 1.0 / 59, 1.0 / 60, 1.0 / 61, 1.0 / 62,
    1.0 / 63, 1.0 / 64};

template <class T>
TFI_FUNCTION T Reciprocal(int k) {
  if constexpr (kIsDouble<T>) {
    return kReciprocalsDouble[k];
  } else {
    return kReciprocalsFloat[k];
  }
}

// r(a, b, x) for large a, by `terms` terms about the larger of x and the mean
// of the distribution. The centre is a number of its own, of which r does not
// depend: it has no derivative where U is a Dual. Downwards the recurrence is
// stable for large a only: its other solution grows like k! / (s x)^k.
//
// The recurrence is divided by c s. The product of the left sides' factors is
// carried as a common denominator, so that there is one division at the end.
template <class U>
TFI_FUNCTION U LogitBetaByTaylor(int terms, const U& a, const U& b,
                                 const U& x) {
  using T = Scalar<U>;
  using V = decltype(ValueOf(a));
  const U s = a + b;
  const V c = Max(ValueOf(x), ValueOf(a) / ValueOf(s));
  const V rest = T(1) - c;
  const U t = (c - x) * (T(1) / c);
  const U per_s = T(1) / s;
  const U per_cs = per_s * (T(1) / c);
  const U next_slope = per_cs * rest;
  const U slope = per_cs * (T(2) * c - T(1));
  const U shift = per_cs * (b * c - a * rest);
  T n = terms;
  const U start = s / a;
  U denominator = s;  // of C_k
  U numerator = start * T(1.0 / (terms + 1));
  U next = start * T(1.0 / (terms + 2));  // C_{k+1} times the denominator
  U sum = numerator;  // of the terms from k on, times the denominator
  TFI_NO_UNROLL
  for (int k = terms; k > 0; --k) {
    const U factor = per_s * (n - T(1)) + T(1);
    const U previous = next_slope * (n + T(1)) * next +
                       (slope * n + shift) * numerator +
                       per_cs * Reciprocal<T>(k) * denominator;
    next = numerator * factor;
    numerator = previous;
    sum = t * factor * sum + numerator;
    denominator = denominator * factor;
    n -= T(1);
  }
  return sum / denominator;
}

// r(a, b, x) by `terms` terms about x = 1, where the recurrence has two terms,
// both positive:
//
//   (s + k - 1) C_{k-1} = 1/k + (b + k) C_k.
//
// It forgets its start, C_N ~ 1 / (a z), z = N + s / (a+1), the faster the
// larger a is. A fine start has one term more of the series in 1 / z,
//
//   a C_N ~ 1 / z + a s (b-1) / ((a+1)^2 (a+2)) / z^3,
//
// and C_N / (1 - xi) for the rest of the sum; it is for a and b of a moderate
// size, of which it takes fifth powers.
template <bool kFineStart = false, class U>
TFI_FUNCTION U LogitBetaByTaylorAtOne(int terms, const U& a, const U& b,
                                      const U& x) {
  using T = Scalar<U>;
  const U s = a + b;
  const U s1 = s - T(1);
  const U xi = T(1) - x;
  U numerator = a + T(1);
  U denominator = a * (numerator * T(terms) + s);
  U sum = numerator;
  if constexpr (kFineStart) {
    const U z1 = numerator * T(terms) + s;  // (a + 1) z
    const U square = z1 * z1 * (a + T(2));
    sum = numerator * (square + a * s * (b - T(1)));
    numerator = x * sum;
    denominator = x * denominator * square;
  }
  T n = terms;
  TFI_NO_UNROLL
  for (int k = terms; k > 0; --k) {
    const U factor = s1 + n;
    numerator = (b + n) * numerator + denominator * Reciprocal<T>(k);
    sum = xi * factor * sum + numerator;
    denominator = denominator * factor;
    n -= T(1);
  }
  return sum / denominator;
}

// a r(a, b, x) for smaller a: run at a + kShifts, and from there, with
// D(a) = psi(a+1) - psi(s) - log x (`difference`),
//
//   a r(a) = s x r(a+1) + D(a),   D(a+1) = D(a) + (b-1) / ((a+1) s),
//
// positive for b < 1. A division takes no time beside the products of the
// series: there is no need to save some.
template <int kShifts, bool kFineStart = false, class U>
TFI_FUNCTION U ScaledLogitBetaByShiftedTaylorAtOne(int terms, const U& a,
                                                   const U& b, const U& x,
                                                   const U& difference) {
  using T = Scalar<U>;
  const U s = a + b;
  U d[kShifts];  // D(a + j)
  d[0] = difference;
  for (int j = 1; j < kShifts; ++j) {
    d[j] = d[j - 1] + (b - T(1)) / ((a + T(j)) * (s + T(j - 1)));
  }
  U r = LogitBetaByTaylorAtOne<kFineStart>(terms, a + T(kShifts), b, x);
  for (int j = kShifts - 1; j > 0; --j) {
    r = ((s + T(j)) * x * r + d[j]) * (T(1) / (a + T(j)));
  }
  return s * x * r + d[0];
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETA_SERIES_H_
