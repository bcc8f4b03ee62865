// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The logarithm of the scaled modified Bessel function e^x K_1(x), of which the
// density of a normal-inverse Gaussian distribution is made, and its derivative
//
//   d/dx log(e^x K_1(x)) = 1 - 1 / x - K_0(x) / K_1(x).
//
//   0  x < 1    power series (DLMF 10.31.1, 10.31.2), y = x^2 / 4:
//               x K_1 = 1 + 2 y (log(x / 2) A(y) - B(y)),
//               K_0   = D(y) - log(x / 2) I_0
//   1  x >= 1   fits of sqrt(x) e^x K_1 and of q = x (1 - K_0 / K_1), which is
//               between 0.3 and 1 / 2: the derivative is (q - 1) / x
//   2           0, infinity and what is outside

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BESSEL_K1_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BESSEL_K1_H_

#include "kernels/special/bessel_k1_coefficients.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// x -> log(e^x K_1(x)), d/dx.
//
// Types: double and vectors of it.
// Max error measured (tests/special/inverse_gaussian_test.cc): of the value
// 1.3 eps of max(1, |value|), of the derivative 1.6 eps.
// Valid range: x >= 0; infinity, -infinity at 0, -infinity, 0 at infinity; NaN
// elsewhere.
struct LogBesselK1eFunction {
  static constexpr int kInputs = 1, kOutputs = 2;
  static constexpr bool kInDouble = true;
  template <class T>
  static constexpr int kRegions = 3;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    using T = Scalar<V>;
    const Integer<V> zero{};
    const Integer<V> inside = Select(in[0] < T(1), zero, zero + 1);
    return Select((in[0] > T(0)) & (in[0] < Infinity<V>()), inside, zero + 2);
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V x = in[0];
    if constexpr (kRegion == 0) {
      const V log = LogRatio(x, Broadcast<V>(2));
      const V y = T(0.25) * x * x;
      const V first = log * Polynomial(kBesselI1, y);
      const V k1 =
          MulAdd(y + y, first - Polynomial(kBesselK1Rest, y), Broadcast<V>(1));
      const V k0 =
          Polynomial(kBesselK0Rest, y) - log * Polynomial(kBesselI0, y);
      out[0] = LogRatio(k1, x) + x;
      out[1] = ((x - T(1)) - x * x * (k0 / k1)) / x;
    } else if constexpr (kRegion == 1) {
      const V t = T(1) - T(4) / (x + T(1));
      out[0] = LogRatio(Polynomial(kBesselK1Value, t), Sqrt(x));
      out[1] = (Polynomial(kBesselK1Ratio, t) - T(1)) / x;
    } else {
      const V infinity = Infinity<V>();
      const auto least = x == T(0);
      const auto valid = least | (x == infinity);
      out[0] = Select(valid, Select(least, infinity, -infinity), NaN<V>());
      out[1] = Select(valid, Select(least, -infinity, V{}), NaN<V>());
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BESSEL_K1_H_
