// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Log density, entropy and divergences of von Mises distributions. With
// A = I1/I0 (bessel_ratio.h), z the angle to the location,
//
//   log p = -kappa (1 - cos z) - log(2 pi I0(kappa) exp(-kappa)),
//   H = log(2 pi I0(kappa)) - kappa A(kappa),   dH/dkappa = -kappa A'(kappa),
//   KL(p1 || p2) = B(kappa2, kappa1) + kappa2 A(kappa1) (1 - cos z),
//
// where z is the angle between the locations and B the Bregman divergence of
// log I0,
//
//   B(y, x) = log I0(y) - log I0(x) - (y - x) A(x)
//           = d^2 int_0^1 (1 - r) A'(x + r d) dr,   d = y - x,
//
// which is never negative. For near pairs the integral, whose terms have one
// sign, is taken by Gauss's rule, over a variable that is linear in
// 1/(tau + 2): in it A' is nearly quadratic for large tau. Far pairs: the
// difference, with one logarithm. The divergence from the uniform distribution
// is B(0, kappa) = log(2 pi) - H; for kappa < 2 it is kappa A - log I0 with
// I0 - 1 by its series.
//
// Measured errors in eps (tests/special/von_mises_density_test.cc), kappa from
// 1e-6 to 1e10 and 0: see the functions.
//
// References: DLMF 10.29.3 for A'; K. V. Mardia, P. E. Jupp, Directional
// Statistics (2000), 3.5.4, for moments.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_DENSITY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_DENSITY_H_

#include <limits>

#include "kernels/special/angle.h"
#include "kernels/special/bessel_ratio.h"
#include "kernels/special/function.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// Gauss-Legendre on [0, 1] (numpy.polynomial.legendre.leggauss, mapped): NODES
// nodes and as many weights.
TFI_TABLE float kGauss3Float[2][3] = {
    {0.11270166537925831f, 0.5f, 0.8872983346207417f},
    {0.27777777777777778f, 0.44444444444444444f, 0.27777777777777778f}};
TFI_TABLE float kGauss5Float[2][5] = {
    {0.0469100770306680036f, 0.230765344947158454f, 0.5f, 0.769234655052841546f,
     0.953089922969331996f},
    {0.118463442528094544f, 0.239314335249683234f, 0.284444444444444444f,
     0.239314335249683234f, 0.118463442528094544f}};
TFI_TABLE double kGauss7Double[2][7] = {
    {0.025446043828620736, 0.12923440720030278, 0.29707742431130141, 0.5,
     0.70292257568869859, 0.87076559279969722, 0.97455395617137926},
    {0.064742483084434846, 0.13985269574463833, 0.19091502525255947,
     0.20897959183673469, 0.19091502525255947, 0.13985269574463833,
     0.064742483084434846}};
TFI_TABLE double kGauss11Double[2][11] = {
    {0.0108856709269715036, 0.0564687001159523505, 0.134923997212975338,
     0.240451935396594092, 0.365228422023827514, 0.5, 0.634771577976172486,
     0.759548064603405908, 0.865076002787024662, 0.94353129988404765,
     0.989114329073028496},
    {0.0278342835580868332, 0.0627901847324523123, 0.0931451054638671257,
     0.11659688229599524, 0.131402272255123331, 0.136462543388950315,
     0.131402272255123331, 0.11659688229599524, 0.0931451054638671257,
     0.0627901847324523123, 0.0278342835580868332}};

// By type, kFar: for pairs up to |d| = least + 1, otherwise for a quarter of
// it.
template <class V, bool kFar>
constexpr const auto& GaussRule() {
  if constexpr (kIsDouble<V>) {
    if constexpr (kFar) {
      return kGauss11Double;
    } else {
      return kGauss7Double;
    }
  } else if constexpr (kFar) {
    return kGauss5Float;
  } else {
    return kGauss3Float;
  }
}

// Where kappa is small, and I0 is a polynomial.
template <class V>
TFI_FUNCTION auto IsSmallConcentration(V kappa) {
  return kappa < Scalar<V>(2);
}

// A and its derivatives.
template <class V>
struct MeanCosine {
  V mean;        // A
  V gap;         // 1 - A
  V derivative;  // A'
};

template <class V>
TFI_FUNCTION MeanCosine<V> MakeMeanCosine(V kappa) {
  using T = Scalar<V>;
  const auto is_small = IsSmallConcentration(kappa);
  const V small = Select(is_small, kappa, Broadcast<V>(1));
  const V square = small * small;
  const V h = BesselI1OverKappa(square) / BesselI0(square);
  const V large = Select(is_small, Broadcast<V>(2), kappa);
  const BesselRatio<V> r = MakeBesselRatio(large);
  const V a = small * h;
  return {Select(is_small, a, T(1) - r.one_minus_ratio),
          Select(is_small, T(1) - a, r.one_minus_ratio),
          Select(is_small, (T(1) - h) - a * a, RatioDerivative(large, r))};
}

// sum_k c[k] x^k and its derivative.
template <class V, class T, int kSize>
TFI_FUNCTION V PolynomialSlope(const T (&c)[kSize], V x) {
  V sum = Broadcast<V>(c[kSize - 1]), slope{};
  TFI_UNROLL(64)
  for (int k = kSize - 2; k >= 0; --k) {
    slope = MulAdd(slope, x, sum);
    sum = MulAdd(sum, x, Broadcast<V>(c[k]));
  }
  return slope;
}

// A''. For kappa < 2 from A = kappa h(kappa^2), A' = 1 - h - A^2; otherwise
// from RatioDerivative. Terms of one sign in the latter.
template <class V>
TFI_FUNCTION V MeanCosineCurvature(V kappa) {
  using T = Scalar<V>;
  const auto is_small = IsSmallConcentration(kappa);
  const V small = Select(is_small, kappa, Broadcast<V>(1));
  const V q = small * small;
  const V i0 = BesselI0(q), i1 = BesselI1OverKappa(q);
  const V large = Select(is_small, Broadcast<V>(2), kappa);
  const V u = T(1) / large;
  const auto piece = FindInversePiece(u);
  V slope0, slope1, excess, excess_slope;
  if constexpr (kIsDouble<V>) {
    slope0 = PolynomialSlope(kBesselI0Double, q);
    slope1 = PolynomialSlope(kBesselI1Double, q);
    PiecePolynomialSlope(kBesselRatioExcessDouble, piece, &excess,
                         &excess_slope);
  } else {
    slope0 = PolynomialSlope(kBesselI0Float, q);
    slope1 = PolynomialSlope(kBesselI1Float, q);
    PiecePolynomialSlope(kBesselRatioExcessFloat, piece, &excess,
                         &excess_slope);
  }
  const V h = i1 / i0;
  const V slope_h = (slope1 - h * slope0) / i0;  // dh/dq
  const V a = small * h;
  const V of_small = T(-2) * small * (slope_h + h * ((T(1) - h) - a * a));
  // e = u P(t), t = 4 kPieces u + const.
  constexpr int kPieces = kIsDouble<V> ? 8 : 16;
  const V e = u * excess;
  const V e_slope = -u * u * (excess + T(4 * kPieces) * u * excess_slope);
  const V d = T(0.5) * u * (T(1) + e);
  const V a_slope = u * (e + d * (T(0.5) * (T(1) - e)));
  const V of_large = u * (e_slope * (T(1) - T(0.5) * d) -
                          a_slope * (T(1) + T(0.5) * (T(1) - e)));
  return Select(is_small, of_small, of_large);
}

// 1 / (2 pi I0(kappa) exp(-kappa)) for kappa >= 2, and I0(kappa) for kappa < 2.
template <class V>
TFI_FUNCTION V DensityScaleOrI0(V kappa) {
  const auto is_small = IsSmallConcentration(kappa);
  const V small = Select(is_small, kappa, V{});
  const V large = Select(is_small, Broadcast<V>(Scalar<V>(2)), kappa);
  return Select(is_small, BesselI0(small * small),
                Sqrt(large) * VonMisesDensityScale(large));
}

// Concentrations that count: not negative, and finite.
template <class V>
TFI_FUNCTION auto IsVonMisesConcentration(V kappa) {
  using T = Scalar<V>;
  return (kappa >= T(0)) & (kappa <= std::numeric_limits<T>::max() / 4);
}

template <class T>
inline constexpr T kTwoPi = T(6.28318530717958647693);

}  // namespace internal

// (kappa, angle to the location z) -> log p and its derivatives in kappa and z.
//
// Types: float, double and vectors of them.
// Max error measured, in eps: value 3 of max(1, |value|, |z d/dz|); d/dz 4,
// relative for |z| up to 1.2e4 (float); d/dkappa 3 of (1 - cos z) + (1 - A).
// Valid range: 0 <= kappa <= max/4, |z| <= 2^24 (float) or 2^52; NaN elsewhere.
struct VonMisesLogProbFunction {
  static constexpr int kInputs = 2, kOutputs = 3;
  static constexpr int kParameters = 1;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V kappa = in[0];
    const Angle<V> angle = MakeAngle(in[1]);
    const auto is_small = internal::IsSmallConcentration(kappa);
    const V scale = internal::DensityScaleOrI0(kappa);
    const V log = LogRatio(
        Select(is_small, Broadcast<V>(1), scale),
        Select(is_small, internal::kTwoPi<T> * scale, Broadcast<V>(1)));
    const V gap = internal::MakeMeanCosine(kappa).gap;
    const V values[] = {
        (Select(is_small, kappa, V{}) - kappa * angle.one_minus_cosine) + log,
        gap - angle.one_minus_cosine, -kappa * angle.sine};
    const auto valid =
        internal::IsVonMisesConcentration(kappa) & IsAngle(in[1]);
    for (int k = 0; k < kOutputs; ++k) {
      out[k] = Select(valid, values[k], NaN<V>());
    }
  }
};

// kappa -> H and dH/dkappa = -kappa A'; the divergence from the uniform
// distribution and its derivative kappa A'; A, A' and A''. The Fisher
// information about the location is kappa A, about kappa A'.
//
// Types: float, double and vectors of them.
// Max error measured, in eps: H 3 of max(1, |H|); all others, relative, 13.
// Valid range: 0 <= kappa <= max/4, NaN elsewhere.
struct VonMisesMoments {
  static constexpr int kInputs = 1, kOutputs = 7;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V kappa = in[0];
    const auto is_small = internal::IsSmallConcentration(kappa);
    const internal::MeanCosine<V> a = internal::MakeMeanCosine(kappa);
    const V small = Select(is_small, kappa, V{});
    const V square = small * small;
    // I0 - 1: the first coefficient of the series is 1.
    V rest;
    if constexpr (kIsDouble<V>) {
      rest = square * WithoutFirst(kBesselI0Double, square);
    } else {
      rest = square * WithoutFirst(kBesselI0Float, square);
    }
    const V log_i0 = LogOnePlus(rest);
    const V log_scale = LogRatio(
        internal::kTwoPi<T> * Select(is_small, Broadcast<V>(1),
                                     internal::DensityScaleOrI0(kappa)),
        Broadcast<V>(1));
    const V of_uniform =
        Select(is_small, small * a.mean - log_i0, log_scale - kappa * a.gap);
    constexpr T kLogTwoPi = T(1.83787706640934548356);
    const V slope = kappa * a.derivative;
    const V values[] = {kLogTwoPi - of_uniform,
                        -slope,
                        of_uniform,
                        slope,
                        a.mean,
                        a.derivative,
                        internal::MeanCosineCurvature(kappa)};
    const auto valid = internal::IsVonMisesConcentration(kappa);
    for (int k = 0; k < kOutputs; ++k) {
      out[k] = Select(valid, values[k], NaN<V>());
    }
  }

 private:
  // sum_{k >= 1} c[k] x^(k-1)
  template <class V, class T, int kSize>
  static TFI_FUNCTION V WithoutFirst(const T (&c)[kSize], V x) {
    V sum = Broadcast<V>(c[kSize - 1]);
    TFI_UNROLL(64)
    for (int k = kSize - 2; k >= 1; --k) {
      sum = MulAdd(sum, x, Broadcast<V>(c[k]));
    }
    return sum;
  }
};

// (loc1, x, loc2, y) -> KL(VonMises(loc1, x) || VonMises(loc2, y)) and its
// derivatives in all four; z = loc1 - loc2.
//
// Types: float, double and vectors of them.
// Max error measured, in eps: value 15.3, relative; derivatives 8 of the sum of
// the sizes of their terms. Never negative; 0 with derivatives 0 for z = 0 and
// x = y.
// Valid range: 0 <= x, y <= max/4, |z| <= 2^24 (float) or 2^52; NaN elsewhere.
struct VonMisesDivergenceFunction {
  static constexpr int kInputs = 4, kOutputs = 5;
  template <class T>
  static constexpr int kRegions = 3;

  // Close, near and far pairs of concentrations.
  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    using T = Scalar<V>;
    const V gap = Abs(in[3] - in[1]), least = Min(in[1], in[3]) + T(1);
    const Integer<V> none{}, one = none + 1;
    return Select(gap > T(0.25) * least, one, none) +
           Select(gap > least, one, none);
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V x = in[1], y = in[3], d = y - x, z = in[0] - in[2];
    const auto at_x = internal::MakeMeanCosine(x);
    V value, slope;  // B and dB/dy = A(y) - A(x)
    if constexpr (kRegion < 2) {
      Near<kRegion == 1>(x, y, d, &value, &slope);
    } else {
      Far(x, y, d, at_x, &value, &slope);
    }
    const Angle<V> angle = MakeAngle(z);
    const V versine = angle.one_minus_cosine;
    const V dz = (y * at_x.mean) * angle.sine;
    const V values[] = {
        Select(value < T(0), V{}, value) + (y * at_x.mean) * versine, dz,
        at_x.derivative * (y * versine - d), -dz,
        MulAdd(at_x.mean, versine, slope)};
    const auto valid = internal::IsVonMisesConcentration(x) &
                       internal::IsVonMisesConcentration(y) & IsAngle(z);
    for (int k = 0; k < kOutputs; ++k) {
      out[k] = Select(valid, values[k], NaN<V>());
    }
  }

 private:
  template <bool kFar, class V>
  static TFI_FUNCTION void Near(V x, V y, V d, V* value, V* slope) {
    using T = Scalar<V>;
    const auto& rule = internal::GaussRule<V, kFar>();
    constexpr int kNodes = sizeof(rule[0]) / sizeof(rule[0][0]);
    const V cx = x + T(2), cy = y + T(2);
    V first{}, second{};
    TFI_NO_UNROLL
    for (int k = 0; k < kNodes; ++k) {
      const T r = rule[0][k];
      // tau = (2 + x)(2 + y)/(2 + y - r d) - 2 between x and y.
      const V inverse = T(1) / MulAdd(-d, Broadcast<V>(r), cy);
      const V scale = cx * inverse;
      const V tau = Max(MulAdd(d * inverse, cx * r, x), Min(x, y));
      const V f = rule[1][k] * (scale * (cy * inverse)) *
                  internal::MakeMeanCosine(tau).derivative;
      first = first + f;
      second = MulAdd(f, (T(1) - r) * (cy * inverse), second);
    }
    *value = d * (d * second);
    *slope = d * first;
  }

  template <class V>
  static TFI_FUNCTION void Far(V x, V y, V d,
                               const internal::MeanCosine<V>& at_x, V* value,
                               V* slope) {
    using T = Scalar<V>;
    const auto at_y = internal::MakeMeanCosine(y);
    const auto small_x = internal::IsSmallConcentration(x);
    const auto small_y = internal::IsSmallConcentration(y);
    // I0 exp(-kappa) or, where kappa is small, I0: as quotients.
    const V scale_x = internal::DensityScaleOrI0(x);
    const V scale_y = internal::DensityScaleOrI0(y);
    const V two_pi = Broadcast<V>(internal::kTwoPi<T>);
    const V one = Broadcast<V>(1);
    const V log = LogRatio(
        Select(small_y, scale_y, one) * Select(small_x, one, two_pi * scale_x),
        Select(small_y, one, two_pi * scale_y) * Select(small_x, scale_x, one));
    // The exponents: A where kappa1 is small, otherwise 1 - A.
    const V linear = Select(small_x, Select(small_y, V{}, y) - d * at_x.mean,
                            d * at_x.gap - Select(small_y, y, V{}));
    *value = log + linear;
    *slope =
        Select(small_x | small_y, at_y.mean - at_x.mean, at_x.gap - at_y.gap);
  }
};

using VonMisesEntropyFunction = SomeOutputs<VonMisesMoments, 0, 2>;
using VonMisesUniformDivergenceFunction = SomeOutputs<VonMisesMoments, 2, 2>;
using VonMisesMeanFunction = SomeOutputs<VonMisesMoments, 4, 1>;
using VonMisesVarianceFunction = SomeOutputs<VonMisesMoments, 5, 1>;
using VonMisesThirdFunction = SomeOutputs<VonMisesMoments, 6, 1>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_DENSITY_H_
