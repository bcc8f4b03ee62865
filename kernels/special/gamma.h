// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivatives of a sample of Gamma(a, 1) in a, and of its logarithm.
//
//   dz/da = -(dP(a, z)/da) / p(z; a),
//
// P the regularized lower incomplete gamma function and p = dP/dz. No formula
// here is a quotient of the two: the density cancels analytically.
//
// Regions (gamma_regions.h has the borders; A is 2 in float and 4 in double):
//
//   region      condition                      method            error, eps
//                                                              float  double
//   Edge        z or a at the end of the       leading term      1.7    1.7
//               number range, or not in the
//               domain
//   LowerShort  a < A, z <= 0.5                lower series,     3.2    2.9
//                                              8 or 14 terms
//   Lower       a < A, z <= a + 0.7 (and       the same,         5.6    4.8
//               z <= 2.5 in double)            14 or 23 terms
//   LowerLong   a < 4, z <= a + 0.7, double    28 terms                 3.3
//   LowerFar    a >= A, z / a small            6 or 15 terms     1.7    2.2
//   Upper       a < A, z > a + 0.7 (and        continued         2.5    2.0
//               z >= 4 in double)              fraction, fitted
//                                              tail
//   UpperNear   a < 4, a + 0.7 < z < 4,        the same                 3.3
//               double
//   UpperFar    a >= A, z / a large            4 or 12 levels    1.7    1.6
//   Bulk        a >= 2 (double: a >= 8)        expansion in      1.9    2.0
//                                              1 / a, fitted
//   Middle      4 <= a < 8, double             the same                 1.8
//   Center      a >= 64, z near a, double      the same                 1.8
//
// The errors are the largest that were measured for dz/da on any target, over
// tests/reference/ and 60,000 random points per type, tails far beyond the
// quantiles 1e-12 and 1 - 1e-12 included; the mean is below 0.6 eps except in
// Lower* (0.9). Of d(log z)/da: 2.5 and 2.1. Of their derivatives: 18 and
// 19. The tables are fitted on all of their regions: nothing is extrapolated,
// however far out.
//
// References: gamma_bulk.h, gamma_lower.h and gamma_upper.h derive their
// formulas. DLMF 8.7.1, 8.8.2, 8.9.2, https://dlmf.nist.gov/8. M. Figurnov,
// S. Mohamed, A. Mnih, "Implicit reparameterization gradients", NeurIPS 2018,
// arXiv:1805.08498, whose own method is in gamma_paper.h.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_H_

#include "kernels/special/exp.h"
#include "kernels/special/gamma_bulk.h"
#include "kernels/special/gamma_edge.h"
#include "kernels/special/gamma_lower.h"
#include "kernels/special/gamma_regions.h"
#include "kernels/special/gamma_upper.h"

TFI_BEGIN_NAMESPACE

// All derivatives in one region other than kGammaEdge.
template <int kRegion, class V>
TFI_FUNCTION GammaJet<V> GammaJetOf(V a, V z) {
  using Borders = GammaBorders<Scalar<V>>;
  if constexpr (kRegion == kGammaBulk || kRegion == kGammaMiddle ||
                kRegion == kGammaCenter) {
    return GammaBulk<kRegion>(a, z);
  } else if constexpr (kRegion == kGammaUpper) {
    return GammaUpper<false>(a, z);
  } else if constexpr (kRegion == kGammaUpperNear) {
    return GammaUpper<true>(a, z);
  } else if constexpr (kRegion == kGammaUpperFar) {
    return GammaUpperFar(a, z);
  } else if constexpr (kRegion == kGammaLowerFar) {
    return GammaLower<Borders::kLowerFarTerms, true>(a, z);
  } else if constexpr (kRegion == kGammaLowerShort) {
    return GammaLower<Borders::kLowerShortTerms, false>(a, z);
  } else if constexpr (kRegion == kGammaLower) {
    return GammaLower<Borders::kLowerTerms, false>(a, z);
  } else {
    static_assert(kRegion == kGammaLowerLong, "unknown region");
    return GammaLower<Borders::kLowerLongTerms, false>(a, z);
  }
}

// What the functions of a sample (a, z) share; Outputs picks from the jet.
template <class Outputs, int kOutputCount>
struct GammaSampleFunction {
  static constexpr int kInputs = 2;
  static constexpr int kOutputs = kOutputCount;
  template <class T>
  static constexpr int kRegions = kGammaRegions<T>;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[2]) {
    return GammaRegionOf(in[0], in[1]);
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[kOutputCount]) {
    if constexpr (kRegion == kGammaEdge) {
      Outputs::Pick(GammaEdge(in[0], in[1], LogOfEdge(in[1])), out);
    } else {
      Outputs::Pick(GammaJetOf<kRegion>(in[0], in[1]), out);
    }
  }
};

// z = e^u, or 0 and infinity where GammaRegionOf would answer kGammaEdge.
template <class V>
TFI_FUNCTION V SampleOfLog(V u) {
  using T = Scalar<V>;
  // Between log kGammaTiny and log kGammaLargest.
  constexpr T kLow = kIsDouble<V> ? T(-667) : T(-82);
  constexpr T kHigh = kIsDouble<V> ? T(708) : T(87);
  const auto low = u < kLow;
  const auto high = u > kHigh;
  const V z = ExpOfModerate(Select(low | high, V{}, u));
  return Select(low, V{}, Select(high, Infinity<V>(), z));
}

// As GammaSampleFunction, for (a, u = log z).
template <class Outputs, int kOutputCount>
struct GammaLogSampleFunction {
  static constexpr int kInputs = 2;
  static constexpr int kOutputs = kOutputCount;
  template <class T>
  static constexpr int kRegions = kGammaRegions<T>;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[2]) {
    return GammaRegionOf(in[0], SampleOfLog(in[1]));
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[kOutputCount]) {
    if constexpr (kRegion == kGammaEdge) {
      Outputs::Pick(GammaEdge(in[0], SampleOfLog(in[1]), in[1]), out);
    } else {
      Outputs::Pick(GammaJetOf<kRegion>(in[0], SampleOfLog(in[1])), out);
    }
  }
};

// (a, z) -> dz/da.
//
// Types: float, double and vectors of them.
// Max error: 8 eps in float, 8 eps in double.
// Valid range: 0 < a <= max / 4, 0 <= z <= infinity, max the largest number. 0
// at z = 0 and, for finite z, at a = infinity; infinity at z = infinity, where
// it grows like log z. NaN for a <= 0, z < 0, NaN, infinite a and z, and where
// both leave the range in a way that no limit covers (a > max / 4 finite, or
// z > max / 4 and a > eps^2 max / 4).
struct RandomGammaGradFunction
    : GammaSampleFunction<RandomGammaGradFunction, 1> {
  template <class V>
  TFI_FUNCTION static void Pick(const GammaJet<V>& jet, V (&out)[1]) {
    out[0] = jet.grad;
  }
};

// (a, z) -> the derivatives of dz/da in a and in z.
//
// Types, valid range: as RandomGammaGradFunction; for a < 1e-15, float results
// may overflow. Limits at z = 0: 0, infinity.
// Max error: 32 eps in float, 48 eps in double, of the value.
struct RandomGammaGradPartialsFunction
    : GammaSampleFunction<RandomGammaGradPartialsFunction, 2> {
  template <class V>
  TFI_FUNCTION static void Pick(const GammaJet<V>& jet, V (&out)[2]) {
    out[0] = jet.grad_a;
    out[1] = jet.grad_z;
  }
};

// (a, u = log z) -> du/da.
//
// Types: float, double and vectors of them.
// Max error: 8 eps.
// Valid range: 0 < a <= max / 4, every u, however small: where z underflows,
// du/da = (psi(a + 1) - u) / a. infinity at u = -infinity, 0 at u = infinity;
// otherwise as RandomGammaGradFunction.
struct RandomLogGammaGradFunction
    : GammaLogSampleFunction<RandomLogGammaGradFunction, 1> {
  template <class V>
  TFI_FUNCTION static void Pick(const GammaJet<V>& jet, V (&out)[1]) {
    out[0] = jet.log_grad;
  }
};

// (a, u = log z) -> the derivatives of du/da in a and in u.
//
// Types, valid range: as RandomLogGammaGradFunction.
// Max error: 48 eps in float, 32 eps in double, of the value.
struct RandomLogGammaGradPartialsFunction
    : GammaLogSampleFunction<RandomLogGammaGradPartialsFunction, 2> {
  template <class V>
  TFI_FUNCTION static void Pick(const GammaJet<V>& jet, V (&out)[2]) {
    out[0] = jet.log_grad_a;
    out[1] = jet.log_grad_u;
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_H_
