// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// How the kernels of every device read shapes and seeds, and what they say
// about wrong ones.

#ifndef TF_IMPLICIT_KERNELS_OP_OP_INPUTS_H_
#define TF_IMPLICIT_KERNELS_OP_OP_INPUTS_H_

#include <string>

#include "kernels/cpu/broadcast.h"
#include "kernels/cpu/samplers.h"
#include "kernels/op/input_name.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace tf_implicit {

inline Broadcast::Shape DimensionsOf(const tensorflow::TensorShape& shape) {
  Broadcast::Shape dims;
  for (int d = 0; d < shape.dims(); ++d) dims.push_back(shape.dim_size(d));
  return dims;
}

// The inputs of an elementwise op do not broadcast against each other.
inline absl::Status BroadcastError(tensorflow::OpKernelContext* ctx) {
  const tensorflow::OpKernel& kernel = ctx->op_kernel();
  std::string message = std::string(kernel.type_string()) +
                        ": the inputs must have shapes that "
                        "broadcast against each other, got";
  for (int k = 0; k < ctx->num_inputs(); ++k) {
    message += (k > 0 ? ", " : " ") + InputName(kernel, k) + " " +
               ctx->input(k).shape().DebugString();
  }
  return absl::InvalidArgumentError(message);
}

// Input k, the parameter of a sampler, does not broadcast to its shape.
inline absl::Status ParameterShapeError(tensorflow::OpKernelContext* ctx, int k,
                                        const tensorflow::TensorShape& output) {
  return absl::InvalidArgumentError(
      InputName(ctx->op_kernel(), k) + " must broadcast to `shape`: they are " +
      ctx->input(k).shape().DebugString() + " and " + output.DebugString());
}

// The shape of a Dirichlet sample has rank 0.
inline absl::Status NoComponentsError() {
  return absl::InvalidArgumentError(
      "`shape` must have at least one entry, the number of components, got []");
}

// The dimension of von Mises-Fisher samples.
inline absl::Status ReadDimension(const tensorflow::Tensor& input,
                                  int32_t* dimension) {
  if (input.dims() != 0) {
    return absl::InvalidArgumentError(
        "`dimension` must be a scalar, got the shape " +
        input.shape().DebugString());
  }
  *dimension = input.scalar<int32_t>()();
  if (*dimension < 2) {
    return absl::InvalidArgumentError("`dimension` must be at least 2, got " +
                                      std::to_string(*dimension));
  }
  return absl::OkStatus();
}

inline absl::Status ReadSeed(const tensorflow::Tensor& seed,
                             RandomSeed* result) {
  if (seed.dims() != 1 || seed.dim_size(0) != 2) {
    return absl::InvalidArgumentError("`seed` must have shape [2], got " +
                                      seed.shape().DebugString());
  }
  for (int k = 0; k < 2; ++k) {
    const int64_t word = seed.dtype() == tensorflow::DT_INT32
                             ? int64_t{seed.flat<int32_t>()(k)}
                             : seed.flat<int64_t>()(k);
    result->word[k] = static_cast<uint64_t>(word);
  }
  return absl::OkStatus();
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_OP_OP_INPUTS_H_
