// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Log density and entropy of Dirichlet(alpha) over rows of K components. With
// n = sum alpha, L = log(2 pi)/2, g and Binet's function s as in
// lgamma_divergence.h, t_i = x_i n/alpha_i,
//
//   log p(x) = sum_i [(alpha_i - 1) log x_i - lgamma(alpha_i)] + lgamma(n)
//            = sum_i [-alpha_i g(t_i) - log t_i + log(n^2/alpha_i)/2
//                     - L - s(alpha_i)] + N(n) + n (sum x - 1),
//   H = sum_i [log(2 pi e alpha_i/n^2)/2 + s(alpha_i)
//              - (alpha_i - 1) s'(alpha_i) - 1/(2 alpha_i)]
//       + M(n) - K (psi(n) - log n),
//   N(n) = lgamma(n) - n log n + n,
//   M(n) = n psi(n) - n - lgamma(n),
//
// where nothing of the size of n cancels; a component below 1 by lgamma t =
// lgamma(1+t) - log t likewise. The function of x is that of all its
// components: their sum may differ from 1 by its rounding errors.
//
// Measured errors in eps (tests/special/dirichlet_test.cc), K from 2 to 1000,
// concentrations from 1e-6 to 1e10: log density 13 of max(1, |value|,
// |x_i d/dx_i|, K log(1+n)/16), and 20 in float at the worst of 1e5 random rows
// (tests/math/fuzz_functions.py), where log x_i and lgamma(alpha_i) of 13
// cancel; entropy 3 of max(1, |H|) at K <= 6; derivatives
// 3.2 of the sum of the sizes of their terms.
//
// References: C. Loader, "Fast and accurate computation of binomial
// probabilities", 2000; DLMF 5.11.1, 5.5.2.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_DIRICHLET_DENSITY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_DIRICHLET_DENSITY_H_

#include <stdint.h>

#include "kernels/special/beta_density.h"
#include "kernels/special/beta_entropy.h"
#include "kernels/special/binet.h"
#include "kernels/special/dirichlet_divergence.h"
#include "kernels/special/number.h"
#include "kernels/special/ratio.h"
#include "kernels/special/row_layout.h"
#include "kernels/special/tiny_log.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// What the sum n of a row contributes.
template <class U>
struct DirichletTotal {
  U log_gamma;  // N(n)
  U entropy;    // M(n)
  U digamma;    // psi(n) - log n
  U curvature;  // psi'(n) - 1/n
  DoubleWord<U> sum;
};

template <class M, class U>
TFI_FUNCTION DirichletTotal<U> SelectAll(M mask, const DirichletTotal<U>& x,
                                         const DirichletTotal<U>& y) {
  return {Select(mask, x.log_gamma, y.log_gamma),
          Select(mask, x.entropy, y.entropy),
          Select(mask, x.digamma, y.digamma),
          Select(mask, x.curvature, y.curvature), x.sum};
}

template <bool kSmall, class U>
TFI_FUNCTION DirichletTotal<U> TotalOfSum(U n) {
  using C = Scalar<U>;
  const U one = Broadcast<U>(1);
  DirichletTotal<U> r;
  if constexpr (kSmall) {
    const U n1 = C(1) + n, in1 = C(1) / n1, in = C(1) / n, u = BinetU(n1);
    const U s = BinetOf<false, 0>(u), slope = BinetOf<false, 1>(u);
    const U log_n = LogRatio(n, one), log_n1 = LogRatio(n1, one);
    r.log_gamma = (n * (log_n1 - log_n) + (C(0.5) * log_n1 - log_n)) +
                  (s + (kHalfLogTwoPi<C> - C(1)));
    r.entropy = (log_n - C(0.5) * log_n1) +
                (n * (slope - C(0.5) * in1) - (s + kHalfLogTwoPi<C>));
    r.digamma = ((log_n1 - log_n) - in) + (slope - C(0.5) * in1);
  } else {
    const U in = C(1) / n, u = BinetU(n);
    const U s = BinetOf<false, 0>(u), slope = BinetOf<false, 1>(u);
    const U half_log = C(0.5) * LogRatio(n, one);
    r.log_gamma = s + (kHalfLogTwoPi<C> - half_log);
    r.entropy = half_log + ((n * slope - s) - (kHalfLogTwoPi<C> + C(0.5)));
    r.digamma = slope - C(0.5) * in;
  }
  r.curvature =
      MakeEntropyTerm<kSmall ? kShapeSmall : kShapeMedium>(n, C(0)).curvature;
  return r;
}

template <class Layout, class In>
TFI_FUNCTION DirichletTotal<typename Layout::One> TotalOf(const Layout& layout,
                                                          In alpha) {
  using V = typename Layout::Number;
  using U = typename Layout::One;
  CompensatedSum<V> sum;
  for (int64_t i = layout.First(); i < layout.size; i += layout.Step()) {
    sum.Add(layout.Load(alpha, i, U{}));
  }
  const DoubleWord<U> total = layout.Total(sum);
  auto r = Where<Layout>(total.high < Scalar<U>(1), [&](auto small) {
    return TotalOfSum<small>(total.high);
  });
  r.sum = total;
  return r;
}

template <class V>
struct RowTerm {
  V value, dalpha;
};

template <class M, class V>
TFI_FUNCTION RowTerm<V> SelectAll(M mask, const RowTerm<V>& x,
                                  const RowTerm<V>& y) {
  return {Select(mask, x.value, y.value), Select(mask, x.dalpha, y.dalpha)};
}

// A component's part of log p, and log x - psi(alpha) + psi(n).
template <bool kSmall, class V, class U>
TFI_FUNCTION RowTerm<V> LogProbTerm(V a, V x, const DirichletTotal<U>& total) {
  using T = Scalar<V>;
  const V n = Spread<V>(total.sum.high);
  const V nx = n * x;
  // n x - (alpha, or 1 + alpha), n a double word.
  const V a1 = kSmall ? T(1) + a : a;
  const V gap = kSmall ? (DifferenceOfProducts(n, x, a, Broadcast<V>(1)) - T(1))
                       : DifferenceOfProducts(n, x, a, Broadcast<V>(1));
  const V difference = gap + Spread<V>(total.sum.low) * x;
  const auto tiny = x < kTinyX<T>;
  const Ratio<V> t =
      SplitRatio(Select(tiny, a1, nx), a1, Select(tiny, V{}, difference));
  V log_t = t.Log();
  if (AnyTrue(tiny)) {
    log_t = Select(tiny, TinyLog(x) + LogRatio(n, a1), log_t);
  }
  const V ia1 = T(1) / a1, u = BinetU(a1);
  const V power = a - T(1);
  const V far = Select(power == T(0), V{}, power * log_t);
  RowTerm<V> r;
  if constexpr (kSmall) {
    const V logs = LogRatio(a * n, Broadcast<V>(1)) -
                   T(1.5) * LogRatio(a1, Broadcast<V>(1));
    r.value =
        ((far - difference) + logs) - (BinetOf<false, 0>(u) + kHalfLogTwoPi<T>);
    r.dalpha = log_t + (T(0.5) * ia1 - BinetOf<false, 1>(u)) +
               (T(1) / a + total.digamma);
  } else {
    const V w = difference * ia1;
    const V near = -a * t.G(w) - log_t;
    r.value = Select(t.near & !tiny, near, far - difference) +
              (T(0.5) * LogRatio(n * (n * ia1), Broadcast<V>(1)) -
               (BinetOf<false, 0>(u) + kHalfLogTwoPi<T>));
    r.dalpha = log_t + ((T(0.5) * ia1 - BinetOf<false, 1>(u)) + total.digamma);
  }
  return r;
}

// A component's part of H, and dH/dalpha.
template <bool kSmall, class V, class U>
TFI_FUNCTION RowTerm<V> DirichletEntropyTerm(V a, U shared,
                                             const DirichletTotal<U>& total) {
  using T = Scalar<V>;
  const V n = Spread<V>(total.sum.high);
  const V ia = T(1) / a, one = Broadcast<V>(1);
  const auto term =
      MakeEntropyTerm<kSmall ? kShapeSmall : kShapeMedium>(a, T(1));
  const V constant = term.binet + (kHalfLogTwoPi<T> + T(0.5));
  RowTerm<V> r;
  if constexpr (kSmall) {
    const V a1 = T(1) + a;
    r.value = (T(1.5) * LogRatio(a1, one) - LogRatio(a * n, one)) +
              ((constant - T(1) / a1) - ia);
  } else {
    r.value = T(-0.5) * LogRatio(n * (n * ia), one) + (constant - T(0.5) * ia);
  }
  r.dalpha = (ia - (a - T(1)) * term.curvature) + shared;
  return r;
}

template <class Layout, class In, class Out>
TFI_OUTLINE void OrdinaryDirichletLogProb(const Layout& layout, In alpha, In x,
                                          Out value, Out dalpha, Out dx) {
  using V = typename Layout::Number;
  using U = typename Layout::One;
  using C = Scalar<V>;
  const U one = Broadcast<U>(1);
  const DirichletTotal<U> total = TotalOf(layout, alpha);
  CompensatedSum<V> terms, sum_x;
  typename Layout::Flag outside = layout.Any(V{} != V{}), nan = outside;
  for (int64_t i = layout.First(); i < layout.size; i += layout.Step()) {
    const V a = layout.Load(alpha, i, one);
    const V at = layout.Load(x, i, one);
    outside = outside | layout.Any(at < C(0));
    nan = nan | layout.Any(!(at == at));
    sum_x.Add(layout.Inside(at, i));
    const RowTerm<V> r = Where<Layout>(
        a < C(1), [&](auto small) { return LogProbTerm<small>(a, at, total); });
    terms.Add(layout.Inside(r.value, i));
    const V power = a - C(1);
    layout.Store(r.dalpha, i, dalpha);
    layout.Store(Select(power == C(0), V{}, power / at), i, dx);
  }
  const DoubleWord<U> of_x = layout.Total(sum_x);
  const U excess = (of_x.high - C(1)) + of_x.low;
  U result =
      layout.RoundedTotal(terms) + (total.log_gamma + total.sum.high * excess);
  outside = layout.OfRow(outside);
  nan = layout.OfRow(nan);
  const typename Layout::Flag bad = outside | nan;
  if (AnyTrue(bad)) {
    result = Select(outside, -Infinity<U>(), result);
    result = Select(nan, NaN<U>(), result);
    const Out rows[] = {dalpha, dx};
    for (int64_t i = layout.First(); i < layout.size; i += layout.Step()) {
      for (const Out row : rows) {
        V d = layout.Load(row, i, one);
        d = Select(outside, V{}, d);
        layout.Store(Select(nan, NaN<V>(), d), i, row);
      }
    }
  }
  layout.StoreValue(result, value);
}

template <class Layout, class In, class Out>
TFI_OUTLINE void OrdinaryDirichletEntropy(const Layout& layout, In alpha,
                                          Out value, Out dalpha) {
  using V = typename Layout::Number;
  using U = typename Layout::One;
  using C = Scalar<V>;
  if (layout.size == 1) {
    // A point, whatever alpha: terms of 1 / alpha would have to cancel.
    layout.StoreValue(U{}, value);
    for (int64_t i = layout.First(); i < layout.size; i += layout.Step()) {
      layout.Store(V{}, i, dalpha);
    }
    return;
  }
  const DirichletTotal<U> total = TotalOf(layout, alpha);
  const C k = static_cast<C>(layout.size);
  const U n = total.sum.high;
  const U shared = (n - k) * total.curvature - k / n;
  CompensatedSum<V> terms;
  for (int64_t i = layout.First(); i < layout.size; i += layout.Step()) {
    const V a = layout.Load(alpha, i, Broadcast<U>(1));
    const RowTerm<V> r = Where<Layout>(a < C(1), [&](auto small) {
      return DirichletEntropyTerm<small>(a, shared, total);
    });
    terms.Add(layout.Inside(r.value, i));
    layout.Store(r.dalpha, i, dalpha);
  }
  const DoubleWord<U> sum = layout.Total(terms);
  layout.StoreValue((sum.high - k * total.digamma) + (total.entropy + sum.low),
                    value);
}

}  // namespace internal

// log p(x) of a row and its derivatives in alpha and x, in a layout other than
// AcrossRows.
//
// Max error: see above. Valid range: size >= 1, concentrations as in
// beta_divergence.h, NaN elsewhere. The log density is -infinity with
// derivatives 0 where a component of x is negative, and the limit where one is
// 0; that all lie on the simplex is not checked.
template <class Layout, class In, class Out>
TFI_FUNCTION void DirichletLogProbRow(const Layout& layout, In alpha, In x,
                                      Out value, Out dalpha, Out dx) {
  const auto wide = layout.InDouble();
  if (layout.size >= 1 && AllOrdinary(layout, alpha)) {
    internal::OrdinaryDirichletLogProb(layout, alpha, x, value, dalpha, dx);
  } else if (layout.size >= 1 && AllOrdinary(wide, alpha)) {
    internal::OrdinaryDirichletLogProb(wide, alpha, x, value, dalpha, dx);
  } else {
    const auto nan = NaN<typename Layout::One>();
    layout.StoreValue(nan, value);
    FillRow(layout, nan, dalpha);
    FillRow(layout, nan, dx);
  }
}

// H of a row and its derivatives in alpha, likewise.
//
// Max error: see above. Valid range: size >= 1, concentrations as in
// beta_divergence.h, NaN elsewhere.
template <class Layout, class In, class Out>
TFI_FUNCTION void DirichletEntropyRow(const Layout& layout, In alpha, Out value,
                                      Out dalpha) {
  const auto wide = layout.InDouble();
  if (layout.size >= 1 && AllOrdinary(layout, alpha)) {
    internal::OrdinaryDirichletEntropy(layout, alpha, value, dalpha);
  } else if (layout.size >= 1 && AllOrdinary(wide, alpha)) {
    internal::OrdinaryDirichletEntropy(wide, alpha, value, dalpha);
  } else {
    const auto nan = NaN<typename Layout::One>();
    layout.StoreValue(nan, value);
    FillRow(layout, nan, dalpha);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_DIRICHLET_DENSITY_H_
