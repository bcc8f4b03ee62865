// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The logarithm of Euler's integral (DLMF 15.6.1) with an argument in [0, 1],
//
//   I = integral of u^(a-1) (1 - u)^(b-1) (1 - r u)^(c-1) over 0 < u < 1
//     = B(a, b) 2F1(1 - c, a; a + b; r),
//
// and its derivatives, the means of log u, log(1 - u), log(1 - r u) and
// -(c - 1) u / (1 - r u) under the integrand. The density of a quotient of Beta
// variables is made of it (Pham-Gia 2000).
//
// In the logit t of u the integrand is exp(f) with
//
//   f = a log u + b log(1 - u) + (c - 1) log(1 - r u).
//
// It has one maximum: (1 - r u) df/dt is a quadratic function of u that is
// a > 0 at 0 and -b (1 - r) at 1. The rule is the trapezoidal one in v for
// t = mode + scale sinh(v), between the points where exp(f) has fallen by
// e^-kDecay: as e^(a t) on the left, as e^(-b t) on the right of the knee
// t = -log(1 - r), and like a Normal density of that scale between.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_EULER_INTEGRAL_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_EULER_INTEGRAL_H_

#include "kernels/special/exp.h"
#include "kernels/special/lanes.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// What the integrand is made of at the logit t of u.
template <class V>
struct EulerIntegrand {
  V log_u, log_rest;  // log u, log(1 - u)
  V log_third;        // log(1 - r u)
  V ratio;            // u / (1 - r u)

  // less: 1 - r.
  static TFI_FUNCTION EulerIntegrand At(V t, V r, V less) {
    using T = Scalar<V>;
    const V one = Broadcast<V>(1);
    const V e = Exp(-Abs(t)), larger = one / (one + e);
    const V log = LogRatio(one + e, one);
    const V u = Select(t < T(0), e * larger, larger);
    const V rest = Select(t < T(0), larger, e * larger);
    // 1 - r u without cancellation; r = 1 may make it 0.
    const V third = Max(less + r * rest, Broadcast<V>(1e-300));
    return {-(log + Max(-t, V{})), -(log + Max(t, V{})), LogRatio(third, one),
            u / third};
  }
};

// The u of the maximum, and 1 - u: the root between 0 and 1 of
// q u^2 - p u + a, and of q u^2 + (p - 2 q) u - b (1 - r) for 1 - u, without
// cancellation. power: c - 1.
template <class V>
TFI_FUNCTION void EulerMode(V a, V b, V power, V r, V less, V& u, V& rest) {
  using T = Scalar<V>;
  const V q = r * (a + b + power), p = a + b + r * (a + power);
  const V other = a + b - r * (a + T(2) * b + power);  // p - 2 q
  const V root = Sqrt(Select(q < T(0), p * p - T(4) * a * q,
                             other * other + T(4) * b * less * q));
  u = Select(p < T(0), (p - root) / (q + q), T(2) * a / (p + root));
  rest = Select(other < T(0), (root - other) / (q + q),
                T(2) * b * less / (other + root));
}

// The inverse hyperbolic sine of x >= 0.
template <class V>
TFI_FUNCTION V PositiveAsinh(V x) {
  using T = Scalar<V>;
  return LogRatio(x + Sqrt(x * x + T(1)), Broadcast<V>(1));
}

}  // namespace internal

// (a, b, c, r) -> log I, d/da, d/db, d/dc, d/dr.
//
// Types: double and vectors of it.
// Max error measured (tests/special/euler_integral_test.cc): of the value 18
// eps of max(1, |value|), of the derivatives 3200 eps of themselves, for
// parameters in [1e-2, 1e3] and 1 - r >= 1e-6. At 1e-3 the rule leaves 1e-11.
// Valid range: a, b and c in [1e-100, 1e100], 0 <= r <= 1; infinity where the
// integral diverges, r = 1 and b + c <= 1, with derivatives that are NaN; NaN
// elsewhere.
struct LogEulerIntegralFunction {
  static constexpr int kInputs = 4, kOutputs = 5;
  static constexpr bool kInDouble = true;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    using Integrand = internal::EulerIntegrand<V>;
    constexpr int kIntervals = 352;
    constexpr T kDecay = 40;
    const V a = in[0], b = in[1], power = in[2] - T(1), r = in[3];
    const V one = Broadcast<V>(1), tiny = Broadcast<V>(1e-300);
    const V less = one - r;

    V u, rest;
    internal::EulerMode(a, b, power, r, less, u, rest);
    const V mode = LogRatio(Max(u, tiny), Max(rest, tiny));
    const V scale = one / Sqrt(one + (a + b) * u * rest);
    const V knee = -LogRatio(Max(less, Broadcast<V>(1e-16)), one);
    const V left = T(kDecay) / a + Max(mode, V{}) + T(10) * scale;
    const V right =
        T(kDecay) / b + Max(knee - mode, V{}) + Max(-mode, V{}) + T(10) * scale;
    const V first = -internal::PositiveAsinh(left / scale);
    const V step =
        (internal::PositiveAsinh(right / scale) - first) * T(1. / kIntervals);

    const auto exponent = [&](const Integrand& at) {
      return a * at.log_u + b * at.log_rest + power * at.log_third;
    };
    const V top = exponent(Integrand::At(mode, r, less));
    V sum{}, of_u{}, of_rest{}, of_third{}, of_ratio{};
    for (int k = 0; k <= kIntervals; ++k) {
      const V e = Exp(MulAdd(step, Broadcast<V>(k), first));
      const V inverse = one / e;
      const Integrand at =
          Integrand::At(MulAdd(T(0.5) * scale, e - inverse, mode), r, less);
      const V weight = (e + inverse) * Exp(exponent(at) - top);
      sum = sum + weight;
      of_u = MulAdd(weight, at.log_u, of_u);
      of_rest = MulAdd(weight, at.log_rest, of_rest);
      of_third = MulAdd(weight, at.log_third, of_third);
      of_ratio = MulAdd(weight, at.ratio, of_ratio);
    }
    const V values[] = {LogRatio(T(0.5) * scale * step * sum, one) + top,
                        of_u / sum, of_rest / sum, of_third / sum,
                        -power * of_ratio / sum};
    const auto valid = (Min(Min(a, b), in[2]) >= T(1e-100)) &
                       (Max(Max(a, b), in[2]) <= T(1e100)) & (r >= T(0)) &
                       (r <= T(1));
    const auto diverges = (r == T(1)) & (b + power <= T(0));
    for (int k = 0; k < kOutputs; ++k) {
      const V limit = k == 0 ? Infinity<V>() : NaN<V>();
      out[k] = Select(valid, Select(diverges, limit, values[k]), NaN<V>());
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_EULER_INTEGRAL_H_
