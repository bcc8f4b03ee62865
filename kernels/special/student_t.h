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
//   0  a >= 16, odds < 0.25   series of q, 26 terms
//   1  a >= 8, odds <= 0.7    series of q, 63 terms
//   2  a < 8, odds <= 3/7     a r - 1, Taylor series about x = 1
//   3  the rest               a r - 1, lower fraction
//
// a r - 1 loses a factor of up to 1 / q <= 4 a <= 32, which is why float is to
// be evaluated in double.
//
// Limits: dt/dnu -> -(t^3 + t) / (4 nu^2) for nu -> infinity, 0 there; 0 at
// t = 0; where x underflows only log x is used.
//
// Measured worst and mean relative error (tests/special/student_t_test.cc, and
// 4000 points with nu in [0.01, 1e6]): dt/dnu 4e-14, 3e-15, worst just below
// nu = 16; its derivatives 1.2e-13, 5e-15; the worst on any target.
//
// References: as beta.h; the Student-t distribution function in terms of the
// Beta distribution's: Abramowitz and Stegun 26.7.1.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_H_

#include "kernels/special/beta.h"
#include "kernels/special/beta_series.h"
#include "kernels/special/dual.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// q by `terms` terms of the series about x = 1, a C_k being carried.
template <class U>
TFI_FUNCTION U StudentTExcessBySeries(int terms, const U& a, const U& xi) {
  using T = Scalar<U>;
  // (s + k - 1) a C_{k-1} = a/k + (1/2 + k) a C_k, s = a + 1/2, divided by
  // s - 1; numerators over a common denominator, as in beta_series.h.
  const U per_s1 = T(1) / (a - T(0.5));
  const U per_k = a * per_s1;
  T n = terms;
  U numerator = a + T(1);  // start: a C_k = 1 / (k + s / (a+1))
  U denominator = numerator * n + (a + T(0.5));
  U sum = numerator;
  TFI_NO_UNROLL
  for (int k = terms; k > 1; --k) {
    const U factor = per_s1 * n + T(1);
    numerator = per_s1 * (n + T(0.5)) * numerator +
                per_k * Reciprocal<T>(k) * denominator;
    sum = xi * factor * sum + numerator;
    denominator = denominator * factor;
    n -= T(1);
  }
  const U per_denominator = T(1) / denominator;
  return (numerator * per_denominator * T(1.5) - T(0.5)) / (a + T(0.5)) +
         xi * sum * per_denominator;
}

// t^2 / nu, without overflow of t^2.
template <class V>
TFI_FUNCTION V StudentTOdds(V nu, V t) {
  return t * (t / nu);
}

template <class V>
TFI_FUNCTION Integer<V> StudentTRegionOf(V nu, V t) {
  using T = Scalar<V>;
  const Integer<V> zero{};
  const V odds = StudentTOdds(nu, t);
  const Integer<V> series =
      Select((nu >= T(32)) & (odds < T(0.25)), zero, zero + 1);
  const Integer<V> small =
      Select((nu < T(16)) & (odds <= T(3. / 7)), zero + 2, zero + 3);
  return Select((nu >= T(16)) & (odds <= T(0.7)), series, small);
}

// The numbers of terms of the four regions, the shifts of the third.
struct StudentTTerms {
  int few, many, taylor, shifts, levels;
};

// For results in double, and in float (evaluated in double): for the latter
// truncation is below 4e-9 (student_t_test: FloatIsTheRoundedDouble).
template <class Result>
inline constexpr StudentTTerms kStudentTTerms = {26, 63, 36, 8, 13};
template <>
inline constexpr StudentTTerms kStudentTTerms<float> = {11, 20, 20, 4, 8};

// q in region kRegion. U is V, or a Dual whose directions are log nu and log t:
// derivatives in t itself would be subnormal far out.
template <class Result, int kRegion, class U, class V>
TFI_FUNCTION U StudentTExcess(V nu, V t) {
  using T = Scalar<V>;
  constexpr StudentTTerms kTerms = kStudentTTerms<Result>;
  const V odds = StudentTOdds(nu, t);
  const V x = T(1) / (T(1) + odds);
  const V xi = Select(odds < T(1), odds * x, T(1) - x);
  // log x = log(nu / t^2) where x is tiny.
  const V one = Broadcast<V>(1);
  const auto far = odds > T(1);
  const V size = Select(far, Abs(t), one);
  const V log_x = LogRatio(Select(far, nu, one), size) + LogRatio(one, size);

  U a_number, x_number, xi_number, log_number, half;
  if constexpr (std::is_same<U, V>::value) {
    a_number = nu * T(0.5);
    x_number = x;
    xi_number = xi;
    log_number = log_x;
    half = Broadcast<V>(T(0.5));
  } else {
    a_number = U::Constant(nu * T(0.5));
    a_number.derivative[0] = nu * T(0.5);
    x_number = U::Constant(x);
    xi_number = U::Constant(xi);
    log_number = U::Constant(log_x);
    half = U::Constant(Broadcast<V>(T(0.5)));
    // d log x / d(log nu, log t)
    const V slope[] = {xi, T(-2) * xi};
    for (int k = 0; k < 2; ++k) {
      x_number.derivative[k] = x * slope[k];
      xi_number.derivative[k] = -x * slope[k];
      log_number.derivative[k] = slope[k];
    }
  }
  if constexpr (kRegion == 0) {
    return StudentTExcessBySeries(kTerms.few, a_number, xi_number);
  } else if constexpr (kRegion == 1) {
    return StudentTExcessBySeries(kTerms.many, a_number, xi_number);
  } else if constexpr (kRegion == 2) {
    return a_number * LogitBetaSlope<LogitBetaMethod::kTaylorAtOne,
                                     kTerms.taylor, kTerms.shifts>(
                          a_number, half, x_number, log_number) -
           T(1);
  } else {
    return a_number * LogitBetaSlope<LogitBetaMethod::kLower, kTerms.levels, 0>(
                          a_number, half, x_number, log_number) -
           T(1);
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
