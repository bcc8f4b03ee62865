// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Logarithms as double words, for exponents of several hundreds: the density of
// a far tail is exp of one, and would otherwise lose a digit for each of the
// exponent's. With s = (x - y) / (x + y) as in log_ratio.h,
//
//   log(x / y) = e log 2 + 2 s + (2/3) s^3 + 2 s^5 (1/5 + s^2/7 + ...),
//
// where all but the last term is formed in double words: that one is at most
// 2e-4 of the whole. The relative error is about 1e-19.
//
// In double only: kLogRatioDouble starts with 1/3 to the last bit.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_PRECISE_LOG_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_PRECISE_LOG_H_

#include "kernels/special/double_word.h"
#include "kernels/special/lanes.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// x * y. With a fused multiply-add two operations; the last bit of `high` is
// cleared for the reason given at ExactProduct.
template <class V>
TFI_FUNCTION DoubleWord<V> Product(V x, V y) {
#if defined(TFI_HAS_FMA)
  const V product = FromBits<V>(BitsOf(x * y) & ~ScalarInteger<V>(1));
  return {product, Fma(x, y, -product)};
#else
  return ExactProduct(x, y);
#endif
}

template <class V>
TFI_FUNCTION DoubleWord<V> Product(DoubleWord<V> x, V y) {
  const DoubleWord<V> product = Product(x.high, y);
  return ExactSum(product.high, product.low + x.low * y);
}

template <class V>
TFI_FUNCTION DoubleWord<V> Product(DoubleWord<V> x, DoubleWord<V> y) {
  const DoubleWord<V> product = Product(x.high, y.high);
  return ExactSum(product.high,
                  product.low + (x.low * y.high + x.high * y.low));
}

template <class V>
TFI_FUNCTION DoubleWord<V> Quotient(DoubleWord<V> x, DoubleWord<V> y) {
  const V quotient = x.high / y.high;
  const DoubleWord<V> product = Product(quotient, y.high);
  const V rest =
      ((x.high - product.high) - product.low) + (x.low - quotient * y.low);
  return ExactSum(quotient, rest / y.high);
}

template <class V>
TFI_FUNCTION DoubleWord<V> operator-(DoubleWord<V> x) {
  return {-x.high, -x.low};
}

// The parts of log(x / y).
template <class V>
struct PreciseLogParts {
  V exponent;          // e
  DoubleWord<V> s;     // in [-1/5, 1/5]
  DoubleWord<V> rest;  // log(x / y) - e log 2 - 2 s

  TFI_FUNCTION DoubleWord<V> Log() const {
    const DoubleWord<V> twice = {s.high + s.high, s.low + s.low};
    return Add(DoubleWord<V>{exponent * kLog2High<V>, exponent * kLog2Low<V>},
               Add(twice, rest));
  }
};

// For x and y in the range of log_ratio.h, or differing from it by their lows.
template <class V>
TFI_FUNCTION PreciseLogParts<V> SplitPreciseLog(DoubleWord<V> x,
                                                DoubleWord<V> y) {
  using T = Scalar<V>;
  static_assert(kIsDouble<V>, "kLogRatioFloat does not start with 1/3");
  constexpr ScalarInteger<V> kHalf = ScalarInteger<V>(1)
                                     << (kMantissaBits<V> - 1);
  const Integer<V> e =
      AddBits<V>(SubtractBits<V>(BitsOf(x.high), BitsOf(y.high)), kHalf) >>
      kMantissaBits<V>;
  const V scaled = FromBits<V>(
      AddBits<V>(BitsOf(y.high), ShiftBits<V>(e, kMantissaBits<V>)));
  PreciseLogParts<V> parts;
  parts.exponent = FromInteger<V>(e);
  // y.low is mostly 0 or y.high's neighbour in the exponent.
  const V scaled_low = y.low * (scaled / y.high);
  const V difference = x.high - scaled;  // exact
  DoubleWord<V> sum = ExactSum(x.high, scaled);
  sum.low = sum.low + (x.low + scaled_low);
  parts.s = Quotient(DoubleWord<V>{difference, x.low - scaled_low}, sum);
  const DoubleWord<V> square = Product(parts.s, parts.s);
  const DoubleWord<V> cube = Product(square, parts.s);
  V tail = Broadcast<V>(kLogRatioDouble[7]);
  for (int k = 6; k >= 1; --k) {
    tail = MulAdd(tail, square.high, Broadcast<V>(kLogRatioDouble[k]));
  }
  const DoubleWord<V> cubic =
      Product(cube, DoubleWord<V>{Broadcast<V>(0x1.5555555555555p-1),
                                  Broadcast<V>(0x1.5555555555555p-55)});
  parts.rest =
      ExactSum(cubic.high, cubic.low + T(2) * (cube.high * square.high) * tail);
  return parts;
}

template <class V>
TFI_FUNCTION DoubleWord<V> PreciseLogRatio(DoubleWord<V> x, DoubleWord<V> y) {
  return SplitPreciseLog(x, y).Log();
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_PRECISE_LOG_H_
