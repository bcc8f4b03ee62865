// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// dz/dkappa of a von Mises sample z ~ exp(kappa cos z) / (2 pi I0(kappa)), and
// its derivatives.
//
// With A = I1(kappa) / I0(kappa), x = cos z, u = 1 - x, m = 1 + x, y = kappa m,
//
//   dz/dkappa = -(dF/dkappa) / (dF/dz) = -sin(z) B(kappa, x)
//   B = int_0^z (cos t - A) exp(kappa (cos t - x)) dt / sin z  > 0,
//
// an entire function of x. Differentiation of the integral gives
//
//   (1 - x^2) dB/dx + (kappa (1 - x^2) - x) B = A - x (1) kappa dB/dkappa = 1 -
//   B - kappa (x + A) B                                (2)
//
// ((2) by parts: kappa int sin^2 e^(kappa cos) = [-sin e] + int cos e^). The
// methods are power series of (1) and fits of B. D = 1 - A below.
//
//   method   where                  what                   terms f32, f64
//   kSmall   kappa <= 2             I0 B, a polynomial in  42, 90
//                                   kappa x and kappa^2;
//                                   divided by I0
//   kOuter   y > Y1 = 16, 36        1/y expansion of B,    41, 107
//                                   a fit in 1/kappa, 1/y
//   kMode    else, kappa u < 1.5    (1) in powers of u     11, 20
//   kInner   else                   (1) in powers of m,    21 or 43 terms;
//                                   all terms positive     36, 59 or 97
//
// Measured worst and mean relative error of dz/dkappa in eps, with fused
// multiply-add, and without; 20,000 points with kappa in [1e-3, 1e10], |z| <=
// pi, tails of 1e-12 and the borders included, against the 80-bit quadrature of
// kernels/special/coefficients/von_mises.py. (tests/special/von_mises_test.cc
// has fewer points, of another method, and tests the bounds.)
//
//   kSmall   float 2.5 0.5, 2.8 0.5    double 2.8 0.5, 2.6 0.5
//   kOuter   float 2.2 0.4, 2.2 0.4    double 2.1 0.4, 2.1 0.4
//   kMode    float 3.6 0.6, 3.4 0.6    double 2.8 0.6, 4.0 0.6
//   kInner   float 3.5 0.6, 3.8 0.6    double 4.5 0.7, 6.1 0.8
//
// In double, kInner has a mean of 1.0 (1.3 without fused multiply-add) for y in
// [16, 36], where 97 terms add up; less than a tenth of the samples falls there
// where kappa is in [9, 19], and hardly any elsewhere.
//
// Reference: Figurnov, Mohamed, Mnih, Implicit reparameterization gradients,
// NeurIPS 2018, section 4 and Appendix B, for the problem; their method is in
// von_mises_paper.h. Tables: kernels/special/coefficients/von_mises.py.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_H_

#include "kernels/special/angle.h"
#include "kernels/special/bessel_ratio.h"
#include "kernels/special/bivariate.h"
#include "kernels/special/dual.h"
#include "kernels/special/exp.h"
#include "kernels/special/von_mises_coefficients.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// The methods. kInner stands for several regions, by y, that differ in the
// number of terms.
inline constexpr int kSmall = 0, kOuter = 1, kMode = 2, kInner = 3;

template <class T>
struct VonMisesConstants;

template <>
struct VonMisesConstants<float> {
  static constexpr int kInnerRegions = 2;
  // The largest y of each inner region; the last is the border Y1 of kOuter,
  // whose expansion is off by about exp(-Y1) / Y1.
  static constexpr float kInnerEnd[] = {5, 16};
  // Terms until the rest is below eps / 16, over all kappa >= 2.
  static constexpr int kInnerTerms[] = {21, 43};
  // The largest kappa u of kMode. Rounding errors grow with it: at 2, without
  // fused multiply-add, they exceed 8 eps.
  static constexpr float kModeEnd = 1.5f;
  static constexpr int kModeTerms = 11;
  static constexpr int kModeCdfTerms = 20;
  // Stands for an infinite kappa where kappa times 0 must be 0.
  static constexpr float kHuge = 1e30f;
};

template <>
struct VonMisesConstants<double> {
  static constexpr int kInnerRegions = 3;
  static constexpr double kInnerEnd[] = {6, 16, 36};
  static constexpr int kInnerTerms[] = {36, 59, 97};
  static constexpr double kModeEnd = 1.5;
  static constexpr int kModeTerms = 20;
  static constexpr int kModeCdfTerms = 40;
  static constexpr double kHuge = 1e300;
};

template <class T>
inline constexpr int kVonMisesRegions =
    kInner + VonMisesConstants<T>::kInnerRegions;

// The region within kInner; the last one where y is larger or NaN.
template <int kIndex = 0, class V>
TFI_FUNCTION Integer<V> InnerRegion(V y) {
  using Constants = VonMisesConstants<Scalar<V>>;
  const Integer<V> region = Integer<V>{} + (kInner + kIndex);
  if constexpr (kIndex == Constants::kInnerRegions - 1) {
    return region;
  } else {
    constexpr Scalar<V> kEnd = Constants::kInnerEnd[kIndex];
    return Select(y < kEnd, region, InnerRegion<kIndex + 1>(y));
  }
}

// The region of every von Mises function. The borders lie inside the domains of
// the fits and series by 1 %, so a rough cosine is good enough.
template <class V>
TFI_FUNCTION Integer<V> VonMisesRegion(V kappa, V z) {
  using T = Scalar<V>;
  using Constants = VonMisesConstants<T>;
  constexpr T kOuterStart = Constants::kInnerEnd[Constants::kInnerRegions - 1];
  const Angle<V> angle = MakeRoughAngle(z);
  const V y = kappa * angle.one_plus_cosine;
  const Integer<V> zero{};
  Integer<V> region = InnerRegion(y);
  region = Select(kappa * angle.one_minus_cosine < Constants::kModeEnd,
                  zero + kMode, region);
  region = Select(y > kOuterStart, zero + kOuter, region);
  return Select(kappa <= T(2), zero + kSmall, region);
}

// Whether the function is defined: a mask.
template <class V>
TFI_FUNCTION auto IsVonMisesArgument(V kappa, V z) {
  return (kappa >= Scalar<V>(0)) & IsAngle(z);
}

// cos z; within 1 eps of 1 in absolute terms.
template <class V>
TFI_FUNCTION V Cosine(const Angle<V>& angle) {
  using T = Scalar<V>;
  return Select(angle.one_minus_cosine < T(1), T(1) - angle.one_minus_cosine,
                angle.one_plus_cosine - T(1));
}

// I0(kappa) B for kappa <= 2; U is V or a Dual of it.
template <class U, class V>
TFI_FUNCTION U SmallNumerator(const U& kappa, const Angle<V>& angle) {
  const U t = kappa * Cosine(angle);
  const U square = kappa * kappa;
  if constexpr (kIsDouble<V>) {
    return BivariatePolynomial(kVonMisesSmallDoubleDegrees,
                               kVonMisesSmallDouble, t, square);
  } else {
    return BivariatePolynomial(kVonMisesSmallFloatDegrees, kVonMisesSmallFloat,
                               t, square);
  }
}

// The power series of (1) at u = 0: B = sum b_j u^j, b_0 = D,
//
//   b_1 = ((1 + 2 kappa) b_0 - 1) / 3,
//   b_j = ((j + 2 kappa) b_(j-1) - kappa b_(j-2)) / (2j + 1),
//
// summed backwards (Clenshaw): B = D s_0 - (u / 3) s_1, where
//
//   s_j = 1 + (j + 1 + 2 kappa) u s_(j+1) / (2j + 3)
//           - kappa u^2 s_(j+2) / (2j + 5).
//
// s_0 alone is int_0^z exp(kappa (cos t - x)) dt / sin z.
//
// B is entire in u, and kTerms = kModeTerms are enough; s_0 alone converges as
// (u / 2)^j.
template <int kTerms, class U, class V>
TFI_FUNCTION void SumModeSeries(const U& kappa, const Angle<V>& angle, U* s0,
                                U* s1) {
  using T = Scalar<V>;
  const V u = angle.one_minus_cosine;
  const U twice = kappa * (T(2) * u);
  const U square = kappa * (u * u);
  U next = MakeConstant(T(1), square);
  U here = (twice + u * T(kTerms)) * (T(1) / T(2 * kTerms + 1)) + T(1);
  TFI_UNROLL(64)
  for (int j = kTerms - 2; j >= 0; --j) {
    const U factor = (twice + u * T(j + 1)) * (T(1) / T(2 * j + 3));
    const U before =
        (T(1) - square * (T(1) / T(2 * j + 5)) * next) + factor * here;
    next = here;
    here = before;
  }
  *s0 = here;
  *s1 = next;
}

template <class U, class V>
TFI_FUNCTION U ModeB(const U& kappa, const U& one_minus_ratio,
                     const Angle<V>& angle) {
  U s0, s1;
  SumModeSeries<VonMisesConstants<Scalar<V>>::kModeTerms>(kappa, angle, &s0,
                                                          &s1);
  return one_minus_ratio * s0 - s1 * (angle.one_minus_cosine / Scalar<V>(3));
}

// 16^j / j! (float), 32^j / j! (double).
template <class T>
TFI_FUNCTION const auto& ScaledPowers() {
  if constexpr (std::is_same<T, double>::value) {
    return kScaledPowersDouble;
  } else {
    return kScaledPowersFloat;
  }
}

// The power series of (1) at m = 0, times exp(y): exp(y) B = sum G_j,
//
//   G_0 = 1 + A,  E_j = y^j / j!,
//   (2j + 1) G_j = j m G_(j-1) + (1 + A) E_j - m E_(j-1),
//
// and exp(y) (y B - 1) = -1 + sum H_j, H_(j+1) = y G_j - E_(j+1). In terms of
//
//   l_j = 1 + (j + 1) q_j,  q_j = m l_(j+1) / (2j + 3)
//
// the sums are sum E_j (1 + A + q_j (1 - (j + 1) D)) / (2j + 1) and
// sum E_(j+1) l_j (1 - (j + 1) D) / (2j + 1), and both are Horner schemes in y.
// That they start at E_kTerms costs nothing: the terms beyond are negligible.
template <int kTerms, class V>
TFI_FUNCTION void SumInnerSeries(V y, V one_minus_ratio, const Angle<V>& angle,
                                 V* b, V* excess) {
  using T = Scalar<V>;
  constexpr T kScale = kIsDouble<V> ? 32 : 16;
  const auto& powers = ScaledPowers<T>();
  const V m = angle.one_plus_cosine;
  const V one_plus_ratio = T(2) - one_minus_ratio;
  const V scaled_y = y * (T(1) / kScale);
  V sum = one_plus_ratio * (powers[kTerms] / T(2 * kTerms + 1));
  V excess_sum{};
  V l = Broadcast<V>(T(1));
  TFI_UNROLL(128)
  for (int j = kTerms - 1; j >= 0; --j) {
    const V q = (m * (T(1) / T(2 * j + 3))) * l;
    const V score = T(1) - T(j + 1) * one_minus_ratio;
    l = T(1) + T(j + 1) * q;
    sum = scaled_y * sum +
          MulAdd(q, score, one_plus_ratio) * (powers[j] / T(2 * j + 1));
    excess_sum =
        scaled_y * (excess_sum + l * score * (powers[j + 1] / T(2 * j + 1)));
  }
  const V scale = ExpOfModerate(-y);
  *b = sum * scale;
  *excess = (excess_sum - T(1)) * scale;
}

// y (y B - 1), about 1/2, for y >= Y1.
template <class V>
TFI_FUNCTION V OuterExcess(V inverse_kappa, V inverse_y) {
  using T = Scalar<V>;
  if constexpr (kIsDouble<V>) {
    return BivariatePolynomial(
        kVonMisesOuterDoubleDegrees, kVonMisesOuterDouble,
        T(36) * inverse_kappa - T(1), T(72) * inverse_y - T(1));
  } else {
    return BivariatePolynomial(kVonMisesOuterFloatDegrees, kVonMisesOuterFloat,
                               T(16) * inverse_kappa - T(1),
                               T(32) * inverse_y - T(1));
  }
}

// B.
template <int kRegion, class V>
TFI_FUNCTION V ReducedDerivative(V kappa, const Angle<V>& angle) {
  using T = Scalar<V>;
  using Constants = VonMisesConstants<T>;
  if constexpr (kRegion == kSmall) {
    return SmallNumerator(kappa, angle) / BesselI0(kappa * kappa);
  } else if constexpr (kRegion == kMode) {
    return ModeB(kappa, MakeBesselRatio(kappa).one_minus_ratio, angle);
  } else if constexpr (kRegion == kOuter) {
    const V inverse_y = T(1) / (kappa * angle.one_plus_cosine);
    const V g = OuterExcess(T(1) / kappa, inverse_y);
    return inverse_y + inverse_y * (g * inverse_y);
  } else {
    const V finite = Min(kappa, Broadcast<V>(Constants::kHuge));
    V b, excess;
    SumInnerSeries<Constants::kInnerTerms[kRegion - kInner]>(
        finite * angle.one_plus_cosine, MakeBesselRatio(finite).one_minus_ratio,
        angle, &b, &excess);
    return b;
  }
}

// B, dB/dkappa at fixed z, and d(-sin(z) B)/dz.
template <class V>
struct ReducedPartials {
  V b;
  V slope;
  V angle_derivative;
};

// (2) in terms of the excess y B - 1, and (1) likewise: free of cancellation
// where the excess is known to full accuracy.
template <class V>
TFI_FUNCTION ReducedPartials<V> PartialsFromExcess(V b, V excess, V kappa,
                                                   const BesselRatio<V>& ratio,
                                                   V one_minus_cosine) {
  using T = Scalar<V>;
  ReducedPartials<V> r;
  r.b = b;
  // 1 - kappa D = (1 - e) / 2.
  r.slope = -(excess + b * (T(0.5) * (T(1) - ratio.excess))) / kappa;
  r.angle_derivative = -ratio.one_minus_ratio - one_minus_cosine * excess;
  return r;
}

template <int kRegion, class V>
TFI_FUNCTION ReducedPartials<V> MakeReducedPartials(V kappa,
                                                    const Angle<V>& angle) {
  using T = Scalar<V>;
  using Constants = VonMisesConstants<T>;
  using D = Dual<V, 1>;
  ReducedPartials<V> r;
  if constexpr (kRegion == kSmall) {
    const V square = kappa * kappa;
    const V i0 = BesselI0(square);
    const V mean = kappa * BesselI1OverKappa(square) / i0;  // A
    const D numerator = SmallNumerator(D::Variable(kappa, 0), angle);
    const V x = Cosine(angle);
    r.b = numerator.value / i0;
    r.slope = numerator.derivative[0] / i0 - r.b * mean;  // I0' = I1
    r.angle_derivative = mean - x - kappa * (angle.sine * angle.sine) * r.b;
  } else if constexpr (kRegion == kMode) {
    const BesselRatio<V> ratio = MakeBesselRatio(kappa);
    D one_minus_ratio;
    one_minus_ratio.value = ratio.one_minus_ratio;
    one_minus_ratio.derivative[0] = -RatioDerivative(kappa, ratio);
    const D b = ModeB(D::Variable(kappa, 0), one_minus_ratio, angle);
    r.b = b.value;
    r.slope = b.derivative[0];
    r.angle_derivative = -ratio.one_minus_ratio -
                         angle.one_minus_cosine *
                             (kappa * angle.one_plus_cosine * b.value - T(1));
  } else if constexpr (kRegion == kOuter) {
    const V inverse_y = T(1) / (kappa * angle.one_plus_cosine);
    const V excess = OuterExcess(T(1) / kappa, inverse_y) * inverse_y;
    r = PartialsFromExcess(inverse_y + inverse_y * excess, excess, kappa,
                           MakeBesselRatio(kappa), angle.one_minus_cosine);
  } else {
    const V finite = Min(kappa, Broadcast<V>(Constants::kHuge));
    const BesselRatio<V> ratio = MakeBesselRatio(finite);
    V b, excess;
    SumInnerSeries<Constants::kInnerTerms[kRegion - kInner]>(
        finite * angle.one_plus_cosine, ratio.one_minus_ratio, angle, &b,
        &excess);
    r = PartialsFromExcess(b, excess, finite, ratio, angle.one_minus_cosine);
  }
  return r;
}

}  // namespace internal

// What the functions of an angle and a concentration have in common: the latter
// is input number kKappa.
template <int kOutputCount, int kKappa>
struct VonMisesFunction {
  static constexpr int kInputs = 2;
  static constexpr int kOutputs = kOutputCount;
  template <class T>
  static constexpr int kRegions = internal::kVonMisesRegions<T>;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[2]) {
    return internal::VonMisesRegion(in[kKappa], in[1 - kKappa]);
  }
};

// dz/dkappa of z ~ von Mises(0, kappa): in = {kappa, z}, out = {dz/dkappa}.
//
// Types: float, double and vectors of them.
// Max error: 8 eps (float), 16 eps (double), relative, for |z| <= pi; where
// |z| > pi, of the angle that angle.h makes of z.
// Valid range: kappa >= 0, |z| <= 2^24 (float), 2^52 (double).
// Odd in z, of period 2 pi, and 0 at the floats nearest to 0, pi and -pi;
// -sin(z) at kappa = 0; 0 at kappa = infinity; NaN for other arguments.
struct RandomVonMisesGradFunction : VonMisesFunction<1, 0> {
  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[1]) {
    const Angle<V> angle = MakeAngle(in[1]);
    const V b = internal::ReducedDerivative<kRegion>(in[0], angle);
    out[0] = Select(internal::IsVonMisesArgument(in[0], in[1]), -angle.sine * b,
                    NaN<V>());
  }
};

// The partial derivatives of h(kappa, z) = dz/dkappa: in = {kappa, z}, out =
// {dh/dkappa at fixed z, dh/dz}.
//
// Types: float, double and vectors of them.
// Max error: 32 eps of the natural scale: |dh/dkappa| + |h| / (1 + kappa) for
// the first, |dh/dz| + 1 / (1 + 2 kappa), about |dh/dz| + D, for the second.
// Both have zeros, where a relative bound cannot hold. Valid range and value
// outside: as above.
struct RandomVonMisesGradPartialsFunction : VonMisesFunction<2, 0> {
  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[2]) {
    const Angle<V> angle = MakeAngle(in[1]);
    const auto r = internal::MakeReducedPartials<kRegion>(in[0], angle);
    const auto valid = internal::IsVonMisesArgument(in[0], in[1]);
    out[0] = Select(valid, -angle.sine * r.slope, NaN<V>());
    out[1] = Select(valid, r.angle_derivative, NaN<V>());
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_H_
