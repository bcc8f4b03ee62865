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
// from 1e-8 to 1e12, q falls by exp(-37.6) to exp(-46) along panels that do not
// reach an end, but for some with m from 23 to 42 that come near one: there q
// is close to a power of the distance, and falls by up to exp(-102)
// (tests/special/von_mises_fisher_test.cc).

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

namespace internal {

// Where a panel starts.
template <class V>
struct PanelStart {
  V power, kappa;  // power = m - 2
  V side;          // 1 towards 0, -1 towards pi
  HalfAngle<V> half;
  V per_sine, per_cosine;  // of half

  TFI_FUNCTION PanelStart(V power, V kappa, const HalfAngle<V>& half, V side)
      : power(power),
        kappa(kappa),
        side(side),
        half(half),
        per_sine(Scalar<V>(1) / half.sine),
        per_cosine(Scalar<V>(1) / half.cosine) {}
};

// An angle t on a panel.
template <class V>
struct PanelPoint {
  V log_density;  // log(q(t) / q(theta))
  V gap;          // cos t - cos(theta)
  HalfAngle<V> half;
  V step;  // ds/dp = 4 / (1 + p^2)
};

template <class V>
TFI_FUNCTION PanelPoint<V> MakePanelPoint(const PanelStart<V>& start, V p) {
  using T = Scalar<V>;
  const V sine = start.half.sine, cosine = start.half.cosine;
  PanelPoint<V> point;
  point.step = T(4) / (T(1) + p * p);
  const V r = T(-0.5) * p * point.step;
  const V delta = r * MulAdd(sine, p, start.side * cosine);
  const V epsilon = r * MulAdd(cosine, p, -start.side * sine);
  const V x = delta * start.per_sine;
  const V y = epsilon * start.per_cosine;
  point.gap = T(-2) * delta * (T(2) * sine + delta);
  point.log_density =
      start.kappa * point.gap + start.power * LogOnePlus(x + y + x * y);
  point.half = {sine + delta, cosine + epsilon};
  return point;
}

// The slope of log q towards the start, by the angle.
template <class V>
TFI_FUNCTION V PanelSlope(const PanelStart<V>& start,
                          const HalfAngle<V>& half) {
  using T = Scalar<V>;
  const V sine = T(2) * half.sine * half.cosine;
  const V cosine = (half.cosine - half.sine) * (half.cosine + half.sine);
  return start.side * (start.power * cosine / sine - start.kappa * sine);
}

// P.
template <class V>
TFI_FUNCTION V PanelEnd(const PanelStart<V>& start) {
  using T = Scalar<V>;
  constexpr T kFall = 38;
  constexpr int kNewtonSteps = 3;
  const HalfAngle<V>& half = start.half;
  const V sine = T(2) * half.sine * half.cosine;
  const V cosine = (half.cosine - half.sine) * (half.cosine + half.sine);
  // -log q falls by slope s + curvature s^2 / 2 + ...
  const V slope = Max(PanelSlope(start, half), V{});
  const V curvature = start.kappa * cosine + start.power / (sine * sine);
  const V root = Sqrt(
      Max(slope * slope + T(2 * kFall) * curvature, Broadcast<V>(T(1e-300))));
  const auto towards_zero = start.side > T(0);
  const V near = Select(towards_zero, half.sine, half.cosine);
  const V far = Select(towards_zero, half.cosine, half.sine);
  const V limit = near / (T(1) + far);  // where t is 0 or pi
  V p = Min(T(0.5 * kFall) / (slope + root), limit);
  TFI_UNROLL(1)
  for (int i = 0; i < kNewtonSteps; ++i) {
    const auto point = MakePanelPoint(start, p);
    const V fall = PanelSlope(start, point.half) * point.step;
    const V step = (T(kFall) + point.log_density) / fall;
    // Where q rises first, or a step goes far, by factors of 2.
    const V next = Select(fall > T(0), p + step, p + p);
    p = Min(Min(Max(next, T(0.5) * p), p + p), limit);
  }
  return p;
}

}  // namespace internal

// Calls use(weight, point) for the nodes of the panel from `start`, where
// weight is that of dt, with q(t) / q(theta). `side` is 1 towards 0, -1 towards
// pi; power = m - 2.
template <class V, class Use>
TFI_FUNCTION void ForEachPanelNode(V power, V kappa, const HalfAngle<V>& start,
                                   V side, Use use) {
  using T = Scalar<V>;
  constexpr int kNodes = sizeof(kPanelNodes) / sizeof(*kPanelNodes);
  const internal::PanelStart<V> panel(power, kappa, start, side);
  const V end = internal::PanelEnd(panel);
  TFI_UNROLL(1)
  for (int i = 0; i < kNodes; ++i) {
    const auto point = internal::MakePanelPoint(panel, end * T(kPanelNodes[i]));
    // exp(-700) is nothing beside the rest.
    const V density =
        ExpOfModerate(Max(point.log_density, Broadcast<V>(T(-700))));
    use(end * T(kPanelWeights[i]) * point.step * density, point);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_PANEL_H_
