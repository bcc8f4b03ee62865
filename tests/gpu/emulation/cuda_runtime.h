// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Stands in for CUDA's header of this name where kernels/cuda is compiled
// for the processor: the threads of a grid run one after the other, those of a
// warp until they give each other numbers, and the memory of the "device" is
// the processor's. It has what those files and launchers.cc use, and no more.
// Blocks that wait, or share memory, cannot be run so.

#ifndef TF_IMPLICIT_TESTS_GPU_EMULATION_CUDA_RUNTIME_H_
#define TF_IMPLICIT_TESTS_GPU_EMULATION_CUDA_RUNTIME_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "warp.h"

#define __device__
#define __global__
#define __grid_constant__
#define __launch_bounds__(threads)
#define __noinline__ __attribute__((noinline))

struct dim3 {
  unsigned x = 1, y = 1, z = 1;

  dim3() = default;
  explicit dim3(unsigned size) : x(size) {}
};

// Which thread is running.
inline thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

enum cudaError_t { cudaSuccess, cudaErrorInvalidConfiguration };

inline const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaSuccess ? "no error" : "invalid configuration argument";
}

using cudaStream_t = struct CUstream_st*;

namespace emulation {

inline Warp& CurrentWarp() {
  static thread_local Warp warp;
  return warp;
}

// What the thread `lane ^ distance` of the warp gives.
template <class T>
T ExchangeWith(unsigned mask, T x, int distance, int call) {
  // The kernels have no calls of some threads.
  if (mask != 0xffffffff) std::abort();
  const dim3 self = threadIdx;
  const int lane = static_cast<int>(self.x % Warp::kSize);
  const T result = CurrentWarp().Exchange(lane, x, lane ^ distance, call);
  threadIdx = self;
  return result;
}

template <class... Parameters, std::size_t... kIndex>
void Call(void (*kernel)(Parameters...), void** arguments,
          std::index_sequence<kIndex...>) {
  kernel(
      *static_cast<std::remove_reference_t<Parameters>*>(arguments[kIndex])...);
}

}  // namespace emulation

template <class T>
T __shfl_xor_sync(unsigned mask, T x, int distance) {
  return emulation::ExchangeWith(mask, x, distance, distance);
}

inline int __any_sync(unsigned mask, int predicate) {
  constexpr int kSize = emulation::Warp::kSize;
  int any = predicate != 0;
  for (int distance = kSize / 2; distance > 0; distance /= 2) {
    any |= emulation::ExchangeWith(mask, any, distance, kSize + distance);
  }
  return any;
}

template <class... Parameters>
cudaError_t cudaLaunchKernel(void (*kernel)(Parameters...), dim3 grid,
                             dim3 block, void** arguments, std::size_t,
                             cudaStream_t) {
  // The limits of CUDA's own devices.
  if (grid.x == 0 || block.x == 0 || block.x > 1024) {
    return cudaErrorInvalidConfiguration;
  }
  gridDim = grid;
  blockDim = block;
  constexpr unsigned kSize = emulation::Warp::kSize;
  const unsigned warps = (block.x + kSize - 1) / kSize;
  for (unsigned b = 0; b < grid.x; ++b) {
    blockIdx.x = emulation::reversed ? grid.x - 1 - b : b;
    for (unsigned w = 0; w < warps; ++w) {
      const unsigned first = (emulation::reversed ? warps - 1 - w : w) * kSize;
      emulation::CurrentWarp().Run(
          static_cast<int>(std::min(block.x - first, kSize)), [&](int lane) {
            threadIdx.x = first + lane;
            emulation::Call(kernel, arguments,
                            std::index_sequence_for<Parameters...>());
          });
    }
  }
  return cudaSuccess;
}

enum cudaMemcpyKind {
  cudaMemcpyHostToDevice,
  cudaMemcpyDeviceToHost,
  cudaMemcpyDeviceToDevice
};

inline cudaError_t cudaMalloc(void** memory, std::size_t size) {
  *memory = std::malloc(size);
  return cudaSuccess;
}

inline cudaError_t cudaFree(void* memory) {
  std::free(memory);
  return cudaSuccess;
}

inline cudaError_t cudaMemcpy(void* to, const void* from, std::size_t size,
                              cudaMemcpyKind) {
  std::memcpy(to, from, size);
  return cudaSuccess;
}

inline cudaError_t cudaDeviceSynchronize() { return cudaSuccess; }

inline cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return cudaSuccess;
}

struct cudaDeviceProp {
  char name[256];
};

inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  std::strcpy(properties->name, "emulated on the processor");
  return cudaSuccess;
}

// Events: points in time.
using cudaEvent_t = std::chrono::steady_clock::time_point*;

inline cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = new std::chrono::steady_clock::time_point;
  return cudaSuccess;
}

inline cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t = nullptr) {
  *event = std::chrono::steady_clock::now();
  return cudaSuccess;
}

inline cudaError_t cudaEventSynchronize(cudaEvent_t) { return cudaSuccess; }

inline cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start,
                                        cudaEvent_t end) {
  *milliseconds =
      std::chrono::duration<float, std::milli>(*end - *start).count();
  return cudaSuccess;
}

inline cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}

#endif  // TF_IMPLICIT_TESTS_GPU_EMULATION_CUDA_RUNTIME_H_
