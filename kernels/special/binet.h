// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Binet's function, the remainder of Stirling's formula (DLMF 5.11.1),
//
//   s(t) = lgamma(t) - ((t - 1/2) log t - t + log(2 pi) / 2),  t >= 1,
//
// its derivatives, and its divided differences, which keep their relative
// accuracy however close the arguments are.
//
// All are one polynomial in u = 1 / (t + 1/2) without constant term
// (coefficients/binet.py). Divided differences of f = u P(u) in t, by
// u[x_j .. x_n] = (-1)^(n-j) u_j ... u_n:
//
//   f[x_0 .. x_n] = (-1)^n u_0 ... u_n F_n,
//   F_n <- F_(n-1) + u_n F_n   for each coefficient (Horner; F_0 is P itself):
//
// one multiply-add for each order and coefficient, and no difference is formed.
//
// Errors measured over 1 <= t <= 1e10 (tests/special/binet_test.cc), in eps of
// the value: s 1.1, its derivatives 1.9, 2.5 and 3.4, the differences 2.6.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BINET_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BINET_H_

#include "kernels/special/binet_coefficients.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// From here on kLarge = true serves, with half of the coefficients in double.
inline constexpr int kBinetLarge = 8;

// The polynomials, by type: of the function and of derivatives 1 to 3.
template <class V, bool kLarge, int kDerivative = 0>
constexpr const auto& BinetCoefficients() {
  static_assert(kDerivative >= 0 && kDerivative <= 3, "no such table");
  if constexpr (!kIsDouble<V>) {
    if constexpr (kDerivative == 0) return kBinetFloat;
    if constexpr (kDerivative == 1) return kBinetFirstFloat;
    if constexpr (kDerivative == 2) return kBinetSecondFloat;
    if constexpr (kDerivative == 3) return kBinetThirdFloat;
  } else if constexpr (kLarge) {
    if constexpr (kDerivative == 0) return kBinetLargeDouble;
    if constexpr (kDerivative == 1) return kBinetFirstLargeDouble;
    if constexpr (kDerivative == 2) return kBinetSecondLargeDouble;
    if constexpr (kDerivative == 3) return kBinetThirdLargeDouble;
  } else {
    if constexpr (kDerivative == 0) return kBinetDouble;
    if constexpr (kDerivative == 1) return kBinetFirstDouble;
    if constexpr (kDerivative == 2) return kBinetSecondDouble;
    if constexpr (kDerivative == 3) return kBinetThirdDouble;
  }
}

// u at t.
template <class V>
TFI_FUNCTION V BinetU(V t) {
  using T = Scalar<V>;
  return T(1) / (t + T(0.5));
}

// s, s', s'' or s''' at t >= 1 (8 where kLarge), u = BinetU(t).
template <bool kLarge, int kDerivative, class V>
TFI_FUNCTION V BinetOf(V u) {
  V r = u * Polynomial(BinetCoefficients<V, kLarge, kDerivative>(), u);
  for (int k = 0; k < kDerivative; ++k) r = r * u;
  return r;
}

// What d = y - x leaves of s between x and y.
template <class V>
struct BinetDifferences {
  // s(y) - s(x) - d s'(x) = d^2 s[x,x,y], never negative.
  V value;
  // s'(y) - s'(x) = d (s[x,x,y] + s[x,y,y]), of the sign of d.
  V slope;
};

// For x, y >= 1 (8 where kLarge), ux = BinetU(x), uy = BinetU(y), d = y - x
// with relative accuracy. What is not needed vanishes in the compiler; no
// product under- or overflows where its result does not.
template <bool kLarge, class V>
TFI_FUNCTION BinetDifferences<V> DivideBinet(V ux, V uy, V d) {
  const auto& c = BinetCoefficients<V, kLarge>();
  constexpr int kSize = sizeof(c) / sizeof(c[0]);
  V f0 = Broadcast<V>(c[kSize - 1]);  // P(ux)
  V f1 = V{}, xxy = V{}, xyy = V{};
  // The last step, without coefficient, is for the factor u of f.
  TFI_UNROLL(64)
  for (int k = kSize - 2; k >= -1; --k) {
    f1 = MulAdd(uy, f1, f0);
    xxy = MulAdd(ux, xxy, f1);
    xyy = MulAdd(uy, xyy, f1);
    if (k >= 0) f0 = MulAdd(ux, f0, Broadcast<V>(c[k]));
  }
  const V du = d * ux;
  return {du * (du * (uy * xxy)), du * (uy * MulAdd(ux, xxy, uy * xyy))};
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BINET_H_
