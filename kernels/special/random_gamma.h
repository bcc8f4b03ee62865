// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A sample of Gamma(alpha, 1) and its logarithm, from random bits.
//
// G. Marsaglia and W. W. Tsang, "A simple method for generating gamma
// variables", ACM TOMS 26 (2000) 363, https://doi.org/10.1145/358407.358414,
// with a = alpha for alpha >= 1, else alpha + 1:
//
//   d = a - 1/3,  t = x / (3 sqrt(d)),  x standard normal,  z = d (1 + t)^3
//
// z is accepted if t > -1 and log(u) < h. Differs from the paper:
//
// * h = x^2/2 + d - d v + d log(v), v = (1 + t)^3, is rewritten with
//   d = x^2 / (9 t^2) as
//     h = 3 d R(t),  R(t) = log(1 + t) - t + t^2/2 - t^3/3 <= 0,
//   which loses no digits at large alpha: R(t) = t^4 p(t), p the polynomial of
//   the logarithm.
// * The squeeze is, with w = 1 - u: accept if w (1 + min(t, 0)) > t^2 x^2 / 12.
//   It is sound: R(t) >= -t^4/4 for t >= 0 and >= -t^4 / (4 (1 - |t|)) for
//   t < 0 (from its series), exp(h) >= 1 + h, and 3 d t^4 / 4 = t^2 x^2 / 12.
//   Because it needs w to be large, a prefix of the bits of w will do: it never
//   accepts what all the bits would reject.
// * z = d + d t (3 + t (3 + t)) where t > -1/2: d times a rounded factor near 1
//   would leave some numbers next to d without samples.
//
// alpha < 1: z = z' exp(-e / alpha) with z' from above and e exponential
// (Marsaglia and Tsang, section 6), and log z = log z' - e / alpha, which keeps
// its relative accuracy however small alpha is.
//
//   alpha = 0 -> 0 (log: -inf),  infinity -> infinity,  negative, NaN -> NaN

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_GAMMA_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_GAMMA_H_

#include "kernels/special/random_bits.h"
#include "kernels/special/random_functions.h"
#include "kernels/special/random_rejection.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// R(t) of the file comment, for t > -1.
template <class V>
TFI_FUNCTION V GammaLogRatio(V t) {
  using T = Scalar<V>;
  V e, f;
  SplitLog(t + T(1), &e, &f);
  const V square = t * t;
  const V near = square * square * LogTail(t);
  const V far =
      Fma(-t,
          Fma(t, Fma(t, Broadcast<V>(T(1) / T(3)), Broadcast<V>(T(-0.5))),
              Broadcast<V>(T(1))),
          JoinLog(e, f));
  return Select(e == T(0), near, far);
}

}  // namespace internal

// A proposal for a sample of Gamma(a, 1), a as in the file comment. See
// random_rejection.h.
struct GammaProposal {
  static constexpr RandomTag kProposalTag = RandomTag::kGammaProposal;
  static constexpr RandomTag kAcceptanceTag = RandomTag::kGammaAcceptance;

  template <class V>
  struct State {
    V d, t, x;
  };

  template <class V>
  static TFI_FUNCTION State<V> Propose(V alpha, V x) {
    using T = Scalar<V>;
    alpha = Select(alpha < T(0), NaN<V>(), alpha);
    const V a = Select(alpha < T(1), alpha + T(1), alpha);
    const V d = a - T(1) / T(3);
    return {d, x / (T(3) * Sqrt(d)), x};
  }

  template <class V>
  static TFI_FUNCTION V Value(const State<V>& s) {
    using T = Scalar<V>;
    const V base = s.t + T(1);
    const V near =
        Fma(s.d * s.t, Fma(s.t, s.t + T(3), Broadcast<V>(T(3))), s.d);
    const V z = Select(s.t < T(-0.5), s.d * (base * base * base), near);
    return Select(s.d == std::numeric_limits<T>::infinity(), s.d, z);
  }

  template <class V>
  static TFI_FUNCTION Mask<V> Undecided(const State<V>& s, V w) {
    using T = Scalar<V>;
    const V tx = s.t * s.x;
    return w * (T(1) + Min(s.t, V{})) <= tx * tx * (T(1) / T(12));
  }

  // True where log(u) >= h, u = 1 - w.
  template <class V>
  static TFI_FUNCTION Mask<V> Rejected(const State<V>& s, Unsigned<V> w) {
    using T = Scalar<V>;
    const V h = T(3) * s.d * internal::GammaLogRatio(s.t);
    return (s.t <= T(-1)) | (-NegativeLogUniform<V>(~w) > h);
  }
};

// An attempt to draw z'. True where *z is rejected.
template <class V>
TFI_FUNCTION Mask<V> TryGamma(Unsigned<V> index, const ProposalBits<V>& bits,
                              V alpha, V* z) {
  const auto state = GammaProposal::Propose(alpha, ElementNormal(index, bits));
  *z = GammaProposal::Value(state);
  return GammaProposal::Undecided(state, AcceptancePrefix<V>(bits.w)) &
         GammaProposal::Rejected(state, bits.w);
}

// The sample from z', or its logarithm from log z', where alpha < 1; `z` itself
// elsewhere. `word`: the bits of e.
template <bool kLog, class V>
TFI_FUNCTION V FinishGamma(V alpha, V z, Unsigned<V> word) {
  using T = Scalar<V>;
  // The sign goes so that -0 is like 0; below 0, z is NaN.
  const V exponent = Abs(NegativeLogUniform<V>(word) / alpha);
  if constexpr (kLog) {
    return Select(alpha < T(1), z - exponent, z);
  } else {
    return Select(alpha < T(1), ScaledExp(z, -exponent), z);
  }
}

// log z', z' > 0.
template <class V>
TFI_FUNCTION V LogOfGamma(V z) {
  using T = Scalar<V>;
  return Select(z == std::numeric_limits<T>::infinity(), z, Log(z));
}

// Sample number `element` of Gamma(alpha, 1), or its logarithm: what the array
// samplers give, bit for bit. T is float or double.
template <bool kLog, class T>
TFI_FUNCTION T GammaSample(const RandomStream& stream, uint64_t element,
                           T alpha) {
  const uint64_t group = element / kGroupSize;
  const Unsigned<T> index = element % kGroupSize;
  T z;
  uint32_t attempt = 0;
  while (TryGamma(index,
                  ElementBits<GammaProposal, T>(stream, attempt, group, index),
                  alpha, &z)) {
    ++attempt;
  }
  if (kLog) z = LogOfGamma(z);
  if (!(alpha < T(1))) return z;
  return FinishGamma<kLog>(
      alpha, z, ElementWord<T>(stream, RandomTag::kGammaBoost, group, index));
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_GAMMA_H_
