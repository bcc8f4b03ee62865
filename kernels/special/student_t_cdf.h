// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The distribution function of a Student-t distribution with nu degrees of
// freedom. x = t^2 / (nu + t^2) is a Beta(1/2, nu/2) sample (Abramowitz and
// Stegun 26.7.1), so that with I of betainc.h
//
//   P(|T| < |t|) = I(1/2, nu/2, x),
//
// and F is half of 1 - I below 0, where it is small, and 1 less that above. x
// and 1 - x are double words: nothing of t is lost in a tail.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_CDF_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_CDF_H_

#include "kernels/special/betainc.h"
#include "kernels/special/betainc_inverse.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// Beyond it the distribution is normal wherever its tails are not 0.
inline constexpr double kLargestStudentTDf = 1e100;

// Where |t| is less it is taken to be this: a density per |t| stays a number.
inline constexpr double kLeastStudentT = 1e-150;

template <class V>
TFI_FUNCTION V BoundedStudentTDf(V nu) {
  const V largest = Broadcast<V>(kLargestStudentTDf);
  return Select(nu > largest, largest, nu);  // a NaN stays
}

// x = t^2 / (nu + t^2) and its complement.
template <class V>
TFI_OUTLINE BetaPoint<V> StudentTPoint(const V& nu, const V& t) {
  using T = Scalar<V>;
  const V one = Broadcast<V>(1);
  const V size = Max(Abs(t), Broadcast<V>(kLeastStudentT));
  const auto small = size<T(1e-140), large = size> T(1e140);
  const auto ordinary = !small & !large;
  const V near = Select(ordinary, size, one);
  const DoubleWord<V> square = Product(near, near);
  const V greater = Max(square.high, nu), lesser = Min(square.high, nu);
  DoubleWord<V> sum = ExactSum(greater, lesser);
  sum.low = sum.low + square.low;
  // t^2 / nu, or its reciprocal, 2^1200 times.
  const V bounded = Min(size, Broadcast<V>(1e308));
  const V up = bounded * T(0x1p600), down = bounded * T(0x1p-600);
  const V tiny = Select(small, up * (up / nu), (nu / down) / down);
  const DoubleWord<V> shift = {Broadcast<V>(T(-1200) * kLog2High<V>),
                               Broadcast<V>(T(-1200) * kLog2Low<V>)};
  const DoubleWord<V> none = {V{}, V{}};
  const DoubleWord<V> zero_log = {-Infinity<V>(), V{}};
  BetaPoint<V> r;
  r.x.tiny = tiny;
  r.x.log = Select(small, shift, none);
  r.complement.tiny = Select(size == Infinity<V>(), one, tiny);
  r.complement.log =
      Select(size == Infinity<V>(), zero_log, Select(large, shift, none));
  const DoubleWord<V> unit = {one, V{}};
  r.x.value =
      Select(ordinary, Quotient(square, sum), Select(small, none, unit));
  r.complement.value = Select(ordinary, Quotient(DoubleWord<V>{nu, V{}}, sum),
                              Select(small, unit, none));
  return r;
}

// (nu, t) -> Outputs of the tails of |T|.
template <class Result, class Outputs, int kOutputCount>
struct StudentTCdfOf {
  static constexpr int kInputs = 2, kOutputs = kOutputCount;
  static constexpr bool kInDouble = true;
  template <class T>
  static constexpr int kRegions = kBetaincRegions;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    const V nu = BoundedStudentTDf(in[0]);
    return BetaincRegionOf<Result>(ArrangeBeta<V>(
        Broadcast<V>(0.5), nu * Scalar<V>(0.5), StudentTPoint<V>(nu, in[1])));
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V nu = BoundedStudentTDf(in[0]), t = in[1];
    const V a = Broadcast<V>(0.5), b = nu * T(0.5);
    const BetaPoint<V> point = StudentTPoint<V>(nu, t);
    if constexpr (kOutputs == 2) {
      Outputs::Pick(BetaTailsInRegion<Result, kRegion>(a, b, point), t, out);
    } else {
      Outputs::Pick(AllBetaTailsInRegion<Result, kRegion>(a, b, point), t, out);
    }
    for (int i = 0; i < kOutputs; ++i) {
      out[i] = Select((nu > T(0)) & (t == t), out[i], NaN<V>());
    }
  }
};

// -> F, 1 - F, and f where there are three.
struct StudentTCdfOutputs {
  template <class V, int kOutputs>
  static TFI_FUNCTION void Pick(const BetaTails<V>& tails, V t,
                                V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V size = Max(Abs(t), Broadcast<V>(kLeastStudentT));
    const V tail = T(0.5) * tails.upper, rest = T(1) - tail;
    out[0] = Select(t < V{}, tail, rest);
    out[1] = Select(t < V{}, rest, tail);
    // The logit of x is 2 log|t| - log(nu).
    if constexpr (kOutputs == 3) out[2] = tails.density / size;
  }
};

// -> log F, log(1 - F), and f / F, f / (1 - F) where there are four.
struct LogStudentTCdfOutputs {
  template <class V, int kOutputs>
  static TFI_FUNCTION void Pick(const BetaTails<V>& tails, V t,
                                V (&out)[kOutputs]) {
    using T = Scalar<V>;
    constexpr T kLogHalf = -0.69314718055994530942;
    const V size = Max(Abs(t), Broadcast<V>(kLeastStudentT));
    const V rest = T(1) - T(0.5) * tails.upper;
    const V log_tail = tails.log_upper + kLogHalf;
    const V log_rest = LogOnePlus(T(-0.5) * tails.upper);
    const V tail_rate = T(2) * tails.upper_rate / size;
    const V rest_rate = tails.density / size / rest;
    const auto below = t < V{};
    out[0] = Select(below, log_tail, log_rest);
    out[1] = Select(below, log_rest, log_tail);
    if constexpr (kOutputs == 4) {
      out[2] = Select(below, tail_rate, rest_rate);
      out[3] = Select(below, rest_rate, tail_rate);
    }
  }
};

// -> the tails of |T| themselves, for the quantile.
struct AbsStudentTOutputs {
  template <class V>
  static TFI_FUNCTION void Pick(const BetaTails<V>& tails, V, V (&out)[6]) {
    AllBetaTails::Pick(tails, out);
  }
};

template <class Result, int kOutputs = 3>
using StudentTCdfFor = StudentTCdfOf<Result, StudentTCdfOutputs, kOutputs>;
template <class Result, int kOutputs = 4>
using LogStudentTCdfFor =
    StudentTCdfOf<Result, LogStudentTCdfOutputs, kOutputs>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_STUDENT_T_CDF_H_
