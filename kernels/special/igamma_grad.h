// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivatives of P(a, x) and of log P and log Q. With p the density of
// Gamma(a, 1) at x, r = d(log x)/da at a fixed quantile (gamma.h) and
// score = log x - psi(a):
//
//   dP/da = -(x p) r,   dP/dx = p,   d2P/dx2 = p ((a - 1) / x - 1),
//
// and for the logarithms the same with p replaced by p / P or p / Q, which
// igamma_tails.h has without the density, so that nothing is lost where both
// underflow:
//
//   h = p / P:   L_a = -(x h) r,  L_x = h,
//                L_aa = -(x h) (score r + dr/da) - L_a^2,
//                L_ax = h (score - L_a),  L_xx = h ((a - 1) / x - 1 - h)
//   h = p / Q:   L_a = (x h) r,  L_x = -h,
//                L_aa = (x h) (score r + dr/da) - L_a^2,
//                L_ax = -h (score - L_a),  L_xx = -h ((a - 1) / x - 1 + h)

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_GRAD_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_GRAD_H_

#include "kernels/special/igamma.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// x y, where an x of 0 wins over an infinite y.
template <class V>
TFI_FUNCTION V ZeroTimes(V x, V y) {
  return Select((x == V{}) & (y == y), V{}, x * y);
}

// p is proportional to a below the least a that ClampConcentration leaves.
template <class V>
TFI_FUNCTION V ClampedShare(V a) {
  const V clamped = ClampConcentration(a);
  return Select(a < clamped, a / clamped, Broadcast<V>(1));
}

// d(log p)/dx = (a - 1) / x - 1, where 0 / 0 is 0.
template <class V>
TFI_FUNCTION V DensitySlope(V a, V x) {
  using T = Scalar<V>;
  return Select(a == T(1), V{}, (a - T(1)) / x) - T(1);
}

}  // namespace internal

// (a, x) -> dP/da, dP/dx.
//
// Types: float, double and vectors of them.
// Max error: 12 eps of dP/da and 8 eps of dP/dx where they are normal numbers.
// Valid range: as RandomGammaGrad. The limits at x = 0 and x = infinity.
struct IgammaGradFunction : IgammaDerivative<IgammaGradFunction, 2> {
  template <class V>
  TFI_FUNCTION static void Pick(V a, V, const GammaJet<V>& jet,
                                const GammaDensities<V>& density, V (&out)[2]) {
    out[0] = Weigh(density.log_sample, -jet.log_grad, density.unit);
    // jet.log_grad is NaN out of the domain.
    out[1] = Select(jet.log_grad == jet.log_grad,
                    density.sample * density.unit * internal::ClampedShare(a),
                    NaN<V>());
  }
};

// (a, x) -> d2P/da2, d2P/(da dx), d2P/dx2.
//
// Types, valid range: as IgammaGradFunction.
// Max error: the first two as IgammaGradAPartialsFunction, the third 8 eps of
// p (|a - 1| / x + 1).
struct IgammaGradPartialsFunction
    : IgammaDerivative<IgammaGradPartialsFunction, 3> {
  template <class V>
  TFI_FUNCTION static void Pick(V a, V x, const GammaJet<V>& jet,
                                const GammaDensities<V>& density, V (&out)[3]) {
    out[0] = Weigh(density.log_sample, -jet.cdf_second, density.unit);
    out[1] = Weigh(density.sample, jet.score, density.unit);
    const V curved =
        Weigh(density.sample, internal::DensitySlope(a, x), density.unit);
    out[2] = Select(jet.log_grad == jet.log_grad,
                    curved * internal::ClampedShare(a), NaN<V>());
  }
};

namespace internal {

// h = p / tail, x h, and the derivatives of the sample.
template <class V>
struct LogIgammaParts {
  V a;       // clamped
  V share;   // ClampedShare
  V hazard;  // h
  V flow;    // x h
  GammaJet<V> jet;
};

template <bool kUpper, int kRegion, class V>
TFI_FUNCTION LogIgammaParts<V> MakeLogIgammaParts(V given, V x) {
  using T = Scalar<V>;
  LogIgammaParts<V> parts;
  const V a = ClampConcentration(given);
  parts.a = a;
  parts.share = ClampedShare(given);
  if constexpr (kRegion == kGammaEdge) {
    const IgammaValues<V> values = IgammaEdgeValues(a, x);
    parts.jet = GammaEdge(a, x, LogOfEdge(x));
    if constexpr (kUpper) {
      // p / Q, also where x is 0 or infinite.
      const V low = GammaEdgeDensity(a, x).sample / values.upper;
      parts.hazard = Select(x > T(1), Broadcast<V>(1), low);
      parts.flow = values.upper_slope;
    } else {
      parts.flow = values.lower_slope;
      parts.hazard = parts.flow / x;
    }
    // The values' NaN out of the domain.
    const auto valid = values.lower == values.lower;
    parts.hazard = Select(valid, parts.hazard, NaN<V>());
    parts.flow = Select(valid, parts.flow, NaN<V>());
  } else {
    constexpr int kJetRegion = kRegion == kIgammaSmallShort<T>
                                   ? kGammaLowerShort
                               : kRegion == kIgammaSmall<T> ? kGammaLower
                                                            : kRegion;
    const IgammaValues<V> values = IgammaValuesOf<kRegion>(a, x);
    parts.jet = GammaJetOf<kJetRegion>(a, x);
    parts.flow = kUpper ? values.upper_slope : values.lower_slope;
    parts.hazard = parts.flow / x;
  }
  return parts;
}

// L_a. Of Q it is x h r = h g, g = x r: r may be infinite where g is 0.
template <bool kUpper, class V>
TFI_FUNCTION V LogIgammaSlope(const LogIgammaParts<V>& parts) {
  if constexpr (kUpper) {
    return ZeroTimes(parts.jet.grad, parts.hazard);
  } else {
    return -ZeroTimes(parts.flow, parts.jet.log_grad);
  }
}

template <class Outputs, bool kUpperTail, int kOutputCount>
struct LogIgammaDerivative {
  static constexpr bool kUpper = kUpperTail;
  static constexpr int kInputs = 2;
  static constexpr int kOutputs = kOutputCount;
  template <class T>
  static constexpr int kRegions = kIgammaRegions<T>;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[2]) {
    return IgammaRegionOf(ClampConcentration(in[0]), in[1]);
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[kOutputCount]) {
    Outputs::Pick(in[1], MakeLogIgammaParts<kUpper, kRegion>(in[0], in[1]),
                  out);
  }
};

template <bool kUpper>
struct LogTailGradFunction
    : LogIgammaDerivative<LogTailGradFunction<kUpper>, kUpper, 2> {
  template <class V>
  TFI_FUNCTION static void Pick(V, const LogIgammaParts<V>& parts,
                                V (&out)[2]) {
    const V slope = LogIgammaSlope<kUpper>(parts);
    // For a -> 0: log P = O(a), log Q = log a + ....
    out[0] = kUpper ? slope / parts.share : slope;
    out[1] = kUpper ? -parts.hazard : parts.hazard * parts.share;
  }
};

template <bool kUpper>
struct LogTailGradPartialsFunction
    : LogIgammaDerivative<LogTailGradPartialsFunction<kUpper>, kUpper, 3> {
  template <class V>
  TFI_FUNCTION static void Pick(V x, const LogIgammaParts<V>& parts,
                                V (&out)[3]) {
    const V slope = LogIgammaSlope<kUpper>(parts);
    const V flow = kUpper ? parts.flow : -parts.flow;
    const V hazard = kUpper ? -parts.hazard : parts.hazard;
    const V a_a = ZeroTimes(flow, parts.jet.cdf_second) - slope * slope;
    const V x_x = ZeroTimes(hazard, DensitySlope(parts.a, x) - hazard);
    out[0] = kUpper ? a_a / (parts.share * parts.share) : a_a;
    out[1] = ZeroTimes(hazard, parts.jet.score - slope);
    out[2] = kUpper ? x_x : x_x * parts.share;
  }
};

}  // namespace internal

// (a, x) -> d(log P)/da, d(log P)/dx, and likewise of log Q.
//
// Types: float, double and vectors of them.
// Max error: 16 eps of the value.
// Valid range: as IgammaFunction. The limits at x = 0 and x = infinity.
using LogIgammaGradFunction = internal::LogTailGradFunction<false>;
using LogIgammacGradFunction = internal::LogTailGradFunction<true>;

// (a, x) -> the second derivatives L_aa, L_ax, L_xx.
//
// Types: as above.
// Max error: 64 eps of the terms of the formulas above, which cancel in the
// tails and for small a.
// Valid range: as above, x = 0 and x = infinity excepted.
using LogIgammaGradPartialsFunction =
    internal::LogTailGradPartialsFunction<false>;
using LogIgammacGradPartialsFunction =
    internal::LogTailGradPartialsFunction<true>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_IGAMMA_GRAD_H_
