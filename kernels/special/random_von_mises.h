// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A sample of the von Mises distribution about 0, density
// exp(kappa cos(theta)) / (2 pi I0(kappa)) on [-pi, pi], from random bits. By
// two rejections of our own, chosen by kappa so that both cost about the same
// where they meet (kappa = 1.6).
//
// Concentrated, kappa >= 1.6: half the angle is nearly normal. With
// q = sin^2(theta/2) the density is proportional to exp(-2 kappa q). Propose
//
//   s = x / (2 sqrt(kappa - 1/2)),  theta = 2 asin(s),  x standard normal.
//
// Target over proposal in s is proportional to R(q) = exp(-q) / sqrt(1 - q),
// q = s^2, for every kappa. R <= 1 for q <= q0 = 0.7968, where
// exp(-2 q0) = 1 - q0. Beyond q0, that is |theta| > theta0 = 2 asin(sqrt(q0)),
// the proposal is uniform, and chosen with the probability
//
//   p(kappa) = y^2 (0.117 - 0.05 y),  y = 1 / (kappa - 1/2),
//
// a fit from above to what the envelope needs, p / (1 - p) >=
// 2 (pi - theta0) exp(-2 kappa q0) / sqrt(2 pi y): the least ratio of the two
// is 1.0088, at kappa = 1.81 (tests/special/sampler_test.cc). One uniform w
// does everything: w < p chooses the tail, else u = (1 - w) / (1 - p) is
// uniform and theta is accepted if q < q0 and u < R(q). Since R(q) >= max(1 -
// q/2, 0.8577), the prefix of the bits of w nearly always decides: accepted if
// w > p + min(q/2, 0.1423). theta keeps its relative accuracy for large kappa,
// where acos or 1 - cos would lose it. Accepted: 0.87 at 1.6, 0.95 at 3, and
// about 1 - 1/(8 kappa) beyond.
//
// Spread, kappa < 1.6: phi is uniform on (-pi/2, pi/2), c = cos(phi), u
// uniform. Of the two angles with this |sin|, theta = phi has density exp(kappa
// c), and pi - phi, exp(-kappa c): accept if u cosh(kappa) < cosh(kappa c),
// then take phi if 2 u cosh(kappa) < exp(kappa c), else the other. Accepted:
// I0(kappa) / cosh(kappa), 1 at 0, 0.68 at 1.6. kappa = 0 is exactly uniform.
//
//   infinity -> 0,  negative, NaN -> NaN

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_VON_MISES_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_VON_MISES_H_

#include "kernels/special/random_bits.h"
#include "kernels/special/random_functions.h"
#include "kernels/special/random_rejection.h"

TFI_BEGIN_NAMESPACE

namespace internal {
TFI_SAMPLER_POLYNOMIAL(HalfTurnCosine, kHalfTurnCosine)
TFI_SAMPLER_POLYNOMIAL(Cosh, kCosh)
TFI_SAMPLER_POLYNOMIAL(SinhRatio, kSinh)

// q0 and pi - theta0 of the file comment.
inline constexpr double kVonMisesEdge = 0.796812130020020;
inline constexpr double kVonMisesTailWidth = 0.935241299118495;

// The largest number <= pi: float(pi) is above it.
template <class T>
inline constexpr T kPiBelow =
    std::is_same<T, double>::value ? T(3.14159265358979311600)
                                   : T(3.14159250259399414);
}  // namespace internal

// u in (0, 1) from a word: (word + 1/2) / 2^32, or the upper 52 bits + 1/2.
template <class V>
TFI_FUNCTION V Uniform(Unsigned<V> word) {
  using T = Scalar<V>;
  if constexpr (kIsDouble<V>) {
    return FromBits<V>((Integer<V>)((word >> 12) | 0x3ff0000000000000)) -
           T(1 - 0x1p-53);
  } else {
    return Fma(RoundToFloat((Integer<V>)(word >> 1)), Broadcast<V>(T(0x1p-31)),
               Broadcast<V>(T(0x1p-33)));
  }
}

// A uniform variable in (-1, 1), symmetric.
template <class V>
TFI_FUNCTION V SymmetricUniform(Unsigned<V> word) {
  using T = Scalar<V>;
  if constexpr (kIsDouble<V>) {
    // In [2, 4), in steps of 2^-51; half a step makes it symmetric.
    return (FromBits<V>((Integer<V>)((word >> 12) | 0x4000000000000000)) -
            T(3)) +
           T(0x1p-52);
  } else {
    return (RoundToFloat((Integer<V>)word) + T(0.5)) * T(0x1p-31);
  }
}

// True where the spread class serves.
template <class V>
TFI_FUNCTION Mask<V> VonMisesIsSpread(V kappa) {
  return kappa < Scalar<V>(1.6);
}

// A proposal of the concentrated class, NaN where the other class serves. See
// random_rejection.h.
struct VonMisesProposal {
  static constexpr RandomTag kProposalTag = RandomTag::kVonMisesProposal;
  static constexpr RandomTag kAcceptanceTag = RandomTag::kVonMisesAcceptance;

  template <class V>
  struct State {
    V y, tail;  // 1 / (kappa - 1/2), p(kappa)
    V s, q;
  };

  template <class V>
  static TFI_FUNCTION State<V> Propose(V kappa, V x) {
    using T = Scalar<V>;
    kappa = Select(VonMisesIsSpread(kappa), NaN<V>(), kappa);
    const V y = T(1) / (kappa - T(0.5));
    const V tail =
        y * y * Fma(y, Broadcast<V>(T(-0.05)), Broadcast<V>(T(0.117)));
    const V s = x * (T(0.5) * Sqrt(y));
    return {y, tail, s, s * s};
  }

  template <class V>
  static TFI_FUNCTION V Value(const State<V>& state) {
    return TwiceArcsine(state.s);
  }

  template <class V>
  static TFI_FUNCTION Mask<V> Undecided(const State<V>& state, V w) {
    using T = Scalar<V>;
    const V bound = Min(T(0.5) * state.q, Broadcast<V>(T(0.1423)));
    return (w <= state.tail + bound) | (state.q >= T(internal::kVonMisesEdge));
  }

  // True where u >= R(q); w does not choose the tail.
  template <class V>
  static TFI_FUNCTION Mask<V> Rejected(const State<V>& state, V w) {
    using T = Scalar<V>;
    const V u = (T(1) - w) / (T(1) - state.tail);
    const V limit = ScaledExp(Broadcast<V>(T(1)), T(-2) * state.q);
    return (state.q >= T(internal::kVonMisesEdge)) |
           (u * u * (T(1) - state.q) >= limit);
  }
};

// The uniform proposal of the concentrated class for |theta| > theta0, from the
// bits of its angle and of its acceptance. True where *theta is rejected.
template <class V>
TFI_FUNCTION Mask<V> TryVonMisesTail(V kappa,
                                     const VonMisesProposal::State<V>& state,
                                     Unsigned<V> angle_word,
                                     Unsigned<V> acceptance_word, V* theta) {
  using T = Scalar<V>;
  constexpr T kWidth = T(internal::kVonMisesTailWidth);
  const V side = SymmetricUniform<V>(angle_word);
  // The distance from +-pi, and q = (1 + cos(distance)) / 2.
  const V distance = kWidth * (T(1) - Abs(side));
  const V turn = distance * T(0.63661977236758134308);  // 2 / pi
  const V q = T(0.5) + T(0.5) * internal::HalfTurnCosine(turn * turn);
  *theta = CopySign(Min(T(3.14159265358979323846) - distance,
                        Broadcast<V>(internal::kPiBelow<T>)),
                    side);
  // The envelope has the height sqrt(2 pi y) p / (1 - p).
  const V limit = ScaledExp(Broadcast<V>(T(2) * kWidth), T(-2) * kappa * q);
  return Uniform<V>(acceptance_word) * Sqrt(T(6.283185307179586477) * state.y) *
             state.tail >=
         limit * (T(1) - state.tail);
}

// Attempt `attempt` to draw elements kGroupSize * group + index of the
// concentrated class. True where *theta is rejected.
template <class V>
TFI_FUNCTION Mask<V> TryConcentratedVonMises(const RandomStream& stream,
                                             uint32_t attempt, uint64_t group,
                                             Unsigned<V> index,
                                             const ProposalBits<V>& bits,
                                             V kappa, V* theta) {
  const auto state =
      VonMisesProposal::Propose(kappa, ElementNormal(index, bits));
  const V w = Uniform<V>(bits.w);
  *theta = VonMisesProposal::Value(state);
  Mask<V> rejected =
      VonMisesProposal::Undecided(state, AcceptancePrefix<V>(bits.w)) &
      VonMisesProposal::Rejected(state, w);
  const Mask<V> in_tail = w < state.tail;
  if (AnyTrue(in_tail)) {
    Unsigned<V> word[kWordsPerBlock<V>];
    RandomWords<V>(stream, RandomTag::kVonMisesTail, attempt,
                   group * kGroupSize, index, word);
    V tail_theta;
    const Mask<V> tail_rejected =
        TryVonMisesTail(kappa, state, word[0], word[1], &tail_theta);
    *theta = Select(in_tail, tail_theta, *theta);
    rejected = (in_tail & tail_rejected) | ((!in_tail) & rejected);
  }
  return rejected;
}

// The bits of phi and of u.
template <class V>
struct SpreadBits {
  Unsigned<V> angle, choice;
};

// The bits for attempt `attempt` of elements kGroupSize * group + index of the
// spread class. In float a pair shares a block: words 0 and 1 are the angles, 2
// and 3 the choices.
template <class V>
TFI_FUNCTION SpreadBits<V> ElementSpreadBits(const RandomStream& stream,
                                             uint32_t attempt, uint64_t group,
                                             Unsigned<V> index) {
  Unsigned<V> word[kWordsPerBlock<V>];
  if constexpr (kIsDouble<V>) {
    RandomWords<V>(stream, RandomTag::kVonMisesFolded, attempt,
                   group * kGroupSize, index, word);
    return {word[0], word[1]};
  } else {
    RandomWords<V>(stream, RandomTag::kVonMisesFolded, attempt, group * kPairs,
                   PairIndex(index), word);
    const auto second = IsSecond(index);
    return {Select(second, word[1], word[0]), Select(second, word[3], word[2])};
  }
}

// The bits for attempt 0 of elements first_lane + lane of a group and of those
// kPairs further on.
template <class V>
TFI_FUNCTION void GroupSpreadBits(const RandomStream& stream, uint64_t group,
                                  int first_lane, SpreadBits<V> (&bits)[2]) {
  if constexpr (kIsDouble<V>) {
    for (int half = 0; half < 2; ++half) {
      bits[half] = ElementSpreadBits<V>(
          stream, 0, group,
          LaneNumbers<V>() + uint64_t(first_lane + kPairs * half));
    }
  } else {
    Unsigned<V> word[kWordsPerBlock<V>];
    RandomWords<V>(stream, RandomTag::kVonMisesFolded, 0,
                   group * kPairs + first_lane, LaneNumbers<V>(), word);
    bits[0] = {word[0], word[2]};
    bits[1] = {word[1], word[3]};
  }
}

// An attempt of the spread class. True where *theta is rejected.
template <class V>
TFI_FUNCTION Mask<V> TrySpreadVonMises(const SpreadBits<V>& bits, V kappa,
                                       V* theta) {
  using T = Scalar<V>;
  kappa = Select(kappa < T(0), NaN<V>(), kappa);
  const V y = SymmetricUniform<V>(bits.angle);  // phi = pi/2 y
  const V t = kappa * internal::HalfTurnCosine(y * y);
  const V cosh = internal::Cosh(t * t);
  const V exp = Fma(t, internal::SinhRatio(t * t), cosh);
  const V height = Uniform<V>(bits.choice) * internal::Cosh(kappa * kappa);
  const V turn = Select(T(2) * height < exp, Abs(y), T(2) - Abs(y));
  const V size = Min(turn * T(1.57079632679489661923),
                     Broadcast<V>(internal::kPiBelow<T>));
  *theta = Select(kappa == kappa, CopySign(size, y), kappa);
  return (height >= cosh) & (kappa > T(0));
}

// Sample number `element`: what the array sampler gives, bit for bit. T is
// float or double.
template <class T>
TFI_FUNCTION T VonMisesSample(const RandomStream& stream, uint64_t element,
                              T kappa) {
  const uint64_t group = element / kGroupSize;
  const Unsigned<T> index = element % kGroupSize;
  T theta;
  uint32_t attempt = 0;
  if (VonMisesIsSpread(kappa)) {
    while (TrySpreadVonMises(
        ElementSpreadBits<T>(stream, attempt, group, index), kappa, &theta)) {
      ++attempt;
    }
  } else {
    while (TryConcentratedVonMises(
        stream, attempt, group, index,
        ElementBits<VonMisesProposal, T>(stream, attempt, group, index), kappa,
        &theta)) {
      ++attempt;
    }
  }
  return theta;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_VON_MISES_H_
