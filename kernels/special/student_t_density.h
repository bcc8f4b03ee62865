// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The density of a Student-t distribution with nu = 2 k degrees of freedom, the
// location m and the scale s, and the entropy for s = 1, without the
// cancellation of the two Gamma functions. With
// C(k) = lgamma(k + 1/2) - lgamma(k) - log(k) / 2 = -1 / (8 k) + O(k^-3),
// g(y) = y - 1 - log y, t = (x - m) / s, o = t^2 / nu and
// w = (nu + 1) o / (1+o),
//
//   log f     = C(k) - log(2 pi) / 2 - (k + 1/2) log(1 + o) - log s
//   d/dnu     = (C'(k) - g(1 / (1+o)) + o / (nu (1+o))) / 2
//   d/dx      = -d/dm = -(nu + 1) t / (s (nu + t^2)) = -w / (x - m)
//   d/ds      = (w - 1) / s
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

#include <limits>

#include "kernels/special/function.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/student_t_cdf.h"
#include "kernels/special/student_t_coefficients.h"

TFI_BEGIN_NAMESPACE

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

// log(1 + o) and g(1 / (1+o)) = log(1+o) - o / (1+o) for o = t^2 / nu and
// t = d / s, without overflow of t or t^2; and o / (1+o).
template <class V>
struct StudentTLog {
  V log, divergence, share;
};

template <class V>
TFI_FUNCTION StudentTLog<V> StudentTLogOf(V nu, V d, V s) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  const V size = d / s;
  const auto far = size > T(1e140);
  const V near = Select(far, one, size);
  const V odds = near * (near / nu);
  const LogRatioParts<V> parts = SplitLogOnePlus(odds);
  StudentTLog<V> r;
  r.share = Select(far, one, odds / (T(1) + odds));
  r.log = parts.Log();
  if (AnyTrue(far)) {
    // The 1 no longer counts.
    const V log_size = LogRatioOfAny(Select(far, d, one), Select(far, s, one));
    r.log = Select(far, T(2) * log_size - LogRatio(nu, one), r.log);
  }
  // 2 s + 2 s^3 E - o / (1+o), s = o / (2+o): 2 s - o / (1+o) = s o / (1+o).
  const V series =
      parts.s * (r.share + T(2) * (parts.s * parts.s) * parts.excess);
  r.divergence =
      Select((parts.exponent == T(0)) & !far, series, r.log - r.share);
  return r;
}

// (nu, m, s, x) -> log f, d/dnu, d/dm, d/ds, d/dx.
//
// Types: double and vectors of it.
// Max error measured (tests/special/student_t_density_test.cc), in eps: of the
// value 1.1 of max(1, its own size) + |log s|, of the derivatives 2.3 of the
// largest of their terms.
// Valid range: 0 < nu <= infinity, m finite, s finite, not 0 and a normal
// number, whose sign changes no law, any x; NaN elsewhere and where an input is
// NaN. Where x - m is infinite the log density and d/dnu are -infinity.
struct StudentTLogProbFunction {
  static constexpr int kInputs = 4, kOutputs = 5;
  static constexpr int kParameters = 3;
  static constexpr bool kInDouble = true;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V m = in[1], infinity = Infinity<V>();
    const V nu = BoundedStudentTDf(in[0]);
    const V k = T(0.5) * nu;
    const StudentTConstant<V> c = StudentTConstantOf(k);
    const V s = Abs(in[2]);
    const V log_s = LogRatioOfAny(s, Broadcast<V>(1));
    const V d = in[3] - m;
    const V size = Abs(d);
    const StudentTLog<V> at = StudentTLogOf(nu, size, s);
    const V weight = (nu + T(1)) * at.share;
    // w / d in two forms: neither overflows, nor has a small divisor.
    const V t = d / s;
    const auto large = Abs(t) > Sqrt(nu);
    const V slope = Select(large, weight, (t + t / nu) * (T(1) - at.share)) /
                    Select(large, d, s);
    const V values[] = {
        ((c.value - kHalfLogTwoPi<T>)-(k + T(0.5)) * at.log) - log_s,
        T(0.5) * ((c.first + at.share / nu) - at.divergence), slope,
        (weight - T(1)) / in[2], -slope};
    const auto infinite = size == infinity;
    const auto valid = (nu > T(0)) & (Abs(m) < infinity) &
                       (s >= std::numeric_limits<T>::min()) & (s < infinity) &
                       (d == d);
    for (int i = 0; i < kOutputs; ++i) {
      const V value =
          i < 2 ? Select(infinite, -infinity, values[i]) : values[i];
      out[i] = Select(valid, value, NaN<V>());
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
    const V entropy = T(kHalfLogTwoPi<double> + 0.5) +
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
