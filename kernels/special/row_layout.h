// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What a function over rows of numbers is written in: a layout, which says how
// the components of rows are spread over lanes or threads. Those of
// row_blocks.h are for vectors: AlongRow, whose lanes are components of one
// row, and AcrossRows, whose lanes are rows, for short ones; CudaRow
// (kernels/cuda/cuda_row.h) is for threads that share a row. A layout has
//
//   Number             the type V in which components are evaluated, which may
//                      be wider than what is stored
//   One                of what a row has one of: a number, or a V
//   Index, Flag        of a component, and whether something holds for a row
//   kAcross            whether lanes are rows
//   size               how many components
//   First(), Step()    its steps are First(), First() + Step(), ... < size
//   Load(row, i, rest), Store(x, i, row)   a step; beyond the end is `rest`
//   At(row, i), Replace(i, x, row)         a component
//   StoreValue(x, value)                   what the row has one of
//   Inside(x, i), Without(x, i, m)         x, 0 beyond the end, or also for m
//   Greatest(a, b, &of_a, &of_b)           the component of greatest a + b
//   Any(mask)          whether for the row, as far as this step tells
//   OfRow(flag)        and as far as any step of any thread does
//   Total(sum), RoundedTotal(sum)          the sum of the row, from all threads
//   InDouble()         the same with numbers of double; not AcrossRows
//
// Threads that share a row must all call what is of the whole row: OfRow,
// Total, RoundedTotal, Greatest.

#ifndef TF_IMPLICIT_KERNELS_SPECIAL_ROW_LAYOUT_H_
#define TF_IMPLICIT_KERNELS_SPECIAL_ROW_LAYOUT_H_

#include <stdint.h>

#include <type_traits>

#include "kernels/special/double_word.h"
#include "kernels/special/number.h"
#include "kernels/special/wide_range.h"

TFI_BEGIN_NAMESPACE

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

// What a row has one of, in all lanes.
template <class V, class U>
TFI_FUNCTION V Spread(U x) {
  if constexpr (std::is_same<U, V>::value) {
    return x;
  } else {
    return Broadcast<V>(x);
  }
}

// f<true> where a condition holds for a lane and f<false> where not: unless
// lanes are rows, f<true> for all lanes of a step if it holds for any.
template <class Layout, class M, class F>
TFI_FUNCTION auto Where(M mask, const F& f) {
  if constexpr (!Layout::kAcross) {
    return AnyTrue(mask) ? f(std::true_type()) : f(std::false_type());
  } else {
    if (!AnyTrue(mask)) return f(std::false_type());
    auto result = f(std::true_type());
    if (AnyTrue(!mask)) result = SelectAll(mask, result, f(std::false_type()));
    return result;
  }
}

// Whether all components are in the range of the formulas for Layout::Number.
template <class Layout, class In>
TFI_FUNCTION bool AllOrdinary(const Layout& layout, In row) {
  bool unusual = false;
  for (int64_t i = layout.First(); i < layout.size && !unusual;
       i += layout.Step()) {
    unusual = AnyTrue(!IsOrdinaryConcentration(layout.Load(row, i, 1)));
  }
  return !layout.OfRow(unusual);
}

// x in all components.
template <class Layout, class Out>
TFI_FUNCTION void FillRow(const Layout& layout, typename Layout::One x,
                          Out row) {
  using V = typename Layout::Number;
  for (int64_t i = layout.First(); i < layout.size; i += layout.Step()) {
    layout.Store(Broadcast<V>(x), i, row);
  }
}

TFI_END_NAMESPACE

#endif  // TF_IMPLICIT_KERNELS_SPECIAL_ROW_LAYOUT_H_
