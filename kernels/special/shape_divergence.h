// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The part of a Kullback-Leibler divergence that one concentration (shape)
// contributes beyond that of the means:
//
//   D(y, x) = h(y) - h(x) - (y - x) h'(x),  h(t) = lgamma t - t log t + t,
//
// so that h' = psi - log, and D >= 0 because h'' = psi' - 1/t lies between
// 1/(2 t^2) and 1/t^2. With g(t) = t - 1 - log t (ratio.h), Binet's function s
// (binet.h) and d = y - x,
//
//   D = g(y/x)/2 + d^2 s[x,x,y]                               x, y >= 1
//   D = g(y/x) - y g(tau) - g(rho)/2 + d^2 s[1+x,1+x,1+y],    any x, y,
//       tau = x (1+y) / (y (1+x)),  rho = (1+y) / (1+x).
//
// The second is lgamma t = -log t + lgamma(1 + t) with the log-sum identity
// G(y, x) - G(1+y, 1+x) = y g(tau) + g(rho), G(y, x) = y g(x/y): the sizes of
// its terms are at most 3 times their sum, whatever x and y are.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_SHAPE_DIVERGENCE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_SHAPE_DIVERGENCE_H_

#include "kernels/special/binet.h"
#include "kernels/special/number.h"
#include "kernels/special/ratio.h"

TFI_BEGIN_NAMESPACE

template <class V>
struct ShapeDivergence {
  V value;      // D
  V slope;      // dD/dy = h'(y) - h'(x)
  V curvature;  // d h''(x), which is -dD/dx
};

// The formulas by the least concentration: below 1, below kBinetLarge, above.
// In float the last two are one.
enum ShapeRegion { kSmallShape = 0, kMediumShape = 1, kLargeShape = 2 };
template <class T>
inline constexpr int kShapeRegions = kIsDouble<T> ? 3 : 2;

template <class V>
TFI_FUNCTION Integer<V> ShapeRegionOf(V least) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1), none{};
  V region = Select(least >= T(1), one, none);
  if constexpr (kIsDouble<V>) {
    region = region + Select(least >= T(kBinetLarge), one, none);
  }
  return ToInteger(region);
}

// x, y >= 1, or >= kBinetLarge for kLarge; d = y - x.
template <bool kLarge, class V>
TFI_FUNCTION ShapeDivergence<V> LargeShapeDivergence(V y, V x, V d) {
  using T = Scalar<V>;
  const V ix = T(1) / x;
  const V w = d * ix;  // y/x - 1
  const V ux = BinetU(x), uy = BinetU(y);
  const BinetDifferences<V> s = DivideBinet<kLarge>(ux, uy, d);
  return {T(0.5) * SplitRatio(y, x, d).G(w) + s.value, T(0.5) * w / y + s.slope,
          w * MulAdd(x, BinetOf<kLarge, 2>(ux), T(0.5) * ix)};
}

// x, y > 0; d = y - x.
template <class V>
TFI_FUNCTION ShapeDivergence<V> SmallShapeDivergence(V y, V x, V d) {
  using T = Scalar<V>;
  const V ix = T(1) / x, iy = T(1) / y;
  const V w = d * ix;
  const V x1 = T(1) + x, y1 = T(1) + y;
  const V vx = T(1) / x1, vy = T(1) / y1;
  const Ratio<V> rho = SplitRatio(y1, x1, d);
  const Ratio<V> tau = SplitRatio(x * y1, y * x1, -d);
  const V tau_g = tau.G(-(d * vx) * iy);
  const V ux = BinetU(x1), uy = BinetU(y1);
  const BinetDifferences<V> s = DivideBinet<false>(ux, uy, d);
  ShapeDivergence<V> r;
  r.value = (SplitRatio(y, x, d).G(w) - y * tau_g) -
            (T(0.5) * rho.G(d * vx) - s.value);
  // 1/(x y) - 1/((1+x)(1+y)) and so on: all terms have the sign of d.
  const auto up = d > T(0);
  const V bracket = Select(up, tau.GInverse((d * vy) * ix), -tau_g);
  r.slope = (w * iy * Select(up, vy, vx) + bracket) +
            MulAdd(T(0.5) * (d * vx), vy, s.slope);
  r.curvature =
      w * MulAdd(x, MulAdd(T(0.5) * vx, vx, BinetOf<false, 2>(ux)), ix * vx);
  return r;
}

template <int kRegion, class V>
TFI_FUNCTION ShapeDivergence<V> ShapeDivergenceInRegion(V y, V x, V d) {
  if constexpr (kRegion == kSmallShape) {
    return SmallShapeDivergence(y, x, d);
  } else {
    return LargeShapeDivergence<kRegion == kLargeShape>(y, x, d);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_SHAPE_DIVERGENCE_H_
