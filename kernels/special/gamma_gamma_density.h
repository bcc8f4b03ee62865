// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The log density of x ~ Gamma(a, rate) for a rate ~ Gamma(c, r): that of the
// logit l = log(x / r) of a Beta(a, c) variable (beta_density.h), less log x.
//
//   d/da, d/dc = those of the logit's
//   d/dr       = -(d/dl) / r
//   d/dx       = (a - 1) / x - (a + c) / (r + x)

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_GAMMA_DENSITY_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_GAMMA_DENSITY_H_

#include <limits>

#include "kernels/special/beta_density.h"
#include "kernels/special/log_ratio.h"
#include "kernels/special/number.h"
#include "kernels/special/wide_range.h"

TFI_BEGIN_NAMESPACE

// (a, c, r, x) -> log f, d/da, d/dc, d/dr, d/dx.
struct GammaGammaLogProbFormulas {
  static constexpr int kInputs = 4, kOutputs = 5;
  static constexpr int kParameters = 3;
  template <class T>
  static constexpr int kRegions = LogitBetaLogProbFormulas::kRegions<T>;

  template <class V>
  static TFI_FUNCTION auto InRange(const V (&in)[kInputs]) {
    using T = Scalar<V>;
    return IsOrdinaryConcentration(in[0]) & IsOrdinaryConcentration(in[1]) &
           (in[2] >= std::numeric_limits<T>::min()) & (in[2] < Infinity<V>());
  }

  template <class V>
  static TFI_FUNCTION Integer<V> Region(const V (&in)[kInputs]) {
    return LogitBetaLogProbFormulas::Region<V>(
        {in[0], in[1], LogRatioOfAny(Inside(in), in[2])});
  }

  template <int kRegion, class V>
  static TFI_FUNCTION void Evaluate(const V (&in)[kInputs],
                                    V (&out)[kOutputs]) {
    using T = Scalar<V>;
    const V a = in[0], c = in[1], r = in[2], x = in[3];
    const V inside = Inside(in), infinity = Infinity<V>(), zero{};
    V of_logit[4];
    LogitBetaLogProbFormulas::Evaluate<kRegion, V>(
        {a, c, LogRatioOfAny(inside, r)}, of_logit);
    // Next to 0 it goes with x^(a - 1), to a limit if a = 1.
    const auto at_zero = x == zero, is_one = a == T(1);
    V end = Select(a < T(1), infinity, -infinity);
    if (AnyTrue(at_zero)) {
      end = Select(is_one, LogRatioOfAny(c, r), end);
    }
    const V value = of_logit[0] - LogRatioOfAny(inside, Broadcast<V>(1));
    const V half = T(0.5) * (a + c) / (T(0.5) * r + T(0.5) * x);
    const V values[] = {Select(at_zero, end, value),
                        Select(at_zero, -infinity, of_logit[1]), of_logit[2],
                        -of_logit[3] / r,
                        Select(is_one, zero, (a - T(1)) / x) - half};
    const auto outside = (x < zero) | (x == infinity);
    for (int k = 0; k < kOutputs; ++k) {
      const V beyond = k == 0 ? -infinity : zero;
      out[k] = Select(outside, beyond, Select(x == x, values[k], NaN<V>()));
    }
  }

 private:
  // A normal number in place of x.
  template <class V>
  static TFI_FUNCTION V Inside(const V (&in)[kInputs]) {
    using T = Scalar<V>;
    const V x = in[3];
    const V normal = Max(x, Broadcast<V>(std::numeric_limits<T>::min()));
    return Select((x == x) & (x < Infinity<V>()), normal, in[2]);
  }
};

// Types: double and vectors of it.
// Max error measured (tests/special/gamma_gamma_test.cc), in eps: value 1.5 of
// max(1, |value|, |log x|, |l d/dl|); d/da and d/dc 1.2 as in beta_density.h;
// d/dr 1.4 of (a r + c x) / (r (r + x)), times |l| / 4 where that is above 1;
// d/dx 0.6 of its terms.
// Valid range: concentrations as in beta_divergence.h, 0 < r < infinity and a
// normal number, NaN elsewhere. For x < 0 and x = infinity the log density is
// -infinity with derivatives 0; at 0 it is the limit.
struct GammaGammaLogProbFunction : WithWideRange<GammaGammaLogProbFormulas> {
  static constexpr bool kInDouble = true;
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_GAMMA_GAMMA_DENSITY_H_
