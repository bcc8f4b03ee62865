// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Array samplers: normal, Gamma, log-Gamma and Dirichlet.

#include "kernels/cpu/sampler_chunks.h"
#include "kernels/cpu/samplers.h"
#include "kernels/special/lanes.h"
#include "kernels/special/random_gamma.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

using namespace special;  // NOLINT: this file is one family of samplers

template <class T>
void SampleNormal(const RandomSeed& seed, int64_t first_element, int64_t n,
                  const T* /*parameters*/, int64_t /*period*/, T* out) {
  using V = Lanes<T>;
  const DefaultFloatingPoint environment;
  const RandomStream stream = MakeRandomStream(seed.word[0], seed.word[1]);
  const T unused[1] = {};
  ForEachChunk(first_element, n, unused, 1, out,
               [&](uint64_t group, int size, const T*, T* z) {
                 GroupList groups;
                 for (int i = 0; i < size; i += kGroupSize) {
                   groups.offset[groups.count++] = i;
                 }
                 ForEachPair<V>(
                     group, groups,
                     [&](uint64_t this_group, int lane) {
                       BlockWords<V> block;
                       RandomWords<V>(stream, RandomTag::kNormal, 0,
                                      this_group * kPairs + lane,
                                      LaneNumbers<V>(), block.word);
                       return block;
                     },
                     [&](int offset, const BlockWords<V>& block) {
                       V x0, x1;
                       BoxMuller(block.word[0], block.word[1], &x0, &x1);
                       Store(x0, z + offset);
                       Store(x1, z + offset + kPairs);
                     });
               });
}

// A group with more elements alpha < 1 than this is boosted as a whole: below,
// gathering them costs less than the random words of the others.
constexpr int kDenseBoost = 14;

template <bool kLog, class T>
__attribute__((noinline)) void SampleGammaChunk(const RandomStream& stream,
                                                uint64_t group, int size,
                                                const T* alpha, T* out) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  GroupList all, dense;  // dense: groups that are boosted as a whole
  ChunkIndices open, boosted;
  for (int i = 0; i < size; i += kGroupSize) {
    all.offset[all.count++] = i;
    AddGroup<kLanes>(GroupBits(alpha + i, [](V a) { return a < T(1); }),
                     kDenseBoost, i, &dense, &boosted);
  }
  ProposeGroups<GammaProposal>(stream, group, all, alpha, out, &open);
  DrawElements(
      &open, 0, alpha, out,
      [&](uint32_t attempt, Unsigned<V> index) {
        return ElementBits<GammaProposal, V>(stream, attempt, group, index);
      },
      [](uint32_t, Unsigned<V> index, const ProposalBits<V>& bits, V a, V* z) {
        return TryGamma(index, bits, a, z);
      });
  if constexpr (kLog) {
    for (int i = 0; i < size; i += kLanes) {
      Store(LogOfGamma(Load<V>(out + i)), out + i);
    }
  }
  struct PairOfWords {
    Unsigned<V> word[2];
  };
  ForEachPair<V>(
      group, dense,
      [&](uint64_t this_group, int lane) {
        PairOfWords pair;
        GroupWords<V>(stream, RandomTag::kGammaBoost, this_group, lane,
                      pair.word);
        return pair;
      },
      [&](int offset, const PairOfWords& pair) {
        for (int half = 0; half < 2; ++half) {
          const int i = offset + kPairs * half;
          Store(FinishGamma<kLog>(Load<V>(alpha + i), Load<V>(out + i),
                                  pair.word[half]),
                out + i);
        }
      });
  ForEachIndex<V>(
      &boosted,
      [&](Unsigned<V> index) {
        return ElementWord<V>(stream, RandomTag::kGammaBoost, group, index);
      },
      [&](const int32_t* place, int, Unsigned<V>, Unsigned<V> word) {
        // The copies of the last index are not boosted twice: they stand in the
        // same vector, which is read before it is written.
        Scatter(FinishGamma<kLog>(Gather<V>(alpha, place),
                                  Gather<V>(out, place), word),
                place, out);
      });
}

template <bool kLog, class T>
void SampleGammaArray(const RandomStream& stream, int64_t first_element,
                      int64_t n, const T* alpha, int64_t period, T* out) {
  ForEachChunk(first_element, n, alpha, period, out,
               [&](uint64_t group, int size, const T* a, T* z) {
                 SampleGammaChunk<kLog>(stream, group, size, a, z);
               });
}

template <bool kLog, class T>
void SampleGamma(const RandomSeed& seed, int64_t first_element, int64_t n,
                 const T* alpha, int64_t period, T* out) {
  const DefaultFloatingPoint environment;
  const RandomStream stream = MakeRandomStream(seed.word[0], seed.word[1]);
  SampleGammaArray<kLog>(stream, first_element, n, alpha, period, out);
}

// exp(x) for a sum of such terms that is at least 1, x <= 0: terms that cannot
// change the sum are 0, so that none is subnormal.
template <class V>
TFI_FUNCTION V SummandExp(V x) {
  using T = Scalar<V>;
  return Select(x < T(-80), V{}, ScaledExp(Broadcast<V>(T(1)), x));
}

// Up to this many components, each lane normalizes a row; beyond, all lanes
// work on one row.
constexpr int kRowsInLanes = 16;

// out = exp(log_gamma) / its sum, for each of `rows` <= kLanes rows. out may be
// log_gamma.
template <class T>
void NormalizeRowsInLanes(int rows, int components, const T* log_gamma,
                          T* out) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  int32_t start[kLanes];  // unused lanes repeat the last row
  for (int i = 0; i < kLanes; ++i) {
    start[i] = std::min(i, rows - 1) * components;
  }
  V x[kRowsInLanes];
  V largest = -Infinity<V>();
  for (int j = 0; j < components; ++j) {
    x[j] = Gather<V>(log_gamma + j, start);
    largest = Max(largest, x[j]);
  }
  V sum{};
  for (int j = 0; j < components; ++j) {
    x[j] = x[j] - largest;
    sum = sum + SummandExp(x[j]);
  }
  const V scale = T(1) / sum;
  for (int j = 0; j < components; ++j) {
    Scatter(ScaledExp(scale, x[j]), start, out + j);
  }
}

// The same for one row. The sum is taken in kSlots partial sums, element j in
// number j % kSlots, whatever the number of lanes.
template <class T>
void NormalizeRow(int64_t components, const T* log_gamma, T* out) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  constexpr int kSlots = 16;
  constexpr int kVectors = kSlots / kLanes;
  const int64_t whole = components / kSlots * kSlots;
  // The last elements, completed by terms that are 0.
  T last[kSlots];
  std::fill(std::copy(log_gamma + whole, log_gamma + components, last),
            last + kSlots, -std::numeric_limits<T>::infinity());
  const auto block = [&](int64_t i) {
    return i < whole ? log_gamma + i : last;
  };

  V largest = -Infinity<V>();
  for (int64_t i = 0; i <= whole; i += kSlots) {
    for (int k = 0; k < kSlots; k += kLanes) {
      largest = Max(largest, Load<V>(block(i) + k));
    }
  }
  T lane[kSlots];
  Store(largest, lane);
  const T maximum = *std::max_element(lane, lane + kLanes);

  V sums[kVectors] = {};
  for (int64_t i = 0; i <= whole; i += kSlots) {
    for (int k = 0; k < kVectors; ++k) {
      const V x = Load<V>(block(i) + k * kLanes);
      sums[k] = sums[k] + SummandExp(x - maximum);
    }
  }
  for (int k = 0; k < kVectors; ++k) Store(sums[k], lane + k * kLanes);
  for (int width = kSlots / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; ++i) lane[i] += lane[i + width];
  }
  const V scale = Broadcast<V>(T(1) / lane[0]);
  T results[kSlots];
  for (int64_t i = 0; i <= whole; i += kSlots) {
    T* const p = i < whole ? out + i : results;
    for (int k = 0; k < kSlots; k += kLanes) {
      Store(ScaledExp(scale, Load<V>(block(i) + k) - maximum), p + k);
    }
  }
  std::copy_n(results, components - whole, out + whole);
}

template <class T>
void NormalizeRows(int64_t rows, int64_t components, const T* log_gamma,
                   T* out) {
  constexpr int kLanes = NumberTraits<Lanes<T>>::kLanes;
  if (components > kRowsInLanes) {
    for (int64_t i = 0; i < rows; ++i) {
      NormalizeRow(components, log_gamma + i * components,
                   out + i * components);
    }
    return;
  }
  for (int64_t i = 0; i < rows; i += kLanes) {
    NormalizeRowsInLanes(static_cast<int>(std::min<int64_t>(kLanes, rows - i)),
                         static_cast<int>(components),
                         log_gamma + i * components, out + i * components);
  }
}

template <class T>
void SampleDirichlet(const RandomSeed& seed, int64_t first_row, int64_t rows,
                     int64_t components, const T* alpha, int64_t period,
                     T* probabilities, T* log_gamma) {
  const DefaultFloatingPoint environment;
  const RandomStream stream = MakeRandomStream(seed.word[0], seed.word[1]);
  // Where the logarithms are not wanted, they are overwritten.
  T* const draws = log_gamma != nullptr ? log_gamma : probabilities;
  const int64_t first = first_row * components, n = rows * components;
  int64_t normalized = 0;  // rows
  for (int64_t drawn = 0; drawn < n;) {
    // Rows are normalized while their draws are in the cache.
    const int64_t chunk_end =
        ((first + drawn) / kChunkSize + 1) * kChunkSize - first;
    const int64_t count = std::min(n, chunk_end) - drawn;
    SampleGammaArray<true>(stream, first + drawn, count, alpha, period,
                           draws + drawn);
    drawn += count;
    const int64_t complete = drawn / components - normalized;
    NormalizeRows(complete, components, draws + normalized * components,
                  probabilities + normalized * components);
    normalized += complete;
  }
}

}  // namespace

void AddGammaSamplers(SamplerTable* table) {
  table->of_float.normal = SampleNormal<float>;
  table->of_double.normal = SampleNormal<double>;
  table->of_float.gamma = SampleGamma<false, float>;
  table->of_double.gamma = SampleGamma<false, double>;
  table->of_float.log_gamma = SampleGamma<true, float>;
  table->of_double.log_gamma = SampleGamma<true, double>;
  table->of_float.dirichlet = SampleDirichlet<float>;
  table->of_double.dirichlet = SampleDirichlet<double>;
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
