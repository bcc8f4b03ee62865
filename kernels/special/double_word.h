// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Sums and products with their rounding errors: T. J. Dekker, "A floating-point
// technique for extending the available precision", Numer. Math. 18 (1971),
// doi:10.1007/BF01397083.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_DOUBLE_WORD_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_DOUBLE_WORD_H_

#include "kernels/special/exp.h"
#include "kernels/special/lanes.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// high + low, where low is about an eps of high.
template <class V>
struct DoubleWord {
  V high;
  V low;
};

// x + y, exactly.
template <class V>
TFI_FUNCTION DoubleWord<V> ExactSum(V x, V y) {
  const V sum = x + y;
  const V of_y = sum - x;
  return {sum, (x - (sum - of_y)) + (y - of_y)};
}

// x + y where y is small: the errors of the lows remain.
template <class V>
TFI_FUNCTION DoubleWord<V> Add(DoubleWord<V> x, DoubleWord<V> y) {
  const DoubleWord<V> sum = ExactSum(x.high, y.high);
  return ExactSum(sum.high, sum.low + (x.low + y.low));
}

// x cut off after half of its bits; the rest of x has the other half.
template <class V>
TFI_FUNCTION V UpperHalf(V x) {
  constexpr ScalarInteger<V> kLower =
      (ScalarInteger<V>(1) << (kMantissaBits<V> / 2 + 1)) - 1;
  return FromBits<V>(BitsOf(x) & ~kLower);
}

// x * y with an error of eps^2. The last bit of `high` is cleared, because a
// compiler may fuse what is still a product with the next addition: then its
// rounding error would count twice. Without a fused multiply-add on the target,
// all partial products of halves but the last are exact.
template <class V>
TFI_FUNCTION DoubleWord<V> ExactProduct(V x, V y) {
  const V product = FromBits<V>(BitsOf(x * y) & ~ScalarInteger<V>(1));
#if defined(TFI_HAS_FMA)
  return {product, Fma(x, y, -product)};
#else
  const V x_high = UpperHalf(x), x_low = x - x_high;
  const V y_high = UpperHalf(y), y_low = y - y_high;
  return {product,
          (((x_high * y_high - product) + x_high * y_low) + x_low * y_high) +
              x_low * y_low};
#endif
}

// exp(x) with the error of exp.h: that of x does not count |x| times.
template <class V>
TFI_FUNCTION V Exp(DoubleWord<V> x) {
  const V exp = Exp(x.high);
  // Where exp is infinite or 0, low may be NaN.
  const auto plain = (exp == Scalar<V>(0)) | (exp == Infinity<V>());
  return Select(plain, exp, MulAdd(exp, x.low, exp));
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_DOUBLE_WORD_H_
