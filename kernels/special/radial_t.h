// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivative in the degrees of freedom nu of the length of a standard
// multivariate Student-t sample in dimension d, at a fixed value of its CDF.
//
// With s the square of the length, s / (s + nu) ~ Beta(d / 2, nu / 2), and by r
// of beta.h for its complement,
//
//   d(log s)/dnu = 1 / nu - r(nu / 2, d / 2, nu / (s + nu)) / 2.
//
// For large nu both terms are 1 / nu. With f the density of s, v = ds/dnu
// solves v' + v f' / f = -d(log f)/dnu (Figurnov et al. 2018, equation 8,
// differentiated in s); the powers of 1 / nu of its two sides, with Stirling's
// series in the normalization of f, give one polynomial v / s after the other.
// With s + d < nu / 1000 five of them leave eps; above it the difference loses
// three digits.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_RADIAL_T_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_RADIAL_T_H_

#include <type_traits>

#include "kernels/special/beta.h"
#include "kernels/special/exp.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// d(log s)/dnu in powers of 1 / nu.
template <class V>
TFI_FUNCTION V RadialTSeries(V d, V nu, V s) {
  using T = Scalar<V>;
  const V e = d - T(2), p = s + e, q = s * p;
  const V first = T(-0.5) * (s - e);
  const V second = (q - T(2) * (d - T(1)) * e) * T(1. / 6);
  const V third = (s * (q + d * e) - T(3) * d * e * e) * T(-1. / 12);
  const V fourth = (s * (s * (T(3) * q + (T(3) * d - T(2)) * e) +
                         (((T(3) * d - T(6)) * d - T(8)) * d + T(16))) +
                    (((T(-12) * d + T(60)) * d - T(80)) * d * d + T(32))) *
                   T(1. / 60);
  const V fifth =
      (s * (s * (s * (q + (d - T(1)) * e) + ((d - T(3)) * d * d + T(4))) +
            (((d - T(2)) * d - T(6)) * d + T(12)) * d) +
       (((T(-5) * d + T(30)) * d - T(50)) * d * d + T(40)) * d) *
      T(-1. / 30);
  const V u = T(1) / nu;
  return u * u *
         (first + u * (second + u * (third + u * (fourth + u * fifth))));
}

// The terms of the regions of double (beta_regions.h) that a result in float
// takes: truncation is below 4e-9 of the larger one of the result and
// (s + d) / (2 nu^2), up to 1 / nu (radial_t_test: FloatIsTheRoundedDouble).
inline constexpr int kRadialTFloatTerms[] = {4,  6,  9,  14, 20, 10, 12, 17,
                                             26, 28, 12, 15, 8,  15, 22};
static_assert(sizeof(kRadialTFloatTerms) / sizeof(int) ==
              kLogitBetaRegions<double>);

}  // namespace internal

// (d, nu, log s) -> d(log s)/dnu.
//
// Types: double and vectors of it; Result is the type that it is rounded to.
// Max error measured (tests/special/radial_t_test.cc): 55 eps of the larger one
// of the value and 1 / nu, where the series holds of the value and its first
// term, (s + d) / (2 nu^2).
// Valid range: d >= 1, 0 < nu < infinity; NaN elsewhere.
template <class Result>
struct RandomRadialStudentTGradFor {
  static constexpr int kInputs = 3, kOutputs = 1;
  static constexpr int kParameters = 2;
  static constexpr bool kInDouble = true;
  // The last is the series.
  template <class T>
  static constexpr int kRegions = kLogitBetaRegions<T> + 1;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    using T = Scalar<V>;
    // A rounded or overflowing s will do for a choice.
    const V d = in[0], nu = in[1], s = Exp(in[2]);
    const Integer<V> series =
        Integer<V>{} + ScalarInteger<V>(kLogitBetaRegions<T>);
    return Select(s + d < T(1e-3) * nu, series,
                  LogitBetaRegionOf(T(0.5) * nu, T(0.5) * d, nu / (s + nu)));
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V d = in[0], nu = in[1];
    const Point<V> point = PointOf(in);
    V value;
    if constexpr (kRegion == kLogitBetaRegions<T>) {
      value = internal::RadialTSeries(d, nu, point.s);
    } else {
      constexpr LogitBetaRegion kOf = LogitBetaRegions<double>::kOf[kRegion];
      constexpr int kTerms = std::is_same<Result, float>::value
                                 ? internal::kRadialTFloatTerms[kRegion]
                                 : kOf.terms;
      const V r = LogitBetaSlope<kOf.method, kTerms, kOf.shifts>(
          T(0.5) * nu, T(0.5) * d, point.x, point.log_x);
      value = T(1) / nu - T(0.5) * r;
    }
    const auto valid =
        (d >= T(1)) & (nu > T(0)) & (nu < Infinity<V>()) & (in[2] == in[2]);
    out[0] = Select(valid, value, NaN<V>());
  }

 private:
  template <class V>
  struct Point {
    V s;
    V x;      // nu / (s + nu)
    V log_x;  // where x is tiny
  };

  template <class V>
  static TFI_FUNCTION Point<V> PointOf(const V (&in)[kInputs]) {
    const V logit = LogRatio(in[1], Broadcast<V>(1)) - in[2];
    Point<V> point;
    V complement;
    Logistic(logit, &point.x, &complement);
    point.s = in[1] * (complement / point.x);
    point.log_x = logit;
    return point;
  }
};

struct RandomRadialStudentTGradFunction : RandomRadialStudentTGradFor<double> {
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_RADIAL_T_H_
