// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Integrals of the von Mises-Fisher distribution in the angle t between a
// sample and the mean direction, whose density in dimension m is proportional
// to
//
//   q(t) = exp(kappa cos t) sin(t)^(m-2),  0 <= t <= pi.
//
// A panel goes from an angle theta towards 0 or towards pi, as far as q is
// above exp(-38) q(theta), or to that end:
//
//   int q(t) / q(theta) f(t) dt,  t = theta -+ s,  p = tan(s/4) = P x,
//
// by one Gauss-Legendre rule in x. q is an entire function of s for every
// integer m >= 2, so the rule converges geometrically, the faster the less q
// falls along the panel. In terms of p all else is rational: with
// a = sin(theta/2), b = cos(theta/2), r = sin(s/2) = 2 p / (1 + p^2),
//
//   sin(t/2) = a + delta,  delta = -r (a p +- b),
//   cos(t/2) = b + epsilon,  epsilon = -r (b p -+ a),
//   cos t - cos(theta) = -2 delta (2 a + delta),
//   sin t / sin(theta) = (1 + delta / a) (1 + epsilon / b),
//
// upper signs towards 0. None of these loses accuracy at either end.
//
// P is found by Newton's method for log(q(t) / q(theta)) = -38 from its Taylor
// polynomial; the rule does not need it exactly. Over m from 2 to 6e5 and kappa
// from 1e-8 to 1e12, q falls by exp(-38) to exp(-84) along panels that do not
// reach an end (tests/special/von_mises_fisher_test.cc), and exp(-44) or less
// but for m from 28 to 41. At an end it is a power of the distance, or finite.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_PANEL_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_PANEL_H_

#include "kernels/special/exp.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/von_mises_fisher_coefficients.h"

TFI_BEGIN_NAMESPACE

// sin(theta/2) > 0 and cos(theta/2) > 0 of an angle in (0, pi).
template <class V>
struct HalfAngle {
  V sine;
  V cosine;
};

// From 1 - cos(theta) and 1 + cos(theta), which may be 0: the ends are moved in
// by less than any angle that matters, so that ratios of sines stay finite.
template <class V>
TFI_FUNCTION HalfAngle<V> MakeHalfAngle(V one_minus_cosine, V one_plus_cosine) {
  using T = Scalar<V>;
  const V tiny = Broadcast<V>(T(1e-150));
  return {Max(Sqrt(T(0.5) * one_minus_cosine), tiny),
          Max(Sqrt(T(0.5) * one_plus_cosine), tiny)};
}

// log(1 + z) with an error of 2 eps of |z| or, for z < -1/3 or z > 1/2, of its
// own size.
template <class V>
TFI_FUNCTION V LogOnePlus(V z) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  const V x = Max(one + z, Broadcast<V>(T(1e-300)));
  LogRatioParts<V> parts = SplitLogRatio(x, one);
  // Where no power of two is taken out x - 1 is z, of which x has lost a part.
  parts.s = Select(parts.exponent == T(0), z / (x + one), parts.s);
  return parts.Log();
}

namespace internal {

// An angle t on a panel.
template <class V>
struct PanelPoint {
  V log_density;  // log(q(t) / q(theta))
  V gap;          // cos t - cos(theta)
  HalfAngle<V> half;
};

// `side` is 1 towards 0, -1 towards pi; power = m - 2.
template <class V>
TFI_FUNCTION PanelPoint<V> MakePanelPoint(V power, V kappa,
                                          const HalfAngle<V>& start, V side,
                                          V p) {
  using T = Scalar<V>;
  const V r = T(2) * p / (T(1) + p * p);
  const V delta = -r * MulAdd(start.sine, p, side * start.cosine);
  const V epsilon = -r * MulAdd(start.cosine, p, -side * start.sine);
  const V x = delta / start.sine;
  const V y = epsilon / start.cosine;
  PanelPoint<V> point;
  point.gap = T(-2) * delta * (T(2) * start.sine + delta);
  point.log_density = kappa * point.gap + power * LogOnePlus(x + y + x * y);
  point.half = {start.sine + delta, start.cosine + epsilon};
  return point;
}

// P.
template <class V>
TFI_FUNCTION V PanelEnd(V power, V kappa, const HalfAngle<V>& start, V side) {
  using T = Scalar<V>;
  constexpr T kFall = 38;
  constexpr int kNewtonSteps = 4;
  const V sine = T(2) * start.sine * start.cosine;
  const V cosine = (start.cosine - start.sine) * (start.cosine + start.sine);
  // -log q falls by slope s + curvature s^2 / 2 + ...
  const V slope = side * (power * cosine / sine - kappa * sine);
  const V curvature = kappa * cosine + power / (sine * sine);
  const V steep = Max(slope, V{});
  const V root = Sqrt(
      Max(steep * steep + T(2 * kFall) * curvature, Broadcast<V>(T(1e-300))));
  const V near = Select(side > T(0), start.sine, start.cosine);
  const V far = Select(side > T(0), start.cosine, start.sine);
  const V limit = near / (T(1) + far);  // where t is 0 or pi
  V p = Min(T(0.5 * kFall) / (steep + root), limit);
  TFI_UNROLL(1)
  for (int i = 0; i < kNewtonSteps; ++i) {
    const auto point = MakePanelPoint(power, kappa, start, side, p);
    const V here_sine = T(2) * point.half.sine * point.half.cosine;
    const V here_cosine = (point.half.cosine - point.half.sine) *
                          (point.half.cosine + point.half.sine);
    const V fall = side *
                   (power * here_cosine / here_sine - kappa * here_sine) *
                   (T(4) / (T(1) + p * p));
    const V step = (T(kFall) + point.log_density) / fall;
    // Where q rises first, or a step goes far, by factors of 2.
    const V next = Select(fall > T(0), p + step, p + p);
    p = Min(Min(Max(next, T(0.5) * p), p + p), limit);
  }
  return p;
}

}  // namespace internal

// Calls use(weight, point) for the nodes of the panel from `start`, where
// weight is that of dt, with q(t) / q(theta).
template <class V, class Use>
TFI_FUNCTION void ForEachPanelNode(V power, V kappa, const HalfAngle<V>& start,
                                   V side, Use use) {
  using T = Scalar<V>;
  constexpr int kNodes = sizeof(kPanelNodes) / sizeof(*kPanelNodes);
  const V end = internal::PanelEnd(power, kappa, start, side);
  TFI_UNROLL(1)
  for (int i = 0; i < kNodes; ++i) {
    const V p = end * T(kPanelNodes[i]);
    const auto point = internal::MakePanelPoint(power, kappa, start, side, p);
    // exp(-700) is nothing beside the rest.
    const V density =
        ExpOfModerate(Max(point.log_density, Broadcast<V>(T(-700))));
    const V weight = end * (T(4 * kPanelWeights[i]) / (T(1) + p * p));
    use(weight * density, point);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_PANEL_H_
