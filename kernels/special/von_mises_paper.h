// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// dz/dkappa of a von Mises sample by the method of the paper [1], Appendix B:
// the CDF of Hill's Algorithm 518 [2], differentiated in forward mode with
// respect to kappa and divided by the density. Kept for the comparison of
// methods (Table 2 of [1]); von_mises.h is faster and more accurate.
//
//   kappa < 50   F = 1/2 + z / (2 pi) + (1/pi) sum_(j=1)^K (I_j/I_0) sin(j z)/j
//                (equation (14) of [1]), K = the integer part of
//                28 + kappa/2 - 100 / (kappa + 5); by the quotients
//                r_j = I_j / I_(j-1) = kappa / (2j + kappa r_(j+1)), from
//                r_(K+1) = 0 backwards, and v_j = r_j (sin(j z) / j + v_(j+1)),
//                sum = v_1
//   kappa >= 50  F = (1 + erf(w)) / 2, w = g (1 - s / q^2), g = R sin(z / 2),
//                s = 2 g^2: the Normal approximation of [2]; R and q are in
//                HillNormalDerivative()
//
// The constants are Hill's for 12 decimal digits of F, in float as well.
// Differs from [2], whose loop ends at K - 1: that leaves an error of 5e-12 in
// dF/dkappa, and K terms give the mean error that Table 2 of [1] reports.
// Measured error of dF/dkappa (tests/special/von_mises_test.cc): 1.4e-7 in
// float, 1.5e-13 in double. That of dz/dkappa is larger by 1 / density: the
// relative error grows without bound in the tails.
//
// [1] Figurnov, Mohamed, Mnih, Implicit reparameterization gradients, NeurIPS
//     2018.
// [2] Hill, Algorithm 518: Incomplete Bessel function I0. The von Mises
//     distribution, ACM Trans. Math. Softw. 3 (1977) 279-284.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_PAPER_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_PAPER_H_

#include <cmath>

#include "kernels/special/dual.h"
#include "kernels/special/von_mises_cdf.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// dF/dkappa by the series, for z = angle in [-pi, pi].
template <class T>
TFI_FUNCTION T HillSeriesDerivative(T kappa, T z, const Angle<T>& angle) {
  using D = Dual<T, 1>;
  const int terms =
      static_cast<int>(T(28) + T(0.5) * kappa - T(100) / (kappa + T(5)));
  const D k = D::Variable(kappa, 0);
  const T sine = angle.sine, cosine = Cosine(angle);
  T sine_j = std::sin(terms * z), cosine_j = std::cos(terms * z);
  D quotient = D::Constant(T(0)), sum = D::Constant(T(0));
  for (int j = terms; j >= 1; --j) {
    quotient = k / (k * quotient + T(2 * j));
    sum = quotient * (sum + sine_j / T(j));
    // From j z to (j - 1) z.
    const T sine_next = sine_j * cosine - cosine_j * sine;
    cosine_j = cosine_j * cosine + sine_j * sine;
    sine_j = sine_next;
  }
  return sum.derivative[0] / T(kPi);
}

// dF/dkappa by the Normal approximation.
template <class T>
TFI_FUNCTION T HillNormalDerivative(T kappa, const Angle<T>& angle) {
  using D = Dual<T, 1>;
  const D c = D::Variable(kappa, 0) * T(24);
  const D v = c - T(50.1);
  const D square =
      (T(54) / (T(347) / v + T(26) - c) - T(6) + c) / T(12);  // R^2
  D r;
  r.value = Sqrt(square.value);
  r.derivative[0] = square.derivative[0] / (T(2) * r.value);
  const T half_sine =
      CopySign(Sqrt(T(0.5) * angle.one_minus_cosine), angle.sine);
  const D g = r * half_sine;
  const D s = T(2) * (g * g);
  const D q = ((s + T(1.75)) * s + T(83.5)) / (v - s + T(3)) -
              (c - T(2) * s - T(16)) / T(3);
  const D w = g * (T(1) - s / (q * q));
  return w.derivative[0] * Exp(-w.value * w.value) / Sqrt(T(kPi));
}

}  // namespace internal

// Types: float, double.
// Max error: see above.
// Valid range: kappa >= 0, |z| <= 2^24 (float), 2^52 (double); NaN elsewhere,
// and where the density underflows.
template <class T>
TFI_FUNCTION T RandomVonMisesGradPaper(T kappa, T z) {
  if (!internal::IsVonMisesArgument(kappa, z)) return NaN<T>();
  const Angle<T> angle = MakeAngle(z);
  T derivative, density;
  if (kappa < T(50)) {
    derivative = internal::HillSeriesDerivative(kappa, z, angle);
  } else {
    derivative = internal::HillNormalDerivative(kappa, angle);
  }
  if (kappa <= T(2)) {
    density = internal::VonMisesDensity<internal::kSmall>(kappa, angle);
  } else {
    density = internal::VonMisesDensity<internal::kOuter>(kappa, angle);
  }
  return -derivative / density;
}

struct RandomVonMisesGradPaperFunction {
  static constexpr int kInputs = 2, kOutputs = 1;
  static constexpr bool kScalar = true;

  template <class T>
  TFI_FUNCTION static void Evaluate(const T (&in)[2], T (&out)[1]) {
    out[0] = RandomVonMisesGradPaper(in[0], in[1]);
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_PAPER_H_
