// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Logarithms as double words, and e^x - 1 and e^x - 1 - x of such a logarithm
// x: a density or divergence that is given a logarithm of its scale forms
// e^(log x / y + l) - 1, where the two terms may cancel.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_LOG_WORD_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_LOG_WORD_H_

#include "kernels/special/double_word.h"
#include "kernels/special/exp.h"
#include "kernels/special/gamma_density.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// log(2^exponent x / y) for x and y as in log_ratio.h, with about 10 bits
// beyond V.
template <class V>
TFI_FUNCTION DoubleWord<V> LogWord(V x, V y, V exponent) {
  LogRatioParts<V> parts = SplitLogRatio(x, y);
  const DoubleWord<V> s = internal::PreciseS(x, parts);
  parts.exponent = parts.exponent + exponent;
  return internal::PreciseLog(s, parts);
}

// Whether a logarithm is a finite number that may be added to others.
template <class V>
TFI_FUNCTION Mask<V> IsRegularLog(V x) {
  return Abs(x) <= std::numeric_limits<Scalar<V>>::max() / 4;
}

// e^x - 1 and e^x - 1 - x of a double word x.
template <class V>
struct ExpParts {
  V minus_one;   // (e^x - 1) / power
  V power;       // of 2
  V rest;        // e^x - 1 - x, where near
  Mask<V> near;  // |x| < log(2) / 2

  // y (e^x - 1), infinite only where it overflows.
  TFI_FUNCTION V TimesMinusOne(V y) const { return y * minus_one * power; }
};

// x.high any number: beyond twice the range of exponents, e^x is that of the
// end.
template <class V>
TFI_FUNCTION ExpParts<V> SplitExp(DoubleWord<V> x) {
  using T = Scalar<V>;
  constexpr T kEnd = kIsDouble<V> ? T(1416) : T(174);
  constexpr T kLeast = kIsDouble<V> ? T(-1022) : T(-126);
  const auto beyond = Abs(x.high) > kEnd;
  const V bounded = Max(Min(x.high, Broadcast<V>(kEnd)), Broadcast<V>(-kEnd));
  const internal::ReducedExp<V> e =
      internal::ReduceExp(bounded, Select(beyond, V{}, x.low));
  // e^x = (1 + fraction) 2^first 2^second, second >= 0.
  const V first =
      Select(e.n > T(0), Floor(e.n * T(0.5)), Max(e.n, Broadcast<V>(kLeast)));
  const V second = Max(e.n - first, V{});
  const V scale = PowerOfTwo(first);
  ExpParts<V> r;
  r.minus_one = MulAdd(scale, e.Fraction(), scale - PowerOfTwo(-second));
  r.power = PowerOfTwo(second);
  r.rest = e.r * e.r * e.p;
  r.near = e.n == T(0);
  return r;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_LOG_WORD_H_
