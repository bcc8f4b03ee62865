// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Which random bits an element gets: a function of the seed, the position of
// the element, what the bits are for (RandomTag) and the number of the attempt.
//
// The 128 bits of the seed pass through one Philox block (a bijection, so that
// no two seeds fall together) and become a key and an offset of the counter.
// Counters are {block, low and high half; attempt; tag}.
//
// Elements stand in groups of 32. In a group, elements j and j + 16 share block
// 16 g + j (a pair): two normal variables come from two uniform ones. Sharing
// is sound because the words do not depend on parameters.
//
// float: four 32-bit words a block. double: two 64-bit words.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_BITS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_BITS_H_

#include "kernels/special/number.h"
#include "kernels/special/philox.h"

TFI_BEGIN_NAMESPACE

// Elements of a group, and the distance of the two elements of a pair.
inline constexpr int kGroupSize = 32;
inline constexpr int kPairs = kGroupSize / 2;

// What random bits are for. Two purposes never see the same block: a Gamma and
// a normal sample of one seed are independent.
enum class RandomTag : uint32_t {
  kNormal,            // SampleNormal
  kGammaProposal,     // normal variable and acceptance prefix
  kGammaAcceptance,   // the rest of the acceptance word (double)
  kGammaBoost,        // exponential variable for alpha < 1
  kVonMisesProposal,  // as for Gamma
  kVonMisesAcceptance,
  kVonMisesTail,
  kVonMisesFolded,
  kVonMisesFisherProposal,
  kVonMisesFisherAcceptance,
};

// The key and the offset of the counter that a seed stands for.
struct RandomStream {
  uint32_t key0, key1;
  uint64_t offset;
};

TFI_FUNCTION RandomStream MakeRandomStream(uint64_t seed0, uint64_t seed1) {
  uint64_t word[4] = {seed0, seed0 >> 32, seed1, seed1 >> 32};
  // The first 64 bits of the fraction of pi: no trapdoor in the constant.
  Philox<uint64_t>(0x243F6A88, 0x85A308D3, word);
  return {static_cast<uint32_t>(word[0]), static_cast<uint32_t>(word[1]),
          (word[3] << 32) | static_cast<uint32_t>(word[2])};
}

template <class V>
inline constexpr int kWordsPerBlock = kIsDouble<V> ? 2 : 4;

namespace internal {

// The words of the counters `block`.
template <class C>
TFI_FUNCTION void PhiloxWords(const RandomStream& stream, RandomTag tag,
                              uint32_t attempt, C block, C (&word)[4]) {
  block += stream.offset;
  word[0] = block;
  word[1] = block >> 32;
  word[2] = C{} + attempt;
  word[3] = C{} + static_cast<uint32_t>(tag);
  Philox(stream.key0, stream.key1, word);
}

inline constexpr uint64_t kLowHalf = 0xffffffff;

// The low halves of two vectors, `even` in even 32-bit lanes.
template <class V, class C>
TFI_FUNCTION Unsigned<V> Interleave(C even, C odd) {
  static_assert(sizeof(Unsigned<V>) == sizeof(C));
  const C both = (even & kLowHalf) | (odd << 32);
  Unsigned<V> result;
  memcpy(&result, &both, sizeof(both));
  return result;
}

}  // namespace internal

// The words of block first_block + index of each lane.
template <class V>
TFI_FUNCTION void RandomWords(const RandomStream& stream, RandomTag tag,
                              uint32_t attempt, uint64_t first_block,
                              Unsigned<V> index,
                              Unsigned<V> (&word)[kWordsPerBlock<V>]) {
  using C = Counter<V>;
  if constexpr (kIsDouble<V>) {
    C x[4];
    internal::PhiloxWords<C>(stream, tag, attempt, index + first_block, x);
    for (int i = 0; i < 2; ++i) {
      word[i] = (x[2 * i] & internal::kLowHalf) | (x[2 * i + 1] << 32);
    }
  } else if constexpr (kIsScalar<V>) {
    C x[4];
    internal::PhiloxWords<C>(stream, tag, attempt, index + first_block, x);
    for (int i = 0; i < 4; ++i) word[i] = static_cast<uint32_t>(x[i]);
  } else {
    C indices;
    memcpy(&indices, &index, sizeof(index));
    C even[4], odd[4];
    internal::PhiloxWords<C>(stream, tag, attempt,
                             (indices & internal::kLowHalf) + first_block,
                             even);
    internal::PhiloxWords<C>(stream, tag, attempt,
                             (indices >> 32) + first_block, odd);
    for (int i = 0; i < 4; ++i) {
      word[i] = internal::Interleave<V>(even[i], odd[i]);
    }
  }
}

// The number of an element's pair among those of its array (both counted from
// the same group), and true for the second element of the pair.
template <class U>
TFI_FUNCTION U PairIndex(U element) {
  return ((element >> 5) << 4) | (element & 15);
}

template <class U>
TFI_FUNCTION auto IsSecond(U element) {
  return (element & 16) != 0;
}

// One word for each element of a group: for elements first_lane + lane of
// `group` in word[0], for those 16 further on in word[1].
//
// In double the elements of a pair share a block; in float elements 2 j,
// 2 j + 1, 2 j + 16 and 2 j + 17 share block 8 g + j, word by word.
template <class V>
TFI_FUNCTION void GroupWords(const RandomStream& stream, RandomTag tag,
                             uint64_t group, int first_lane,
                             Unsigned<V> (&word)[2]) {
  static_assert(!kIsScalar<V>);
  using C = Counter<V>;
  if constexpr (kIsDouble<V>) {
    RandomWords<V>(stream, tag, 0, group * kPairs + first_lane,
                   LaneNumbers<V>(), word);
  } else {
    // Counters have half as many lanes as V.
    C x[4], lane{};
    for (int i = 0; i < NumberTraits<V>::kLanes / 2; ++i) lane[i] = i;
    internal::PhiloxWords<C>(stream, tag, 0,
                             lane + (group * (kPairs / 2) + first_lane / 2), x);
    word[0] = internal::Interleave<V>(x[0], x[1]);
    word[1] = internal::Interleave<V>(x[2], x[3]);
  }
}

// The same word for elements kGroupSize * group + index.
template <class V>
TFI_FUNCTION Unsigned<V> ElementWord(const RandomStream& stream, RandomTag tag,
                                     uint64_t group, Unsigned<V> index) {
  Unsigned<V> word[kWordsPerBlock<V>];
  if constexpr (kIsDouble<V>) {
    RandomWords<V>(stream, tag, 0, group * kPairs, PairIndex(index), word);
    return Select(IsSecond(index), word[1], word[0]);
  } else {
    RandomWords<V>(stream, tag, 0, group * (kPairs / 2), PairIndex(index) >> 1,
                   word);
    const auto odd = (index & 1) != 0;
    return Select(IsSecond(index), Select(odd, word[3], word[2]),
                  Select(odd, word[1], word[0]));
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_BITS_H_
