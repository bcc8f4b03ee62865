// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Implicit reparameterization gradient of a Student-t sample: dt/dnu at a fixed
// quantile.
//
// x = nu / (nu + t^2) is the complement of a Beta(1/2, nu/2) sample, with r of
// beta.h at a = nu/2, b = 1/2,
//
//   dt/dnu = -t q / (2 nu),   q = a r(a, 1/2, x) - 1 > 0,
//
// odd in t. For large nu, q -> (t^2 + 1) / (2 nu) would be lost in a r - 1;
// there the series of r about x = 1 (beta_series.h), r = sum_k C_k xi^k, gives
//
//   q = (3/2 a C_1 - 1/2) / (a + 1/2) + xi sum_{k>=1} a C_k xi^(k-1).
//
// Regions (a = nu / 2, odds = t^2 / nu = xi / x):
//
//   0  a >= 16, odds < 0.25   series of q, 22 terms
//   1  a >= 8, odds <= 0.7    series of q, 46 terms
//   2  a < 8, odds <= 3/7     a r - 1, Taylor series about x = 1, 28 terms
//   3  the rest               a r - 1, lower fraction
//
// a r - 1 loses a factor of up to 1 / q <= 4 a <= 32, which is why float is to
// be evaluated in double.
//
// Limits: dt/dnu -> -(t^3 + t) / (4 nu^2) for nu -> infinity, 0 there; 0 at
// t = 0; where x underflows only log x is used.
//
// Measured worst and mean relative error (tests/special/student_t_test.cc, and
// 1200 points with nu in [0.01, 1e4]): dt/dnu 2.6e-14, 1.3e-15, worst just
// below nu = 16; its derivatives 1.6e-13, 2.9e-15.
//
// References: as beta.h; the Student-t distribution function in terms of the
// Beta distribution's: Abramowitz and Stegun 26.7.1.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_H_

#include "kernels/special/beta_fraction.h"
#include "kernels/special/beta_series.h"
#include "kernels/special/dual.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/student_t_coefficients.h"
#include "kernels/special/student_t_odds.h"

TFI_BEGIN_NAMESPACE

// q by `terms` terms of the series about x = 1, a C_k being carried.
template <class U>
TFI_FUNCTION U StudentTExcessBySeries(int terms, const U& a, const U& xi) {
  using T = Scalar<U>;
  // (s + k - 1) a C_{k-1} = a/k + (1/2 + k) a C_k, s = a + 1/2, divided by
  // s - 1; numerators over a common denominator, as in beta_series.h, which is
  // carried times a / (s - 1): a product less for each term.
  const U per_s1 = T(1) / (a - T(0.5));
  const U per_k = a * per_s1;
  // (k + 1/2) / (s - 1) by the factor of the left side, with a sum for a
  // product.
  const U less = T(0.5) * per_s1 - T(1);
  T n = terms;
  // The fine start of beta_series.h, in p = 1 / (a + 1): a may be infinite.
  // a / (a + 2) = 1 - 2 p + 2 p^2 + O(p^3) will do.
  const U p = T(1) / (a + T(1));
  const U sigma = T(1) - T(0.5) * p;  // s / (a + 1)
  const U z = sigma + n;
  U sum = z * z - T(0.5) * sigma * p * (T(1) - T(2) * (p - p * p));
  const U x = T(1) - xi;
  U numerator = x * sum;
  U denominator = per_k * x * (z * z * z);
  TFI_NO_UNROLL
  for (int k = terms; k > 1; --k) {
    const U factor = per_s1 * n + T(1);
    numerator = (factor + less) * numerator + denominator * Reciprocal<T>(k);
    sum = xi * factor * sum + numerator;
    denominator = denominator * factor;
    n -= T(1);
  }
  const U per_denominator = per_k / denominator;
  return (numerator * per_denominator * T(1.5) - T(0.5)) / (a + T(0.5)) +
         xi * sum * per_denominator;
}

template <class V>
TFI_FUNCTION Integer<V> StudentTRegionOf(V nu, V t) {
  using T = Scalar<V>;
  const Integer<V> zero{};
  // Odds against borders, without a division. What is cut off is above the
  // borders of all finite nu, and below those of an infinite one.
  const V size = Min(Abs(t), Broadcast<V>(1.3e154));
  const V square = size * size;
  const Integer<V> series =
      Select((nu >= T(32)) & (square < T(0.25) * nu), zero, zero + 1);
  const Integer<V> small =
      Select((nu < T(16)) & (square <= T(3. / 7) * nu), zero + 2, zero + 3);
  return Select((nu >= T(16)) & (square <= T(0.7) * nu), series, small);
}

// The numbers of terms of the four regions, the shifts of the third.
struct StudentTTerms {
  int few, many, taylor, shifts, levels;
};

// For results in double, and in float (evaluated in double): for the latter
// truncation is below 4e-9 (student_t_test: FloatIsTheRoundedDouble).
template <class Result>
inline constexpr StudentTTerms kStudentTTerms = {22, 46, 28, 8, 13};
template <>
inline constexpr StudentTTerms kStudentTTerms<float> = {10, 18, 14, 4, 8};

// log(1 + odds), where the odds overflow too.
template <class V>
TFI_FUNCTION V StudentTLogOnePlusOdds(V nu, V t) {
  using T = Scalar<V>;
  const V odds = StudentTOdds(nu, t);
  const auto far = odds > T(1e300);
  V log = LogOnePlus(Select(far, Broadcast<V>(1), odds));
  if (AnyTrue(far)) {
    log = Select(Abs(t) == Infinity<V>(), Infinity<V>(),
                 Select(far, StudentTFarLog(nu, t, far), log));
  }
  return log;
}

template <class Result>
constexpr const auto& StudentTFirst() {
  if constexpr (std::is_same<Result, double>::value) {
    return kStudentTFirst;
  } else {
    return kStudentTFirstShort;
  }
}

// psi(a + 1) - psi(a + 1/2) > 0: 1 / (2 a) - C'(a) with C of
// student_t_density.h and, below a = 1, (2a + 3) / (4 (a+1) (a + 1/2)) - C'(a +
// 1). U as below.
template <class Result, class U, class V>
TFI_FUNCTION U StudentTPsiDifference(const U& a) {
  using T = Scalar<V>;
  const V k = ValueOf(a);
  const auto small = k < T(1);
  const V k1 = k + T(1), half = k + T(0.5);
  const V u = T(1) / (Select(small, k1, k) + T(0.5));
  const V numerator = Select(small, k + T(1.5), Broadcast<V>(0.5));
  const V denominator = Select(small, T(2) * k1 * half, k);
  const V head = numerator / denominator;
  constexpr auto& kFirst = StudentTFirst<Result>();
  const V value = head - u * u * PolynomialInHalves(kFirst, u);
  if constexpr (std::is_same<U, V>::value) {
    return value;
  } else {
    const V rate =
        Select(small, T(1) / k1 + T(1) / half - T(1) / (k + T(1.5)), T(1) / k);
    U r = U::Constant(value);
    const V slope = -(head * rate) - u * u * u * Polynomial(kStudentTSecond, u);
    for (int i = 0; i < 2; ++i) r.derivative[i] = slope * a.derivative[i];
    return r;
  }
}

// q in region kRegion. U is V, or a Dual whose directions are log nu and log t:
// derivatives in t itself would be subnormal far out.
template <class Result, int kRegion, class U, class V>
TFI_FUNCTION U StudentTExcess(V nu, V t) {
  using T = Scalar<V>;
  constexpr StudentTTerms kTerms = kStudentTTerms<Result>;
  const V odds = StudentTOdds(nu, t);
  const V x = T(1) / (T(1) + odds);
  const V xi = Select(odds < T(1), odds * x, T(1) - x);
  U a_number, x_number, xi_number, log_number, half;
  if constexpr (std::is_same<U, V>::value) {
    a_number = nu * T(0.5);
    x_number = x;
    xi_number = xi;
    log_number = StudentTLogOnePlusOdds(nu, t);
    half = Broadcast<V>(T(0.5));
  } else {
    a_number = U::Constant(nu * T(0.5));
    a_number.derivative[0] = nu * T(0.5);
    x_number = U::Constant(x);
    xi_number = U::Constant(xi);
    log_number = U::Constant(StudentTLogOnePlusOdds(nu, t));
    half = U::Constant(Broadcast<V>(T(0.5)));
    // d log x / d(log nu, log t)
    const V slope[] = {xi, T(-2) * xi};
    for (int k = 0; k < 2; ++k) {
      x_number.derivative[k] = x * slope[k];
      xi_number.derivative[k] = -x * slope[k];
      log_number.derivative[k] = -slope[k];
    }
  }
  if constexpr (kRegion == 0) {
    return StudentTExcessBySeries(kTerms.few, a_number, xi_number);
  } else if constexpr (kRegion == 1) {
    return StudentTExcessBySeries(kTerms.many, a_number, xi_number);
  } else {
    // D of beta_fraction.h.
    const U difference =
        StudentTPsiDifference<Result, U, V>(a_number) + log_number;
    if constexpr (kRegion == 2) {
      return ScaledLogitBetaByShiftedTaylorAtOne<kTerms.shifts, true>(
                 kTerms.taylor, a_number, half, x_number, difference) -
             T(1);
    } else {
      // The fraction is 1 at such x, and products with x would be subnormal,
      // which slows many processors down.
      const auto negligible = x < T(1e-100);
      return ScaledLogitBetaByLowerFraction(
                 kTerms.levels, a_number, half,
                 Select(negligible, x_number - x_number, x_number),
                 difference) -
             T(1);
    }
  }
}

// (nu, t) -> dt/dnu.
//
// Types: double and vectors of it.
// Max error: see above. Valid range: 0 < nu <= infinity (measured from 0.01),
// any t; NaN for other nu and where an input is NaN.
template <class Result>
struct RandomStudentTGradFor {
  static constexpr int kInputs = 2, kOutputs = 1;
  static constexpr bool kInDouble = true;
  template <class T>
  static constexpr int kRegions = 4;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    return StudentTRegionOf(in[0], in[1]);
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V nu = in[0], t = in[1];
    const V q = StudentTExcess<Result, kRegion, V>(nu, t);
    V h = -(t / nu) * (T(0.5) * q);
    h = Select((nu == Infinity<V>()) & (Abs(t) < Infinity<V>()), t * T(0), h);
    out[0] = Select(nu > T(0), h, NaN<V>());
  }
};

struct RandomStudentTGradFunction : RandomStudentTGradFor<double> {};

// d log|t| / dnu = -q / (2 nu) in region kRegion: with a limit at t = 0, and
// finite where dt/dnu overflows.
template <class Result, int kRegion, class V>
TFI_FUNCTION V StudentTLogGrad(V nu, V t) {
  using T = Scalar<V>;
  const V q = StudentTExcess<Result, kRegion, V>(nu, t);
  const V slope = Select((nu == Infinity<V>()) & (Abs(t) < Infinity<V>()), V{},
                         -(T(0.5) * q) / nu);
  return Select((nu > T(0)) & (t == t), slope, NaN<V>());
}

// (nu, t) -> d log|t| / dnu.
//
// Types, max error and valid range as above.
template <class Result>
struct RandomStudentTLogGradFor : RandomStudentTGradFor<Result> {
  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[2], V (&out)[1]) {
    out[0] = StudentTLogGrad<Result, kRegion>(in[0], in[1]);
  }
};

struct RandomStudentTLogGradFunction : RandomStudentTLogGradFor<double> {};

// (nu, t) -> for h(nu, t) = dt/dnu: dh/dnu, dh/dt. By forward mode through the
// formulas of q. The terms of each sum have one sign: nothing cancels.
//
// Types and valid range as above.
struct RandomStudentTGradPartialsFunction {
  static constexpr int kInputs = 2, kOutputs = 2;
  static constexpr bool kInDouble = true;
  template <class T>
  static constexpr int kRegions = 4;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    return StudentTRegionOf(in[0], in[1]);
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V nu = in[0], t = in[1];
    const Dual<V, 2> q = StudentTExcess<double, kRegion, Dual<V, 2>>(nu, t);
    const V per_nu = T(0.5) / nu;
    const V h_nu = t * per_nu * (q.value - q.derivative[0]) / nu;
    const V h_t = -per_nu * (q.value + q.derivative[1]);
    const V values[] = {h_nu, h_t};
    const auto limit = (nu == Infinity<V>()) & (Abs(t) < Infinity<V>());
    for (int k = 0; k < kOutputs; ++k) {
      const V value = Select(limit, t * T(0), values[k]);
      out[k] = Select(nu > T(0), value, NaN<V>());
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_H_
