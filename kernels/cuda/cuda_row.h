// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The kernel of a function over rows, and the layout (row_layout.h) in which it
// evaluates them: a warp takes a row, or, where rows are short, a thread does.
// For rows/ only.

#ifndef TF_IMPLICIT_KERNELS_CUDA_CUDA_ROW_H_
#define TF_IMPLICIT_KERNELS_CUDA_CUDA_ROW_H_

#include "kernels/cuda/cuda_kernel.h"
#include "kernels/special/row_layout.h"

namespace tf_implicit {
inline namespace TFI_TARGET {

inline constexpr int kCudaWarp = 32;
static_assert(kCudaBlock % kCudaWarp == 0, "a row is for threads of one warp");

// Rows of more components are for a warp. In shorter ones what a row has one
// of, which each of its threads computes, would be most of the work.
inline constexpr int64_t kCudaShortRow = 16;

// A row of stored numbers, from element `first` of `data` on.
template <class Real>
struct CudaNumbers {
  CudaStorage storage;
  void* data;
  int64_t first;
};

// The threads of a row, 1 or kCudaWarp, take its components in turn: a warp
// reads one beside the other. V is Real, the type that is read, or wider.
template <class V, class Real>
struct CudaRow {
  using Number = V;
  using One = V;
  using Index = int64_t;
  using Flag = bool;
  using Numbers = CudaNumbers<Real>;
  static constexpr bool kAcross = false;
  static constexpr unsigned kAllThreads = 0xffffffff;

  int64_t size;
  int threads;
  int thread;

  TFI_FUNCTION int64_t First() const { return thread; }
  TFI_FUNCTION int64_t Step() const { return threads; }
  TFI_FUNCTION CudaRow<double, Real> InDouble() const {
    return {size, threads, thread};
  }

  TFI_FUNCTION V At(const Numbers& row, int64_t i) const {
    return ReadCuda<Real>(row.storage, row.data, row.first + i);
  }
  TFI_FUNCTION V Load(const Numbers& row, int64_t i, V) const {
    return At(row, i);
  }
  TFI_FUNCTION void Store(V x, int64_t i, const Numbers& row) const {
    WriteCuda(row.storage, static_cast<Real>(x), row.data, row.first + i);
  }
  // By the thread that stores component i in its turn.
  TFI_FUNCTION void Replace(int64_t i, V x, const Numbers& row) const {
    if (i % threads == thread) Store(x, i, row);
  }
  TFI_FUNCTION void StoreValue(V x, const Numbers& value) const {
    if (thread == 0) Store(x, 0, value);
  }

  TFI_FUNCTION V Inside(V x, int64_t) const { return x; }
  TFI_FUNCTION V Without(V x, int64_t i, int64_t m) const {
    return i == m ? V(0) : x;
  }
  TFI_FUNCTION bool Any(bool mask) const { return mask; }

  // What follows all threads of a row call together. All of them get the same
  // bits: only operations that commute.

  TFI_FUNCTION bool OfRow(bool flag) const {
    return threads == 1 ? flag : __any_sync(kAllThreads, flag) != 0;
  }

  TFI_FUNCTION special::DoubleWord<V> Total(
      const special::CompensatedSum<V>& sum) const {
    V high = sum.high, low = sum.low;
    TFI_NO_UNROLL
    for (int half = threads / 2; half > 0; half /= 2) {
      const V other_high = __shfl_xor_sync(kAllThreads, high, half);
      const V other_low = __shfl_xor_sync(kAllThreads, low, half);
      const special::DoubleWord<V> s = special::ExactSum(high, other_high);
      high = s.high;
      low = (low + other_low) + s.low;
    }
    return special::ExactSum(high, low);
  }

  // Total() as one number, also where terms were infinite.
  TFI_FUNCTION V RoundedTotal(const special::CompensatedSum<V>& sum) const {
    const special::DoubleWord<V> total = Total(sum);
    V plain = sum.high;
    TFI_NO_UNROLL
    for (int half = threads / 2; half > 0; half /= 2) {
      plain += __shfl_xor_sync(kAllThreads, plain, half);
    }
    return special::Abs(plain) < special::Infinity<V>() ? total.high + total.low
                                                        : plain;
  }

  // The first of several that are equal, as on the processor.
  TFI_FUNCTION int64_t Greatest(const Numbers& a, const Numbers& b, V* of_a,
                                V* of_b) const {
    long long m = 0;
    V most = -1;
    for (int64_t i = First(); i < size; i += Step()) {
      const V both = At(a, i) + At(b, i);
      if (both > most) {
        most = both;
        m = i;
      }
    }
    TFI_NO_UNROLL
    for (int half = threads / 2; half > 0; half /= 2) {
      const V other = __shfl_xor_sync(kAllThreads, most, half);
      const long long other_m = __shfl_xor_sync(kAllThreads, m, half);
      if (other > most || (other == most && other_m < m)) {
        most = other;
        m = other_m;
      }
    }
    *of_a = At(a, m);
    *of_b = At(b, m);
    return m;
  }
};

// A Function says what a row is given:
//
//   static constexpr int kInputs;
//   template <class Layout, class Numbers>
//   static void Row(const Layout& layout, const Numbers* in, Numbers value,
//                   const Numbers* gradients);
template <class Function, class Real>
__global__ void __launch_bounds__(kCudaBlock)
    RowKernel(const __grid_constant__ CudaRows rows) {
  const int threads = rows.size > kCudaShortRow ? kCudaWarp : 1;
  const auto numbers = [&](void* data, int64_t first) {
    return CudaNumbers<Real>{rows.storage, data, first};
  };
  for (CudaRange i(rows.count * threads); i.more(); ++i) {
    const int64_t row = *i / threads;
    const CudaRow<Real, Real> layout = {rows.size, threads,
                                        static_cast<int>(*i % threads)};
    CudaNumbers<Real> in[Function::kInputs], gradients[Function::kInputs];
    for (int k = 0; k < Function::kInputs; ++k) {
      in[k] = numbers(const_cast<void*>(rows.inputs[k]), row * rows.size);
      gradients[k] = numbers(rows.gradients[k], row * rows.size);
    }
    const CudaNumbers<Real> value = numbers(rows.value, row);
    if (rows.size == 0) {
      layout.StoreValue(Real(0), value);  // as on the processor
    } else {
      Function::Row(layout, in, value, gradients);
    }
  }
}

template <class Function, class Real>
const char* LaunchRows(CudaStream stream, const CudaRows& rows) {
  const int64_t threads = rows.size > kCudaShortRow ? kCudaWarp : 1;
  return LaunchCuda(stream, rows.count * threads, RowKernel<Function, Real>,
                    rows);
}

template <class Function>
CudaRowEntry MakeCudaRows() {
  static_assert(Function::kInputs <= kMaxRowInputs);
  return {LaunchRows<Function, float>, LaunchRows<Function, double>,
          Function::kInputs};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CUDA_CUDA_ROW_H_
