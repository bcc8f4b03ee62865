// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The mean A = I_{m/2}(kappa) / I_{m/2-1}(kappa) and the variance of the
// component w of a von Mises-Fisher sample along the mean direction.
//
// Implicit differentiation of w, with b = (dw/dkappa) / (1 - w^2), n = m - 1:
//
//   (1 - w^2) b' + (kappa (1 - w^2) - n w) b = A - w.
//
// The factor of b is (R - w) y with its positive root R and
//
//   y = n / (1 + R) + kappa (1 + w),
//   R = 2 kappa / (n + N),  N = sqrt(n^2 + 4 kappa^2),
//
// and y = N at w = R. R approximates A. What decides the sign of everything is
// A - w: for large N the sum of R - w, which is the factor of b over y, and of
//
//   A - R = -(n R / N^2) c,
//
// both to full accuracy however small. c is near 1: for N >= 64 (double) or 32
// (float) it is a fitted polynomial in 1/N and p = n/N. That its expansion in
// 1/N has polynomials in p beside it follows from A' = 1 - A^2 - n A / kappa,
// as Debye's for Bessel functions does (DLMF 10.41). The same equation gives
//
//   Var w = A' = -((A - R) / kappa) (N + kappa (A - R)).
//
// For smaller N, A and the variance come from the fit in dimension m + 2 K, by
// the recurrence of the Bessel functions (DLMF 10.29.1) and its derivative in
// kappa: with a = A / kappa in dimension m and a_2, Var_2 in dimension m + 2,
//
//   1 / a = m + kappa^2 a_2,  Var = a^2 (m - kappa^2 Var_2).
//
// Written for the denominators of a, neither divides. The variance loses a
// factor of (n + 2 K) / n at most, where kappa is large beside n.
//
// Fits: kernels/special/coefficients/von_mises_fisher.py.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_MEAN_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_MEAN_H_

#include "kernels/special/bivariate_jet.h"
#include "kernels/special/lanes.h"
#include "kernels/special/number.h"
#include "kernels/special/von_mises_fisher_coefficients.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// N, for any size of n >= 1 and kappa >= 0.
template <class V>
TFI_FUNCTION V MeanScale(V n, V kappa) {
  using T = Scalar<V>;
  const V twice = kappa + kappa;
  const V large = Max(n, twice);
  const V ratio = Min(n, twice) / large;
  return large * Sqrt(T(1) + ratio * ratio);
}

// (A - R) / kappa from the fit.
template <class V>
TFI_FUNCTION V FittedMeanGap(V n, V scale) {
  using T = Scalar<V>;
  const V x = T(1) / scale;
  const V p = n * x;
  V c;
  if constexpr (kIsDouble<V>) {
    c = EvaluateBivariateJet(MeanCorrectionDoubleDegrees(),
                             kMeanCorrectionDouble, x, p)
            .value;
  } else {
    c = EvaluateBivariateJet(MeanCorrectionFloatDegrees(), kMeanCorrectionFloat,
                             x, p)
            .value;
  }
  return T(-2) * p * x * (c / (n + scale));
}

}  // namespace internal

template <class V>
struct VonMisesFisherMean {
  V root;            // R
  V gap;             // (A - R) / kappa, unless N is small
  V above, here;     // A / kappa is their quotient
  V variance;        // Var w
  Mask<V> is_small;  // N

  // A - w by versine = 1 - w and, if N is not small, (R - w) y = first.
  TFI_FUNCTION V MinusCosine(V kappa, V versine, V first, V y) const {
    const V difference =
        MulAdd(versine, here, MulAdd(kappa, above, -here)) / here;
    return Select(is_small, difference, MulAdd(kappa, gap, first / y));
  }
};

// n = m - 1 >= 1, kappa >= 0. kVariance: the variance as well, for which the
// range of float does not suffice.
template <bool kVariance, class V>
TFI_FUNCTION VonMisesFisherMean<V> MakeVonMisesFisherMean(V n, V kappa) {
  using T = Scalar<V>;
  static_assert(kIsDouble<V> || !kVariance);
  constexpr T kLeast = kIsDouble<V> ? 64 : 32;
  // N >= kLeast at the start of the recurrence.
  constexpr int kLevels = static_cast<int>(kLeast) / 2;
  VonMisesFisherMean<V> mean;
  const V size = internal::MeanScale(n, kappa);
  mean.is_small = size < kLeast;
  mean.root = kappa * (T(2) / (n + size));
  const V start = Select(mean.is_small, n + T(2 * kLevels), n);
  const V scale =
      Select(mean.is_small, internal::MeanScale(start, kappa), size);
  mean.gap = internal::FittedMeanGap(start, scale);
  mean.above = T(2) / (start + scale) + mean.gap;
  mean.here = Broadcast<V>(1);
  const V square = kappa * kappa;
  mean.variance = -mean.gap * (scale + square * mean.gap);
  if (AnyTrue(mean.is_small)) {
    V factor = start - T(1);
    V variance = mean.variance;  // times here^2
    TFI_UNROLL(4)
    for (int j = 0; j < kLevels; ++j) {
      // In this order compilers fuse the first product with the sum: from level
      // to level it is one operation that waits, not two.
      const V below = factor * mean.here + square * mean.above;
      if constexpr (kVariance) {
        variance = factor * (mean.here * mean.here) - square * variance;
      }
      mean.above = mean.here;
      mean.here = below;
      factor = factor - T(2);
    }
    mean.variance = Select(mean.is_small, variance / (mean.here * mean.here),
                           mean.variance);
  }
  return mean;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_MEAN_H_
