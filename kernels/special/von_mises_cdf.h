// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The von Mises CDF and its derivatives. Notation and regions as in
// von_mises.h; a = |z|, p the density, n and r as in angle.h.
//
//   F(z) = int_(-pi)^z p = 1/2 + int_0^z p,  p = exp(kappa x) / (2 pi
//   I0(kappa))
//
// continued by F(z + 2 pi) = F(z) + 1, as tfp.distributions.VonMises does: p is
// its derivative everywhere.
//
//   kSmall   the Fourier series, (14) of [1]: with n and r of the angle,
//            F = (n + 1) / 2 + r / (2 pi) + sin(z) S, where I0 S / kappa is a
//            polynomial in kappa x and kappa^2
//   kMode    F = 1/2 + sin(z) s_0 p, with the series s_0 of von_mises.h, of 20
//            (float) or 40 terms
//   kInner   the lower tail F(-a) = p R, R = int_a^pi exp(kappa (cos t - x))
//   dt,
//            by Gauss-Legendre quadrature with 22 (float) or 44 nodes: the
//            integrand is positive, entire, and symmetric about pi
//   kOuter   F(-a) = p R, with the substitution t = kappa (x - cos(angle))
//              R = int_0^y exp(-t) / sqrt((U + t) (y - t)) dt,  U = kappa u,
//            about sqrt(pi / y) erfcx(sqrt(U)); R sqrt(y) (sqrt(U) + 2) is a
//            polynomial in 1 / y and (sqrt(U) - 2) / (sqrt(U) + 2)
//
// so the lower tail is known to full relative accuracy, and F(-z) = 1 - F(z).
// The derivatives are
//
//   dF/dz = p,  dF/dkappa = p sin(z) B,
//   d2F/dz2 = -kappa sin(z) p,  d2F/(dz dkappa) = p (x - A) = p (D - u),
//   d2F/dkappa2 = p sin(z) ((D - u) B + dB/dkappa).
//
// An infinite kappa is taken as 1e30 (float) or 1e300 (double).
//
// [1] Figurnov, Mohamed, Mnih, Implicit reparameterization gradients, NeurIPS
//     2018, Appendix B.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_CDF_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_CDF_H_

#include "kernels/special/log_ratio.h"
#include "kernels/special/von_mises.h"

TFI_BEGIN_NAMESPACE

namespace internal {

inline constexpr double kPi = 3.14159265358979323846;

// p(z), for kappa finite.
template <int kRegion, class V>
TFI_FUNCTION V VonMisesDensity(V kappa, const Angle<V>& angle) {
  using T = Scalar<V>;
  if constexpr (kRegion == kSmall) {
    return ExpOfModerate(kappa * Cosine(angle)) /
           (T(2 * kPi) * BesselI0(kappa * kappa));
  } else {
    return Sqrt(kappa) * VonMisesDensityScale(kappa) *
           Exp(-kappa * angle.one_minus_cosine);
  }
}

// R for y <= Y1, kappa u >= 1.5.
template <class V>
TFI_FUNCTION V InnerTail(V kappa, const Angle<V>& angle) {
  using T = Scalar<V>;
  const V r = Abs(angle.rest);
  const V w = Select(IsOdd(angle.half_turns), r, T(kPi) - r);  // pi - a
  const V square = w * w;
  const V scale = -kappa * square;
  V sum{};
  auto add = [&](const auto& exponent, T weight) {
    // The exponent is at least -1.1 Y1 in this region.
    sum = sum + weight * ExpOfModerate(scale * Polynomial(exponent, square));
  };
  if constexpr (kIsDouble<V>) {
    TFI_UNROLL(2)
    for (int i = 0; i < 22; ++i) {
      add(kVonMisesExponentsDouble[i], kVonMisesWeightsDouble[i]);
    }
  } else {
    TFI_UNROLL(2)
    for (int i = 0; i < 11; ++i) {
      add(kVonMisesExponentsFloat[i], kVonMisesWeightsFloat[i]);
    }
  }
  return w * sum;
}

// R for y >= Y1.
template <class V>
TFI_FUNCTION V OuterTail(V kappa, const Angle<V>& angle) {
  using T = Scalar<V>;
  const V y = kappa * angle.one_plus_cosine;
  const V zeta = Sqrt(kappa * angle.one_minus_cosine);
  const V inverse = T(1) / (zeta + T(2));
  const V x = T(1) - T(4) * inverse;
  V g;
  if constexpr (kIsDouble<V>) {
    g = BivariatePolynomial(kVonMisesTailDoubleDegrees, kVonMisesTailDouble,
                            T(72) / y - T(1), x);
  } else {
    g = BivariatePolynomial(kVonMisesTailFloatDegrees, kVonMisesTailFloat,
                            T(32) / y - T(1), x);
  }
  return g * inverse / Sqrt(y);
}

// F is `whole` less or plus a tail p R.
template <class V>
struct VonMisesTail {
  V whole;
  Mask<V> less;
  V reduced;  // R
};

// R for kappa u >= 0.7 and the integer it belongs to.
template <int kRegion, class V>
TFI_FUNCTION VonMisesTail<V> MakeVonMisesTail(V kappa, const Angle<V>& angle) {
  using T = Scalar<V>;
  const V n = angle.half_turns, r = angle.rest;
  // n pi + r is above the mode of its period where n is even and r > 0, or n is
  // odd and r < 0.
  const auto odd = IsOdd(n);
  VonMisesTail<V> tail;
  tail.less = (r > T(0)) != odd;
  tail.whole = Select(
      odd, T(0.5) * (n + T(1)),
      T(0.5) * n + Select(r > T(0), Broadcast<V>(T(1)), Broadcast<V>(T(0))));
  if constexpr (kRegion == kOuter) {
    tail.reduced = OuterTail(kappa, angle);
  } else {
    tail.reduced = InnerTail(kappa, angle);
  }
  return tail;
}

template <int kRegion, class V>
TFI_FUNCTION V VonMisesCdf(V kappa, const Angle<V>& angle, V density) {
  using T = Scalar<V>;
  const V n = angle.half_turns, r = angle.rest;
  if constexpr (kRegion == kSmall) {
    const V square = kappa * kappa;
    V series;
    if constexpr (kIsDouble<V>) {
      series = BivariatePolynomial(kVonMisesFourierDoubleDegrees,
                                   kVonMisesFourierDouble,
                                   kappa * Cosine(angle), square);
    } else {
      series = BivariatePolynomial(kVonMisesFourierFloatDegrees,
                                   kVonMisesFourierFloat, kappa * Cosine(angle),
                                   square);
    }
    series = angle.sine * (kappa * series / BesselI0(square));
    return T(0.5) * (n + T(1)) + MulAdd(r, Broadcast<V>(T(0.5 / kPi)), series);
  } else if constexpr (kRegion == kMode) {
    V s0, s1;
    SumModeSeries<VonMisesConstants<T>::kModeCdfTerms>(kappa, angle, &s0, &s1);
    // The mode that is nearest, in half turns. At kappa = 2 this region ends
    // where n turns odd.
    const V mode = Select(IsOdd(n), n + CopySign(Broadcast<V>(T(1)), r), n);
    return T(0.5) * (mode + T(1)) + angle.sine * s0 * density;
  } else {
    const VonMisesTail<V> parts = MakeVonMisesTail<kRegion>(kappa, angle);
    V tail = density * parts.reduced;
    if constexpr (kRegion == kOuter) {
      tail = Select(angle.one_minus_cosine == T(0), Broadcast<V>(T(0.5)), tail);
    }
    return parts.whole + Select(parts.less, -tail, tail);
  }
}

template <class V>
TFI_FUNCTION V FiniteConcentration(V kappa) {
  return Min(kappa, Broadcast<V>(VonMisesConstants<Scalar<V>>::kHuge));
}

}  // namespace internal

// in = {z, kappa}, out = {F}.
//
// Types: float, double and vectors of them.
// Max error: 16 eps of F + |z| p + kappa |dF/dkappa| for |z| <= pi: the last
// two terms are what a relative change of the arguments by eps does to F. Valid
// range: kappa >= 0, |z| <= 2^24 (float), 2^52 (double); NaN elsewhere.
struct VonMisesCdfFunction : VonMisesFunction<1, 1> {
  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[1]) {
    const Angle<V> angle = MakeAngle(in[0]);
    const V kappa = internal::FiniteConcentration(in[1]);
    const V density = internal::VonMisesDensity<kRegion>(kappa, angle);
    const V cdf = internal::VonMisesCdf<kRegion>(kappa, angle, density);
    out[0] = Select(internal::IsVonMisesArgument(in[1], in[0]), cdf, NaN<V>());
  }
};

// in = {z, kappa}, out = {log F, d/dz, d/dkappa}.
//
// Types: float, double and vectors of them.
// Max error: log F 16 eps of |log F| + |z| d/dz + kappa |d/dkappa|, also where
// F underflows; the derivatives 32 eps + 2 eps |z| d/dz, relative. Valid range:
// as above. -infinity where F is 0, NaN where it is negative, beyond -pi.
struct VonMisesLogCdfFunction : VonMisesFunction<3, 1> {
  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[3]) {
    using T = Scalar<V>;
    const Angle<V> angle = MakeAngle(in[0]);
    const V kappa = internal::FiniteConcentration(in[1]);
    const V density = internal::VonMisesDensity<kRegion>(kappa, angle);
    const V least = Broadcast<V>(std::numeric_limits<T>::min());
    const V one = Broadcast<V>(1);
    V cdf = internal::VonMisesCdf<kRegion>(kappa, angle, density);
    V log = LogRatio(Max(cdf, least), one), ratio = density / cdf;
    if constexpr (kRegion == internal::kSmall) {
      // F(z) = 1 - F(-z).
      const Angle<V> mirrored = {-angle.half_turns, -angle.rest, -angle.sine,
                                 angle.one_minus_cosine, angle.one_plus_cosine};
      const V upper = internal::VonMisesCdf<kRegion>(kappa, mirrored, density);
      log = Select(cdf > T(0.5), LogOnePlus(-upper), log);
    } else {
      constexpr int kTail =
          kRegion == internal::kMode ? internal::kInner : kRegion;
      const auto tail = internal::MakeVonMisesTail<kTail>(kappa, angle);
      const auto lower = (tail.whole == T(0)) & !tail.less;
      const V part = density * tail.reduced;
      const V of_tail = tail.whole + Select(tail.less, -part, part);
      const V log_lower =
          LogRatio(Max(Sqrt(kappa) * VonMisesDensityScale(kappa) * tail.reduced,
                       least),
                   one) -
          kappa * angle.one_minus_cosine;
      const V log_upper =
          LogOnePlus((tail.whole - T(1)) + Select(tail.less, -part, part));
      const auto far = kappa * angle.one_minus_cosine > T(0.7);
      cdf = Select(far, of_tail, cdf);
      log = Select(far, Select(lower, log_lower, log_upper), log);
      ratio = Select(far, Select(lower, T(1) / tail.reduced, density / of_tail),
                     ratio);
      // F may underflow, but not its logarithm.
      cdf = Select(lower & (tail.reduced > T(0)), one, cdf);
    }
    const V b = internal::ReducedDerivative<kRegion>(kappa, angle);
    // -pi itself may be rounded beyond.
    const auto end = Abs(in[0]) <= T(internal::kPi);
    log = Select(cdf > T(0), log, Select(end, -Infinity<V>(), NaN<V>()));
    const auto valid = internal::IsVonMisesArgument(in[1], in[0]);
    const V values[] = {log, ratio, ratio * (angle.sine * b)};
    for (int k = 0; k < 3; ++k) out[k] = Select(valid, values[k], NaN<V>());
  }
};

// in = {z, kappa}, out = {dF/dz, dF/dkappa}.
//
// Types: float, double and vectors of them.
// Max error: relative, 16 eps + 2 kappa u eps: the exponent of the density is
// rounded.
// Valid range: as above.
struct VonMisesCdfGradFunction : VonMisesFunction<2, 1> {
  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[2]) {
    const Angle<V> angle = MakeAngle(in[0]);
    const V kappa = internal::FiniteConcentration(in[1]);
    const V density = internal::VonMisesDensity<kRegion>(kappa, angle);
    const V b = internal::ReducedDerivative<kRegion>(kappa, angle);
    const auto valid = internal::IsVonMisesArgument(in[1], in[0]);
    out[0] = Select(valid, density, NaN<V>());
    out[1] = Select(valid, density * (angle.sine * b), NaN<V>());
  }
};

// in = {z, kappa}, out = {d2F/dz2, d2F/(dz dkappa), d2F/dkappa2}.
//
// Types: float, double and vectors of them.
// Max error: 64 eps + 2 kappa u eps of the natural scale, which is each formula
// above with |D - u| replaced by D + u, and (D + u) B + |dB/dkappa|.
// Valid range: as above.
struct VonMisesCdfGradPartialsFunction : VonMisesFunction<3, 1> {
  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[3]) {
    const Angle<V> angle = MakeAngle(in[0]);
    const V kappa = internal::FiniteConcentration(in[1]);
    const V density = internal::VonMisesDensity<kRegion>(kappa, angle);
    const auto r = internal::MakeReducedPartials<kRegion>(kappa, angle);
    V score;  // x - A
    if constexpr (kRegion == internal::kSmall) {
      const V square = kappa * kappa;
      score = internal::Cosine(angle) -
              kappa * BesselI1OverKappa(square) / BesselI0(square);
    } else {
      score = MakeBesselRatio(kappa).one_minus_ratio - angle.one_minus_cosine;
    }
    const auto valid = internal::IsVonMisesArgument(in[1], in[0]);
    out[0] = Select(valid, -(kappa * angle.sine) * density, NaN<V>());
    out[1] = Select(valid, density * score, NaN<V>());
    out[2] = Select(valid, density * (angle.sine * (score * r.b + r.slope)),
                    NaN<V>());
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_CDF_H_
