// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the array samplers have in common: arrays are cut into chunks of whole
// groups (random_bits.h), and the elements of a chunk that need more work than
// most are gathered from it into full vectors.

#ifndef TF_IMPLICIT_KERNELS_CPU_SAMPLER_CHUNKS_H_
#define TF_IMPLICIT_KERNELS_CPU_SAMPLER_CHUNKS_H_

#include <stdint.h>

#include <algorithm>
#include <limits>

#include "kernels/cpu/map_regions.h"
#include "kernels/cpu/samplers.h"
#include "kernels/special/lanes.h"
#include "kernels/special/random_bits.h"
#include "kernels/special/random_rejection.h"

TFI_BEGIN_NAMESPACE

inline constexpr int kChunkSize = kSamplerChunk;
static_assert(kChunkSize % kGroupSize == 0);

// Indices of elements of a chunk, with room for what AppendIndices writes past
// the end and for filling up the last vector.
struct ChunkIndices {
  int32_t index[kChunkSize + 32];
  int count = 0;
};

// The default floating-point environment while it lives, whatever the caller's:
// TensorFlow's threads flush subnormal numbers to zero, its main thread does
// not, and small Gamma samples are subnormal.
class DefaultFloatingPoint {
 public:
  DefaultFloatingPoint() : saved_(Get()) { Set(Default(saved_)); }
  ~DefaultFloatingPoint() { Set(saved_); }
  DefaultFloatingPoint(const DefaultFloatingPoint&) = delete;
  DefaultFloatingPoint& operator=(const DefaultFloatingPoint&) = delete;

 private:
#if defined(__SSE2__)
  using Word = unsigned;
  static Word Get() { return _mm_getcsr(); }
  static void Set(Word word) { _mm_setcsr(word); }
  // All exceptions masked, round to nearest, subnormal numbers as they are.
  static Word Default(Word) { return 0x1f80; }
#elif defined(__aarch64__)
  using Word = uint64_t;
  static Word Get() {
    Word word;
    __asm__ volatile("mrs %0, fpcr" : "=r"(word));
    return word;
  }
  static void Set(Word word) { __asm__ volatile("msr fpcr, %0" : : "r"(word)); }
  static Word Default(Word) { return 0; }
#else
  using Word = int;
  static Word Get() { return 0; }
  static void Set(Word) {}
  static Word Default(Word word) { return word; }
#endif

  Word saved_;
};

// The indices at p, as many as V has lanes.
template <class V>
TFI_FUNCTION Unsigned<V> LoadIndices(const int32_t* p) {
  if constexpr (kIsDouble<V>) {
    typedef int32_t Half __attribute__((vector_size(TFI_VECTOR_BYTES / 2)));
    Half half;
    memcpy(&half, p, sizeof(half));
    return (Unsigned<V>)__builtin_convertvector(half, Int64Lanes);
  } else {
    Unsigned<V> indices;
    memcpy(&indices, p, sizeof(indices));
    return indices;
  }
}

// Groups of a chunk, by the offset of their first element.
struct GroupList {
  int offset[kChunkSize / kGroupSize];
  int count = 0;
};

// A bit for each element of a group: whether holds(parameter).
template <class T, class Holds>
TFI_FUNCTION uint32_t GroupBits(const T* parameters, Holds holds) {
  using V = Lanes<T>;
  uint32_t bits = 0;
  for (int i = 0; i < kGroupSize; i += NumberTraits<V>::kLanes) {
    bits |= uint32_t{MaskBits(holds(Load<V>(parameters + i)))} << i;
  }
  return bits;
}

// Adds the group of this offset to `dense` if more than `most` of its elements,
// a bit each, are meant; else these elements to `gathered`.
template <int kLanes>
TFI_FUNCTION void AddGroup(uint32_t elements, int most, int offset,
                           GroupList* dense, ChunkIndices* gathered) {
  if (__builtin_popcount(elements) > most) {
    dense->offset[dense->count++] = offset;
  } else if (elements != 0) {
    for (int j = 0; j < kGroupSize; j += kLanes) {
      gathered->count =
          AppendIndices<kLanes>(elements >> j & ((uint32_t{1} << kLanes) - 1),
                                offset + j, gathered->index, gathered->count);
    }
  }
}

// Calls use(i, make(i)) for 0 <= i < n, where make() draws random bits. A few
// vectors of bits are made before they are used: the generator is one chain of
// dependent operations, and so is what follows; side by side with others of
// their kind they keep the processor busy.
template <class Make, class Use>
TFI_FUNCTION void MakeAndUse(int n, Make make, Use use) {
  constexpr int kAhead = 8;
  decltype(make(0)) bits[kAhead];
  for (int first = 0; first < n; first += kAhead) {
    const int size = std::min(kAhead, n - first);
    for (int i = 0; i < size; ++i) bits[i] = make(first + i);
    for (int i = 0; i < size; ++i) use(first + i, bits[i]);
  }
}

// For all vectors of pairs in the groups: calls use(offset in the chunk of the
// first element, make(group, first lane)). The second elements of the pairs are
// kPairs further on. `group` is that of the chunk's first element.
template <class V, class Make, class Use>
TFI_FUNCTION void ForEachPair(uint64_t group, const GroupList& groups,
                              Make make, Use use) {
  constexpr int kLanes = NumberTraits<V>::kLanes;
  constexpr int kVectors = kPairs / kLanes;
  MakeAndUse(
      groups.count * kVectors,
      [&](int i) {
        return make(group + groups.offset[i / kVectors] / kGroupSize,
                    i % kVectors * kLanes);
      },
      [&](int i, const auto& bits) {
        use(groups.offset[i / kVectors] + i % kVectors * kLanes, bits);
      });
}

// For vectors of the indices: calls use(their place in the list, their number,
// indices, make(indices)). The last vector is filled up with copies of the last
// index.
template <class V, class Make, class Use>
TFI_FUNCTION void ForEachIndex(ChunkIndices* indices, Make make, Use use) {
  constexpr int kLanes = NumberTraits<V>::kLanes;
  const int count = indices->count;
  if (count == 0) return;
  int32_t* const index = indices->index;
  std::fill_n(index + count, kLanes, index[count - 1]);
  MakeAndUse((count + kLanes - 1) / kLanes,
             [&](int i) { return make(LoadIndices<V>(index + i * kLanes)); },
             [&](int i, const auto& bits) {
               const int32_t* const place = index + i * kLanes;
               use(place, std::min(kLanes, count - i * kLanes),
                   LoadIndices<V>(place), bits);
             });
}

// Draws the elements `open`, from attempt `attempt` on, until one is accepted:
// make(attempt, index) gives the bits of an attempt and
// try_once(attempt, index, bits, parameter, &value) the mask of lanes that have
// to be tried again.
template <class T, class Make, class TryOnce>
TFI_FUNCTION void DrawElements(ChunkIndices* open, uint32_t attempt,
                               const T* parameters, T* out, Make make,
                               TryOnce try_once) {
  using V = Lanes<T>;
  for (; open->count > 0; ++attempt) {
    int rejected = 0;
    ForEachIndex<V>(
        open, [&](Unsigned<V> index) { return make(attempt, index); },
        [&](const int32_t* place, int lanes, Unsigned<V> index,
            const auto& bits) {
          V value;
          const unsigned mask = MaskBits(try_once(
              attempt, index, bits, Gather<V>(parameters, place), &value));
          // The next attempt overwrites those rejected.
          Scatter(value, place, out);
          for (int i = 0; i < lanes; ++i) {
            open->index[rejected] = place[i];
            rejected += mask >> i & 1;
          }
        });
    open->count = rejected;
  }
}

// The words of a block.
template <class V>
struct BlockWords {
  Unsigned<V> word[kWordsPerBlock<V>];
};

// The first attempt of all elements of the groups; those that it leaves
// undecided are added to `open`.
template <class Proposal, class T>
TFI_FUNCTION void ProposeGroups(const RandomStream& stream, uint64_t group,
                                const GroupList& groups, const T* parameters,
                                T* out, ChunkIndices* open) {
  using V = Lanes<T>;
  constexpr int kLanes = NumberTraits<V>::kLanes;
  ForEachPair<V>(
      group, groups,
      [&](uint64_t this_group, int lane) {
        BlockWords<V> block;
        RandomWords<V>(stream, Proposal::kProposalTag, 0,
                       this_group * kPairs + lane, LaneNumbers<V>(),
                       block.word);
        return block;
      },
      [&](int offset, const BlockWords<V>& block) {
        V x[2];
        Unsigned<V> w[2];
        BoxMuller(block.word[0], block.word[1], &x[0], &x[1]);
        FirstAcceptanceBits<V>(block.word, w);
        for (int half = 0; half < 2; ++half) {
          const int i = offset + kPairs * half;
          const auto state =
              Proposal::Propose(Load<V>(parameters + i), x[half]);
          Store(Proposal::Value(state), out + i);
          open->count =
              AppendIndices<kLanes>(MaskBits(Proposal::Undecided(
                                        state, AcceptancePrefix<V>(w[half]))),
                                    i, open->index, open->count);
        }
      });
}

// Calls chunk(group, size, parameters, out) for stretches of whole groups,
// `size` <= kChunkSize elements each, that cover elements first .. first + n -
// 1. Elements that are only there to complete a group have the parameter NaN,
// which is cheap.
template <class T, class Chunk>
TFI_FUNCTION void ForEachChunk(int64_t first, int64_t n, const T* parameters,
                               int64_t period, T* out, Chunk chunk) {
  T padded_parameters[kChunkSize], padded_out[kChunkSize];
  const int64_t end = first + n;
  while (first < end) {
    const int64_t stop = std::min(end, (first / kChunkSize + 1) * kChunkSize);
    const int64_t group = first / kGroupSize;
    const int before = first % kGroupSize;
    const int count = static_cast<int>(stop - first);
    const int size =
        (before + count + kGroupSize - 1) / kGroupSize * kGroupSize;
    const bool whole = count == size;
    int64_t position = first % period;
    const T* in = parameters + position;
    if (!whole || position + count > period) {
      constexpr T kNaN = std::numeric_limits<T>::quiet_NaN();
      T* const start = std::fill_n(padded_parameters, before, kNaN);
      // One period, from `position` on; then that is doubled.
      int filled = static_cast<int>(std::min<int64_t>(count, period));
      const int run =
          static_cast<int>(std::min<int64_t>(filled, period - position));
      std::copy_n(parameters + position, run, start);
      std::copy_n(parameters, filled - run, start + run);
      while (filled < count) {
        const int copied = std::min(filled, count - filled);
        std::copy_n(start, copied, start + filled);
        filled += copied;
      }
      std::fill(start + count, padded_parameters + size, kNaN);
      in = padded_parameters;
    }
    chunk(static_cast<uint64_t>(group), size, in, whole ? out : padded_out);
    if (!whole) std::copy_n(padded_out + before, count, out);
    first += count;
    out += count;
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_CPU_SAMPLER_CHUNKS_H_
