// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Ratios of numbers whose difference is known better than they are: their
// logarithm, and the divergence
//
//   g(t) = t - 1 - log t  >= 0,
//
// of which every Kullback-Leibler divergence of a Gamma family is a sum, both
// with a relative error of a few eps however close t is to 1. With
// s = (p - q) / (p + q), log(p / q) = 2 atanh(s) = 2 s + 2 s^3 E(s^2):
//
//   g(p / q) = s (w - 2 s^2 E), w = (p - q) / q   where 1/2 <= p / q <= 2
//            = w - log(p / q)                     elsewhere
//
// In the first form w = 2 s / (1 - s), and nothing cancels; in the second
// g >= 0.19, so that the subtraction costs 3 eps at most. One evaluation serves
// log(p / q), g(p / q) and g(q / p).

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_RATIO_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_RATIO_H_

#include "kernels/special/lanes.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/ratio_coefficients.h"

TFI_BEGIN_NAMESPACE

// a b - c d with an error of 1.5 ulp, and exactly 0 where {a, b} = {c, d}:
// W. Kahan's method; C.-P. Jeannerod, N. Louvet, J.-M. Muller, "Further
// analysis of Kahan's algorithm for the accurate computation of 2 x 2
// determinants", Math. Comp. 82 (2013), doi:10.1090/S0025-5718-2013-02679-8.
// For products between eps^-2 min and max / 4 in size.
template <class V>
TFI_FUNCTION V DifferenceOfProducts(V a, V b, V c, V d) {
  const V cd = c * d;
  return Fma(a, b, -cd) + Fma(-c, d, cd);
}

template <class V>
struct Ratio {
  V exponent;    // e: p / q = 2^e (1 + s) / (1 - s); 0 where near
  V s;           // in [-1/3, 1/3]
  V excess;      // E(s^2)
  Mask<V> near;  // 1/2 <= p / q <= 2

  TFI_FUNCTION V TwiceSquareExcess() const { return (s + s) * s * excess; }

  // log(p / q): relative error at most 1.5 eps.
  TFI_FUNCTION V Log() const {
    const V s2 = s + s;
    return exponent * kLog2High<V> +
           (s2 + (s2 * (s * s) * excess + exponent * kLog2Low<V>));
  }

  // g(p / q), for w = p / q - 1 with relative accuracy. Error at most 3 eps
  // beside that of w, which counts up to twice.
  TFI_FUNCTION V G(V w) const {
    return Select(near, s * (w - TwiceSquareExcess()), w - Log());
  }

  // g(q / p), for w = q / p - 1 with relative accuracy.
  TFI_FUNCTION V GInverse(V w) const {
    return Select(near, -s * (w - TwiceSquareExcess()), w + Log());
  }
};

// For p, q in [min, max / 4] and difference = p - q with relative accuracy; p
// and q themselves may be rounded.
template <class V>
TFI_FUNCTION Ratio<V> SplitRatio(V p, V q, V difference) {
  using T = Scalar<V>;
  // The bits of a positive number are a piecewise linear log2.
  constexpr ScalarInteger<V> kHalf = ScalarInteger<V>(1)
                                     << (kMantissaBits<V> - 1);
  const Integer<V> e =
      AddBits<V>(SubtractBits<V>(BitsOf(p), BitsOf(q)), kHalf) >>
      kMantissaBits<V>;
  Ratio<V> r;
  r.near = (p <= T(2) * q) & (q <= T(2) * p);
  const V scaled = Select(
      r.near, q,
      FromBits<V>(AddBits<V>(BitsOf(q), ShiftBits<V>(e, kMantissaBits<V>))));
  r.exponent = Select(r.near, V{}, FromInteger<V>(e));
  r.s = Select(r.near, difference, p - scaled) / (p + scaled);
  if constexpr (kIsDouble<V>) {
    r.excess = Polynomial(kRatioExcessDouble, r.s * r.s);
  } else {
    r.excess = Polynomial(kRatioExcessFloat, r.s * r.s);
  }
  return r;
}

// z - log(1 + z) = g(1 + z) for -1 <= z <= max / 4, infinity at -1. Relative
// error at most 3 eps.
template <class V>
TFI_FUNCTION V MinusLogOnePlus(V z) {
  using T = Scalar<V>;
  const V p = Max(T(1) + z, Broadcast<V>(std::numeric_limits<T>::min()));
  const V g = SplitRatio(p, Broadcast<V>(1), z).G(z);
  return Select(z == T(-1), Infinity<V>(), g);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_RATIO_H_
