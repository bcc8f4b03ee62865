// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Rows of numbers, a block of lanes at a time, and their sums as double words.
//
// The number type V in which a row is evaluated is a vector of its stored type
// T; or a number alone (CUDA), which may be wider than T.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_ROW_BLOCKS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_ROW_BLOCKS_H_

#include <stdint.h>

#include "kernels/special/double_word.h"
#include "kernels/special/lanes.h"
#include "kernels/special/number.h"

TFI_BEGIN_NAMESPACE

// row[first ...]; lanes beyond `size` are `rest`.
template <class V, class T>
TFI_FUNCTION V LoadBlock(const T* row, int64_t first, int64_t size,
                         Scalar<V> rest) {
  if constexpr (kIsScalar<V>) {
    return static_cast<V>(row[first]);
  } else {
    constexpr int kLanes = NumberTraits<V>::kLanes;
    if (first + kLanes <= size) return Load<V>(row + first);
    V x = Broadcast<V>(rest);
    for (int i = 0; i < static_cast<int>(size - first); ++i) {
      x[i] = row[first + i];
    }
    return x;
  }
}

// Stores the lanes that lie in the row.
template <class V, class T>
TFI_FUNCTION void StoreBlock(V x, int64_t first, int64_t size, T* row) {
  if constexpr (kIsScalar<V>) {
    row[first] = static_cast<T>(x);
  } else {
    constexpr int kLanes = NumberTraits<V>::kLanes;
    if (first + kLanes <= size) {
      Store(x, row + first);
      return;
    }
    for (int i = 0; i < static_cast<int>(size - first); ++i) {
      row[first + i] = x[i];
    }
  }
}

// x with 0 in lane `lane`, if there is such a lane.
template <class V>
TFI_FUNCTION V WithoutLane(V x, int64_t lane) {
  if (lane < 0 || lane >= NumberTraits<V>::kLanes) return x;
  if constexpr (kIsScalar<V>) {
    return V{};
  } else {
    x[static_cast<int>(lane)] = 0;
    return x;
  }
}

// x with 0 in the lanes from `size` on.
template <class V>
TFI_FUNCTION V FirstLanes(V x, int64_t size) {
  if constexpr (!kIsScalar<V>) {
    for (int i = NumberTraits<V>::kLanes - 1; i >= size; --i) x[i] = 0;
  }
  return x;
}

// A sum with its rounding errors.
template <class V>
struct CompensatedSum {
  V high{}, low{};

  TFI_FUNCTION void Add(V x) {
    const DoubleWord<V> s = ExactSum(high, x);
    high = s.high;
    low = low + s.low;
  }

  TFI_FUNCTION void Add(DoubleWord<V> x) {
    Add(x.high);
    low = low + x.low;
  }
};

// The sum over the lanes.
template <class V>
TFI_FUNCTION DoubleWord<Scalar<V>> Total(const CompensatedSum<V>& sum) {
  if constexpr (kIsScalar<V>) {
    return ExactSum(sum.high, sum.low);
  } else {
    CompensatedSum<Scalar<V>> r;
    for (int i = 0; i < NumberTraits<V>::kLanes; ++i) r.Add(sum.high[i]);
    for (int i = 0; i < NumberTraits<V>::kLanes; ++i) r.Add(sum.low[i]);
    return ExactSum(r.high, r.low);
  }
}

// Total() as one number, also where terms were infinite.
template <class V>
TFI_FUNCTION Scalar<V> RoundedTotal(const CompensatedSum<V>& sum) {
  using T = Scalar<V>;
  T plain{};
  if constexpr (kIsScalar<V>) {
    plain = sum.high;
  } else {
    for (int i = 0; i < NumberTraits<V>::kLanes; ++i) plain += sum.high[i];
  }
  if (!(Abs(plain) < Infinity<T>())) return plain;
  const DoubleWord<T> total = Total(sum);
  return total.high + total.low;
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_ROW_BLOCKS_H_
