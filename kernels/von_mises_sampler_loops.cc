// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Array sampler of the von Mises distribution.

#include "kernels/sampler_chunks.h"
#include "kernels/samplers.h"
#include "kernels/special/lanes.h"
#include "kernels/special/random_von_mises.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

using namespace special;  // NOLINT: this file is one family of samplers

// With more elements of the spread class than this, all elements of the group
// are tried as such: below, it costs less to gather them.
template <class T>
constexpr int kDenseSpread = std::is_same<T, double>::value ? 26 : 16;

// The first attempt of the spread class for one group; those rejected are added
// to `retry`.
template <class T>
TFI_FUNCTION void TrySpreadGroup(const RandomStream& stream, uint64_t group,
                                 int offset, const T* kappa, T* out,
                                 ChunkIndices* retry) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  for (int lane = 0; lane < kPairs; lane += kLanes) {
    // TrySpreadVonMises, but for both elements of a pair at once.
    Unsigned<V> angle[2], choice[2], word[kWordsPerBlock<V>];
    if constexpr (kIsDouble<V>) {
      for (int half = 0; half < 2; ++half) {
        RandomWords<V>(stream, RandomTag::kVonMisesFolded, 0,
                       group * kGroupSize + kPairs * half + lane,
                       LaneNumbers<V>(), word);
        angle[half] = word[0];
        choice[half] = word[1];
      }
    } else {
      RandomWords<V>(stream, RandomTag::kVonMisesFolded, 0,
                     group * kPairs + lane, LaneNumbers<V>(), word);
      for (int half = 0; half < 2; ++half) {
        angle[half] = word[half];
        choice[half] = word[2 + half];
      }
    }
    for (int half = 0; half < 2; ++half) {
      const int i = offset + lane + kPairs * half;
      const V k = Load<V>(kappa + i);
      V theta;
      const Mask<V> rejected =
          TryFoldedUniform(k, angle[half], choice[half], &theta);
      const Mask<V> spread = VonMisesIsSpread(k);
      Store(Select(spread, theta, Load<V>(out + i)), out + i);
      retry->count = AppendIndices<kLanes>(MaskBits(spread & rejected), i,
                                           retry->index, retry->count);
    }
  }
}

template <class T>
__attribute__((noinline)) void SampleVonMisesChunk(const RandomStream& stream,
                                                   uint64_t group, int size,
                                                   const T* kappa, T* out) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  ChunkIndices open, spread, spread_retry;
  for (int i = 0; i < size; i += kGroupSize) {
    const uint64_t this_group = group + i / kGroupSize;
    const int spread_before = spread.count;
    for (int j = i; j < i + kGroupSize; j += kLanes) {
      spread.count =
          AppendIndices<kLanes>(MaskBits(VonMisesIsSpread(Load<V>(kappa + j))),
                                j, spread.index, spread.count);
    }
    const int count = spread.count - spread_before;
    if (count < kGroupSize) {
      ProposeGroup<VonMisesProposal>(stream, this_group, i, kappa, out, &open);
    }
    if (count > kDenseSpread<T>) {
      spread.count = spread_before;
      TrySpreadGroup(stream, this_group, i, kappa, out, &spread_retry);
    }
  }
  DrawElements(&open, 0, kappa, out,
               [&](uint32_t attempt, Unsigned<V> index, V k, V* theta) {
                 return TryConcentratedVonMises(stream, attempt, group, index,
                                                k, theta);
               });
  const auto try_spread = [&](uint32_t attempt, Unsigned<V> index, V k,
                              V* theta) {
    return TrySpreadVonMises(stream, attempt, group, index, k, theta);
  };
  DrawElements(&spread, 0, kappa, out, try_spread);
  DrawElements(&spread_retry, 1, kappa, out, try_spread);
}

template <class T>
void SampleVonMises(const RandomSeed& seed, int64_t first_element, int64_t n,
                    const T* kappa, int64_t period, T* out) {
  const DefaultFloatingPoint environment;
  const RandomStream stream = MakeRandomStream(seed.word[0], seed.word[1]);
  ForEachChunk(first_element, n, kappa, period, out,
               [&](uint64_t group, int size, const T* k, T* theta) {
                 SampleVonMisesChunk(stream, group, size, k, theta);
               });
}

}  // namespace

void AddVonMisesSamplers(SamplerTable* table) {
  table->of_float.von_mises = SampleVonMises<float>;
  table->of_double.von_mises = SampleVonMises<double>;
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
