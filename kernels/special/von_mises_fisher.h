// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Implicit reparameterization gradient of a von Mises-Fisher sample in
// dimension m, by the angle theta that it makes with the mean direction (all
// else about it does not depend on the concentration kappa), and the moments
// of w = cos(theta).
//
// With q(t) = exp(kappa cos t) sin(t)^(m-2) and A the mean of w, which is
// I_{m/2}(kappa) / I_{m/2-1}(kappa),
//
//   dtheta/dkappa = -int_0^theta (cos t - A) q(t) / q(theta) dt
//                 = int_theta^pi (the same),                             (1)
//
// and dw/dkappa = -sin(theta) dtheta/dkappa solves
// h' + h (kappa - (m-3) w / (1 - w^2)) = A - w. In dimension 2 this is the
// von Mises distribution (von_mises.h). (1) is integrated by the rule of
// von_mises_fisher_panel.h on the side of theta where all A - cos t have one
// sign, in the form (A - w) - (cos t - w), where A - w comes from
// von_mises_fisher_mean.h. Dimension 3: von_mises_fisher_three.h.
//
// Measured worst and mean error in eps over 455 points with m up to 1e9 and
// kappa up to 2e15, samples, tails, ends and both sides of where a method ends
// (von_mises_fisher_test.cc):
//
//   dtheta/dkappa, relative, double                          30, 1
//                            float                           9, 1
//   double, d/dkappa of it, of its size times the standard
//   deviation of w                                           210, 5
//   d/dtheta of it, of |b| sqrt(m - 1 + kappa)               20, 2
//
// The worst points have m of 2 to 4, kappa of 15 to 32 and an angle near the
// mean: there A - w loses a factor of sqrt(m - 1 + kappa). Over 200,000 random
// points the worst of float is 20. The derivatives of the derivative are
// evaluated in double.
//
// Reference: Figurnov, Mohamed, Mnih, Implicit reparameterization gradients,
// NeurIPS 2018, equation 8, for (1); A: DLMF 10.32.2.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_H_

#include "kernels/special/angle.h"
#include "kernels/special/number.h"
#include "kernels/special/von_mises_fisher_mean.h"
#include "kernels/special/von_mises_fisher_panel.h"
#include "kernels/special/von_mises_fisher_three.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// The largest finite concentration that is told from infinity.
inline constexpr double kLargestConcentration = 1e100;

// Integer dimensions from 2: q is not smooth for others, and the panels would
// lose accuracy silently.
template <class V>
TFI_FUNCTION auto IsDimension(V m) {
  using T = Scalar<V>;
  auto whole = Floor(m) == m;
  if constexpr (!kIsDouble<V>) {
    // Floor() ends at 2^22, and from 2^23 on every float is an integer.
    const V rest = Select(m < T(0x1p22), m, m - T(0x1p22));
    whole = (Floor(rest) == rest) | (m >= T(0x1p23));
  }
  return (m >= T(2)) & (m <= T(0x1p50)) & whole;
}

// A sample's angle theta, and what the derivatives in kappa come from.
template <class V>
struct SampleAngle {
  Angle<V> angle;
  PanelStart<V> panel;  // on the side where all cos t - A have one sign
  V rise;               // kappa sin^2 - (m - 2) cos
  V limit;              // y of von_mises_fisher_mean.h
  V score;              // A - cos(theta)
};

template <class V>
TFI_FUNCTION SampleAngle<V> MakeSampleAngle(V m, V kappa, V theta,
                                            const VonMisesFisherMean<V>& mean) {
  using T = Scalar<V>;
  const V n = m - T(1);
  SampleAngle<V> sample;
  sample.angle = MakeAngle(theta);
  const V versine = sample.angle.one_minus_cosine;
  const V coversine = sample.angle.one_plus_cosine;
  const V cosine = Select(versine < T(1), T(1) - versine, coversine - T(1));
  const V sine = Max(Abs(sample.angle.sine), Broadcast<V>(kTinySine<T>));
  // (R - w) y. Its rounding is that of an angle, and moves all that follows
  // alike, as long as it is rounded once.
  const V first = kappa * (sine * sine) - n * cosine;
  sample.rise = first + cosine;
  sample.limit = n / (T(1) + mean.root) + kappa * coversine;
  sample.score = mean.MinusCosine(kappa, versine, first, sample.limit);
  const V side = Select(sample.score < T(0), Broadcast<V>(1), Broadcast<V>(-1));
  sample.panel = MakePanelStart(m - T(2), kappa, versine, coversine, sine,
                                cosine, sample.rise, side);
  return sample;
}

// dtheta/dkappa, and with kPartials its derivatives in kappa and theta.
template <class V>
struct AngleDerivative {
  V value;
  V by_kappa, by_theta;
};

template <bool kPartials, class V>
TFI_FUNCTION AngleDerivative<V> MakeAngleDerivative(V m, V kappa, V theta) {
  using T = Scalar<V>;
  const auto mean = MakeVonMisesFisherMean<kPartials>(m - T(1), kappa);
  const auto sample = MakeSampleAngle(m, kappa, theta, mean);
  V sum{}, slope{};
  ForEachPanelNode(sample.panel, [&](V weight, V gap) {
    const V score = sample.score - gap;
    sum += weight * score;
    if constexpr (kPartials) {
      slope += weight * MulAdd(score, gap, mean.variance);
    }
  });
  // -b: of the angle and not of the panel is the sine that is exact near 0.
  const V scale = sample.panel.per_sine;
  const V ratio = scale * sum;
  // Beyond, b = 1 / y but for 1 / y of itself.
  constexpr T kLargest = kIsDouble<V> ? 1e17 : 1e9;
  AngleDerivative<V> result;
  result.value = sample.angle.sine *
                 Select(sample.limit > kLargest, T(-1) / sample.limit, ratio);
  result.by_kappa = sample.angle.sine * (scale * slope);
  result.by_theta = sample.score + sample.rise * ratio;
  return result;
}

// `value` where the arguments are valid, 0 at infinite concentration.
template <class V>
TFI_FUNCTION V CheckArguments(V m, V kappa, V theta, V value) {
  using T = Scalar<V>;
  value = Select(kappa > std::numeric_limits<T>::max(), V{}, value);
  return Select(IsDimension(m) & (kappa >= T(0)) & IsAngle(theta), value,
                NaN<V>());
}

}  // namespace internal

// (m, kappa, theta) -> dtheta/dkappa.
//
// Types: double and vectors of it.
// Max error: see above. Valid range: integer m >= 2, kappa >= 0, |theta| <=
// 2^52; NaN elsewhere. Odd in theta, of period 2 pi, 0 at multiples of pi;
// -sin(theta) / (m - 1) at kappa = 0; 0 for kappa > 1e100.
struct RandomVonMisesFisherGradFunction {
  static constexpr int kInputs = 3, kOutputs = 1;
  // The second is dimension 3, where all is elementary.
  template <class T>
  static constexpr int kRegions = 2;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    const Integer<V> general{};
    return Select(in[0] == Scalar<V>(3), general + 1, general);
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    const V m = in[0], kappa = in[1], theta = in[2];
    V value;
    if constexpr (kRegion == 0) {
      value = internal::MakeAngleDerivative<false>(m, kappa, theta).value;
    } else {
      value = VonMisesFisherGradInThree(kappa, theta);
    }
    out[0] = internal::CheckArguments(m, kappa, theta, value);
  }
};

// (m, kappa, theta) -> for h(kappa, theta) = dtheta/dkappa: dh/dkappa and
// dh/dtheta.
//
//   dh/dtheta = A - cos(theta) - kappa sin(theta)^2 b + (m - 2) cos(theta) b
//
// and dh/dkappa by differentiation under the integral of (1). The terms cancel
// in part, hence the scales of the errors in the file comment.
//
// Types and valid range as above.
struct RandomVonMisesFisherGradPartialsFunction {
  static constexpr int kInputs = 3, kOutputs = 2;
  static constexpr bool kInDouble = true;
  template <class T>
  static constexpr int kRegions = 1;

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&)[kInputs]) {
    return Integer<V>{};
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    const V m = in[0], kappa = in[1], theta = in[2];
    const auto d = internal::MakeAngleDerivative<true>(m, kappa, theta);
    const V values[] = {d.by_kappa, d.by_theta};
    for (int k = 0; k < kOutputs; ++k) {
      out[k] = internal::CheckArguments(m, kappa, theta, values[k]);
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_H_
