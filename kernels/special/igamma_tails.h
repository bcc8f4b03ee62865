// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The regularized incomplete gamma functions P(a, x), Q(a, x) = 1 - P and their
// logarithms, each with relative accuracy however small it is.
//
// One of the two, the tail, comes from the region of gamma.h that also gives
// its derivative, as a factor times a power of e (gamma_density.h):
//
//   kGammaLower*   P = z^a e^-z / Gamma(1 + a) S     DLMF 8.7.1, gamma_lower.h
//   kGammaUpper*   Q = z^(a-1) e^-z / Gamma(a) N     DLMF 8.9.2, gamma_upper.h
//   kGammaBulk     Q = erfc(y) / 2 + e^(-y^2) S(l, v) / sqrt(2 pi a), and
//   and the like   P = erfc(-y) / 2 - the same,      DLMF 8.12.3, 8.12.4
//
// with l = log(z / a), v = 1 / a, y^2 = z - a - a l, and S fitted. There
// erfc(|y|) = e^(-y^2) erfcx(|y|), so that e^(-y^2) is a factor of the lesser
// tail, in which S loses at most a factor of 4: S tends to
// 1 / (z / a - 1) - sqrt(a / 2) / y for large a.
//
// For a < 1, below a + 0.7, Q = O(a) is small where P is near 1, and neither
// may be had from the other. There
//
//   P = e^(a L) (1 - a W),  Q = e^(a L) a W - expm1(a L),
//   L = log z - log Gamma(1 + a) / a,  W = sum_(k >= 1) -(-z)^k / (k! (a + k)),
//
// from P = z^a M(a, a + 1, -z) / Gamma(1 + a), DLMF 8.5.1: regions
// kIgammaSmall*.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_TAILS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_TAILS_H_

#include "kernels/special/erfcx.h"
#include "kernels/special/exp.h"
#include "kernels/special/gamma.h"
#include "kernels/special/gamma_density.h"
#include "kernels/special/igamma_coefficients.h"

TFI_BEGIN_NAMESPACE

// The regions of gamma_regions.h, and two more: a < 1 of kGammaLowerShort and
// of kGammaLower.
template <class T>
inline constexpr int kIgammaSmallShort = kGammaRegions<T>;
template <class T>
inline constexpr int kIgammaSmall = kGammaRegions<T> + 1;
template <class T>
inline constexpr int kIgammaRegions = kGammaRegions<T> + 2;

template <class V>
TFI_FUNCTION Integer<V> IgammaRegionOf(V a, V z) {
  using T = Scalar<V>;
  using I = ScalarInteger<V>;
  const Integer<V> region = GammaRegionOf(a, z);
  const auto small = a < T(1);
  const auto index = [](int i) { return Integer<V>{} + I(i); };
  const Integer<V> most = Select(small & (region == I(kGammaLower)),
                                 index(kIgammaSmall<T>), region);
  return Select(small & (region == I(kGammaLowerShort)),
                index(kIgammaSmallShort<T>), most);
}

// What a function does not use costs nothing, because the compiler drops it.
template <class V>
struct IgammaValues {
  V lower;        // P
  V upper;        // Q
  V log_lower;    // log P
  V log_upper;    // log Q
  V lower_slope;  // z p / P, d(log P)/d(log z)
  V upper_slope;  // z p / Q
};

namespace internal {

// log x for a normal number x.
template <class V>
TFI_FUNCTION V LogOf(V x) {
  return LogRatio(x, Broadcast<V>(1));
}

// One tail, factor e^exponent, which is not near 1.
template <class V>
struct IgammaTail {
  DoubleWord<V> exponent;
  V factor;
  V slope;           // z p / tail
  Mask<V> is_upper;  // whether it is Q
};

// All values from one tail.
template <class V>
TFI_FUNCTION IgammaValues<V> ValuesFromTail(const IgammaTail<V>& tail) {
  using T = Scalar<V>;
  const V small = tail.factor * Exp(tail.exponent);
  const V large = T(1) - small;
  const V log_small =
      tail.exponent.high + (tail.exponent.low + LogOf(tail.factor));
  const V log_large = LogOnePlus(-small);
  const V large_slope = tail.slope * (small / large);
  return {Select(tail.is_upper, large, small),
          Select(tail.is_upper, small, large),
          Select(tail.is_upper, log_large, log_small),
          Select(tail.is_upper, log_small, log_large),
          Select(tail.is_upper, large_slope, tail.slope),
          Select(tail.is_upper, tail.slope, large_slope)};
}

// a log z - z of a < kLargeAlpha, and 1 / Gamma(1 + a).
template <class V>
TFI_FUNCTION DoubleWord<V> SmallGammaExponent(V a, V z) {
  return TimesLogMinus(a, PreciseLogOf(z), DoubleWord<V>{z, V{}});
}

template <class V>
TFI_FUNCTION V ReciprocalGammaTo4(V a) {
  using T = Scalar<V>;
  if constexpr (kIsDouble<V>) {
    const auto is_small = a < T(2);
    const V one = Broadcast<V>(1);
    return ReciprocalGamma(Select(is_small, a, a - T(2))) /
           Select(is_small, one, a * (a - T(1)));
  } else {
    return ReciprocalGamma(a);  // kLargeAlpha is 2
  }
}

// z^a e^-z / Gamma(1 + a) for a >= kLargeAlpha.
template <class V>
TFI_FUNCTION IgammaTail<V> LargeGammaFactor(V a, V z) {
  using T = Scalar<V>;
  IgammaTail<V> result;
  result.exponent =
      Add(LargeGammaExponent(a, z), DoubleWord<V>{-StirlingRemainder(a), V{}});
  result.factor = T(1) / Sqrt(a * T(6.2831853071795864769));
  return result;
}

// S = sum_k z^k / (a+1)_k, nested as in gamma_lower.h.
template <int kTerms, bool kLarge, class V>
TFI_FUNCTION V LowerSeries(V a, V z) {
  using T = Scalar<V>;
  const V scale = kLarge ? T(1) / a : Broadcast<V>(T(0.25));
  const V scaled_z = z * scale;
  const V scaled_a = a * scale;
  V b = scaled_a + scale * T(kTerms + 1);
  V denominator = b - scaled_z;
  V numerator = b;
  TFI_UNROLL(64)
  for (int k = kTerms; k >= 1; --k) {
    denominator = (scaled_a + scale * T(k)) * denominator;
    numerator = MulAdd(scaled_z, numerator, denominator);
  }
  return numerator / denominator;
}

// W of a < 1.
template <int kTerms, class V>
TFI_FUNCTION V ExponentialIntegralSeries(V a, V z) {
  using T = Scalar<V>;
  // sum_(j >= k) (-z)^(j-k) k! / (j! (a + j)) = numerator / denominator.
  V numerator = V{};
  V denominator = Broadcast<V>(1);
  TFI_UNROLL(64)
  for (int k = kTerms; k >= 1; --k) {
    const V b = a + T(k);
    numerator = denominator - (z * T(1.0 / (k + 1))) * (b * numerator);
    denominator = b * denominator;
  }
  return z * (numerator / denominator);
}

// log Gamma(1 + a) / a for 0 < a <= 1.
template <class V>
TFI_FUNCTION V LogGammaOver(V a) {
  const V x = a + (a - Scalar<V>(1));
  if constexpr (kIsDouble<V>) {
    return Polynomial(kLogGammaOverDouble, x);
  } else {
    return Polynomial(kLogGammaOverFloat, x);
  }
}

// The parts of P and Q of a < 1.
template <class V>
struct IgammaSmall {
  DoubleWord<V> exponent;  // a L
  V aw;
  V decay;  // e^-z
};

template <int kTerms, class V>
TFI_FUNCTION IgammaSmall<V> MakeIgammaSmall(V a, V z) {
  const DoubleWord<V> shifted =
      Add(PreciseLogOf(z), DoubleWord<V>{-LogGammaOver(a), V{}});
  return {TimesLogMinus(a, shifted, DoubleWord<V>{V{}, V{}}),
          a * ExponentialIntegralSeries<kTerms>(a, z), ExpOfModerate(-z)};
}

template <class V>
TFI_FUNCTION IgammaValues<V> ValuesFromSmall(V a, const IgammaSmall<V>& parts) {
  using T = Scalar<V>;
  const V power = Exp(parts.exponent);
  IgammaValues<V> values;
  values.lower = power * (T(1) - parts.aw);
  values.upper = power * parts.aw - ExpMinusOne(parts.exponent.high);
  values.log_lower =
      parts.exponent.high + (LogOnePlus(-parts.aw) + parts.exponent.low);
  const auto is_low = values.lower < T(0.5);
  const V log_upper = LogOf(Select(is_low, Broadcast<V>(1), values.upper));
  values.log_upper = Select(is_low, LogOnePlus(-values.lower), log_upper);
  values.lower_slope = a * parts.decay / (T(1) - parts.aw);
  values.upper_slope = a * parts.decay * (power / values.upper);
  return values;
}

// kGammaBulk, kGammaMiddle, kGammaCenter.
template <int kRegion, class V>
TFI_FUNCTION IgammaTail<V> IgammaBulkTail(V a, V z) {
  using T = Scalar<V>;
  const V l = LogRatio(z, a);
  const V v = T(1) / a;
  V s;
  if constexpr (kRegion == kGammaCenter) {
    s = EvaluateBivariateJet(IgammaCenterDoubleDegrees(), kIgammaCenterDouble,
                             v, l)
            .value;
  } else if constexpr (kRegion == kGammaMiddle) {
    s = EvaluateBivariateJet(IgammaMiddleDoubleDegrees(), kIgammaMiddleDouble,
                             T(16) * v - T(3), l)
            .value;
  } else if constexpr (kIsDouble<V>) {
    s = EvaluateBivariateJet(IgammaBulkDoubleDegrees(), kIgammaBulkDouble, v, l)
            .value;
  } else {
    s = EvaluateBivariateJet(IgammaBulkFloatDegrees(), kIgammaBulkFloat, v, l)
            .value;
  }
  const V root = Sqrt(a * T(6.2831853071795864769));  // sqrt(2 pi a)
  IgammaTail<V> tail;
  tail.is_upper = z > a;
  tail.exponent = LargeGammaExponent(a, z);
  const V y = Sqrt(Max(-tail.exponent.high, V{}));
  tail.factor = T(0.5) * Erfcx(y) + Select(tail.is_upper, s, -s) / root;
  tail.slope = (a / root) * Exp(-StirlingRemainder(a)) / tail.factor;
  return tail;
}

template <int kRegion, class T>
constexpr int LowerTerms() {
  using Borders = GammaBorders<T>;
  if constexpr (kRegion == kGammaLowerFar) {
    return Borders::kLowerFarTerms;
  } else if constexpr (kRegion == kGammaLowerShort) {
    return Borders::kLowerShortTerms;
  } else if constexpr (kRegion == kGammaLower) {
    return Borders::kLowerTerms;
  } else {
    static_assert(kRegion == kGammaLowerLong, "unknown region");
    return Borders::kLowerLongTerms;
  }
}

// The tail in a region that is neither kGammaEdge nor kIgammaSmall*.
template <int kRegion, class V>
TFI_FUNCTION IgammaTail<V> IgammaTailOf(V a, V z) {
  using T = Scalar<V>;
  constexpr bool kFar = kRegion == kGammaLowerFar || kRegion == kGammaUpperFar;
  constexpr bool kUpper = kRegion == kGammaUpper ||
                          kRegion == kGammaUpperNear ||
                          kRegion == kGammaUpperFar;
  if constexpr (kRegion == kGammaBulk || kRegion == kGammaMiddle ||
                kRegion == kGammaCenter) {
    return IgammaBulkTail<kRegion>(a, z);
  } else {
    IgammaTail<V> tail;
    if constexpr (kFar) {
      tail = LargeGammaFactor(a, z);
    } else {
      tail.exponent = SmallGammaExponent(a, z);
      tail.factor = ReciprocalGammaTo4(a);
    }
    if constexpr (kUpper) {
      V n;
      if constexpr (kFar) {
        n = MakeUpperFarFraction(a, z).n;
      } else {
        n = MakeUpperFraction<kRegion == kGammaUpperNear>(a, z).n;
      }
      tail.factor = a * tail.factor * (n / z);
      tail.slope = z / n;
      tail.is_upper = a == a;
    } else {
      const V s = LowerSeries<LowerTerms<kRegion, T>(), kFar>(a, z);
      tail.factor = tail.factor * s;
      tail.slope = a / s;
      tail.is_upper = a != a;
    }
    return tail;
  }
}

template <int kRegion, class V>
TFI_FUNCTION IgammaSmall<V> IgammaSmallOf(V a, V z) {
  using Borders = GammaBorders<Scalar<V>>;
  constexpr bool kShort = kRegion == kIgammaSmallShort<Scalar<V>>;
  return MakeIgammaSmall<kShort ? Borders::kLowerShortTerms
                                : Borders::kLowerTerms>(a, z);
}

}  // namespace internal

template <int kRegion, class T>
inline constexpr bool kIsIgammaSmall =
    kRegion == kIgammaSmallShort<T> || kRegion == kIgammaSmall<T>;

// P, Q and so on in one region other than kGammaEdge.
template <int kRegion, class V>
TFI_FUNCTION IgammaValues<V> IgammaValuesOf(V a, V z) {
  if constexpr (kIsIgammaSmall<kRegion, Scalar<V>>) {
    return internal::ValuesFromSmall(a, internal::IgammaSmallOf<kRegion>(a, z));
  } else {
    return internal::ValuesFromTail(internal::IgammaTailOf<kRegion>(a, z));
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_TAILS_H_
