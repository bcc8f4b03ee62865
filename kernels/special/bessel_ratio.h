// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Modified Bessel functions I0, I1 as the von Mises distribution needs them.
//
// For kappa <= 2, I0 and I1 / kappa are polynomials in kappa^2. For kappa >= 2,
// with A = I1(kappa) / I0(kappa),
//
//   D = 1 - A = (1 + e) / (2 kappa),  e = 2 kappa D - 1, about 1 / (4 kappa),
//
// where kappa e is a polynomial on each of 16 (float) or 8 (double) pieces of
// 2 / kappa in [0, 1]. 1 - A must be fitted as itself: formed by subtraction it
// would lose a factor of 2 kappa, and e another one. Tables: see
// kernels/special/coefficients/von_mises.py.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_BESSEL_RATIO_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_BESSEL_RATIO_H_

#include "kernels/special/lanes.h"
#include "kernels/special/von_mises_coefficients.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// The piece of 2 / kappa, kappa >= 2, and t in [-1, 1] within it.
template <class V>
struct InversePiece {
  Integer<V> index;
  V t;
};

template <class V>
TFI_FUNCTION InversePiece<V> FindInversePiece(V inverse_kappa) {
  using T = Scalar<V>;
  constexpr int kPieces = kIsDouble<V> ? 8 : 16;
  const V x = inverse_kappa * T(2 * kPieces);
  // kappa = 2 ends the last piece. A kappa below 2 is not meant, but must not
  // read beyond the table.
  const V piece = Min(Floor(x), Broadcast<V>(kPieces - 1));
  return {ToInteger(piece), T(2) * (x - piece) - T(1)};
}

template <class V, class T, int kSize, int kPieces>
TFI_FUNCTION V PiecePolynomial(const T (&c)[kSize][kPieces],
                               const InversePiece<V>& piece) {
  V sum = LookUp(c[kSize - 1], piece.index);
  TFI_UNROLL(32)
  for (int k = kSize - 2; k >= 0; --k) {
    sum = MulAdd(sum, piece.t, LookUp(c[k], piece.index));
  }
  return sum;
}

// The same and its derivative in t.
template <class V, class T, int kSize, int kPieces>
TFI_FUNCTION void PiecePolynomialSlope(const T (&c)[kSize][kPieces],
                                       const InversePiece<V>& piece, V* value,
                                       V* slope) {
  V sum = LookUp(c[kSize - 1], piece.index), derivative{};
  TFI_UNROLL(32)
  for (int k = kSize - 2; k >= 0; --k) {
    derivative = MulAdd(derivative, piece.t, sum);
    sum = MulAdd(sum, piece.t, LookUp(c[k], piece.index));
  }
  *value = sum;
  *slope = derivative;
}

}  // namespace internal

// I0(kappa), square = kappa^2, kappa <= 2.
template <class V>
TFI_FUNCTION V BesselI0(V square) {
  if constexpr (kIsDouble<V>) {
    return Polynomial(kBesselI0Double, square);
  } else {
    return Polynomial(kBesselI0Float, square);
  }
}

// I1(kappa) / kappa, square = kappa^2, kappa <= 2.
template <class V>
TFI_FUNCTION V BesselI1OverKappa(V square) {
  if constexpr (kIsDouble<V>) {
    return Polynomial(kBesselI1Double, square);
  } else {
    return Polynomial(kBesselI1Float, square);
  }
}

template <class V>
struct BesselRatio {
  V one_minus_ratio;  // D
  V excess;           // e
};

// For kappa in [2, infinity].
template <class V>
TFI_FUNCTION BesselRatio<V> MakeBesselRatio(V kappa) {
  using T = Scalar<V>;
  const V inverse = T(1) / kappa;
  const auto piece = internal::FindInversePiece(inverse);
  V e;
  if constexpr (kIsDouble<V>) {
    e = internal::PiecePolynomial(kBesselRatioExcessDouble, piece);
  } else {
    e = internal::PiecePolynomial(kBesselRatioExcessFloat, piece);
  }
  e = e * inverse;
  const V half = T(0.5) * inverse;
  return {MulAdd(e, half, half), e};
}

// dA/dkappa = 1 - A / kappa - A^2 (DLMF 10.29.3) without cancellation, for
// kappa >= 2.
template <class V>
TFI_FUNCTION V RatioDerivative(V kappa, const BesselRatio<V>& ratio) {
  using T = Scalar<V>;
  const V d = ratio.one_minus_ratio;
  return (ratio.excess + d * (T(0.5) * (T(1) - ratio.excess))) / kappa;
}

// 1 / (2 pi sqrt(kappa) exp(-kappa) I0(kappa)) for kappa in [2, infinity].
template <class V>
TFI_FUNCTION V VonMisesDensityScale(V kappa) {
  const auto piece = internal::FindInversePiece(Scalar<V>(1) / kappa);
  if constexpr (kIsDouble<V>) {
    return internal::PiecePolynomial(kDensityScaleDouble, piece);
  } else {
    return internal::PiecePolynomial(kDensityScaleFloat, piece);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_BESSEL_RATIO_H_
