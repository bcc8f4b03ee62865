// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The layouts (row_layout.h) of vectors. The number type V in which a row is
// evaluated is a vector of its stored type T; or a number alone, which may be
// wider than T.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_ROW_BLOCKS_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_ROW_BLOCKS_H_

#include <stdint.h>

#include "kernels/special/double_word.h"
#include "kernels/special/lanes.h"
#include "kernels/special/number.h"
#include "kernels/special/row_layout.h"

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
    return LoadFirst(row + first, static_cast<int>(size - first), rest);
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
    StoreFirst(x, static_cast<int>(size - first), row + first);
  }
}

// x with 0 in lane `lane`, if there is such a lane.
template <class V>
TFI_FUNCTION V WithoutLane(V x, int64_t lane) {
  if (lane < 0 || lane >= NumberTraits<V>::kLanes) return x;
  return Select(
      (Integer<V>)LaneNumbers<V>() == static_cast<ScalarInteger<V>>(lane), V{},
      x);
}

// x with 0 in the lanes from `size` on.
template <class V>
TFI_FUNCTION V FirstLanes(V x, int64_t size) {
  if (size >= NumberTraits<V>::kLanes) return x;
  return Select(
      (Integer<V>)LaneNumbers<V>() < static_cast<ScalarInteger<V>>(size), x,
      V{});
}

// The sum over the lanes.
template <class V>
TFI_FUNCTION DoubleWord<Scalar<V>> TotalOfLanes(const CompensatedSum<V>& sum) {
  if constexpr (kIsScalar<V>) {
    return ExactSum(sum.high, sum.low);
  } else {
    // Pairs, pairs of pairs and so on: few of these sums wait for each other.
    constexpr int kLanes = NumberTraits<V>::kLanes;
    Scalar<V> high[kLanes], low[kLanes];
    Store(sum.high, high);
    Store(sum.low, low);
    TFI_UNROLL(8)
    for (int half = kLanes / 2; half > 0; half /= 2) {
      TFI_UNROLL(8)
      for (int i = 0; i < half; ++i) {
        const DoubleWord<Scalar<V>> s = ExactSum(high[i], high[i + half]);
        high[i] = s.high;
        low[i] = (low[i] + low[i + half]) + s.low;
      }
    }
    return ExactSum(high[0], low[0]);
  }
}

// TotalOfLanes() as one number, also where terms were infinite.
template <class V>
TFI_FUNCTION Scalar<V> RoundedTotalOfLanes(const CompensatedSum<V>& sum) {
  using T = Scalar<V>;
  T plain{};
  if constexpr (kIsScalar<V>) {
    plain = sum.high;
  } else {
    for (int i = 0; i < NumberTraits<V>::kLanes; ++i) plain += sum.high[i];
  }
  if (!(Abs(plain) < Infinity<T>())) return plain;
  const DoubleWord<T> total = TotalOfLanes(sum);
  return total.high + total.low;
}

template <class V>
struct AlongRow {
  using Number = V;
  using One = Scalar<V>;
  using Index = int64_t;
  using Flag = bool;
  static constexpr bool kAcross = false;

  int64_t size;

  TFI_FUNCTION static constexpr int64_t First() { return 0; }
  TFI_FUNCTION static constexpr int64_t Step() {
    return NumberTraits<V>::kLanes;
  }
  TFI_FUNCTION AlongRow<double> InDouble() const { return {size}; }

  template <class T>
  TFI_FUNCTION V Load(const T* row, int64_t i, One rest) const {
    return LoadBlock<V>(row, i, size, rest);
  }
  template <class T>
  TFI_FUNCTION void Store(V x, int64_t i, T* row) const {
    StoreBlock(x, i, size, row);
  }
  template <class T>
  TFI_FUNCTION void StoreValue(One x, T* value) const {
    *value = static_cast<T>(x);
  }
  TFI_FUNCTION V Without(V x, int64_t i, Index m) const {
    return FirstLanes(WithoutLane(x, m - i), size - i);
  }
  TFI_FUNCTION V Inside(V x, int64_t i) const {
    return FirstLanes(x, size - i);
  }
  template <class T>
  TFI_FUNCTION Index Greatest(const T* a, const T* b, One* of_a,
                              One* of_b) const {
    Index m = 0;
    One most = -1;
    for (int64_t i = 0; i < size; ++i) {
      const One both = One(a[i]) + One(b[i]);
      if (both > most) {
        most = both;
        m = i;
      }
    }
    *of_a = a[m];
    *of_b = b[m];
    return m;
  }
  template <class T>
  TFI_FUNCTION One At(const T* row, Index i) const {
    return static_cast<One>(row[i]);
  }
  template <class T>
  TFI_FUNCTION void Replace(Index i, One x, T* row) const {
    row[i] = static_cast<T>(x);
  }
  template <class M>
  TFI_FUNCTION Flag Any(M mask) const {
    return AnyTrue(mask);
  }
  TFI_FUNCTION Flag OfRow(Flag flag) const { return flag; }
  TFI_FUNCTION DoubleWord<One> Total(const CompensatedSum<V>& sum) const {
    return TotalOfLanes(sum);
  }
  TFI_FUNCTION One RoundedTotal(const CompensatedSum<V>& sum) const {
    return RoundedTotalOfLanes(sum);
  }
};

// Component i of row k stands at [i * kLanes + k].
template <class V>
struct AcrossRows {
  using Number = V;
  using One = V;
  using Index = Integer<V>;
  using Flag = Mask<V>;
  static constexpr bool kAcross = true;
  static constexpr int kLanes = NumberTraits<V>::kLanes;

  int64_t size;

  TFI_FUNCTION static constexpr int64_t First() { return 0; }
  TFI_FUNCTION static constexpr int64_t Step() { return 1; }

  TFI_FUNCTION V Load(const Scalar<V>* rows, int64_t i, One) const {
    return special::Load<V>(rows + i * kLanes);
  }
  TFI_FUNCTION void Store(V x, int64_t i, Scalar<V>* rows) const {
    special::Store(x, rows + i * kLanes);
  }
  TFI_FUNCTION void StoreValue(V x, Scalar<V>* value) const {
    special::Store(x, value);
  }
  TFI_FUNCTION V Without(V x, int64_t i, Index m) const {
    return Select(m == static_cast<ScalarInteger<V>>(i), V{}, x);
  }
  TFI_FUNCTION V Inside(V x, int64_t) const { return x; }
  TFI_FUNCTION Index Greatest(const Scalar<V>* a, const Scalar<V>* b, V* of_a,
                              V* of_b) const {
    Index m{};
    V most = Broadcast<V>(-1);
    for (int64_t i = 0; i < size; ++i) {
      const V x = Load(a, i, V{}), y = Load(b, i, V{});
      const auto more = x + y > most;
      m = Select(more, Index{} + static_cast<ScalarInteger<V>>(i), m);
      *of_a = Select(more, x, *of_a);
      *of_b = Select(more, y, *of_b);
      most = Select(more, x + y, most);
    }
    return m;
  }
  TFI_FUNCTION void Replace(Index m, V x, Scalar<V>* rows) const {
    for (int64_t i = 0; i < size; ++i) {
      const auto here = m == static_cast<ScalarInteger<V>>(i);
      Store(Select(here, x, Load(rows, i, V{})), i, rows);
    }
  }
  template <class M>
  TFI_FUNCTION Flag Any(M mask) const {
    return mask;
  }
  TFI_FUNCTION Flag OfRow(Flag flag) const { return flag; }
  TFI_FUNCTION DoubleWord<V> Total(const CompensatedSum<V>& sum) const {
    return ExactSum(sum.high, sum.low);
  }
  TFI_FUNCTION V RoundedTotal(const CompensatedSum<V>& sum) const {
    // An infinite sum has a low of NaN.
    return Select(Abs(sum.high) < Infinity<V>(), sum.high + sum.low, sum.high);
  }
};

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_ROW_BLOCKS_H_
