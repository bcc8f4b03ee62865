// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The density of a Student-t distribution with nu = 2 k degrees of freedom, and
// its entropy, without the cancellation of the two Gamma functions. With
// C(k) = lgamma(k + 1/2) - lgamma(k) - log(k) / 2 = -1 / (8 k) + O(k^-3),
// g(t) = t - 1 - log t and o = t^2 / nu,
//
//   log f     = C(k) - log(2 pi) / 2 - (k + 1/2) log(1 + o)
//   d/dnu     = (C'(k) - g(1 / (1+o)) + o / (nu (1+o))) / 2
//   d/dt      = -(nu + 1) t / (nu + t^2)
//   entropy   = log(2 pi e) / 2 + 1 / (4 k) + (k + 1/2) C'(k) - C(k)
//   d/dnu     = ((k + 1/2) C''(k) - 1 / (4 k^2)) / 2
//
// (differentiate; C' = psi(k + 1/2) - psi(k) - 1 / (2 k)). The terms of the
// entropy beyond the normal distribution's are positive and those of its
// derivative negative. Below k = 1:
//
//   C(k) = C(k + 1) + log(k (k+1) / (k + 1/2)^2) / 2.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_DENSITY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_DENSITY_H_

#include "kernels/special/function.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/student_t_cdf.h"
#include "kernels/special/student_t_coefficients.h"
#include "kernels/special/student_t_odds.h"

TFI_BEGIN_NAMESPACE

inline constexpr double kStudentTHalfLogTwoPi = 0.91893853320467274178;

// C(k) and its first two derivatives, k > 0.
template <class V>
struct StudentTConstant {
  V value, first, second;
};

template <class V>
TFI_FUNCTION StudentTConstant<V> StudentTConstantOf(V k) {
  using T = Scalar<V>;
  const auto shifted = k < T(1);
  const V u = T(1) / (Select(shifted, k + T(1), k) + T(0.5));
  StudentTConstant<V> c = {u * Polynomial(kStudentTConstant, u),
                           u * u * Polynomial(kStudentTFirst, u),
                           u * u * u * Polynomial(kStudentTSecond, u)};
  if (AnyTrue(shifted)) {
    const V small = Select(shifted, k, Broadcast<V>(T(0.5)));
    const V half = small + T(0.5), product = small * (small + T(1));
    // half^2 = product + 1/4.
    const V slope = T(0.25) / (product * half);
    const V per_half = T(1) / half;
    const V bend = -slope * (T(1) / small + T(1) / (small + T(1)) + per_half);
    c.value =
        c.value + Select(shifted, T(0.5) * LogRatio(product, half * half), V{});
    c.first = c.first + Select(shifted, slope, V{});
    c.second = c.second + Select(shifted, bend, V{});
  }
  return c;
}

// log(1 + o) and g(1 / (1+o)) = log(1+o) - o / (1+o) for o = t^2 / nu, without
// overflow of t^2; and o / (1+o).
template <class V>
struct StudentTLog {
  V log, divergence, share;
};

template <class V>
TFI_FUNCTION StudentTLog<V> StudentTLogOf(V nu, V t) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  const V size = Abs(t);
  const auto far = size > T(1e140);
  const V near = Select(far, one, size);
  const V odds = near * (near / nu);
  const LogRatioParts<V> parts = SplitLogOnePlus(odds);
  StudentTLog<V> r;
  r.share = Select(far, one, odds / (T(1) + odds));
  // The 1 no longer counts where t is far.
  r.log = Select(far, StudentTFarLog(nu, t, far), parts.Log());
  // 2 s + 2 s^3 E - o / (1+o), s = o / (2+o): 2 s - o / (1+o) = s o / (1+o).
  const V series =
      parts.s * (r.share + T(2) * (parts.s * parts.s) * parts.excess);
  r.divergence =
      Select((parts.exponent == T(0)) & !far, series, r.log - r.share);
  return r;
}

// (nu, t) -> log f, d/dnu, d/dt.
//
// Types: double and vectors of it.
// Valid range: 0 < nu <= infinity, any t; NaN for other nu and where an input
// is NaN.
struct StudentTLogProbFunction {
  static constexpr int kInputs = 2, kOutputs = 3;
  static constexpr int kParameters = 1;
  static constexpr bool kInDouble = true;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V t = in[1];
    const V nu = BoundedStudentTDf(in[0]);
    const V k = T(0.5) * nu;
    const StudentTConstant<V> c = StudentTConstantOf(k);
    const StudentTLog<V> at = StudentTLogOf(nu, t);
    const V size = Abs(t);
    const auto large = size > Sqrt(nu);
    // (nu + 1) t / (nu + t^2) in two forms that do not overflow.
    const V slope = Select(large, (nu + T(1)) * (at.share / t),
                           (t + t / nu) / (T(1) + t * (t / nu)));
    const V values[] = {
        (c.value - T(kStudentTHalfLogTwoPi)) - (k + T(0.5)) * at.log,
        T(0.5) * ((c.first + at.share / nu) - at.divergence), -slope};
    const auto infinite = size == Infinity<V>();
    const V limits[] = {-Infinity<V>(), -Infinity<V>(), V{}};
    const auto valid = (nu > T(0)) & (t == t);
    for (int i = 0; i < kOutputs; ++i) {
      out[i] = Select(valid, Select(infinite, limits[i], values[i]), NaN<V>());
    }
  }
};

// nu -> the entropy for scale 1, and its derivative.
//
// Types, valid range: as above.
struct StudentTEntropyJetFunction {
  static constexpr int kInputs = 1, kOutputs = 2;
  static constexpr bool kInDouble = true;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V nu = BoundedStudentTDf(in[0]);
    const V k = T(0.5) * nu;
    const StudentTConstant<V> c = StudentTConstantOf(k);
    const V per_k = T(1) / k;
    const V entropy = T(kStudentTHalfLogTwoPi + 0.5) +
                      (T(0.25) * per_k + ((k + T(0.5)) * c.first - c.value));
    const V slope =
        T(0.5) * ((k + T(0.5)) * c.second - T(0.25) * per_k * per_k);
    out[0] = Select(nu > T(0), entropy, NaN<V>());
    out[1] = Select(nu > T(0), slope, NaN<V>());
  }
};

struct StudentTEntropyFunction : FirstOutputs<StudentTEntropyJetFunction, 1> {};

// -> the derivative.
struct StudentTEntropyGradFunction : StudentTEntropyJetFunction {
  static constexpr int kOutputs = 1;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs], V (&out)[1]) {
    V all[2];
    StudentTEntropyJetFunction::Evaluate(in, all);
    out[0] = all[1];
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_DENSITY_H_
