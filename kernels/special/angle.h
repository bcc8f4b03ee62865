// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// An angle z by its sine and by 1 - cos z and 1 + cos z, each to full relative
// accuracy: the von Mises formulas need all three where they vanish.
//
//   z = n pi + r,  n = round(z / pi),  |r| <= pi / 2
//   sin z = (-1)^n sin r;  1 - (-1)^n cos z = 1 - cos r = r^2 c(r^2)
//
// pi is split in four (Cody and Waite): the first two parts make up the float
// nearest to pi, and n times any of the first three is exact for |n| up to 2^12
// (float) or 2^26 (double). r is therefore right to the last bit for |z| up to
// 1.2e4 and 2e8. Beyond, r is off by up to one spacing of floats at z.
//
// A z that equals n times the rounded pi exactly, such as the float nearest to
// pi or -pi, stands for n pi: there r = 0, and the sine is exactly 0.
//
// Measured worst relative error (tests/special/von_mises_test.cc), in eps, for
// |z| <= 1e4: sine 1.4 (float), 1.0 (double); 1 - cos z and 1 + cos z 2.6, 1.9.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_ANGLE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_ANGLE_H_

#include "kernels/special/angle_coefficients.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

template <class V>
struct Angle {
  V half_turns;  // n
  V rest;        // r
  V sine;
  V one_minus_cosine;
  V one_plus_cosine;
};

// Whether the integer-valued n is odd: a mask.
template <class V>
TFI_FUNCTION auto IsOdd(V n) {
  return (ToInteger(n) & 1) != 0;
}

namespace internal {

template <class T>
struct AngleConstants;

template <>
struct AngleConstants<float> {
  static constexpr float kPi1 = 0x1.92p1f;         // upper 12 bits of kPi
  static constexpr float kPi2 = 0x1.fb6p-11f;      // kPi - kPi1
  static constexpr float kPi3 = -0x1.776p-24f;     // pi - kPi, 12 bits
  static constexpr float kPi4 = -0x1.a5cf72p-36f;  // pi - kPi - kPi3
  // Where floats are 2 apart, a float no longer tells an angle.
  static constexpr float kLargest = 0x1p24f;
};

template <>
struct AngleConstants<double> {
  static constexpr double kPi1 = 0x1.921fb54p1;
  static constexpr double kPi2 = 0x1.10b46p-29;
  static constexpr double kPi3 = 0x1.1a6263p-53;
  static constexpr double kPi4 = 0x1.8a2e03707344ap-80;
  static constexpr double kLargest = 0x1p52;
};

// n and r of z = n pi + r.
template <class V>
TFI_FUNCTION void ReduceAngle(V z, Angle<V>* angle) {
  using T = Scalar<V>;
  using Constants = AngleConstants<T>;
  const V n = RoundToInteger(z * T(0.318309886183790671538));  // 1 / pi
  const V rest = (z - n * Constants::kPi1) - n * Constants::kPi2;
  angle->half_turns = n;
  angle->rest = Select(rest == T(0), rest,
                       (rest - n * Constants::kPi3) - n * Constants::kPi4);
}

// 1 - cos z and 1 + cos z, where 1 - cos r = versine.
template <class V>
TFI_FUNCTION void SetVersines(V versine, Angle<V>* angle) {
  const auto odd = IsOdd(angle->half_turns);
  const V other = Scalar<V>(2) - versine;
  angle->one_minus_cosine = Select(odd, other, versine);
  angle->one_plus_cosine = Select(odd, versine, other);
}

}  // namespace internal

// Types: float, double and vectors of them.
// Max error: see above.
// Valid range: |z| <= 2^24 (float), 2^52 (double); see IsAngle().
template <class V>
TFI_FUNCTION Angle<V> MakeAngle(V z) {
  Angle<V> angle;
  internal::ReduceAngle(z, &angle);
  const V r = angle.rest;
  const V q = r * r;
  V sine, versine;
  if constexpr (kIsDouble<V>) {
    sine = Polynomial(kSineDouble, q);
    versine = q * Polynomial(kVersineDouble, q);
  } else {
    sine = Polynomial(kSineFloat, q);
    versine = q * Polynomial(kVersineFloat, q);
  }
  sine = MulAdd(r * q, sine, r);
  angle.sine = Select(IsOdd(angle.half_turns), -sine, sine);
  internal::SetVersines(versine, &angle);
  return angle;
}

// 1 - cos z and 1 + cos z to a relative 1e-4, for the choice of a method; the
// sine is not set. They vanish where those of MakeAngle() do.
template <class V>
TFI_FUNCTION Angle<V> MakeRoughAngle(V z) {
  Angle<V> angle;
  internal::ReduceAngle(z, &angle);
  const V q = angle.rest * angle.rest;
  if constexpr (kIsDouble<V>) {
    internal::SetVersines(q * Polynomial(kRoughVersineDouble, q), &angle);
  } else {
    internal::SetVersines(q * Polynomial(kRoughVersineFloat, q), &angle);
  }
  return angle;
}

// Whether z is finite and small enough to be an angle: a mask.
template <class V>
TFI_FUNCTION auto IsAngle(V z) {
  return Abs(z) <= internal::AngleConstants<Scalar<V>>::kLargest;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_ANGLE_H_
