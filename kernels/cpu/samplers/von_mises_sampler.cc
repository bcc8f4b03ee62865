// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Array sampler of the von Mises distribution.

#include "kernels/cpu/sampler_chunks.h"
#include "kernels/cpu/samplers.h"
#include "kernels/special/lanes.h"
#include "kernels/special/random_von_mises.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

using namespace special;  // NOLINT: this file is one family of samplers

// With more elements of a class than this, all elements of the group are tried
// as such: below, it costs less to gather them.
template <class T>
constexpr int kDenseSpread = std::is_same<T, double>::value ? 26 : 16;
constexpr int kDenseConcentrated = 12;

// The first attempt of the spread class for all elements of the groups that are
// of this class; those rejected are added to `retry`.
template <class T>
TFI_FUNCTION void TrySpreadGroups(const RandomStream& stream, uint64_t group,
                                  const GroupList& groups, const T* kappa,
                                  T* out, ChunkIndices* retry) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  struct PairOfBits {
    SpreadBits<V> bits[2];
  };
  ForEachPair<V>(
      group, groups,
      [&](uint64_t this_group, int lane) {
        PairOfBits pair;
        GroupSpreadBits<V>(stream, this_group, lane, pair.bits);
        return pair;
      },
      [&](int offset, const PairOfBits& pair) {
        for (int half = 0; half < 2; ++half) {
          const int i = offset + kPairs * half;
          const V k = Load<V>(kappa + i);
          V theta;
          const Mask<V> rejected =
              TrySpreadVonMises(pair.bits[half], k, &theta);
          const Mask<V> spread = VonMisesIsSpread(k);
          Store(Select(spread, theta, Load<V>(out + i)), out + i);
          retry->count = AppendIndices<kLanes>(MaskBits(spread & rejected), i,
                                               retry->index, retry->count);
        }
      });
}

template <class T>
__attribute__((noinline)) void SampleVonMisesChunk(const RandomStream& stream,
                                                   uint64_t group, int size,
                                                   const T* kappa, T* out) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  GroupList concentrated_groups, spread_groups;
  ChunkIndices open, spread, spread_retry;
  for (int i = 0; i < size; i += kGroupSize) {
    const uint32_t is_spread =
        GroupBits(kappa + i, [](V k) { return VonMisesIsSpread(k); });
    AddGroup<kLanes>(is_spread, kDenseSpread<T>, i, &spread_groups, &spread);
    AddGroup<kLanes>(~is_spread, kDenseConcentrated, i, &concentrated_groups,
                     &open);
  }
  ProposeGroups<VonMisesProposal>(stream, group, concentrated_groups, kappa,
                                  out, &open);
  DrawElements(
      &open, 0, kappa, out,
      [&](uint32_t attempt, Unsigned<V> index) {
        return ElementBits<VonMisesProposal, V>(stream, attempt, group, index);
      },
      [&](uint32_t attempt, Unsigned<V> index, const ProposalBits<V>& bits, V k,
          V* theta) {
        return TryConcentratedVonMises(stream, attempt, group, index, bits, k,
                                       theta);
      });
  TrySpreadGroups(stream, group, spread_groups, kappa, out, &spread_retry);
  const auto make = [&](uint32_t attempt, Unsigned<V> index) {
    return ElementSpreadBits<V>(stream, attempt, group, index);
  };
  const auto try_once = [](uint32_t, Unsigned<V>, const SpreadBits<V>& bits,
                           V k, V* theta) {
    return TrySpreadVonMises(bits, k, theta);
  };
  DrawElements(&spread, 0, kappa, out, make, try_once);
  DrawElements(&spread_retry, 1, kappa, out, make, try_once);
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
