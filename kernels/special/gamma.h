// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivatives of a sample of Gamma(a, 1) in a, and of its logarithm.
//
//   dz/da = -(dP(a, z)/da) / p(z; a),
//
// P the regularized lower incomplete gamma function and p = dP/dz.

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
  TFI_FUNCTION static void Evaluate(const V (&in)[2],
                                    V (&out)[kOutputCount]) {
    if constexpr (kRegion == kGammaEdge) {
      Outputs::Pick(GammaEdge(in[0], in[1], LogOfEdge(in[1])), out);
    } else {
      Outputs::Pick(GammaJetOf<kRegion>(in[0], in[1]), out);
    }
  }
};

// As GammaSampleFunction, for (a, u = log z).
template <class Outputs, int kOutputCount>
struct GammaLogSampleFunction {
  static constexpr int kInputs = 2;
  static constexpr int kOutputs = kOutputCount;
  template <class T>
  static constexpr int kRegions = kGammaRegions<T>;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[2]) {
    return GammaRegionOf(in[0], Exp(in[1]));
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2],
                                    V (&out)[kOutputCount]) {
    if constexpr (kRegion == kGammaEdge) {
      Outputs::Pick(GammaEdge(in[0], Exp(in[1]), in[1]), out);
    } else {
      Outputs::Pick(GammaJetOf<kRegion>(in[0], Exp(in[1])), out);
    }
  }
};

// (a, z) -> dz/da.
struct RandomGammaGradFunction
    : GammaSampleFunction<RandomGammaGradFunction, 1> {
  template <class V>
  TFI_FUNCTION static void Pick(const GammaJet<V>& jet, V (&out)[1]) {
    out[0] = jet.grad;
  }
};

// (a, z) -> the derivatives of dz/da in a and in z, and d2z/da2 at a fixed
// quantile.
struct RandomGammaGradPartialsFunction
    : GammaSampleFunction<RandomGammaGradPartialsFunction, 3> {
  template <class V>
  TFI_FUNCTION static void Pick(const GammaJet<V>& jet, V (&out)[3]) {
    out[0] = jet.grad_a;
    out[1] = jet.grad_z;
    out[2] = jet.total;
  }
};

// (a, u = log z) -> du/da.
struct RandomLogGammaGradFunction
    : GammaLogSampleFunction<RandomLogGammaGradFunction, 1> {
  template <class V>
  TFI_FUNCTION static void Pick(const GammaJet<V>& jet, V (&out)[1]) {
    out[0] = jet.log_grad;
  }
};

// (a, u = log z) -> the derivatives of du/da in a and in u, and d2u/da2 at a
// fixed quantile.
struct RandomLogGammaGradPartialsFunction
    : GammaLogSampleFunction<RandomLogGammaGradPartialsFunction, 3> {
  template <class V>
  TFI_FUNCTION static void Pick(const GammaJet<V>& jet, V (&out)[3]) {
    out[0] = jet.log_grad_a;
    out[1] = jet.log_grad_u;
    out[2] = jet.log_total;
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_H_
