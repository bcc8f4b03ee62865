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
// above exp(-F) q(theta), or to that end:
//
//   int q(t) / q(theta) f(t) dt,  t = theta -+ s,  p = tan(s/4) = P x,
//
// by one Gauss-Legendre rule whose nodes x are drawn to 0, or by another from
// the maximum of q. q is an entire
// function of s for every integer m >= 2, so the rule converges geometrically.
// With v = 1 - cos s, w = cos(theta), and g for +- sin s, upper signs towards
// 0,
//
//   cos t - w = sin(theta) g - w v,
//   sin t / sin(theta) - 1 = e = -v - cot(theta) g,
//   log(q(t) / q(theta)) = S g - (kappa w + m - 2) v
//                          + (m - 2) (log(1 + e) - e),
//
// where S = kappa sin(theta) - (m - 2) cot(theta) is minus the slope of log q.
// Near the maximum of q the two terms of log q cancel in S alone: this way the
// error does not grow with m, and S comes from the caller, who knows how its
// rounding enters elsewhere.
//
// P is found by Newton's method for log(q(t) / q(theta)) = -F from its Taylor
// polynomial; the rule does not need it exactly. F = 38 in double, 19 in float.
// Over m from 2 to 6e5 and kappa from 1e-8 to 1e12, q falls by exp(-35) to
// exp(-45) along panels in double that do not reach an end, but for some with m
// from 15 to 60 that come near one: there q is close to a power of the
// distance, and falls by up to exp(-130)
// (tests/special/von_mises_fisher_test.cc).

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_PANEL_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_PANEL_H_

#include "kernels/special/exp.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/von_mises_fisher_coefficients.h"

TFI_BEGIN_NAMESPACE

// The least sine of an angle in the formulas below: by far none of the angles
// that are smaller matters, and nothing overflows.
template <class T>
inline constexpr T kTinySine = std::is_same<T, double>::value ? 1e-120 : 1e-10;

// Where a panel starts, and which way it goes.
template <class V>
struct PanelStart {
  V power;  // m - 2
  V cosine;
  // Times 1 on a panel towards 0, times -1 on one towards pi:
  V sine, cotangent, per_sine;
  V rise;   // S
  V bend;   // kappa w + m - 2
  V limit;  // p where t is 0 or pi
};

// theta in (0, pi) by 1 - cos(theta) and 1 + cos(theta), each to full relative
// accuracy, its sine, at least kTinySine, and its cosine;
// and S sin(theta) = kappa sin(theta)^2 - (m - 2) cos(theta). `side` is 1 for a
// panel towards 0, -1 for one towards pi.
template <class V>
TFI_FUNCTION PanelStart<V> MakePanelStart(V power, V kappa, V one_minus_cosine,
                                          V one_plus_cosine, V sine, V cosine,
                                          V rise_by_sine, V side) {
  using T = Scalar<V>;
  PanelStart<V> start;
  start.power = power;
  start.cosine = cosine;
  start.sine = side * sine;
  start.per_sine = T(1) / start.sine;
  start.cotangent = cosine * start.per_sine;
  start.rise = rise_by_sine * start.per_sine;
  start.bend = MulAdd(kappa, cosine, power);
  const auto towards_zero = side > T(0);
  const V near = Select(towards_zero, one_minus_cosine, one_plus_cosine);
  const V far = Select(towards_zero, one_plus_cosine, one_minus_cosine);
  // tan(u/4) = sin(u/2) / (1 + cos(u/2)), by sine where 1 -+ cos is 0.
  const V half = Max(Sqrt(T(0.5) * near), T(0.5) * sine);
  start.limit = half / (T(1) + Sqrt(T(0.5) * far));
  return start;
}

// An angle t = theta -+ s on a panel.
template <class V>
struct PanelPoint {
  V half_step;      // ds/dp / 2
  V sine, versine;  // sin s and 1 - cos s
  V excess;         // e
  V gap;            // cos t - cos(theta)
  V smooth;         // log(q(t) / q(theta)), but for what LogDensity() adds
};

namespace internal {

// log(1 + z) - z, for z > -1, with an error of 2 eps of itself for z in
// [-1/3, 1/2] and of 2 eps of max(|log(1 + z)|, |z|) elsewhere. MinusLogOnePlus
// of ratio.h is right to 3 eps everywhere, and takes nearly twice the time.
template <class V>
TFI_FUNCTION V LogOnePlusMinus(V z) {
  using T = Scalar<V>;
  const LogRatioParts<V> log = SplitLogOnePlus(z);
  const V s = log.s, s2 = s + s;
  // Where the exponent is 0, 2 s - z = -z s.
  const V first = Select(log.exponent == T(0), -z * s, s2 - z);
  return log.exponent * kLog2High<V> +
         (first + (s2 * (s * s) * log.excess + log.exponent * kLog2Low<V>));
}

}  // namespace internal

template <class V>
TFI_FUNCTION PanelPoint<V> MakePanelPoint(const PanelStart<V>& start, V p) {
  using T = Scalar<V>;
  PanelPoint<V> point;
  point.half_step = T(2) / MulAdd(p, p, Broadcast<V>(1));
  const V half_sine = p * point.half_step;  // sin(s/2)
  const V chord = half_sine + half_sine;
  point.versine = chord * half_sine;
  point.sine = chord * (point.half_step - T(1));
  // By rounding it may reach -1 before the end of the interval.
  point.excess = Max(-MulAdd(start.cotangent, point.sine, point.versine),
                     Broadcast<V>(T(-1) + std::numeric_limits<T>::epsilon()));
  point.gap = start.sine * point.sine - start.cosine * point.versine;
  point.smooth = start.rise * point.sine - start.bend * point.versine;
  return point;
}

// log(q(t) / q(theta)).
template <class V>
TFI_FUNCTION V LogDensity(V power, V excess, V smooth) {
  return MulAdd(power, internal::LogOnePlusMinus(excess), smooth);
}

namespace internal {

// The slope of log q by p.
template <class V>
TFI_FUNCTION V PanelSlope(const PanelStart<V>& start,
                          const PanelPoint<V>& point) {
  using T = Scalar<V>;
  const V cosine = T(1) - point.versine;
  const V excess_slope = -MulAdd(start.cotangent, cosine, point.sine);
  return T(2) * point.half_step *
         (start.rise * cosine - start.bend * point.sine -
          start.power * (point.excess * excess_slope / (T(1) + point.excess)));
}

// P.
template <class V>
TFI_FUNCTION V PanelEnd(const PanelStart<V>& start) {
  using T = Scalar<V>;
  constexpr T kFall = kIsDouble<V> ? 38 : 19;
  constexpr int kNewtonSteps = 2;
  // -log q falls by slope s + curvature s^2 / 2 + ...
  const V slope = Max(-start.rise, V{});
  const V curvature =
      start.bend + start.power * (start.cotangent * start.cotangent);
  const V root = Sqrt(Max(slope * slope + T(2 * kFall) * curvature,
                          Broadcast<V>(std::numeric_limits<T>::min())));
  V p = Min(T(0.5 * kFall) / (slope + root), start.limit);
  TFI_UNROLL(1)
  for (int i = 0; i < kNewtonSteps; ++i) {
    const PanelPoint<V> point = MakePanelPoint(start, p);
    const V fall = -PanelSlope(start, point);
    const V step =
        (kFall + LogDensity(start.power, point.excess, point.smooth)) / fall;
    // Where q rises first, or a step goes far, by factors of 2.
    const V next = Select(fall > T(0), p + step, p + p);
    p = Min(Min(Max(next, T(0.5) * p), p + p), start.limit);
  }
  return p;
}

// In three loops over a block of nodes: each node is a long chain of operations
// that wait for each other, and one loop would not have enough nodes under way
// to fill the time: the derivative took a fifth longer so with AVX-512.
template <class V, class T, int kNodes, class Use>
TFI_FUNCTION void ForEachNode(const PanelStart<V>& start,
                              const T (&nodes)[kNodes],
                              const T (&weights)[kNodes], Use use) {
  // exp of this is nothing beside the rest.
  constexpr T kLeast = kIsDouble<V> ? -700 : -80;
  // A device has other threads to fill the time with, and no room.
  constexpr int kBlock = kIsScalar<V> ? 1 : kNodes;
  const V end = PanelEnd(start);
  const V twice = end + end;
  TFI_UNROLL(1)
  for (int first = 0; first < kNodes; first += kBlock) {
    V weight[kBlock], gap[kBlock], excess[kBlock], log_density[kBlock];
    TFI_UNROLL(1)
    for (int i = 0; i < kBlock; ++i) {
      const PanelPoint<V> point = MakePanelPoint(start, end * nodes[first + i]);
      weight[i] = twice * weights[first + i] * point.half_step;
      gap[i] = point.gap;
      excess[i] = point.excess;
      log_density[i] = point.smooth;
    }
    TFI_UNROLL(1)
    for (int i = 0; i < kBlock; ++i) {
      log_density[i] = LogDensity(start.power, excess[i], log_density[i]);
    }
    TFI_UNROLL(1)
    for (int i = 0; i < kBlock; ++i) {
      const V density =
          ExpOfModerate(Max(log_density[i], Broadcast<V>(kLeast)));
      use(weight[i] * density, gap[i]);
    }
  }
}

}  // namespace internal

// Calls use(weight, gap) for the nodes of the panel, where weight is that of
// dt, with q(t) / q(theta), and gap is cos t - cos(theta).
template <class V, class Use>
TFI_FUNCTION void ForEachPanelNode(const PanelStart<V>& start, Use use) {
  if constexpr (kIsDouble<V>) {
    internal::ForEachNode(start, kPanelNodesDouble, kPanelWeightsDouble, use);
  } else {
    internal::ForEachNode(start, kPanelNodesFloat, kPanelWeightsFloat, use);
  }
}

// The same from the maximum of q, where panels are longest.
template <class V, class Use>
TFI_FUNCTION void ForEachModeNode(const PanelStart<V>& mode, Use use) {
  static_assert(kIsDouble<V>);
  internal::ForEachNode(mode, kModeNodes, kModeWeights, use);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_PANEL_H_
