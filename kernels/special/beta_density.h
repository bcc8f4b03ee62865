// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Log densities of a Beta(a, c) variable x and of its logit y = log(x/(1-x)),
// with their derivatives. With u = x, v = 1 - x, n = a + c,
//
//   log p(y) = a log u + c log v - log B(a, c),  log p(x) = log p(y) - log(u
//   v).
//
// For large concentrations these are differences of numbers of size n. In the
// saddle-point form (C. Loader, "Fast and accurate computation of binomial
// probabilities", 2000), with g(t) = t - 1 - log t, t1 = u n/a, t2 = v n/c and
// Binet's function s,
//
//   log p(y) = -a g(t1) - c g(t2) + log(a c/(2 pi n))/2 + s(n) - s(a) - s(c),
//   log p(x) = log p(y) - log(t1 t2) + log(n^2/(a c)),
//
// nothing large cancels. t1 - 1 = (u c - a v)/a comes from a determinant that
// is exact for the exact 1 - x. Where t is far from 1, (a-1) log t - a (t - 1)
// stands for -a g(t) - log t. If a or c is below 1, the same is done with 1 +
// a, 1 + c, 1 + n, by lgamma t = lgamma(1 + t) - log t.
//
// Errors are from tests/special/beta_density_test.cc, concentrations from 1e-6
// to 1e10, at samples, in tails to 1e-36 and at the ends.
//
// Reference: DLMF 5.11.1.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BETA_DENSITY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BETA_DENSITY_H_

#include "kernels/special/binet.h"
#include "kernels/special/double_word.h"
#include "kernels/special/exp.h"
#include "kernels/special/function.h"
#include "kernels/special/lgamma_divergence.h"
#include "kernels/special/number.h"
#include "kernels/special/polygamma.h"
#include "kernels/special/ratio.h"
#include "kernels/special/tiny_log.h"
#include "kernels/special/wide_range.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// A point between 0 and 1, both parts with relative accuracy.
template <class V>
struct UnitPoint {
  V u, v;  // x and 1 - x
  V det;   // u c - a v, which is n x - a
};

template <class V>
struct BetaDensity {
  V value;
  V da, dc;
};

// -a g(t), less log t where kOfX; `log` is log t.
template <bool kOfX, class V>
TFI_FUNCTION V MinusDeviance(V a, const Ratio<V>& t, V w, V log) {
  using T = Scalar<V>;
  if constexpr (kOfX) {
    return Select(t.near, -a * t.G(w) - log, (a - T(1)) * log - a * w);
  } else {
    return -a * t.G(w);
  }
}

// a, c >= 1, or >= kBinetLarge. kOfX: of x, otherwise of y.
template <bool kOfX, bool kLarge, class V>
TFI_FUNCTION BetaDensity<V> LargeBetaDensity(V a, V c, const UnitPoint<V>& x) {
  using T = Scalar<V>;
  const V n = a + c;
  const V ia = T(1) / a, ic = T(1) / c, in = T(1) / n;
  const V ua = BinetU(a), uc = BinetU(c), un = BinetU(n);
  const V w1 = x.det * ia, w2 = -(x.det * ic);
  const Ratio<V> t1 = SplitRatio(x.u * n, a, x.det);
  const Ratio<V> t2 = SplitRatio(x.v * n, c, -x.det);
  const V log1 = t1.Log(), log2 = t2.Log();
  const V binet = BinetOf<kLarge, 0>(un) -
                  (BinetOf<kLarge, 0>(ua) + BinetOf<kLarge, 0>(uc));
  // n / max(a, c) is in [1, 2]: no product overflows.
  const V ratio = (n * ia) * (n * ic);
  const V log_scale = T(0.5) * (kOfX ? LogRatio(ratio * n, Broadcast<V>(1))
                                     : -LogRatio(ratio, n));
  BetaDensity<V> r;
  r.value = (MinusDeviance<kOfX>(a, t1, w1, log1) +
             MinusDeviance<kOfX>(c, t2, w2, log2)) +
            (log_scale + (binet - kHalfLogTwoPi<T>));
  // log u - psi(a) + psi(n), psi t = log t - 1/(2 t) + s'(t).
  const V of_n = BinetOf<kLarge, 1>(un) - T(0.5) * in;
  r.da = log1 + ((T(0.5) * ia - BinetOf<kLarge, 1>(ua)) + of_n);
  r.dc = log2 + ((T(0.5) * ic - BinetOf<kLarge, 1>(uc)) + of_n);
  return r;
}

// What the formula for small concentrations has beside a log t1 + c log t2,
// t1 = u (1+n)/(1+a), t2 = v (1+n)/(1+c), but for log(a c/n) in the value; and
// in da and dc beside log t1 and log t2.
template <class V>
struct SmallBetaScale {
  V value;
  V da, dc;
  V product;     // a c/n
  V a1, c1, n1;  // 1 + a and so on
};

template <class V>
TFI_FUNCTION SmallBetaScale<V> MakeSmallBetaScale(V a, V c) {
  using T = Scalar<V>;
  const V n = a + c;
  SmallBetaScale<V> r;
  r.a1 = T(1) + a;
  r.c1 = T(1) + c;
  r.n1 = T(1) + n;
  const V in = T(1) / n;
  const V ua = BinetU(r.a1), uc = BinetU(r.c1), un = BinetU(r.n1);
  const V binet =
      BinetOf<false, 0>(un) - (BinetOf<false, 0>(ua) + BinetOf<false, 0>(uc));
  r.product = Min(a, c) * (Max(a, c) * in);
  r.value = T(0.5) * LogRatio(r.n1, r.a1 * r.c1) +
            (binet + (T(1) - kHalfLogTwoPi<T>));
  const V of_n = BinetOf<false, 1>(un) - T(0.5) / r.n1;
  r.da = (T(0.5) / r.a1 - BinetOf<false, 1>(ua)) + of_n + (c * in) / a;
  r.dc = (T(0.5) / r.c1 - BinetOf<false, 1>(uc)) + of_n + (a * in) / c;
  return r;
}

// Any a and c.
template <bool kOfX, class V>
TFI_FUNCTION BetaDensity<V> SmallBetaDensity(V a, V c, const UnitPoint<V>& x) {
  using T = Scalar<V>;
  const SmallBetaScale<V> scale = MakeSmallBetaScale(a, c);
  const V log1 = SplitRatio(x.u * scale.n1, scale.a1, x.det - x.v).Log();
  const V log2 = SplitRatio(x.v * scale.n1, scale.c1, -(x.det + x.u)).Log();
  V power1 = a, power2 = c, divisor = Broadcast<V>(1);
  if constexpr (kOfX) {
    // Less log(u v), where it cancels the least: u is t1 (1+a)/(1+n).
    const auto low1 = a < T(0.5), low2 = c < T(0.5);
    power1 = Select(low1, a, a - T(1));
    power2 = Select(low2, c, c - T(1));
    divisor = Select(low1, x.u, scale.a1 / scale.n1) *
              Select(low2, x.v, scale.c1 / scale.n1);
  }
  return {(power1 * log1 + power2 * log2) +
              (LogRatio(scale.product, divisor) + scale.value),
          scale.da + log1, scale.dc + log2};
}

// Any a and c, where x is so small that 1 - x is 1, given log x.
template <bool kOfX, class V>
TFI_FUNCTION BetaDensity<V> TailBetaDensity(V a, V c, V log_x) {
  using T = Scalar<V>;
  const SmallBetaScale<V> scale = MakeSmallBetaScale(a, c);
  const V log_first = LogRatio(scale.n1, scale.a1);
  const V log2 = SplitRatio(scale.n1, scale.c1, a).Log();
  const V power = kOfX ? a - T(1) : a;
  const V of_x = Select(power == T(0), V{}, power * log_x);
  const V rest = a * log_first + c * log2;
  return {
      of_x + (rest + (LogRatio(scale.product, Broadcast<V>(1)) + scale.value)),
      scale.da + (log_x + log_first), scale.dc + log2};
}

// kRegion of ShapeRegionOf.
template <bool kOfX, int kRegion, class V>
TFI_FUNCTION BetaDensity<V> BetaDensityInRegion(V a, V c,
                                                const UnitPoint<V>& x) {
  if constexpr (kRegion == kShapeSmall) {
    return SmallBetaDensity<kOfX>(a, c, x);
  } else {
    return LargeBetaDensity<kOfX, kRegion == kShapeLarge>(a, c, x);
  }
}

}  // namespace internal

// (a, c, x, 1-x) -> log p(x) and its derivatives in a, c and x. Of x and 1-x
// the lesser counts, and the other is taken as its exact complement.
//
// Types: float, double and vectors of them.
// Max error measured, in eps: value 12 of max(1, |value|, |x d/dx|); d/da and
// d/dc 2.4 of |log(x n/a)| + |psi(a) - log a| + |psi(n) - log n|; d/dx 1.8 of
// (1 + |n x - a|)/(x (1-x)).
// Valid range: concentrations as in beta_divergence.h, NaN elsewhere. Outside
// of [0, 1] the log density is -infinity with derivatives 0; at 0 and 1 it is
// the limit.
struct BetaLogProbFormulas {
  static constexpr int kInputs = 4, kOutputs = 4;
  static constexpr int kParameters = 2;
  template <class T>
  static constexpr int kRegions = kShapeRegions<T> + 1;

  template <class V>
  static TFI_FUNCTION auto InRange(const V (&in)[kInputs]) {
    return IsOrdinaryConcentration(in[0]) & IsOrdinaryConcentration(in[1]);
  }

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    using T = Scalar<V>;
    return Select(Min(in[2], in[3]) < kTinyX<T>,
                  Integer<V>{} + ScalarInteger<V>(kShapeRegions<T>),
                  ShapeRegionOf(Min(in[0], in[1])));
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V a = in[0], c = in[1];
    const auto lower = in[2] <= in[3];
    const V least = Select(lower, in[2], in[3]);
    internal::BetaDensity<V> r;
    V dx;
    if constexpr (kRegion == kShapeRegions<T>) {
      const V near = Select(lower, a, c), far = Select(lower, c, a);
      const auto side =
          internal::TailBetaDensity<true>(near, far, TinyLog(least));
      r = {side.value, Select(lower, side.da, side.dc),
           Select(lower, side.dc, side.da)};
      const V pole = (near - T(1)) / least;
      const V inward = Select(near == T(1), V{}, pole) - (far - T(1));
      dx = Select(lower, inward, -inward);
    } else {
      // 1 - least, exactly.
      const DoubleWord<V> rest = ExactSum(Broadcast<V>(1), -least);
      const V u = Select(lower, least, rest.high);
      const V v = Select(lower, rest.high, least);
      const V det = DifferenceOfProducts(u, c, a, v) +
                    Select(lower, -a * rest.low, c * rest.low);
      r = internal::BetaDensityInRegion<true, kRegion>(
          a, c, internal::UnitPoint<V>{u, v, det});
      dx = -(det + (v - u)) / (u * v);
    }
    const auto outside =
        (in[2] < T(0)) | (in[2] > T(1)) | (in[3] < T(0)) | (in[3] > T(1));
    const auto valid = (in[2] == in[2]) & (in[3] == in[3]);
    const V values[] = {r.value, r.da, r.dc, dx};
    for (int k = 0; k < kOutputs; ++k) {
      const V none = k == 0 ? -Infinity<V>() : V{};
      out[k] = Select(outside, none, Select(valid, values[k], NaN<V>()));
    }
  }
};

// (a, c, y) -> log p(y) of the logit y = log(x/(1-x)) and its derivatives in a,
// c and y.
//
// Types: float, double and vectors of them.
// Max error measured, in eps: value 4 of max(1, |value|, |y d/dy|); d/da and
// d/dc 1.5 as above, and of |y| (1-x) or |y| x; d/dy 1.6 of a (1-x) + c x.
// Valid range: as above; any y, the limit -infinity at both infinities.
struct LogitBetaLogProbFormulas {
  static constexpr int kInputs = 3, kOutputs = 4;
  static constexpr int kParameters = 2;
  template <class T>
  static constexpr int kRegions = kShapeRegions<T> + 1;

  template <class V>
  static TFI_FUNCTION auto InRange(const V (&in)[kInputs]) {
    return IsOrdinaryConcentration(in[0]) & IsOrdinaryConcentration(in[1]);
  }

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    using T = Scalar<V>;
    return Select(Abs(in[2]) > -kTinyLogX<T>,
                  Integer<V>{} + ScalarInteger<V>(kShapeRegions<T>),
                  ShapeRegionOf(Min(in[0], in[1])));
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V a = in[0], c = in[1], y = in[2];
    const auto lower = y < T(0);
    internal::BetaDensity<V> r;
    V dy;
    if constexpr (kRegion == kShapeRegions<T>) {
      const V near = Select(lower, a, c), far = Select(lower, c, a);
      const auto side = internal::TailBetaDensity<false>(near, far, -Abs(y));
      r = {side.value, Select(lower, side.da, side.dc),
           Select(lower, side.dc, side.da)};
      dy = Select(lower, a, -c);
    } else {
      // e = exp(-|y|) = (1 + fraction) 2^power. Where the power is 0, y is
      // small, and 1 - e is known better than e.
      const auto reduced = internal::ReduceExp(-Abs(y), V{});
      const V power = reduced.n, fraction = reduced.Fraction();
      const V e = (T(1) + fraction) * PowerOfTwo(power);
      const V larger = T(1) / (T(1) + e), smaller = e * larger;
      const V u = Select(lower, smaller, larger);
      const V v = Select(lower, larger, smaller);
      const V many = Select(lower, c, -a);
      const V det = Select(power == T(0), MulAdd(many, fraction, c - a),
                           MulAdd(many, e, Select(lower, -a, c))) *
                    larger;
      r = internal::BetaDensityInRegion<false, kRegion>(
          a, c, internal::UnitPoint<V>{u, v, det});
      dy = -det;
    }
    const V values[] = {r.value, r.da, r.dc, dy};
    for (int k = 0; k < kOutputs; ++k) {
      out[k] = Select(y == y, values[k], NaN<V>());
    }
  }
};

using BetaLogProbFunction = WithWideRange<BetaLogProbFormulas>;
using LogitBetaLogProbFunction = WithWideRange<LogitBetaLogProbFormulas>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BETA_DENSITY_H_
