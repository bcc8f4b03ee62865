// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// KL(Beta(a, c) || Beta(b, d)) and its four derivatives, as sums of terms of
// one sign: with relative accuracy however close or far the two are.
//
// Notation as in lgamma_divergence.h, B_s(y, x) = (y-x)^2 s[x,x,y] that of
// Binet's function, s1 = a + c, s2 = b + d, p = (a, c)/s1, q = (b, d)/s2,
// det = a d - b c; a s2/(b s1) - 1 = det/(b s1) and so on. (a, b) is the pair
// of the greater sum. The divergence is
//
//   b g(p1/q1) + d g(p2/q2) + D(b, a) + D(d, c) - D(s2, s1).
//
// What is subtracted can be nearly all of D(b, a), where c and d are small. In
// parts that do not cancel, with
//
//   pole = p2 g(b/a) + p1 g(d/c) + p1 g(q1/p1) + p2 g(q2/p2)
//        = g(b/a) + g(d/c) - g(s2/s1),
//
// all concentrations >= 1:
//
//   KL = b g(p1/q1) + d g(p2/q2) + pole/2 + B_s(b, a) + B_s(d, c) - B_s(s2,
//   s1),
//
// where each B_s is about 1/(3 t) of the g/2 beside it; and for any,
//
//   KL = pole + Phi + half/2 + S
//   Phi  = (1+b) g(P1/Q1) + d g(P2/Q2) - d g(tau)
//   half = P2 g((1+b)/(1+a)) - P2 g(d/c) - g(rho) + P1 g(Q1/P1) + P2 g(Q2/P2)
//   S    = B_s(1+d, 1+c) - [B_s(1+s2, 1+s1) - B_s(1+b, 1+a)]
//
// with P = (1+a, c)/(1+s1), Q = (1+b, d)/(1+s2), tau = c (1+d)/(d (1+c)),
// rho = (1+d)/(1+c). Each group vanishes like c where c and d do; in S that
// takes differences of third order.
//
// Measured errors in eps (tests/special/beta_divergence_test.cc), at pairs of
// all distances, concentrations from 1e-8 to 1e10: value 7.8; derivatives 3.2
// of the sum of the sizes of their terms.
//
// References: S. Amari, H. Nagaoka, Methods of Information Geometry
// (2000), 3.4, for the divergence of an exponential family as a Bregman
// divergence; DLMF 5.11.1.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETA_DIVERGENCE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETA_DIVERGENCE_H_

#include "kernels/special/binet.h"
#include "kernels/special/function.h"
#include "kernels/special/lgamma_divergence.h"
#include "kernels/special/number.h"
#include "kernels/special/ratio.h"
#include "kernels/special/wide_range.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// g(t), g(1/t) and log t of a ratio t = p/q.
template <class V>
struct BothWays {
  V forward;
  V backward;
  V log;
};

// For difference = p - q, t - 1 and 1/t - 1.
template <class V>
TFI_FUNCTION BothWays<V> MakeBothWays(V p, V q, V difference, V w,
                                      V w_inverse) {
  const Ratio<V> r = SplitRatio(p, q, difference);
  return {r.G(w), r.GInverse(w_inverse), r.Log()};
}

// Of s at nodes x, y >= 1 and X = x + c, Y = y + d, from their u: s[x,x,y] and
// s[X,X,Y] - s[x,x,y], the latter small with c and d:
//
//   s[X,X,Y] - s[x,x,y] = c s[x,X,X,Y] + c s[x,x,X,Y] + d s[x,x,y,Y].
template <class V>
struct BinetShift {
  V xxy;
  V shift;
};

template <class V>
TFI_FUNCTION BinetShift<V> ShiftBinet(V ux, V uy, V uX, V uY, V c, V d) {
  const auto& k = BinetCoefficients<V, false>();
  constexpr int kSize = sizeof(k) / sizeof(k[0]);
  V f0 = Broadcast<V>(k[kSize - 1]);
  V xx{}, xxy{}, xxyY{}, xxY{}, xxYX{}, xX{}, xXX{}, xXXY{};
  TFI_UNROLL(64)
  for (int i = kSize - 2; i >= -1; --i) {
    xx = MulAdd(ux, xx, f0);
    xxy = MulAdd(uy, xxy, xx);
    xxyY = MulAdd(uY, xxyY, xxy);
    xxY = MulAdd(uY, xxY, xx);
    xxYX = MulAdd(uX, xxYX, xxY);
    xX = MulAdd(uX, xX, f0);
    xXX = MulAdd(uX, xXX, xX);
    xXXY = MulAdd(uY, xXXY, xXX);
    if (i >= 0) f0 = MulAdd(ux, f0, Broadcast<V>(k[i]));
  }
  const V xx2 = ux * ux;
  return {xx2 * uy * xxy,
          -((d * uY) * (xx2 * uy * xxyY) +
            (c * uX) * (uY * MulAdd(xx2, xxYX, ux * uX * xXXY)))};
}

// The divergence of Beta(a, c) and Beta(b, d), c and d the lesser pair.
template <class V>
struct BetaPair {
  V a, c, b, d;
  V delta, eta;  // b - a, d - c
  V det;         // a d - b c
};

template <class V>
struct BetaPairDivergence {
  V value;
  V da, dc, db, dd;
};

// Reciprocals, and the two ratios of the means.
template <class V>
struct BetaPairMeans {
  V ia, ic, ib, id, s1, s2, is1, is2;
  V wba, wdc;  // b/a - 1, d/c - 1
  V gdc;       // g(d/c)
  BothWays<V> first, second;
  V pole;
};

template <class V>
TFI_FUNCTION BetaPairMeans<V> MakeBetaPairMeans(const BetaPair<V>& in) {
  using T = Scalar<V>;
  BetaPairMeans<V> m;
  m.s1 = in.a + in.c;
  m.s2 = in.b + in.d;
  m.is1 = T(1) / m.s1;
  m.is2 = T(1) / m.s2;
  m.ia = T(1) / in.a;
  m.ic = T(1) / in.c;
  m.ib = T(1) / in.b;
  m.id = T(1) / in.d;
  m.first = MakeBothWays(in.a * m.s2, in.b * m.s1, in.det,
                         in.det * m.ib * m.is1, -(in.det * m.ia * m.is2));
  m.second = MakeBothWays(in.c * m.s2, in.d * m.s1, -in.det,
                          -(in.det * m.id * m.is1), in.det * m.ic * m.is2);
  m.wba = in.delta * m.ia;
  m.wdc = in.eta * m.ic;
  m.gdc = SplitRatio(in.d, in.c, in.eta).G(m.wdc);
  const V p1 = in.a * m.is1, p2 = in.c * m.is1;
  const V gba = SplitRatio(in.b, in.a, in.delta).G(m.wba);
  m.pole = (p2 * gba + p1 * m.gdc) +
           (p1 * m.first.backward + p2 * m.second.backward);
  return m;
}

// -delta psi'(a) + (delta + eta) psi'(s1) = det/(a s1) - delta h''(a) + ...
template <class V>
TFI_FUNCTION void SetBetaPairGradient(const BetaPair<V>& in,
                                      const BetaPairMeans<V>& m, V curve1,
                                      V curve2, V curve0, V slope1, V slope2,
                                      V slope0, BetaPairDivergence<V>* r) {
  r->da = in.det * m.ia * m.is1 - curve1 + curve0;
  r->dc = -(in.det * m.ic * m.is1) - curve2 + curve0;
  r->db = (slope1 - slope0) - m.first.log;
  r->dd = (slope2 - slope0) - m.second.log;
}

// All concentrations >= 1, or >= kBinetLarge.
template <bool kLarge, class V>
TFI_FUNCTION BetaPairDivergence<V> LargeBetaDivergence(const BetaPair<V>& in) {
  using T = Scalar<V>;
  const BetaPairMeans<V> m = MakeBetaPairMeans(in);
  const V both = in.delta + in.eta;
  const V ua = BinetU(in.a), uc = BinetU(in.c), u1 = BinetU(m.s1);
  const auto first = DivideBinet<kLarge>(ua, BinetU(in.b), in.delta);
  const auto second = DivideBinet<kLarge>(uc, BinetU(in.d), in.eta);
  const auto sum = DivideBinet<kLarge>(u1, BinetU(m.s2), both);
  BetaPairDivergence<V> r;
  r.value = (in.b * m.first.forward + in.d * m.second.forward) +
            MulAdd(Broadcast<V>(T(0.5)), m.pole,
                   first.value + second.value - sum.value);
  const V w0 = both * m.is1;
  const auto curve = [](V w, V t, V it, V u) {
    return w * MulAdd(t, BinetOf<kLarge, 2>(u), T(0.5) * it);
  };
  SetBetaPairGradient(in, m, curve(m.wba, in.a, m.ia, ua),
                      curve(m.wdc, in.c, m.ic, uc), curve(w0, m.s1, m.is1, u1),
                      T(0.5) * m.wba * m.ib + first.slope,
                      T(0.5) * m.wdc * m.id + second.slope,
                      T(0.5) * w0 * m.is2 + sum.slope, &r);
  return r;
}

// Any concentrations.
template <class V>
TFI_FUNCTION BetaPairDivergence<V> SmallBetaDivergence(const BetaPair<V>& in) {
  using T = Scalar<V>;
  const BetaPairMeans<V> m = MakeBetaPairMeans(in);
  const V c = in.c, d = in.d, delta = in.delta, eta = in.eta;
  const V both = delta + eta;
  const V a1 = T(1) + in.a, b1 = T(1) + in.b, c1 = T(1) + c, d1 = T(1) + d;
  const V n1 = T(1) + m.s1, n2 = T(1) + m.s2;
  const V in1 = T(1) / n1, in2 = T(1) / n2;
  const V ia1 = T(1) / a1, ib1 = T(1) / b1, ic1 = T(1) / c1;
  const V det1 = in.det + eta;  // (1+a) d - (1+b) c
  const BothWays<V> first = MakeBothWays(a1 * n2, b1 * n1, det1,
                                         det1 * ib1 * in1, -(det1 * ia1 * in2));
  const BothWays<V> second = MakeBothWays(
      c * n2, d * n1, -det1, -(det1 * m.id * in1), det1 * m.ic * in2);
  const V tau_g = SplitRatio(c * d1, d * c1, -eta).G(-(eta * m.id) * ic1);
  const V rho_g = SplitRatio(d1, c1, eta).G(eta * ic1);
  const V ba_g = SplitRatio(b1, a1, delta).G(delta * ia1);
  const V p1 = a1 * in1, p2 = c * in1;
  const V phi = (b1 * first.forward + d * second.forward) - d * tau_g;
  const V half = (p2 * ba_g - p2 * m.gdc - rho_g) +
                 (p1 * first.backward + p2 * second.backward);
  const auto lesser = DivideBinet<false>(BinetU(c1), BinetU(d1), eta);
  const auto shift =
      ShiftBinet(BinetU(a1), BinetU(b1), BinetU(n1), BinetU(n2), c, d);
  // B_s(1+s2, 1+s1) - B_s(1+b, 1+a); both^2 - delta^2 = eta (delta + both).
  const V moved = (eta * (delta + both)) * (shift.xxy + shift.shift) +
                  delta * (delta * shift.shift);
  BetaPairDivergence<V> r;
  r.value = ((m.pole + phi) + T(0.5) * half) + (lesser.value - moved);
  const auto h1 = LgammaDivergenceOf<kShapeSmall>(in.b, in.a, delta);
  const auto h2 = LgammaDivergenceOf<kShapeSmall>(d, c, eta);
  const auto h0 = LgammaDivergenceOf<kShapeSmall>(m.s2, m.s1, both);
  SetBetaPairGradient(in, m, h1.curvature, h2.curvature, h0.curvature, h1.slope,
                      h2.slope, h0.slope, &r);
  return r;
}

template <int kRegion, class V>
TFI_FUNCTION BetaPairDivergence<V> BetaDivergenceInRegion(
    const BetaPair<V>& in) {
  if constexpr (kRegion == kShapeSmall) {
    return SmallBetaDivergence(in);
  } else {
    return LargeBetaDivergence<kRegion == kShapeLarge>(in);
  }
}

}  // namespace internal

// (a, c, b, d) -> KL(Beta(a, c) || Beta(b, d)) and its derivatives in a, c, b
// and d.
//
// Types: float, double and vectors of them.
// Max error: see above. Never negative; 0 with derivatives 0 for equal pairs.
// Valid range: all positive finite float; in double 2^-250 to 2^250. NaN
// elsewhere.
struct BetaDivergenceFormulas {
  static constexpr int kInputs = 4, kOutputs = 5;
  template <class T>
  static constexpr int kRegions = kShapeRegions<T>;

  template <class V>
  static TFI_FUNCTION auto InRange(const V (&in)[kInputs]) {
    return IsOrdinaryConcentration(in[0]) & IsOrdinaryConcentration(in[1]) &
           IsOrdinaryConcentration(in[2]) & IsOrdinaryConcentration(in[3]);
  }

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    return ShapeRegionOf(Min(Min(in[0], in[1]), Min(in[2], in[3])));
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    const V first = in[2] - in[0], second = in[3] - in[1];
    const auto swap = in[1] + in[3] > in[0] + in[2];
    internal::BetaPair<V> pair = {Select(swap, in[1], in[0]),
                                  Select(swap, in[0], in[1]),
                                  Select(swap, in[3], in[2]),
                                  Select(swap, in[2], in[3]),
                                  Select(swap, second, first),
                                  Select(swap, first, second),
                                  V{}};
    pair.det = DifferenceOfProducts(pair.a, pair.d, pair.b, pair.c);
    const auto r = internal::BetaDivergenceInRegion<kRegion>(pair);
    out[0] = Select(r.value < Scalar<V>(0), V{}, r.value);
    out[1] = Select(swap, r.dc, r.da);
    out[2] = Select(swap, r.da, r.dc);
    out[3] = Select(swap, r.dd, r.db);
    out[4] = Select(swap, r.db, r.dd);
  }
};

using BetaDivergenceFunction = WithWideRange<BetaDivergenceFormulas>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETA_DIVERGENCE_H_
