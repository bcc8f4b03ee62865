// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Products of many small matrices, as a CUDA kernel: a thread for each element.

#include "kernels/cuda/cuda_kernel.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

template <class Real>
__global__ void __launch_bounds__(kCudaBlock)
    SmallMatMulKernel(const __grid_constant__ CudaMatMul products) {
  const auto [count, n, k, m, transpose_a, transpose_b] = products.size;
  for (CudaRange i(count * n * m); i.more(); ++i) {
    const int64_t row = *i / m, column = *i - row * m;
    const int64_t pair = row / n, row_of_pair = row - pair * n;
    // The first of the terms, and the steps to the next.
    int64_t at_a = pair * n * k + row_of_pair * (transpose_a ? 1 : k);
    int64_t at_b = pair * k * m + column * (transpose_b ? k : 1);
    const int64_t step_a = transpose_a ? n : 1, step_b = transpose_b ? 1 : m;
    Real sum = 0;
    TFI_NO_UNROLL
    for (int64_t p = 0; p < k; ++p) {
      sum += ReadCuda<Real>(products.storage, products.a, at_a) *
             ReadCuda<Real>(products.storage, products.b, at_b);
      at_a += step_a;
      at_b += step_b;
    }
    WriteCuda(products.storage, sum, products.product, *i);
  }
}

template <class Real>
const char* LaunchSmallMatMul(CudaStream stream, const CudaMatMul& products) {
  const MatMulSize& size = products.size;
  return LaunchCuda(stream, size.count * size.n * size.m,
                    SmallMatMulKernel<Real>, products);
}

}  // namespace
}  // namespace TFI_TARGET

void AddSmallMatMulCuda(CudaRowTable* table) {
  table->small_mat_mul = {LaunchSmallMatMul<float>, LaunchSmallMatMul<double>};
}

}  // namespace tf_implicit
