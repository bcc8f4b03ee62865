// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The logarithm of the Gamma function and its first three derivatives:
// digamma, trigamma and tetragamma (DLMF 5.2, 5.15), with relative accuracy at
// their zeros too.
//
//   region  condition  lgamma, digamma
//   Near    x < 3      (x - 1)(x - 2) P(x), (x - x0) P(x), fitted on [1, 3];
//                      for x < 1, lgamma(1 + x) - log x and
//                      digamma(1 + x) - 1 / x (DLMF 5.5.1, 5.5.2), whose zeros
//                      at 1 keep the difference accurate
//   Medium  x >= 3     Stirling's formula with the remainder of binet.h:
//                      (x - 1/2)(log x - 1) + (log(2 pi) - 1) / 2 + s and
//                      log x - 1 / (2 x) + s', without cancellation from 3 on
//   Large   x >= 8     the same, with fewer coefficients, in double
//
// trigamma and tetragamma have no zeros: 1 / x + 1 / (2 x^2) + s'' and
// -1 / x^2 - 1 / x^3 + s''', shifted by 1 for x < 1, are sums of one sign.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_POLYGAMMA_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_POLYGAMMA_H_

#include "kernels/special/binet.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/polygamma_coefficients.h"

TFI_BEGIN_NAMESPACE

enum PolygammaRegion { kPolygammaNear, kPolygammaMedium, kPolygammaLarge };

namespace internal {

// (log(2 pi) - 1) / 2.
template <class T>
inline constexpr T kHalfLogTwoPiLessOne = T(0.41893853320467274178);

// log x for every x > 0.
template <class V>
TFI_FUNCTION V LogOfPositive(V x) {
  using T = Scalar<V>;
  // Subnormal numbers times a power of 2, and the largest by its inverse.
  constexpr int kShift = kMantissaBits<V> + 1;
  constexpr T kScale = T(int64_t{1} << kShift);
  const auto tiny = x < std::numeric_limits<T>::min();
  const auto huge = x > std::numeric_limits<T>::max() / 4;
  const V scaled =
      x * Select(tiny, Broadcast<V>(kScale),
                 Select(huge, Broadcast<V>(T(0.25)), Broadcast<V>(1)));
  const V shift =
      Select(tiny, Broadcast<V>(kShift), Select(huge, Broadcast<V>(-2), V{}));
  LogRatioParts<V> parts = SplitLogRatio(scaled, Broadcast<V>(1));
  parts.exponent = parts.exponent - shift;
  return parts.Log();
}

// lgamma(x) / ((x - 1)(x - 2)) for 1 <= x <= 3, t = x - 2.
template <class V>
TFI_FUNCTION V LgammaOverZeros(V t) {
  if constexpr (kIsDouble<V>) {
    return Polynomial(kLgammaDouble, t);
  } else {
    return Polynomial(kLgammaFloat, t);
  }
}

// lgamma(1 + x) / x for 0 <= x <= 1.
template <class V>
TFI_FUNCTION V LgammaOnePlusOver(V x) {
  const V t = x - Scalar<V>(1);
  return t * LgammaOverZeros(t);
}

// digamma(x) for 1 <= x <= 3, t = x - 2.
template <class V>
TFI_FUNCTION V DigammaBetween(V x, V t) {
  if constexpr (kIsDouble<V>) {
    return ((x - kDigammaZeroDoubleParts[0]) - kDigammaZeroDoubleParts[1]) *
           Polynomial(kDigammaZeroDouble, t);
  } else {
    return ((x - kDigammaZeroFloatParts[0]) - kDigammaZeroFloatParts[1]) *
           Polynomial(kDigammaZeroFloat, t);
  }
}

// digamma(1 + x) for 0 <= x <= 1; absolute error where it vanishes.
template <class V>
TFI_FUNCTION V DigammaOnePlus(V x) {
  using T = Scalar<V>;
  return DigammaBetween(x + T(1), x - T(1));
}

template <class V>
TFI_FUNCTION V LgammaNear(V x) {
  using T = Scalar<V>;
  const auto shifted = x < T(1);
  // x - 1 of the shifted x has not been rounded by the shift.
  const V first = Select(shifted, x, x - T(1));
  const V t = Select(shifted, x - T(1), x - T(2));
  const V value = first * (t * LgammaOverZeros(t));
  return Select(shifted, value - LogOfPositive(x), value);
}

template <class V>
TFI_FUNCTION V DigammaNear(V x) {
  using T = Scalar<V>;
  const auto shifted = x < T(1);
  const V t = Select(shifted, x - T(1), x - T(2));
  const V value = DigammaBetween(Select(shifted, x + T(1), x), t);
  return Select(shifted, value - T(1) / x, value);
}

// The sum of trigamma or tetragamma for x >= 1.
template <int kOrder, bool kLarge, class V>
TFI_FUNCTION V PolygammaFromOne(V x) {
  using T = Scalar<V>;
  const V i = T(1) / x;
  const V s = BinetOf<kLarge, kOrder + 1>(BinetU(x));
  if constexpr (kOrder == 1) {
    return i + MulAdd(T(0.5) * i, i, s);
  } else {
    return s - MulAdd(i * i, i, i * i);
  }
}

}  // namespace internal

// What the four functions share: x -> the derivative of lgamma of an order.
template <class Formula>
struct PolygammaFunction {
  static constexpr int kInputs = 1, kOutputs = 1;
  template <class T>
  static constexpr int kRegions = kIsDouble<T> ? 3 : 2;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[1]) {
    using T = Scalar<V>;
    const Integer<V> zero{};
    const Integer<V> medium = zero + ScalarInteger<V>(kPolygammaMedium);
    const Integer<V> region = Select(in[0] >= T(3), medium, zero);
    if constexpr (kIsDouble<V>) {
      const Integer<V> large = zero + ScalarInteger<V>(kPolygammaLarge);
      return Select(in[0] >= T(kBinetLarge), large, region);
    } else {
      return region;
    }
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[1], V (&out)[1]) {
    using T = Scalar<V>;
    const V x = in[0];
    const auto positive = x > T(0);
    // Any number whose value is discarded.
    const V inside = Select(positive & (x < Infinity<V>()), x,
                            Broadcast<V>(kRegion == kPolygammaNear ? 1 : 8));
    V value = Formula::template At<kRegion>(inside);
    if constexpr (kRegion == kPolygammaNear) {
      const V limit = Formula::kOrder % 2 == 0 ? Infinity<V>() : -Infinity<V>();
      // The pole at 0; NaN for negative numbers and NaN, which come here.
      value = Select(positive, value, Select(x == T(0), limit, NaN<V>()));
    } else {
      const V limit = Formula::kOrder < 2 ? Infinity<V>() : V{};
      value = Select(x == Infinity<V>(), limit, value);
    }
    out[0] = value;
  }
};

// x -> lgamma(x).
//
// Types: float, double and vectors of them.
// Max error: 6 eps, near the zeros 1 and 2 too.
// Valid range: x >= 0: infinity at 0, at infinity and where the result
// overflows. NaN for negative x and NaN.
struct LgammaFunction : PolygammaFunction<LgammaFunction> {
  static constexpr int kOrder = 0;

  template <int kRegion, class V>
  TFI_FUNCTION static V At(V x) {
    using T = Scalar<V>;
    if constexpr (kRegion == kPolygammaNear) {
      return internal::LgammaNear(x);
    } else {
      const V s = BinetOf<kRegion == kPolygammaLarge, 0>(BinetU(x));
      return MulAdd(x - T(0.5), internal::LogOfPositive(x) - T(1),
                    internal::kHalfLogTwoPiLessOne<T> + s);
    }
  }
};

// x -> digamma(x).
//
// Types: float, double and vectors of them.
// Max error: 6 eps, near the zero 1.4616... too.
// Valid range: x >= 0: -infinity at 0, infinity at infinity. NaN for negative x
// and NaN.
struct DigammaFunction : PolygammaFunction<DigammaFunction> {
  static constexpr int kOrder = 1;

  template <int kRegion, class V>
  TFI_FUNCTION static V At(V x) {
    using T = Scalar<V>;
    if constexpr (kRegion == kPolygammaNear) {
      return internal::DigammaNear(x);
    } else {
      const V s = BinetOf<kRegion == kPolygammaLarge, 1>(BinetU(x));
      return internal::LogOfPositive(x) - (T(0.5) / x - s);
    }
  }
};

// x -> the derivative of digamma(x) of order kDerivative, 1 or 2.
//
// Types: float, double and vectors of them.
// Max error: 6 eps where the result is normal.
// Valid range: x >= 0: infinity (kDerivative = 1) or -infinity (2) at 0 and
// where the result overflows, 0 at infinity. NaN for negative x and NaN.
template <int kDerivative>
struct DigammaDerivativeFunction
    : PolygammaFunction<DigammaDerivativeFunction<kDerivative>> {
  static constexpr int kOrder = kDerivative + 1;

  template <int kRegion, class V>
  TFI_FUNCTION static V At(V x) {
    using T = Scalar<V>;
    if constexpr (kRegion == kPolygammaNear) {
      const auto shifted = x < T(1);
      const V above = Select(shifted, x + T(1), x);
      const V value = internal::PolygammaFromOne<kDerivative, false>(above);
      const V i = T(1) / x;
      const V pole = kDerivative == 1 ? i * i : -(i + i) * i * i;
      return Select(shifted, value + pole, value);
    } else {
      return internal::PolygammaFromOne<kDerivative,
                                        kRegion == kPolygammaLarge>(x);
    }
  }
};

using TrigammaFunction = DigammaDerivativeFunction<1>;
using TetragammaFunction = DigammaDerivativeFunction<2>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_POLYGAMMA_H_
