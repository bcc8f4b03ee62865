// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the GPU kernels of the ops (the files beside it) have in common. They
// are compiled by the C++ compiler, against TensorFlow with or without GPU
// support; CUDA is behind cuda_launch.h.

#ifndef TF_IMPLICIT_KERNELS_OP_CUDA_CUDA_OP_H_
#define TF_IMPLICIT_KERNELS_OP_CUDA_CUDA_OP_H_

#include <string>
#include <type_traits>

#include "kernels/cpu/broadcast.h"
#include "kernels/cuda/cuda_launch.h"
#include "tensorflow/core/framework/device_base.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "xla/stream_executor/stream.h"

namespace tf_implicit {

template <class T>
inline constexpr CudaStorage kCudaStorage =
    std::is_same<T, double>::value            ? CudaStorage::kDouble
    : std::is_same<T, Eigen::half>::value     ? CudaStorage::kHalf
    : std::is_same<T, Eigen::bfloat16>::value ? CudaStorage::kBfloat16
                                              : CudaStorage::kFloat;

// The stream on which TensorFlow runs the op.
inline CudaStream StreamOf(tensorflow::OpKernelContext* ctx) {
  return static_cast<CudaStream>(
      ctx->op_device_context()->stream()->platform_specific_handle().stream);
}

// The status of a launch.
inline absl::Status LaunchStatus(const char* error,
                                 const tensorflow::OpKernel& kernel) {
  if (error == nullptr) return absl::OkStatus();
  return absl::InternalError(std::string(kernel.type_string()) +
                             ": launching the CUDA kernel failed: " + error);
}

inline absl::Status TooManyDimensions(const tensorflow::OpKernel& kernel) {
  return absl::UnimplementedError(
      std::string(kernel.type_string()) + ": on a GPU inputs may alternate " +
      std::to_string(kCudaMaxRank) +
      " times between dimensions that are broadcast and others, no more");
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_OP_CUDA_CUDA_OP_H_
