// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the kernels of every device, XLA's included, check of their inputs, and
// what they say about wrong ones.

#ifndef TF_IMPLICIT_KERNELS_OP_OP_INPUTS_H_
#define TF_IMPLICIT_KERNELS_OP_OP_INPUTS_H_

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
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

inline std::vector<tensorflow::TensorShape> InputShapes(
    tensorflow::OpKernelContext* ctx) {
  std::vector<tensorflow::TensorShape> shapes;
  for (int k = 0; k < ctx->num_inputs(); ++k) {
    shapes.push_back(ctx->input(k).shape());
  }
  return shapes;
}

// The inputs of an elementwise op, of the given shapes, broadcast against each
// other.
inline absl::Status CheckBroadcast(
    const tensorflow::OpKernel& kernel, const Broadcast& broadcast,
    const std::vector<tensorflow::TensorShape>& shapes) {
  if (broadcast.valid()) return absl::OkStatus();
  std::string message = std::string(kernel.type_string()) +
                        ": the inputs must have shapes that "
                        "broadcast against each other, got";
  for (size_t k = 0; k < shapes.size(); ++k) {
    message += (k > 0 ? ", " : " ") + InputName(kernel, k) + " " +
               shapes[k].DebugString();
  }
  return absl::InvalidArgumentError(message);
}

// The inputs of an op over rows have one shape, with an axis of components.
inline absl::Status CheckRowInputs(
    const tensorflow::OpKernel& kernel,
    const std::vector<tensorflow::TensorShape>& shapes) {
  if (shapes[0].dims() < 1) {
    return absl::InvalidArgumentError(
        InputName(kernel, 0) +
        " must have at least one axis, that of the components, got []");
  }
  for (size_t k = 1; k < shapes.size(); ++k) {
    if (shapes[k] == shapes[0]) continue;
    return absl::InvalidArgumentError(
        InputName(kernel, k) + " must have the shape of " +
        InputName(kernel, 0) + ", " + shapes[0].DebugString() + ", got " +
        shapes[k].DebugString());
  }
  return absl::OkStatus();
}

// What TensorFlow says of the first input of a sampler, which holds a shape: it
// does not name it.
inline absl::Status AboutShape(const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat("`shape`: ", status.message()));
}

// The inputs of a sampler are shape, seed and, unless the distribution has
// none, its parameter and one number that all elements share. `output` is the
// shape that the first of them holds, `shapes` those of all inputs.
inline absl::Status CheckSamplerInputs(
    const tensorflow::OpKernel& kernel, const tensorflow::TensorShape& output,
    const std::vector<tensorflow::TensorShape>& shapes) {
  if (kernel.type_string() == "TFImplicit>StatelessDirichlet" &&
      output.dims() < 1) {
    return absl::InvalidArgumentError(
        "`shape` must have at least one entry, the number of components, got "
        "[]");
  }
  if (shapes[1].dims() != 1 || shapes[1].dim_size(0) != 2) {
    return absl::InvalidArgumentError("`seed` must have shape [2], got " +
                                      shapes[1].DebugString());
  }
  if (shapes.size() > 2) {
    const Broadcast::Shape full = DimensionsOf(output);
    const Broadcast broadcast({DimensionsOf(shapes[2]), full});
    if (!broadcast.valid() || broadcast.output_shape() != full) {
      return absl::InvalidArgumentError(
          InputName(kernel, 2) + " must broadcast to `shape`: they are " +
          shapes[2].DebugString() + " and " + output.DebugString());
    }
  }
  if (shapes.size() > 3 && shapes[3].dims() != 0) {
    return absl::InvalidArgumentError(InputName(kernel, 3) +
                                      " must be a scalar, got the shape " +
                                      shapes[3].DebugString());
  }
  return absl::OkStatus();
}

// Whether parameters that broadcast from `own` to `full` are repeated along
// leading axes only, and so are periodic in the output's order.
inline bool IsPeriodic(Broadcast::Shape own, const Broadcast::Shape& full) {
  while (!own.empty() && own.front() == 1) own.erase(own.begin());
  return std::equal(own.rbegin(), own.rend(), full.rbegin());
}

// Empty for a dimension of von Mises-Fisher samples, otherwise what is wrong.
inline std::string DimensionError(int64_t dimension) {
  if (dimension >= 2) return "";
  return "`dimension` must be at least 2, got " + std::to_string(dimension);
}

// Reads it from a scalar.
inline absl::Status ReadDimension(const tensorflow::Tensor& input,
                                  int32_t* dimension) {
  *dimension = input.scalar<int32_t>()();
  const std::string error = DimensionError(*dimension);
  return error.empty() ? absl::OkStatus() : absl::InvalidArgumentError(error);
}

// A seed of shape [2].
inline RandomSeed ReadSeed(const tensorflow::Tensor& seed) {
  RandomSeed result;
  for (int k = 0; k < 2; ++k) {
    const int64_t word = seed.dtype() == tensorflow::DT_INT32
                             ? int64_t{seed.flat<int32_t>()(k)}
                             : seed.flat<int64_t>()(k);
    result.word[k] = static_cast<uint64_t>(word);
  }
  return result;
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_OP_OP_INPUTS_H_
