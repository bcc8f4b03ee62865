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
// von_mises_fisher_panel.h on the side of theta where all cos t - A have one
// sign. A comes from two panels around the maximum of q.
//
// Measured worst and mean error in eps, double, over 338 points with m up to
// 1e4 and kappa up to 1e10, samples, tails and ends (von_mises_fisher_test.cc):
//
//   dtheta/dkappa, relative                                  281, 9
//   d/dkappa of it, of its size times the standard
//   deviation of w                                           223, 8
//   d/dtheta of it, of |b| sqrt(m - 1 + kappa)               186, 8
//
// For m <= 41 the worst of the first is below 30. Errors grow like sqrt(m):
// both terms of log q are that much larger than their sum. float is evaluated
// in double.
//
// Reference: Figurnov, Mohamed, Mnih, Implicit reparameterization gradients,
// NeurIPS 2018, equation 8, for (1); A: DLMF 10.32.2.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_H_

#include "kernels/special/angle.h"
#include "kernels/special/number.h"
#include "kernels/special/von_mises_fisher_panel.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// The largest finite concentration that is told from infinity.
inline constexpr double kLargestConcentration = 1e100;

// Integer dimensions from 2: q is not smooth for others, and the panels would
// lose accuracy silently.
template <class V>
TFI_FUNCTION auto IsDimension(V m) {
  using T = Scalar<V>;
  return (m >= T(2)) & (m <= T(0x1p50)) & (Floor(m) == m);
}

// Sums over q from 0 to pi, q(mode) = 1.
template <class V>
struct MassAroundMode {
  HalfAngle<V> mode;  // where q is largest
  V mass;             // int q
  V versine;          // int q (1 - cos t)
  V sine_square;      // int q sin(t)^2
  V gap[3];           // int q (cos t - cos(mode))^k, k = 1, 2, 3
};

// kMoments: the last two members as well.
template <bool kMoments, class V>
TFI_FUNCTION MassAroundMode<V> IntegrateAroundMode(V power, V kappa) {
  using T = Scalar<V>;
  // The maximum w of q solves kappa (1 - w^2) = (m - 2) w.
  const V nu = T(0.5) * power;
  const V size = Max(nu, kappa);
  const V scale = Max(size, Broadcast<V>(T(1e-150)));
  const V x = nu / scale, y = kappa / scale;
  const V root = Sqrt(x * x + y * y);
  const V w = y / Max(x + root, Broadcast<V>(T(0.5)));
  MassAroundMode<V> sum = {};
  // 1 - w = (x + root - y) / (x + root), where root - y = x^2 / (root + y).
  const V versine =
      Select(size > T(0), x * (T(1) + x / (root + y)) / (x + root),
             Broadcast<V>(T(1)));
  sum.mode = MakeHalfAngle(versine, T(1) + w);
  TFI_UNROLL(1)
  for (int k = 0; k < 2; ++k) {
    const V side = Broadcast<V>(k == 0 ? T(1) : T(-1));
    ForEachPanelNode(power, kappa, sum.mode, side,
                     [&](V weight, const PanelPoint<V>& point) {
                       sum.mass += weight;
                       const V square = point.half.sine * point.half.sine;
                       sum.versine += weight * (T(2) * square);
                       if constexpr (kMoments) {
                         const V cosine = point.half.cosine;
                         sum.sine_square +=
                             weight * (T(4) * square * (cosine * cosine));
                         const V first = weight * point.gap;
                         const V second = first * point.gap;
                         sum.gap[0] += first;
                         sum.gap[1] += second;
                         sum.gap[2] += second * point.gap;
                       }
                     });
  }
  return sum;
}

// The variance of w.
template <class V>
TFI_FUNCTION V CosineVariance(const MassAroundMode<V>& sum) {
  const V mean = sum.gap[0] / sum.mass;
  return sum.gap[1] / sum.mass - mean * mean;
}

// dtheta/dkappa = -sin(theta) b, and what the partial derivatives need.
template <class V>
struct AngleDerivative {
  Angle<V> angle;
  V one_minus_mean;  // 1 - A
  V b;
  V b_kappa;  // db/dkappa at fixed theta
};

// kPartials: b_kappa as well.
template <bool kPartials, class V>
TFI_FUNCTION AngleDerivative<V> MakeAngleDerivative(V m, V kappa, V theta) {
  using T = Scalar<V>;
  const V power = m - T(2);
  const auto around_mode = IntegrateAroundMode<kPartials>(power, kappa);
  AngleDerivative<V> result;
  result.angle = MakeAngle(theta);
  result.one_minus_mean = around_mode.versine / around_mode.mass;
  V variance{};
  if constexpr (kPartials) variance = CosineVariance(around_mode);
  const V one_minus_cosine = result.angle.one_minus_cosine;
  const HalfAngle<V> half =
      MakeHalfAngle(one_minus_cosine, result.angle.one_plus_cosine);
  const V one = Broadcast<V>(1);
  const V side = Select(one_minus_cosine < result.one_minus_mean, one, -one);
  V sum{}, slope{};
  ForEachPanelNode(
      power, kappa, half, side, [&](V weight, const PanelPoint<V>& point) {
        const V sine = point.half.sine;
        const V score = result.one_minus_mean - T(2) * (sine * sine);
        sum += weight * score;
        if constexpr (kPartials) {
          slope += weight * (score * point.gap - variance);
        }
      });
  const V scale = side / (T(2) * half.sine * half.cosine);
  result.b = sum * scale;
  result.b_kappa = slope * scale;
  return result;
}

// `value` where the arguments are valid, 0 at infinite concentration.
template <class V>
TFI_FUNCTION V CheckArguments(V m, V kappa, V theta, V value) {
  using T = Scalar<V>;
  value = Select(kappa > T(kLargestConcentration), V{}, value);
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
    const auto d = internal::MakeAngleDerivative<false>(in[0], in[1], in[2]);
    out[0] = internal::CheckArguments(in[0], in[1], in[2], -d.angle.sine * d.b);
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
    using T = Scalar<V>;
    const V m = in[0], kappa = in[1], theta = in[2];
    const auto d = internal::MakeAngleDerivative<true>(m, kappa, theta);
    const V sine = d.angle.sine;
    const V versine = d.angle.one_minus_cosine;
    const V cosine = T(0.5) * (d.angle.one_plus_cosine - versine);
    const V h_kappa = -sine * d.b_kappa;
    const V h_theta = (versine - d.one_minus_mean) +
                      ((m - T(2)) * cosine - kappa * sine * sine) * d.b;
    const V values[] = {h_kappa, h_theta};
    for (int k = 0; k < kOutputs; ++k) {
      out[k] = internal::CheckArguments(m, kappa, theta, values[k]);
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_H_
