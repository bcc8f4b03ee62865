// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Products of many small matrices, compiled once per target. The lanes go along
// the rows of a product, whose length the compiler knows.

#include <utility>
#include <vector>

#include "kernels/cpu/rows.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

// Columns of a product that are computed together: their sums fit in registers.
constexpr int kPanel = 16;

// kColumns columns of the product of one pair. Element (i, p) of the first
// matrix is a[i * row + p * column]; the rows of the second one and of the
// product are m numbers apart.
template <class T, int kColumns>
void Panel(const MatMulSize& size, const T* a, int64_t row, int64_t column,
           const T* b, T* product) {
  for (int64_t i = 0; i < size.n; ++i) {
    T sum[kColumns] = {};
    // Not a counted loop: where `column` is 1, GCC puts the lanes along the
    // terms of one sum, and adds them one by one, in three times the time.
    const T* left = a + i * row;
    const T* right = b;
    const T* const end = b + size.k * size.m;
    for (; right != end; right += size.m) {
      for (int j = 0; j < kColumns; ++j) sum[j] += *left * right[j];
      left += column;
    }
    for (int j = 0; j < kColumns; ++j) product[i * size.m + j] = sum[j];
  }
}

template <class T>
using PanelLoop = void (*)(const MatMulSize& size, const T* a, int64_t row,
                           int64_t column, const T* b, T* product);

// That of `columns` columns, 1 to kPanel.
template <class T, int... kBefore>
PanelLoop<T> PanelOf(int64_t columns, std::integer_sequence<int, kBefore...>) {
  static constexpr PanelLoop<T> kLoops[] = {Panel<T, kBefore + 1>...};
  return kLoops[columns - 1];
}

template <class T>
void SmallMatMul(const MatMulSize& size, const T* a, const T* b, T* product) {
  const auto [count, n, k, m, transpose_a, transpose_b] = size;
  if (m == 0) return;
  const int64_t last = (m - 1) / kPanel * kPanel;
  const auto of_last =
      PanelOf<T>(m - last, std::make_integer_sequence<int, kPanel>());
  const int64_t row = transpose_a ? 1 : k, column = transpose_a ? n : 1;
  std::vector<T> rows(transpose_b ? k * m : 0);
  for (int64_t i = 0; i < count; ++i) {
    const T* right = b;
    if (transpose_b) {
      for (int64_t p = 0; p < k; ++p) {
        for (int64_t j = 0; j < m; ++j) rows[p * m + j] = b[j * k + p];
      }
      right = rows.data();
    }
    for (int64_t j = 0; j < last; j += kPanel) {
      Panel<T, kPanel>(size, a, row, column, right + j, product + j);
    }
    of_last(size, a, row, column, right + last, product + last);
    a += n * k;
    b += k * m;
    product += n * m;
  }
}

}  // namespace

void AddSmallMatMul(RowTable* table) {
  table->small_mat_mul = {SmallMatMul<float>, SmallMatMul<double>};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
