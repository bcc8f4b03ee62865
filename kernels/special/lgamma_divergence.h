// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The part of a divergence between Gamma or Dirichlet laws that depends on the
// shapes alone: the Bregman divergence of h(t) = lgamma(t) - t log t + t,
//
//   D(y, x) = h(y) - h(x) - (y - x) h'(x)  >= 0,   h' = psi - log.
//
// With g of ratio.h, Stirling's remainder s of binet.h, d = y - x:
//
//   min(x, y) >= 1   D = g(y / x) / 2 + d^2 s[x,x,y]
//   else             D = g(y / x) - y g(tau) - g(rho) / 2
//                        + d^2 s[1+x,1+x,1+y],
//                    tau = x (1 + y) / (y (1 + x)), rho = (1 + y) / (1 + x)
//
// In the first all terms are positive. The second is lgamma(t) =
// lgamma(1 + t) - log t with the divergences of t log t collected by the
// log-sum identity; its terms add up to at most three times the result.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_LGAMMA_DIVERGENCE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_LGAMMA_DIVERGENCE_H_

#include "kernels/special/binet.h"
#include "kernels/special/number.h"
#include "kernels/special/ratio.h"

TFI_BEGIN_NAMESPACE

template <class V>
struct LgammaDivergence {
  V value;      // D(y, x)
  V slope;      // dD/dy = h'(y) - h'(x), of the sign of y - x
  V curvature;  // -dD/dx = (y - x) h''(x), of the same sign
};

// Which formula serves a pair of shapes, by their minimum: below 1, from 1 on
// and, in double, from kBinetLarge on.
enum ShapeRegion { kShapeSmall, kShapeMedium, kShapeLarge };
template <class T>
inline constexpr int kShapeRegions = kIsDouble<T> ? 3 : 2;

template <class V>
TFI_FUNCTION Integer<V> ShapeRegionOf(V least) {
  using T = Scalar<V>;
  const Integer<V> zero{};
  const Integer<V> medium = zero + ScalarInteger<V>(kShapeMedium);
  const Integer<V> region = Select(least >= T(1), medium, zero);
  if constexpr (kIsDouble<V>) {
    const Integer<V> large = zero + ScalarInteger<V>(kShapeLarge);
    return Select(least >= T(kBinetLarge), large, region);
  } else {
    return region;
  }
}

// Whether a parameter is in the range of the formulas: a positive normal number
// up to max / 4.
template <class V>
TFI_FUNCTION Mask<V> IsRegular(V x) {
  using T = Scalar<V>;
  return (x >= std::numeric_limits<T>::min()) &
         (x <= std::numeric_limits<T>::max() / 4);
}

namespace internal {

template <bool kLarge, class V>
TFI_FUNCTION LgammaDivergence<V> StirlingDivergence(V y, V x, V d) {
  using T = Scalar<V>;
  const V ix = T(1) / x;
  const V w = d * ix;  // y / x - 1
  const V ux = BinetU(x);
  const BinetDifferences<V> s = DivideBinet<kLarge>(ux, BinetU(y), d);
  LgammaDivergence<V> r;
  r.value = T(0.5) * SplitRatio(y, x, d).G(w) + s.value;
  // h'(y) - h'(x) = d / (2 x y) + s'(y) - s'(x), h'' = 1 / (2 x^2) + s''.
  r.slope = T(0.5) * w / y + s.slope;
  r.curvature = w * MulAdd(x, BinetOf<kLarge, 2>(ux), T(0.5) * ix);
  return r;
}

template <class V>
TFI_FUNCTION LgammaDivergence<V> ShiftedDivergence(V y, V x, V d) {
  using T = Scalar<V>;
  const V ix = T(1) / x, iy = T(1) / y;
  const V x1 = T(1) + x, y1 = T(1) + y;
  const V vx = T(1) / x1, vy = T(1) / y1;
  const V w = d * ix;
  const V ux = BinetU(x1);
  const BinetDifferences<V> s = DivideBinet<false>(ux, BinetU(y1), d);
  const Ratio<V> tau = SplitRatio(x * y1, y * x1, -d);
  const V less = -(d * vx) * iy;  // tau - 1
  const V more = (d * vy) * ix;   // 1 / tau - 1
  LgammaDivergence<V> r;
  r.value = (SplitRatio(y, x, d).G(w) - y * tau.G(less)) -
            (T(0.5) * SplitRatio(y1, x1, d).G(d * vx) - s.value);
  // h'(y) - h'(x) = d / (x y (1 + max)) + sign(d) g(max(tau, 1 / tau))
  //                 + d / (2 (1 + x)(1 + y)) + s'(1 + y) - s'(1 + x);
  // the smaller quotient first, so that nothing overflows on the way.
  const auto up = d > T(0);
  const V pole = Select(up, d * iy, w) * Select(up, ix * vy, iy * vx);
  const V bracket = Select(up, tau.GInverse(more), -tau.G(less));
  r.slope = (pole + bracket) + MulAdd(T(0.5) * (d * vx), vy, s.slope);
  r.curvature =
      w * MulAdd(x, MulAdd(T(0.5) * vx, vx, BinetOf<false, 2>(ux)), ix * vx);
  return r;
}

}  // namespace internal

// For x, y in [min, max / 4] whose minimum lies in kRegion, d = y - x. Error at
// most 6 eps of each value; all are exactly 0 where d is.
template <int kRegion, class V>
TFI_FUNCTION LgammaDivergence<V> LgammaDivergenceOf(V y, V x, V d) {
  if constexpr (kRegion == kShapeSmall) {
    return internal::ShiftedDivergence(y, x, d);
  } else {
    return internal::StirlingDivergence<kRegion == kShapeLarge>(y, x, d);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_LGAMMA_DIVERGENCE_H_
