// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// An angle around 0 moved to another center, again between -pi and pi.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_MOVED_ANGLE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_MOVED_ANGLE_H_

#include <cmath>

#include "kernels/special/function.h"
#include "kernels/special/lanes.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// 2 pi is the sum to 33 digits.
inline constexpr double kTurn = 6.28318530717958647693;
inline constexpr double kTurnRest = 2.4492935982947064e-16;

// The angle, at most 3 pi in size, with a turn less where it is above pi.
template <class V>
TFI_FUNCTION V LessOneTurn(V angle) {
  constexpr auto kFull = Scalar<V>(kTurn), kHalf = Scalar<V>(0.5) * kFull;
  return Select(angle > kHalf, angle - kFull,
                Select(angle < -kHalf, angle + kFull, angle));
}

// The angle modulo 2 pi, in [-pi, pi] up to rounding. Products with a rounded
// 2 pi would be wrong by more the longer the angle is; the remainder of a
// division is exact, and the rest of 2 pi is taken as often. Above 2^55 numbers
// are more than a turn apart.
TFI_FUNCTION double RestOfTurns(double angle) {
  const double rest = LessOneTurn(fmod(angle, kTurn));
  const double turns = rint((angle - rest) / kTurn);
  return LessOneTurn(rest - fmod(turns * kTurnRest, kTurn));
}

template <class V>
TFI_FUNCTION V RestsOfTurns(V angle) {
  if constexpr (kIsScalar<V>) {
    return static_cast<V>(RestOfTurns(angle));
  } else {
    TFI_NO_UNROLL
    for (int i = 0; i < NumberTraits<V>::kLanes; ++i) {
      angle[i] = static_cast<Scalar<V>>(RestOfTurns(angle[i]));
    }
    return angle;
  }
}

}  // namespace internal

// (z, m, pi) -> the angle z + m modulo 2 pi, between -pi and pi as they are
// given: the largest number not above pi is another one in a type of 16 bits
// than in the type that it is evaluated in.
//
// Types: float, double and vectors of them.
// Max error measured (tests/special/moved_angle_test.cc): 1.5 eps of pi, for
// |m| up to 1e15. No product is added to: the same bits on every instruction
// set.
// Valid range: |z| <= pi, m finite; NaN elsewhere and where an input is NaN.
struct MovedAngleFunction {
  static constexpr int kInputs = 3, kOutputs = 1;

  template <class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    constexpr T kHalfTurn = T(0.5) * T(internal::kTurn);
    const V pi = in[2];
    V m = in[1];
    const auto is_long = Abs(m) > kHalfTurn;
    if (AnyTrue(is_long)) {
      m = Select(is_long, internal::RestsOfTurns(m), m);
    }
    const V z = internal::LessOneTurn(in[0] + m);
    // Rounding may have gone past the end.
    const V inside = Max(Min(z, pi), -pi);
    out[0] = Select((Abs(in[0]) <= kHalfTurn) & (z == z) & (pi == pi), inside,
                    NaN<V>());
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_MOVED_ANGLE_H_
