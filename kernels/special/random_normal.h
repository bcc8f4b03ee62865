// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A sample of the standard normal distribution from random bits: one of the two
// variables that BoxMuller (random_functions.h) makes for a pair of elements.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_NORMAL_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_NORMAL_H_

#include "kernels/special/random_bits.h"
#include "kernels/special/random_functions.h"

TFI_BEGIN_NAMESPACE

// Sample number `element`: what the array sampler gives, bit for bit. T is
// float or double.
template <class T>
TFI_FUNCTION T NormalSample(const RandomStream& stream, uint64_t element) {
  const uint64_t group = element / kGroupSize;
  const Unsigned<T> index = element % kGroupSize;
  Unsigned<T> word[kWordsPerBlock<T>];
  RandomWords<T>(stream, RandomTag::kNormal, 0, group * kPairs,
                 PairIndex(index), word);
  T first, second;
  BoxMuller(word[0], word[1], &first, &second);
  return Select(IsSecond(index), second, first);
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_RANDOM_NORMAL_H_
