// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// KL(Dirichlet(alpha) || Dirichlet(beta)) of rows of K components, with its
// derivatives. In the notation of beta_divergence.h, s1 = sum alpha, s2 = sum
// beta, p = alpha/s1, q = beta/s2,
//
//   KL = sum beta_i g(p_i/q_i) + sum D(beta_i, alpha_i) - D(s2, s1).
//
// With H(t) = t^2 h''(t), which falls from 1 to 1/2, this is an integral of
// sum (H(alpha_i) - p_i H(s)) z_i^2 + H(s) Var_p(z), z = d log alpha, along the
// way from alpha to beta: only a component whose p_i comes near 1 makes the
// subtraction dangerous. So the greatest component m and the sum R of all
// others go through the Beta formula,
//
//   KL = KL of Beta(alpha_m, R1) and Beta(beta_m, R2)
//      + [sum_{i != m} beta_i g(p_i/q_i) + D_i] - [R2 g(.) + D(R2, R1)],
//
// where the last bracket is at most about twice the first term. Sums are double
// words; alpha_i s2 - beta_i s1 is alpha_i (s2 - s1) - (beta_i - alpha_i) s1
// where beta_i - alpha_i is exact, so that its error falls with the
// differences.
//
// Measured errors in eps (tests/special/dirichlet_test.cc), K from 2 to 1e4,
// concentrations from 1e-8 to 1e10: value 4.8, derivatives 2.8 of the sum of
// the sizes of their terms.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_DIRICHLET_DIVERGENCE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_DIRICHLET_DIVERGENCE_H_

#include <stdint.h>

#include "kernels/special/beta_divergence.h"
#include "kernels/special/double_word.h"
#include "kernels/special/lgamma_divergence.h"
#include "kernels/special/number.h"
#include "kernels/special/ratio.h"
#include "kernels/special/row_layout.h"
#include "kernels/special/scalar.h"
#include "kernels/special/wide_range.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// Sums over a row; and what D(s2, s1) adds to the derivatives.
template <class U>
struct DirichletSums {
  DoubleWord<U> alpha, beta, change;  // change = beta - alpha
  U slope, curvature;
};

// x s2 - y s1 for components x of alpha, y of beta; exactly 0 for equal rows,
// however a compiler contracts it.
template <class V, class U>
TFI_FUNCTION V RowDeterminant(V x, V y, const DirichletSums<U>& sums) {
  using T = Scalar<V>;
  const auto near = (x <= T(2) * y) & (y <= T(2) * x);
  const V z = Select(near, y - x, y);
  const V high =
      Select(near, Spread<V>(sums.change.high), Spread<V>(sums.beta.high));
  const V low =
      Select(near, Spread<V>(sums.change.low), Spread<V>(sums.beta.low));
  return DifferenceOfProducts(x, high, z, Spread<V>(sums.alpha.high)) +
         DifferenceOfProducts(x, low, z, Spread<V>(sums.alpha.low));
}

template <class U>
struct RowValue {
  U value;
};

template <class M, class U>
TFI_FUNCTION RowValue<U> SelectAll(M mask, const RowValue<U>& x,
                                   const RowValue<U>& y) {
  return {Select(mask, x.value, y.value)};
}

// beta_i g(p_i/q_i) + D(beta_i, alpha_i) and the derivatives.
template <class V>
struct DirichletTerm {
  V value, dalpha, dbeta;
};

template <class M, class V>
TFI_FUNCTION DirichletTerm<V> SelectAll(M mask, const DirichletTerm<V>& x,
                                        const DirichletTerm<V>& y) {
  return {Select(mask, x.value, y.value), Select(mask, x.dalpha, y.dalpha),
          Select(mask, x.dbeta, y.dbeta)};
}

template <int kRegion, class V, class U>
TFI_FUNCTION DirichletTerm<V> MakeDirichletTerm(V x, V y, V det,
                                                const DirichletSums<U>& sums) {
  const V s1 = Spread<V>(sums.alpha.high), s2 = Spread<V>(sums.beta.high);
  const V relative = det / s1;
  const Ratio<V> t = SplitRatio(x * s2, y * s1, det);
  const auto shape = LgammaDivergenceOf<kRegion>(y, x, y - x);
  return {y * t.G(relative / y) + shape.value,
          relative / x - (shape.curvature - sums.curvature),
          (shape.slope - sums.slope) - t.Log()};
}

// Of the Beta formula for the greatest component and the rest: the divergence,
// less the terms of the rest as one component.
template <class Layout, class U>
TFI_FUNCTION U GreatestAndRest(U alpha, U beta, U det,
                               const DirichletSums<U>& rest) {
  using C = Scalar<U>;
  const U c = rest.alpha.high, d = rest.beta.high, eta = rest.change.high;
  // c and d must be the lesser pair.
  const auto swap = c + d > alpha + beta;
  const U delta = beta - alpha;
  const BetaPair<U> pair = {Select(swap, c, alpha),   Select(swap, alpha, c),
                            Select(swap, d, beta),    Select(swap, beta, d),
                            Select(swap, eta, delta), Select(swap, delta, eta),
                            Select(swap, -det, det)};
  const U least = Min(Min(alpha, beta), Min(c, d));
  const RowValue<U> value = Where<Layout>(least < C(1), [&](auto small) {
    if constexpr (small) {
      return RowValue<U>{SmallBetaDivergence(pair).value};
    } else {
      return RowValue<U>{LargeBetaDivergence<false>(pair).value};
    }
  });
  const U s1 = alpha + c, s2 = beta + d;
  const U leading = d * SplitRatio(c * s2, d * s1, -det).G(-det / (d * s1));
  return value.value -
         (leading + LgammaDivergenceOf<kShapeSmall>(d, c, eta).value);
}

template <class Layout, class In>
TFI_FUNCTION DirichletSums<typename Layout::One> SumsWithout(
    const Layout& layout, typename Layout::Index m, In alpha, In beta) {
  using V = typename Layout::Number;
  using U = typename Layout::One;
  CompensatedSum<V> sum_alpha, sum_beta, sum_change;
  for (int64_t i = layout.First(); i < layout.size; i += layout.Step()) {
    const V x = layout.Without(layout.Load(alpha, i, U{}), i, m);
    const V y = layout.Without(layout.Load(beta, i, U{}), i, m);
    sum_alpha.Add(x);
    sum_beta.Add(y);
    sum_change.Add(ExactSum(y, -x));
  }
  return {layout.Total(sum_alpha), layout.Total(sum_beta),
          layout.Total(sum_change), U{}, U{}};
}

template <class Layout, class V, class U>
TFI_FUNCTION DirichletTerm<V> AnyDirichletTerm(V x, V y, V det,
                                               const DirichletSums<U>& sums) {
  using T = Scalar<V>;
  const V least = Min(x, y);
  if (kIsDouble<V> && !Layout::kAcross && !AnyTrue(least < T(kBinetLarge))) {
    return MakeDirichletTerm<kShapeLarge>(x, y, det, sums);
  }
  return Where<Layout>(least < T(1), [&](auto small) {
    return MakeDirichletTerm<small ? kShapeSmall : kShapeMedium>(x, y, det,
                                                                 sums);
  });
}

// Rows of at least three components in the range of the formulas.
template <class Layout, class In, class Out>
TFI_OUTLINE void OrdinaryDirichletDivergence(const Layout& layout, In alpha,
                                             In beta, Out value, Out dalpha,
                                             Out dbeta) {
  using V = typename Layout::Number;
  using U = typename Layout::One;
  using C = Scalar<V>;
  // The component with the greatest alpha + beta.
  U alpha_m{}, beta_m{};
  const auto m = layout.Greatest(alpha, beta, &alpha_m, &beta_m);
  const DirichletSums<U> rest = SumsWithout(layout, m, alpha, beta);
  DirichletSums<U> sums = rest;
  sums.alpha = Add(rest.alpha, DoubleWord<U>{alpha_m, U{}});
  sums.beta = Add(rest.beta, DoubleWord<U>{beta_m, U{}});
  sums.change = Add(rest.change, ExactSum(beta_m, -alpha_m));
  const auto of_sum = LgammaDivergenceOf<kShapeSmall>(
      sums.beta.high, sums.alpha.high, sums.change.high);
  sums.slope = of_sum.slope;
  sums.curvature = of_sum.curvature;
  CompensatedSum<V> terms;
  for (int64_t i = layout.First(); i < layout.size; i += layout.Step()) {
    const V x = layout.Load(alpha, i, alpha_m);
    const V y = layout.Load(beta, i, beta_m);
    const auto term =
        AnyDirichletTerm<Layout>(x, y, RowDeterminant(x, y, sums), sums);
    terms.Add(layout.Without(term.value, i, m));
    layout.Store(term.dalpha, i, dalpha);
    layout.Store(term.dbeta, i, dbeta);
  }
  // The greatest against the rest: with the sums its determinant would cancel.
  const U det = RowDeterminant(alpha_m, beta_m, rest);
  const auto greatest =
      MakeDirichletTerm<kShapeSmall>(alpha_m, beta_m, det, sums);
  layout.Replace(m, greatest.dalpha, dalpha);
  layout.Replace(m, greatest.dbeta, dbeta);
  const DoubleWord<U> total = layout.Total(terms);
  const U divergence = (total.high + total.low) +
                       GreatestAndRest<Layout>(alpha_m, beta_m, det, rest);
  layout.StoreValue(Select(divergence < C(0), U{}, divergence), value);
}

// Two components, of one row.
template <class Layout, class In, class Out>
TFI_FUNCTION void PairDirichletDivergence(const Layout& layout, In alpha,
                                          In beta, Out value, Out dalpha,
                                          Out dbeta) {
  using C = typename Layout::One;
  const C in[4] = {layout.At(alpha, 0), layout.At(alpha, 1), layout.At(beta, 0),
                   layout.At(beta, 1)};
  C out[5];
  EvaluateScalar<BetaDivergenceFormulas, C>(in, out);
  layout.StoreValue(out[0], value);
  for (int i = 0; i < 2; ++i) {
    layout.Replace(i, out[1 + i], dalpha);
    layout.Replace(i, out[3 + i], dbeta);
  }
}

// Of two components or more, in the range of the formulas.
template <class Layout, class In, class Out>
TFI_FUNCTION void AnyDirichletDivergence(const Layout& layout, In alpha,
                                         In beta, Out value, Out dalpha,
                                         Out dbeta) {
  if (layout.size == 2) {
    PairDirichletDivergence(layout, alpha, beta, value, dalpha, dbeta);
  } else {
    OrdinaryDirichletDivergence(layout, alpha, beta, value, dalpha, dbeta);
  }
}

}  // namespace internal

// KL(Dirichlet(alpha) || Dirichlet(beta)) of a row and its derivatives, in a
// layout other than AcrossRows.
//
// Max error: see above. Never negative; 0 with derivatives 0 for equal rows.
// Valid range: size >= 1 (with one component all is 0), concentrations as in
// beta_divergence.h; NaN elsewhere.
template <class Layout, class In, class Out>
TFI_FUNCTION void DirichletDivergenceRow(const Layout& layout, In alpha,
                                         In beta, Out value, Out dalpha,
                                         Out dbeta) {
  using U = typename Layout::One;
  const auto wide = layout.InDouble();
  const bool direct = AllOrdinary(layout, alpha) && AllOrdinary(layout, beta);
  const bool ordinary =
      direct || (AllOrdinary(wide, alpha) && AllOrdinary(wide, beta));
  if (!ordinary || layout.size < 2) {
    const U x = ordinary ? U{} : NaN<U>();
    layout.StoreValue(x, value);
    FillRow(layout, x, dalpha);
    FillRow(layout, x, dbeta);
  } else if (direct) {
    internal::AnyDirichletDivergence(layout, alpha, beta, value, dalpha, dbeta);
  } else {
    internal::AnyDirichletDivergence(wide, alpha, beta, value, dalpha, dbeta);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_DIRICHLET_DIVERGENCE_H_
