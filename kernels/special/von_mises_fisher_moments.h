// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Normalization and moments of the von Mises-Fisher distribution in dimension
// m, whose component w = cos(theta) along the mean direction has the density
// proportional to exp(kappa w) (1 - w^2)^((m-3)/2). With E_0 the expectation at
// kappa = 0, the uniform distribution on the sphere,
//
//   log E_0 exp(kappa (w - 1)),   the log of the normalization, scaled,
//   A = E w,  1 - A,  Var w,  E (w - A)^3,
//   K = kappa A - log E_0 exp(kappa w),   the divergence from the uniform
//                                         distribution (Kullback-Leibler).
//
// All but K come from sums over the panels of IntegrateAroundMode(), with
// g = cos t - cos(mode), whose mean is negative: 1 - A = 1 - cos(mode) - E g,
// and A = kappa E sin^2 / (m - 1) by parts. K is the difference of two of them
// that have kappa cos(mode) in common, which is left out; for small kappa it
// cancels all the same: where kappa^2 <= 2 m it comes from the series of
// E_0 exp(kappa w), which is 0F1(; m/2; kappa^2/4).
//
// Measured worst error in eps, double, over 230 points with m up to 1e6 and
// kappa up to 1e10 (von_mises_fisher_test.cc): of the log 4, relative to
// max(1, its size); A 6; 1 - A 5; the variance 58; the third moment 1140 of the
// variance^(3/2); K 4.
//
// References: DLMF 10.32.2 and 10.25.2 for the integral and the series;
// 5.11.14 for the mass int sin(t)^(m-2) dt = sqrt(pi) Gamma((m-1)/2) /
// Gamma(m/2).

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_MOMENTS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_MOMENTS_H_

#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/von_mises_fisher.h"
#include "kernels/special/von_mises_fisher_coefficients.h"
#include "kernels/special/von_mises_fisher_panel.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// int_0^pi sin(t)^(2 nu) dt = sqrt(pi) Gamma(nu + 1/2) / Gamma(nu + 1).
template <class V>
TFI_FUNCTION V SineMass(V nu) {
  using T = Scalar<V>;
  constexpr int kShift = 8;
  V numerator = Broadcast<V>(T(1.77245385090551602730));  // sqrt(pi)
  for (int j = 0; j < kShift; ++j) {
    numerator = numerator * ((nu + T(j + 1)) / (nu + T(j + 0.5)));
  }
  const V per_w = T(1) / (nu + T(kShift + 0.25));
  return numerator * Sqrt(per_w) * Polynomial(kGammaRatio, per_w * per_w);
}

// Sums over q from 0 to pi, q(mode) = 1.
template <class V>
struct MassAroundMode {
  // 1 - cos, the sine and the cosine of where q is largest
  V mode_versine, mode_sine, mode_cosine;
  V mass;    // int q
  V gap[3];  // int q (cos t - cos(mode))^k, k = 1, 2, 3
};

template <class V>
TFI_FUNCTION MassAroundMode<V> IntegrateAroundMode(V power, V kappa) {
  using T = Scalar<V>;
  // The maximum w of q solves kappa (1 - w^2) = (m - 2) w.
  const V nu = T(0.5) * power;
  const V size = Max(nu, kappa);
  const V scale = Max(size, Broadcast<V>(T(1e-150)));
  const V x = nu / scale, y = kappa / scale;
  const V root = Sqrt(x * x + y * y);
  MassAroundMode<V> sum = {};
  sum.mode_cosine = y / Max(x + root, Broadcast<V>(T(0.5)));
  // 1 - w = (x + root - y) / (x + root), where root - y = x^2 / (root + y).
  sum.mode_versine =
      Select(size > T(0), x * (T(1) + x / (root + y)) / (x + root),
             Broadcast<V>(T(1)));
  const V coversine = T(1) + sum.mode_cosine;
  sum.mode_sine =
      Max(Sqrt(sum.mode_versine * coversine), Broadcast<V>(kTinySine<T>));
  TFI_UNROLL(1)
  for (int k = 0; k < 2; ++k) {
    const auto start = MakePanelStart(power, kappa, sum.mode_versine, coversine,
                                      sum.mode_sine, sum.mode_cosine, V{},
                                      Broadcast<V>(k == 0 ? T(1) : T(-1)));
    ForEachModeNode(start, [&](V weight, V gap) {
      sum.mass += weight;
      const V first = weight * gap;
      const V second = first * gap;
      sum.gap[0] += first;
      sum.gap[1] += second;
      sum.gap[2] += second * gap;
    });
  }
  return sum;
}

// log sin(theta), also where it is near 0.
template <class V>
TFI_FUNCTION V LogSine(V sine, V cosine) {
  using T = Scalar<V>;
  const V square = cosine * cosine;
  return Select(square < T(0.5), T(0.5) * LogOnePlus(-square),
                LogRatio(sine, Broadcast<V>(1)));
}

// K for kappa^2 <= 2 m, where the terms of the series fall like 1 / k!.
template <class V>
TFI_FUNCTION V SmallDivergence(V m, V kappa) {
  using T = Scalar<V>;
  constexpr int kTerms = 20;
  const V x = T(0.25) * kappa * kappa;
  // sum_{k >= 1} T_k and sum k T_k = x d/dx of it, by Horner's rule.
  V sum{}, weighted{};
  for (int k = kTerms; k >= 1; --k) {
    const V factor = x / (T(k) * (T(0.5) * m + T(k - 1)));
    sum = factor * (T(1) + sum);
    weighted = factor * (T(k) + weighted);
  }
  return T(2) * weighted / (T(1) + sum) - LogOnePlus(sum);
}

}  // namespace internal

// (m, kappa) -> log E_0 exp(kappa (w - 1)), A, 1 - A, Var w, E (w - A)^3, K.
//
// Types: double and vectors of it.
// Max error: see above. Valid range: integer m >= 2, 0 <= kappa <= 1e100; NaN
// elsewhere.
struct VonMisesFisherMomentsFunction {
  static constexpr int kInputs = 2, kOutputs = 6;
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
    const V m = in[0], kappa = in[1], power = m - T(2);
    const auto sum = internal::IntegrateAroundMode(power, kappa);
    // log q at the mode, and that of the mass, both less kappa cos(mode).
    const V log_peak =
        power * internal::LogSine(sum.mode_sine, sum.mode_cosine);
    const V log_mass =
        log_peak + LogRatio(sum.mass, internal::SineMass(T(0.5) * power));
    const V mean_gap = sum.gap[0] / sum.mass;
    const V mean_square = sum.gap[1] / sum.mass;
    const V sine_square = sum.mode_sine * sum.mode_sine -
                          T(2) * sum.mode_cosine * mean_gap - mean_square;
    const V variance = mean_square - mean_gap * mean_gap;
    const V third = sum.gap[2] / sum.mass -
                    mean_gap * (T(3) * variance + mean_gap * mean_gap);
    // kappa A less the log of the normalization: kappa cos(mode) drops out.
    const V divergence =
        Select(kappa * kappa <= T(2) * m, internal::SmallDivergence(m, kappa),
               kappa * mean_gap - log_mass);
    const V values[] = {log_mass - kappa * sum.mode_versine,
                        kappa * sine_square / (m - T(1)),
                        sum.mode_versine - mean_gap,
                        variance,
                        third,
                        divergence};
    const auto valid = internal::IsDimension(m) & (kappa >= T(0)) &
                       (kappa <= T(internal::kLargestConcentration));
    for (int k = 0; k < kOutputs; ++k) {
      out[k] = Select(valid, values[k], NaN<V>());
    }
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_FISHER_MOMENTS_H_
