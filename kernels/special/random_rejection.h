// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Rejection from a proposal that is made of one normal variable and one uniform
// variable w, as in random_gamma.h and the concentrated class of
// random_von_mises.h. A Proposal has
//
//   kProposalTag, kAcceptanceTag         its random bits
//   Propose(parameter, x) -> State       x: the normal variable
//   Value(state)                         the proposed sample
//   Undecided(state, w) -> mask          false: a prefix of w, that is w
//   rounded
//                                        down, suffices to accept the value, or
//                                        the parameter is NaN
//
// A pair of elements takes its two normal variables and a prefix of each w from
// one block. Where the prefix does not decide, all bits of w are looked at; in
// double the rest of them comes from a second block. The next attempt proposes
// anew, from other blocks. What an attempt of an element sees does not depend
// on which elements are tried together.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_REJECTION_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_REJECTION_H_

#include "kernels/special/random_bits.h"
#include "kernels/special/random_functions.h"

TFI_BEGIN_NAMESPACE

namespace internal {

// In double, a prefix stands in the last bits of the radius word (first element
// of the pair) or of the angle word (second), where BoxMuller does not look.
inline constexpr int kPrefixBits = 10;

}  // namespace internal

// w rounded down, from its bits.
template <class V>
TFI_FUNCTION V AcceptancePrefix(Unsigned<V> w) {
  using T = Scalar<V>;
  if constexpr (kIsDouble<V>) {
    // A number in [1, 2) whose first bits are those of the prefix.
    constexpr uint64_t kMask = ((uint64_t{1} << internal::kPrefixBits) - 1)
                               << (52 - internal::kPrefixBits);
    return FromBits<V>((Integer<V>)(((w >> 12) & kMask) | 0x3ff0000000000000)) -
           T(1);
  } else {
    return RoundToFloat((Integer<V>)(w >> 8)) * T(0x1p-24);
  }
}

// The first bits of w for both elements of a pair, from the words of its block.
template <class V>
TFI_FUNCTION void FirstAcceptanceBits(
    const Unsigned<V> (&word)[kWordsPerBlock<V>], Unsigned<V> (&w)[2]) {
  for (int i = 0; i < 2; ++i) {
    if constexpr (kIsDouble<V>) {
      w[i] = word[i] << (64 - internal::kPrefixBits);
    } else {
      w[i] = word[2 + i];
    }
  }
}

// The random bits of one attempt of an element. x is the first or the second
// normal variable of its pair.
template <class V>
struct ProposalBits {
  Unsigned<V> radius, angle, w;
};

// The bits for attempt `attempt` of elements kGroupSize * group + index.
template <class Proposal, class V>
TFI_FUNCTION ProposalBits<V> ElementBits(const RandomStream& stream,
                                         uint32_t attempt, uint64_t group,
                                         Unsigned<V> index) {
  const uint64_t first_block = group * kPairs;
  const Unsigned<V> pair = PairIndex(index);
  const auto second = IsSecond(index);
  Unsigned<V> word[kWordsPerBlock<V>], first_bits[2];
  RandomWords<V>(stream, Proposal::kProposalTag, attempt, first_block, pair,
                 word);
  FirstAcceptanceBits<V>(word, first_bits);
  ProposalBits<V> bits = {word[0], word[1],
                          Select(second, first_bits[1], first_bits[0])};
  if constexpr (kIsDouble<V>) {
    RandomWords<V>(stream, Proposal::kAcceptanceTag, attempt, first_block, pair,
                   word);
    bits.w |= Select(second, word[1], word[0]) >> internal::kPrefixBits;
  }
  return bits;
}

// x of an element.
template <class V>
TFI_FUNCTION V ElementNormal(Unsigned<V> index, const ProposalBits<V>& bits) {
  V first, second;
  BoxMuller(bits.radius, bits.angle, &first, &second);
  return Select(IsSecond(index), second, first);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_REJECTION_H_
