// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the CUDA kernels have in common; for kernels alone. tests/gpu compiles
// them a second time with a stand-in for CUDA's headers, to run them
// on the processor, so they use no more of CUDA than that has.

#ifndef TF_IMPLICIT_KERNELS_CUDA_CUDA_KERNEL_H_
#define TF_IMPLICIT_KERNELS_CUDA_CUDA_KERNEL_H_

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>
#include <stdint.h>

#include "kernels/cuda/cuda_launch.h"
#include "kernels/special/number.h"

namespace tf_implicit {
inline namespace TFI_TARGET {

// Threads of a block: many enough to hide the latency of memory at the largest
// number of registers that a kernel here uses, a multiple of the warp.
inline constexpr int kCudaBlock = 256;
// Blocks of a grid: more than any device runs at once. Threads take several
// elements of larger arrays.
inline constexpr int64_t kCudaMaxBlocks = 8192;

// Starts `kernel` with a thread, at most, for each of `count` > 0 elements.
template <class... Parameters>
const char* LaunchCuda(CudaStream stream, int64_t count,
                       void (*kernel)(Parameters...),
                       Parameters... parameters) {
  const int64_t blocks = (count + kCudaBlock - 1) / kCudaBlock;
  const dim3 grid(
      static_cast<unsigned>(blocks < kCudaMaxBlocks ? blocks : kCudaMaxBlocks));
  void* arguments[] = {&parameters...};
  const cudaError_t error =
      cudaLaunchKernel(kernel, grid, dim3(kCudaBlock), arguments, 0, stream);
  return error == cudaSuccess ? nullptr : cudaGetErrorString(error);
}

// The elements that this thread takes: for (CudaRange i(size); i.more(); ++i).
class CudaRange {
 public:
  TFI_FUNCTION explicit CudaRange(int64_t size)
      : index_(int64_t{blockIdx.x} * blockDim.x + threadIdx.x), size_(size) {}

  TFI_FUNCTION bool more() const { return index_ < size_; }
  TFI_FUNCTION void operator++() { index_ += int64_t{gridDim.x} * blockDim.x; }
  TFI_FUNCTION int64_t operator*() const { return index_; }

 private:
  int64_t index_;
  int64_t size_;
};

template <class Real>
TFI_FUNCTION Real ReadCuda(CudaStorage storage, const void* data, int64_t i) {
  if constexpr (special::kIsDouble<Real>) {
    return static_cast<const double*>(data)[i];
  } else {
    switch (storage) {
      case CudaStorage::kHalf:
        return __half2float(static_cast<const __half*>(data)[i]);
      case CudaStorage::kBfloat16:
        return __bfloat162float(static_cast<const __nv_bfloat16*>(data)[i]);
      default:
        return static_cast<const float*>(data)[i];
    }
  }
}

template <class Real>
TFI_FUNCTION void WriteCuda(CudaStorage storage, Real x, void* data,
                            int64_t i) {
  if constexpr (special::kIsDouble<Real>) {
    static_cast<double*>(data)[i] = x;
  } else {
    switch (storage) {
      case CudaStorage::kHalf:
        static_cast<__half*>(data)[i] = __float2half_rn(x);
        break;
      case CudaStorage::kBfloat16:
        static_cast<__nv_bfloat16*>(data)[i] = __float2bfloat16_rn(x);
        break;
      default:
        static_cast<float*>(data)[i] = x;
    }
  }
}

// The input's element for element i of the output.
TFI_FUNCTION int64_t CudaOffset(const CudaShape& shape, const CudaInput& input,
                                int64_t i) {
  if (input.full) return i;
  int64_t offset = 0;
  for (int d = shape.rank - 1; d > 0; --d) {
    int64_t rest;
    // A division of 64 bits costs as much as many of the functions do.
    if ((i | shape.dims[d]) >> 32 == 0) {
      rest = static_cast<uint32_t>(i) / static_cast<uint32_t>(shape.dims[d]);
    } else {
      rest = i / shape.dims[d];
    }
    offset += (i - rest * shape.dims[d]) * input.steps[d];
    i = rest;
  }
  return offset + i * input.steps[0];
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_CUDA_CUDA_KERNEL_H_
