// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Mills ratio M = (1 - F(t)) / f(t), t >= 0, of a Student-t distribution
// with nu = 2 a degrees of freedom, and the derivatives of samples of the
// distribution with two scales that are made of it.
//
// With u = t / R, R = sqrt(nu + t^2), the tail is proportional to the integral
// of (1 - s^2)^(a-1) over s from u to 1. For s = u + (1 - u)(1 - w) that is an
// integral of Euler's (DLMF 15.6.1), and
//
//   M = (2 / nu) R / (1 + u) S(a),   rho = (1 - u) / (1 + u) <= 1,
//   S = 2F1(1, 1-a; 1+a; -rho) = sum_k rho^k prod_{j<=k} (a - j) / (a + j):
//
// positive terms that fall as rho^k exp(-k^2 / a) while k < a, small ones of
// both signs from there on. For small a, by the recurrence of I (DLMF 8.17.20),
//
//   S(a) = u (1 + u) / 2 + (a + 1/2) / (a + 1) (1 - u^2) S(a + 1),
//
// all positive. For large a and t^2 < nu / 4 the tail is taken over z with
// f(t) proportional to exp(-z^2 / 2), z^2 = (nu + 1) w, w = log(1 + t^2 / nu):
//
//   M = sqrt(nu / (nu+1)) sum_k p_k m_k,   psi(w) = e^w sqrt(w / (e^w - 1)),
//
// p_k the coefficients of psi and (nu+1)^k m_k the moments of order 2k of the
// Normal tail beyond z, relative to its density there; integrate by parts:
//
//   m_k = z w^(k-1) / (nu+1) + (2k-1) / (nu+1) m_(k-1),   m_0 its Mills ratio.
//
// The regions are those of student_t.h, whose derivative is computed with it.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_MILLS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_MILLS_H_

#include "kernels/special/log_ratio.h"
#include "kernels/special/mills.h"
#include "kernels/special/number.h"
#include "kernels/special/student_t.h"
#include "kernels/special/student_t_mills_coefficients.h"

TFI_BEGIN_NAMESPACE

// The numbers of terms of the regions 0 (coefficients of psi) to 3, and of
// shifts of region 2: truncation is below 2e-17, for results in float 3e-9.
struct StudentTMillsTerms {
  int terms[4], shifts;
};
template <class Result>
inline constexpr StudentTMillsTerms kStudentTMillsTerms = {{13, 40, 30, 32}, 8};
template <>
inline constexpr StudentTMillsTerms kStudentTMillsTerms<float> = {
    {7, 20, 14, 17}, 6};

namespace internal {

// M in region 0.
template <class V>
TFI_FUNCTION V StudentTMillsNearNormal(int terms, V nu, V t) {
  using T = Scalar<V>;
  const V odds = StudentTOdds(nu, t);
  const V per_nu1 = T(1) / (nu + T(1));
  // w / odds, and z = t sqrt((nu+1) / nu w / odds): finite at nu = infinity.
  const V ratio = SplitLogOnePlus(odds).TwiceAtanhOverS() / (odds + T(2));
  const V z = t * Sqrt((T(1) / nu + T(1)) * ratio);
  const V w = odds * ratio;
  V moment = MillsRatio(z);
  V power = z * per_nu1;
  V sum = moment;
  V factor = per_nu1;
  TFI_UNROLL(16)
  for (int k = 1; k < terms; ++k) {
    moment = MulAdd(factor, moment, power);
    sum = MulAdd(moment, Broadcast<V>(kStudentTMills[k]), sum);
    power = power * w;
    factor = factor + T(2) * per_nu1;
  }
  return Sqrt(T(1) - per_nu1) * sum;
}

// M by S, at a + kShifts.
template <int kShifts, class V>
TFI_FUNCTION V StudentTMillsBySeries(int terms, V nu, V t) {
  using T = Scalar<V>;
  const V root = T(1) / Sqrt(nu);
  const V tangent = t * root;  // u / sqrt(1 - u^2)
  const auto far = tangent > T(1e8);
  const V secant = Select(far, tangent, Sqrt(tangent * tangent + T(1)));
  const V inverse = T(1) / (secant + tangent);
  const V rho = inverse * inverse;
  const V a = nu * T(0.5);
  const V per_a = T(1) / (a + T(kShifts));
  // S = numerator / denominator, without a division for each term.
  V numerator = Broadcast<V>(1), denominator = numerator;
  T n = terms;
  TFI_NO_UNROLL
  for (int k = terms; k > 0; --k) {
    const V share = per_a * n;
    denominator = MulAdd(denominator, share, denominator);
    numerator = MulAdd(rho * (T(1) - share), numerator, denominator);
    n -= T(1);
  }
  if constexpr (kShifts > 0) {
    const V x = T(1) / (secant * secant);  // 1 - u^2
    const V added = T(0.5) * tangent * (secant + tangent) * x;
    TFI_UNROLL(8)
    for (int j = kShifts; j > 0; --j) {
      denominator = denominator * (a + T(j));
      numerator = MulAdd(added, denominator, (a + T(j - 0.5)) * x * numerator);
    }
  }
  // R / (1 + u) is secant^2 / (secant + tangent) times sqrt(nu).
  return T(2) * root *
         (secant * Select(far, Broadcast<V>(0.5), secant * inverse)) *
         (numerator / denominator);
}

}  // namespace internal

// M for t >= 0 in a region of StudentTRegionOf.
//
// Types: double and vectors of it.
// Max error measured (600 points with nu in [0.01, 1e9]): 10 eps, at nu = 0.01;
// 3 eps from nu = 16 on.
// Valid range: as student_t.h.
template <class Result, int kRegion, class V>
TFI_FUNCTION V StudentTMillsRatio(V nu, V t) {
  constexpr StudentTMillsTerms kOf = kStudentTMillsTerms<Result>;
  constexpr int kTerms = kOf.terms[kRegion];
  if constexpr (kRegion == 0) {
    return internal::StudentTMillsNearNormal(kTerms, nu, t);
  } else {
    return internal::StudentTMillsBySeries<kRegion == 2 ? kOf.shifts : 0>(
        kTerms, nu, t);
  }
}

// (nu, g, x) -> d log|x| / dnu and dx/dg at a fixed value of the CDF, for x =
// g t with probability g^2 / (1 + g^2), else -t / g, of t = |T|, T ~
// StudentT(nu). The former is that of t; with the odds of the sides x moves
// from side to side,
//
//   dx/dg = t + 2 M / (1 + g^2) above 0,   t / g^2 + 2 M / (1 + g^2) below.
//
// Types: double and vectors of it.
// Max error measured (tests/special/student_t_sample_test.cc): the former 130
// eps as in student_t.h, the latter 15 eps.
// Valid range: 0 < nu <= infinity (measured from 0.01), 0 < g < infinity, any
// x; NaN for other nu and g and where an input is NaN.
template <class Result>
struct RandomTwoPieceStudentTGradFor {
  static constexpr int kInputs = 3, kOutputs = 2;
  static constexpr bool kInDouble = true;
  template <class T>
  static constexpr int kRegions = 4;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    return StudentTRegionOf(in[0], Size(in[1], in[2]));
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V nu = in[0], g = in[1], x = in[2];
    const V t = Size(g, x);
    const auto valid = (nu > T(0)) & (g > T(0)) & (g < Infinity<V>());
    const V slope = StudentTLogGrad<Result, kRegion>(nu, t);
    const V crossing = StudentTMillsRatio<Result, kRegion>(nu, t) /
                       (T(0.5) * (g * g) + T(0.5));
    const V change = x / g;
    out[0] = Select(valid, slope, NaN<V>());
    out[1] = Select(valid & (x == x), Abs(change) + crossing, NaN<V>());
  }

 private:
  // t.
  template <class V>
  static TFI_FUNCTION V Size(V g, V x) {
    return Abs(Select(x > V{}, x / g, x * g));
  }
};

struct RandomTwoPieceStudentTGradFunction
    : RandomTwoPieceStudentTGradFor<double> {};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_MILLS_H_
