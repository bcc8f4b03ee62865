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
#include "kernels/special/row_blocks.h"
#include "kernels/special/scalar.h"
#include "kernels/special/wide_range.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// Sums over a row; and what D(s2, s1) adds to the derivatives.
template <class T>
struct DirichletSums {
  DoubleWord<T> alpha, beta, change;  // change = beta - alpha
  T slope, curvature;
};

// x s2 - y s1 for components x of alpha, y of beta; exactly 0 for equal rows,
// however a compiler contracts it.
template <class V>
TFI_FUNCTION V RowDeterminant(V x, V y, const DirichletSums<Scalar<V>>& sums) {
  using T = Scalar<V>;
  const auto near = (x <= T(2) * y) & (y <= T(2) * x);
  const V z = Select(near, y - x, y);
  const V high = Select(near, Broadcast<V>(sums.change.high),
                        Broadcast<V>(sums.beta.high));
  const V low =
      Select(near, Broadcast<V>(sums.change.low), Broadcast<V>(sums.beta.low));
  return DifferenceOfProducts(x, high, z, Broadcast<V>(sums.alpha.high)) +
         DifferenceOfProducts(x, low, z, Broadcast<V>(sums.alpha.low));
}

// beta_i g(p_i/q_i) + D(beta_i, alpha_i) and the derivatives.
template <class V>
struct DirichletTerm {
  V value, dalpha, dbeta;
};

template <int kRegion, class V>
TFI_FUNCTION DirichletTerm<V> MakeDirichletTerm(
    V x, V y, V det, const DirichletSums<Scalar<V>>& sums) {
  const V s1 = Broadcast<V>(sums.alpha.high), s2 = Broadcast<V>(sums.beta.high);
  const V relative = det / s1;
  const Ratio<V> t = SplitRatio(x * s2, y * s1, det);
  const auto shape = LgammaDivergenceOf<kRegion>(y, x, y - x);
  return {y * t.G(relative / y) + shape.value,
          relative / x - (shape.curvature - sums.curvature),
          (shape.slope - sums.slope) - t.Log()};
}

// Of the Beta formula for the greatest component and the rest: the divergence,
// less the terms of the rest as one component.
template <class T>
TFI_FUNCTION T GreatestAndRest(T alpha, T beta, T det,
                               const DirichletSums<T>& rest) {
  const T c = rest.alpha.high, d = rest.beta.high, eta = rest.change.high;
  BetaPair<T> pair = {alpha, c, beta, d, beta - alpha, eta, det};
  // c and d must be the lesser pair.
  if (c + d > alpha + beta) {
    pair = {c, alpha, d, beta, eta, beta - alpha, -det};
  }
  const T least = Min(Min(alpha, beta), Min(c, d));
  T value;
  if (least < T(1)) {
    value = SmallBetaDivergence(pair).value;
  } else {
    value = LargeBetaDivergence<false>(pair).value;
  }
  const T s1 = alpha + c, s2 = beta + d;
  const T leading = d * SplitRatio(c * s2, d * s1, -det).G(-det / (d * s1));
  return value - (leading + LgammaDivergenceOf<kShapeSmall>(d, c, eta).value);
}

template <class V, class T>
TFI_FUNCTION DirichletSums<Scalar<V>> SumsWithout(int64_t size, int64_t m,
                                                  const T* alpha,
                                                  const T* beta) {
  CompensatedSum<V> sum_alpha, sum_beta, sum_change;
  for (int64_t i = 0; i < size; i += NumberTraits<V>::kLanes) {
    const V x = WithoutLane(LoadBlock<V>(alpha, i, size, 0), m - i);
    const V y = WithoutLane(LoadBlock<V>(beta, i, size, 0), m - i);
    sum_alpha.Add(x);
    sum_beta.Add(y);
    sum_change.Add(ExactSum(y, -x));
  }
  return {Total(sum_alpha), Total(sum_beta), Total(sum_change), 0, 0};
}

template <class V>
TFI_FUNCTION DirichletTerm<V> AnyDirichletTerm(
    V x, V y, V det, const DirichletSums<Scalar<V>>& sums) {
  using T = Scalar<V>;
  const V least = Min(x, y);
  if (kIsDouble<V> && !AnyTrue(least < T(kBinetLarge))) {
    return MakeDirichletTerm<kShapeLarge>(x, y, det, sums);
  }
  if (!AnyTrue(least < T(1))) {
    return MakeDirichletTerm<kShapeMedium>(x, y, det, sums);
  }
  return MakeDirichletTerm<kShapeSmall>(x, y, det, sums);
}

// A row of at least two components in the range of the formulas.
template <class V, class T>
TFI_OUTLINE void OrdinaryDirichletDivergence(int64_t size, const T* alpha,
                                             const T* beta, T* value, T* dalpha,
                                             T* dbeta) {
  using C = Scalar<V>;
  if (size == 2) {
    const C in[4] = {C(alpha[0]), C(alpha[1]), C(beta[0]), C(beta[1])};
    C out[5];
    EvaluateScalar<BetaDivergenceFormulas, C>(in, out);
    *value = static_cast<T>(out[0]);
    for (int i = 0; i < 2; ++i) {
      dalpha[i] = static_cast<T>(out[1 + i]);
      dbeta[i] = static_cast<T>(out[3 + i]);
    }
    return;
  }
  // The component with the greatest alpha + beta.
  int64_t m = 0;
  C most = -1;
  for (int64_t i = 0; i < size; ++i) {
    const C both = C(alpha[i]) + C(beta[i]);
    if (both > most) {
      most = both;
      m = i;
    }
  }
  const DirichletSums<C> rest = SumsWithout<V>(size, m, alpha, beta);
  const C alpha_m = alpha[m], beta_m = beta[m];
  DirichletSums<C> sums = rest;
  sums.alpha = Add(rest.alpha, DoubleWord<C>{alpha_m, 0});
  sums.beta = Add(rest.beta, DoubleWord<C>{beta_m, 0});
  sums.change = Add(rest.change, ExactSum(beta_m, -alpha_m));
  const auto of_sum = LgammaDivergenceOf<kShapeSmall>(
      sums.beta.high, sums.alpha.high, sums.change.high);
  sums.slope = of_sum.slope;
  sums.curvature = of_sum.curvature;
  CompensatedSum<V> terms;
  for (int64_t i = 0; i < size; i += NumberTraits<V>::kLanes) {
    const V x = LoadBlock<V>(alpha, i, size, alpha_m);
    const V y = LoadBlock<V>(beta, i, size, beta_m);
    const auto term = AnyDirichletTerm(x, y, RowDeterminant(x, y, sums), sums);
    terms.Add(FirstLanes(WithoutLane(term.value, m - i), size - i));
    StoreBlock(term.dalpha, i, size, dalpha);
    StoreBlock(term.dbeta, i, size, dbeta);
  }
  // The greatest against the rest: with the sums its determinant would cancel.
  const C det = RowDeterminant(alpha_m, beta_m, rest);
  const auto greatest =
      MakeDirichletTerm<kShapeSmall>(alpha_m, beta_m, det, sums);
  dalpha[m] = static_cast<T>(greatest.dalpha);
  dbeta[m] = static_cast<T>(greatest.dbeta);
  const DoubleWord<C> total = Total(terms);
  const C divergence =
      (total.high + total.low) + GreatestAndRest(alpha_m, beta_m, det, rest);
  *value = static_cast<T>(divergence < C(0) ? C(0) : divergence);
}

// Whether all components are in the range of the formulas for C.
template <class V, class T>
TFI_FUNCTION bool AllOrdinary(int64_t size, const T* row) {
  for (int64_t i = 0; i < size; i += NumberTraits<V>::kLanes) {
    const V x = LoadBlock<V>(row, i, size, 1);
    if (AnyTrue(!IsOrdinaryConcentration(x))) return false;
  }
  return true;
}

}  // namespace internal

// KL(Dirichlet(alpha) || Dirichlet(beta)) of a row of `size` components and its
// derivatives. V is Lanes<T>, or T.
//
// Max error: see above. Never negative; 0 with derivatives 0 for equal rows.
// Valid range: size >= 1 (with one component all is 0), concentrations as in
// beta_divergence.h; NaN elsewhere.
template <class V, class T>
TFI_FUNCTION void DirichletDivergenceRow(int64_t size, const T* alpha,
                                         const T* beta, T* value, T* dalpha,
                                         T* dbeta) {
  if (size >= 2 && internal::AllOrdinary<V>(size, alpha) &&
      internal::AllOrdinary<V>(size, beta)) {
    internal::OrdinaryDirichletDivergence<V>(size, alpha, beta, value, dalpha,
                                             dbeta);
    return;
  }
  if (internal::AllOrdinary<double>(size, alpha) &&
      internal::AllOrdinary<double>(size, beta)) {
    if (size >= 2) {
      internal::OrdinaryDirichletDivergence<double>(size, alpha, beta, value,
                                                    dalpha, dbeta);
      return;
    }
    *value = 0;
    for (int64_t i = 0; i < size; ++i) dalpha[i] = dbeta[i] = 0;
    return;
  }
  *value = NaN<T>();
  for (int64_t i = 0; i < size; ++i) dalpha[i] = dbeta[i] = NaN<T>();
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_DIRICHLET_DIVERGENCE_H_
