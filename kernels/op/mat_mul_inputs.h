// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What the kernels of SmallMatMul on every device read from attributes and
// shapes, and what they say about wrong ones.

#ifndef TF_IMPLICIT_KERNELS_OP_MAT_MUL_INPUTS_H_
#define TF_IMPLICIT_KERNELS_OP_MAT_MUL_INPUTS_H_

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "kernels/cpu/rows.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace tf_implicit {

// The attributes.
struct MatMulTransposes {
  bool a = false, b = false;

  absl::Status Read(tensorflow::OpKernelConstruction* ctx) {
    const absl::Status status = ctx->GetAttr("transpose_a", &a);
    return status.ok() ? ctx->GetAttr("transpose_b", &b) : status;
  }
};

// The size of the products, and their shape, of inputs of the given shapes.
inline absl::Status ReadMatMulSize(const MatMulTransposes& transposes,
                                   const tensorflow::TensorShape& a,
                                   const tensorflow::TensorShape& b,
                                   MatMulSize* size,
                                   tensorflow::TensorShape* product) {
  const int rank = a.dims();
  bool fits = rank >= 2 && b.dims() == rank;
  for (int d = 0; fits && d < rank - 2; ++d) {
    fits = a.dim_size(d) == b.dim_size(d);
  }
  if (fits) {
    *size = {1,
             a.dim_size(rank - 2),
             a.dim_size(rank - 1),
             b.dim_size(rank - 1),
             transposes.a,
             transposes.b};
    int64_t inner = b.dim_size(rank - 2);
    if (transposes.a) std::swap(size->n, size->k);
    if (transposes.b) std::swap(size->m, inner);
    fits = size->k == inner;
  }
  if (!fits) {
    const auto matrix = [](bool transposed, const char* plain,
                           const char* other) {
      return absl::StrCat("[..., ", transposed ? other : plain, "]");
    };
    return absl::InvalidArgumentError(absl::StrCat(
        "`a` and `b` must have the shapes ",
        matrix(transposes.a, "n, k", "k, n"), " and ",
        matrix(transposes.b, "k, m", "m, k"), " with equal leading axes, got ",
        a.DebugString(), " and ", b.DebugString()));
  }
  *product = a;
  product->RemoveLastDims(2);
  size->count = product->num_elements();
  // Without terms, a product may have more elements than there are numbers.
  const absl::Status status = product->AddDimWithStatus(size->n);
  return status.ok() ? product->AddDimWithStatus(size->m) : status;
}

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_KERNELS_OP_MAT_MUL_INPUTS_H_
