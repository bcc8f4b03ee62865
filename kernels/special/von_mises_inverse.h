// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The von Mises quantile: a search in the sense of root_search.h for z <= 0
// with F(z) = t, t the lesser of p and 1 - p; F(-z) = 1 - F(z).
//
// A step solves f = log(F / t) = 0 by Halley's method,
//
//   f' = p / F,   f'' / f' = -kappa sin z - p / F.
//
// F is convex on [-pi, 0]. Start: 2 sqrt(kappa) sin(z / 2) about a normal
// quantile x (G. W. Hill, "New asymptotic expansions for Student's and von
// Mises' distributions", 1976, to the first order); for small kappa,
// z + pi = 2 pi t; and never below F >= (z + pi) p(pi).

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_INVERSE_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_INVERSE_H_

#include "kernels/special/double_word.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/normal_score.h"
#include "kernels/special/root_search.h"
#include "kernels/special/von_mises_cdf.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// The largest number below pi.
template <class T>
inline constexpr T kBelowPi =
    kIsDouble<T> ? T(0x1.921fb54442d18p1) : T(0x1.921fb4p1);

}  // namespace internal

// (probability, kappa) -> kappa, t, the sign of the result, z.
struct VonMisesQuantileStart {
  static constexpr int kInputs = 2;
  static constexpr int kOutputs = 4;
  template <class T>
  static constexpr int kRegions = 1;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&)[2]) {
    return Integer<V>{};
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[2], V (&out)[4]) {
    using T = Scalar<V>;
    constexpr T kLeast = std::numeric_limits<T>::min();
    constexpr T kPi = internal::kBelowPi<T>;
    const V one = Broadcast<V>(1);
    const V p = in[0];
    const V kappa = internal::FiniteConcentration(in[1]);
    const auto is_lower = p < T(0.5);
    const V tail = Select(is_lower, p, T(1) - p);
    const V t = Max(tail, Broadcast<V>(kLeast));

    // z + pi for a density that is p(pi) throughout.
    const auto small = kappa <= T(2);
    const V bounded = Select(small, kappa, V{});
    const V least_density = Select(
        small,
        ExpOfModerate(-bounded) /
            (T(2 * internal::kPi) * BesselI0(bounded * bounded)),
        Sqrt(kappa) * VonMisesDensityScale(Max(kappa, Broadcast<V>(T(2)))) *
            Exp(T(-2) * kappa));
    const V flat =
        Min(t / Max(least_density, Broadcast<V>(kLeast)), Broadcast<V>(kPi));
    const V uniform = T(2) * kPi * t;
    // 2 asin(y), y = x / (2 sqrt(kappa)), roughly.
    const V y = Min(NormalScore(Min(t, Broadcast<V>(T(0.5)))) /
                        Sqrt(T(4) * Max(kappa, one)),
                    one);
    const V arc = T(2) * y * (T(1) + y * y * (T(1.0 / 6) + T(0.4) * y * y));
    const V normal = kPi - Min(arc, Broadcast<V>(kPi));
    const auto wraps = normal <= V{};
    const V above =
        Select(kappa < T(1), uniform, Select(wraps, flat, Min(normal, flat)));
    const V z = Min(above - kPi, V{});

    const auto inside = (p >= T(0)) & (p <= T(1)) & (in[1] >= T(0));
    out[0] = in[1];
    out[1] = tail;
    out[2] = Select(is_lower, -one, one);
    out[3] =
        Select(inside, Select(tail == T(0), Broadcast<V>(-kPi), z), NaN<V>());
  }
};

// The same numbers -> the next z, log(F / t), the result.
struct VonMisesQuantileStep {
  static constexpr int kInputs = 4;
  static constexpr int kOutputs = 3;
  template <class T>
  static constexpr int kRegions = internal::kVonMisesRegions<T>;

  template <class V>
  TFI_FUNCTION static Integer<V> Region(const V (&in)[4]) {
    return internal::VonMisesRegion(in[0], in[3]);
  }

  template <int kRegion, class V>
  TFI_FUNCTION static void Evaluate(const V (&in)[4], V (&out)[3]) {
    using T = Scalar<V>;
    constexpr T kLeast = std::numeric_limits<T>::min();
    constexpr T kPi = internal::kBelowPi<T>;
    const V kappa = internal::FiniteConcentration(in[0]);
    const V z = in[3];
    const Angle<V> angle = MakeAngle(z);
    const V least = Broadcast<V>(kLeast);
    const V t = Max(in[1], least);
    // Far out p, F and t are scaled up alike.
    V density;
    V scale = Broadcast<V>(1);
    if constexpr (kRegion == internal::kSmall) {
      density = internal::VonMisesDensity<kRegion>(kappa, angle);
    } else {
      constexpr int kShift = kIsDouble<V> ? 512 : 64;
      const auto tiny = t < (kIsDouble<V> ? T(1e-200) : T(1e-20));
      const V shift = Select(tiny, Broadcast<V>(kShift), V{});
      scale = PowerOfTwo(shift);
      const DoubleWord<V> decay = ExactProduct(kappa, angle.one_minus_cosine);
      const DoubleWord<V> exponent =
          Add(DoubleWord<V>{shift * kLog2High<V>, shift * kLog2Low<V>},
              DoubleWord<V>{-decay.high, -decay.low});
      density = Sqrt(kappa) * VonMisesDensityScale(kappa) * Exp(exponent);
    }
    density = Max(density, least);
    V cdf = internal::VonMisesCdf<kRegion>(kappa, angle, density);
    if constexpr (kRegion == internal::kSmall || kRegion == internal::kMode) {
      // The series lose the tail; the method of kInner holds here too.
      const auto far = kappa * angle.one_minus_cosine > T(0.7);
      const V tail = density * internal::InnerTail(kappa, angle);
      cdf = Select(far, tail, cdf);
    }
    cdf = Max(cdf, least);
    const V f = LogRatio(cdf, t * scale);
    const V newton = -f * (cdf / density);
    const V curvature = -kappa * angle.sine - density / cdf;
    const V denominator = T(1) + T(0.5) * newton * curvature;
    const V step = newton / Max(denominator, Broadcast<V>(T(0.4)));
    const V next = Max(Min(z + step, V{}), Broadcast<V>(-kPi));
    const auto is_end = (in[1] == T(0)) | (z != z);
    const auto is_last =
        Abs(next - z) <= std::numeric_limits<T>::epsilon() * Abs(z);
    out[0] = Select(is_end, z, next);
    out[1] = Select(is_end | is_last, V{}, f);
    const V size = Select(z != z, z, Abs(out[0]));
    out[2] = CopySign(size, in[2]);
  }
};

// in = {p, kappa}, out = {z in (-pi, pi) with F(z) = p}.
//
// Types: float and double; vectors by map_roots.h.
// Max error: F at the result is within 16 eps + 2 kappa (1 - cos z) eps of p,
// or of 1 - p if that is less, or the result is within one unit in its last
// place. The second term is the error of the density (von_mises_cdf.h).
// Valid range: kappa >= 0, infinity included, and 0 <= p <= 1; NaN elsewhere.
// Where p or 1 - p is less than the smallest normal number, it counts as that;
// at 0 and 1 the result is the number nearest to -pi or pi between them.
struct VonMisesQuantileSearch {
  using Start = VonMisesQuantileStart;
  using Step = VonMisesQuantileStep;
  template <class T>
  static constexpr T kTolerance = kIsDouble<T> ? T(4e-6) : T(2e-3);
};

using VonMisesQuantileFunction = RootFunction<VonMisesQuantileSearch>;

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_VON_MISES_INVERSE_H_
