// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Philox4x32-10, the counter-based generator of J. K. Salmon, M. A. Moraes,
// R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
// SC'11, https://doi.org/10.1145/2063384.2063405: a bijection of counters of
// four 32-bit words, chosen by a key of two.
//
// A word stands in the low half of a 64-bit lane, where the products of 32-bit
// words that the generator is made of have room. The high halves are left as
// they fall, because the next product ignores them.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_PHILOX_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_PHILOX_H_

#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// Replaces the counters by random words. C is uint64_t, for one counter, or a
// vector of them, for one counter per lane. Only the low 32 bits of each lane
// are read, and only they are defined afterwards.
template <class C>
TFI_FUNCTION void Philox(uint32_t key0, uint32_t key1, C (&word)[4]) {
  // The multipliers and the Weyl increments of the key: section 4 of the paper.
  constexpr uint32_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
  constexpr uint32_t kIncrement0 = 0x9E3779B9, kIncrement1 = 0xBB67AE85;
  TFI_UNROLL(10)
  for (int round = 0; round < 10; ++round) {
    const C product0 = MultiplyLow32(word[0], kMultiplier0);
    const C product1 = MultiplyLow32(word[2], kMultiplier1);
    word[0] = (product1 >> 32) ^ word[1] ^ uint64_t { key0 };
    word[1] = product1;
    word[2] = (product0 >> 32) ^ word[3] ^ uint64_t { key1 };
    word[3] = product0;
    key0 += kIncrement0;
    key1 += kIncrement1;
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_PHILOX_H_
