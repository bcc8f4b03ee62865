// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The angle of a point in the upper half plane. The tangent of the angle to the
// nearest axis is brought below tan(pi / 8) by
//
//   atan(s / c) = pi / 4 + atan((s - c) / (s + c))
//
// (DLMF 4.24.15), where the arctangent is a fitted polynomial.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_ARCTANGENT_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_ARCTANGENT_H_

#include "kernels/special/arctangent_coefficients.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// The angle of (cosine, sine) times any positive number, in [0, pi].
//
// Types: double and vectors of it.
// Max error: 2 eps.
// Valid range: sine >= 0, at most one of the two 0, both below max / 2.
template <class V>
TFI_FUNCTION V UpperAngle(V sine, V cosine) {
  using T = Scalar<V>;
  static_assert(kIsDouble<V>, "kArctangent is for double");
  constexpr T kTanEighthPi = 0.41421356237309504880;
  constexpr T kQuarterPi = 0.78539816339744830962;
  constexpr T kPi = 3.14159265358979323846;
  const V size = Abs(cosine);
  const V large = Max(sine, size), small = Min(sine, size);
  const auto turned = small > kTanEighthPi * large;
  const V t = Select(turned, small - large, small) /
              Select(turned, small + large, large);
  const V square = t * t;
  const V rest = t + t * square * Polynomial(kArctangent, square);
  V angle = Select(turned, kQuarterPi + rest, rest);
  angle = Select(sine > size, T(0.5) * kPi - angle, angle);
  return Select(cosine < T(0), kPi - angle, angle);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_ARCTANGENT_H_
