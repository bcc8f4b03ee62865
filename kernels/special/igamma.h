// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivatives of the regularized lower incomplete gamma function P(a, x) in its
// parameter,
//
//   dP/da      = -(x p) r,
//   d2P/da2    = -(x p) (score r + dr/da),
//   d2P/(da dx) = p score,
//
// p the density of Gamma(a, 1) at x (gamma_density.h), score = log x - psi(a)
// its logarithmic derivative in a, and r = d(log x)/da at a fixed quantile by
// the regions of gamma.h.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_H_

#include "kernels/special/gamma.h"
#include "kernels/special/gamma_density.h"
#include "kernels/special/igamma_edge.h"
#include "kernels/special/igamma_tails.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// Derivatives of P in a at the least a > 0, by their limits for a -> 0: there
// p / a and a r stay, while p and r leave the number range.
template <class V>
TFI_FUNCTION V ClampConcentration(V a) {
  constexpr Scalar<V> kLeast = kIsDouble<V> ? Scalar<V>(1e-25) : 1e-15f;
  return Select((a > V{}) & (a < kLeast), Broadcast<V>(kLeast), a);
}

}  // namespace internal

// Outputs picks from the jet and the densities.
template <class Outputs, int kOutputCount>
struct IgammaDerivative {
  static constexpr int kInputs = 2;
  static constexpr int kOutputs = kOutputCount;
  template <class T>
  static constexpr int kRegions = kGammaRegions<T>;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[2]) {
    return GammaRegionOf(internal::ClampConcentration(in[0]), in[1]);
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[kOutputCount]) {
    const V a = internal::ClampConcentration(in[0]);
    const V x = in[1];
    if constexpr (kRegion == kGammaEdge) {
      const V log_x = LogOfEdge(x);
      Outputs::Pick(in[0], x, GammaEdge(a, x, log_x), GammaEdgeDensity(a, x),
                    out);
    } else {
      Outputs::Pick(in[0], x, GammaJetOf<kRegion>(a, x), GammaDensity(a, x),
                    out);
    }
  }

  // density * factor * unit, where a density of 0 wins over an infinite factor.
  template <class V>
  TFI_FUNCTION static V Weigh(V density, V factor, V unit) {
    const auto vanishes = (density == Scalar<V>(0)) & (factor == factor);
    return Select(vanishes, V{}, (density * factor) * unit);
  }
};

// (a, x) -> dP/da.
//
// Types: float, double and vectors of them.
// Max error: 12 eps in float and double where the result is normal, the far
// tails included.
// Valid range: as RandomGammaGrad. 0 at x = 0 and x = infinity.
struct IgammaGradAFunction : IgammaDerivative<IgammaGradAFunction, 1> {
  template <class V>
  TFI_FUNCTION static void Pick(V, V, const GammaJet<V>& jet,
                                const GammaDensities<V>& density, V (&out)[1]) {
    out[0] = Weigh(density.log_sample, -jet.log_grad, density.unit);
  }
};

// (a, x) -> d2P/da2, d2P/(da dx).
//
// Types, valid range: as IgammaGradAFunction.
// Max error: 32 eps and 8 eps, relative to the value or its natural scale,
// whichever is larger: |dP/da| / sqrt(max(a, 1)) for the first and p / sqrt(a)
// for the second. Both derivatives have zeros near x = a.
struct IgammaGradAPartialsFunction
    : IgammaDerivative<IgammaGradAPartialsFunction, 2> {
  template <class V>
  TFI_FUNCTION static void Pick(V, V, const GammaJet<V>& jet,
                                const GammaDensities<V>& density, V (&out)[2]) {
    out[0] = Weigh(density.log_sample, -jet.cdf_second, density.unit);
    out[1] = Weigh(density.sample, jet.score, density.unit);
  }
};

// Outputs picks from IgammaValues.
template <class Outputs>
struct IgammaValueFunction {
  static constexpr int kInputs = 2;
  static constexpr int kOutputs = 1;
  template <class T>
  static constexpr int kRegions = kIgammaRegions<T>;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[2]) {
    return IgammaRegionOf(in[0], in[1]);
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[1]) {
    if constexpr (kRegion == kGammaEdge) {
      out[0] = Outputs::Pick(IgammaEdgeValues(in[0], in[1]));
    } else {
      out[0] = Outputs::Pick(IgammaValuesOf<kRegion>(in[0], in[1]));
    }
  }
};

// (a, x) -> P(a, x), and in the same way Q, log P, log Q.
//
// Types: float, double and vectors of them.
// Max error: 16 eps of the value, wherever it is a normal number.
// Valid range: 0 < a <= infinity, 0 <= x <= infinity, with the limits at the
// ends; NaN elsewhere, and where both a and x are beyond kGammaLargest.
struct IgammaFunction : IgammaValueFunction<IgammaFunction> {
  template <class V>
  TFI_FUNCTION static V Pick(const IgammaValues<V>& values) {
    return values.lower;
  }
};

struct IgammacFunction : IgammaValueFunction<IgammacFunction> {
  template <class V>
  TFI_FUNCTION static V Pick(const IgammaValues<V>& values) {
    return values.upper;
  }
};

struct LogIgammaFunction : IgammaValueFunction<LogIgammaFunction> {
  template <class V>
  TFI_FUNCTION static V Pick(const IgammaValues<V>& values) {
    return values.log_lower;
  }
};

struct LogIgammacFunction : IgammaValueFunction<LogIgammacFunction> {
  template <class V>
  TFI_FUNCTION static V Pick(const IgammaValues<V>& values) {
    return values.log_upper;
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_H_
