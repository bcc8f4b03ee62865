// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Products of small matrices.

#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace tf_implicit {
namespace {

using tensorflow::shape_inference::DimensionHandle;
using tensorflow::shape_inference::InferenceContext;
using tensorflow::shape_inference::ShapeHandle;

absl::Status ProductShape(InferenceContext* c) {
  bool transpose_a, transpose_b;
  TF_RETURN_IF_ERROR(c->GetAttr("transpose_a", &transpose_a));
  TF_RETURN_IF_ERROR(c->GetAttr("transpose_b", &transpose_b));
  ShapeHandle a, b, batch_a, batch_b, batch, product;
  TF_RETURN_IF_ERROR(c->WithRankAtLeast(c->input(0), 2, &a));
  TF_RETURN_IF_ERROR(c->WithRankAtLeast(c->input(1), 2, &b));
  TF_RETURN_IF_ERROR(c->Subshape(a, 0, -2, &batch_a));
  TF_RETURN_IF_ERROR(c->Subshape(b, 0, -2, &batch_b));
  TF_RETURN_IF_ERROR(c->Merge(batch_a, batch_b, &batch));
  DimensionHandle inner;
  TF_RETURN_IF_ERROR(c->Merge(c->Dim(a, transpose_a ? -2 : -1),
                              c->Dim(b, transpose_b ? -1 : -2), &inner));
  const ShapeHandle matrix = c->Matrix(c->Dim(a, transpose_a ? -1 : -2),
                                       c->Dim(b, transpose_b ? -2 : -1));
  TF_RETURN_IF_ERROR(c->Concatenate(batch, matrix, &product));
  c->set_output(0, product);
  return absl::OkStatus();
}

}  // namespace

REGISTER_OP("TFImplicit>SmallMatMul")
    .Input("a: T")
    .Input("b: T")
    .Output("product: T")
    .Attr("transpose_a: bool = false")
    .Attr("transpose_b: bool = false")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(ProductShape)
    .Doc(R"doc(
The products of the matrices a [..., n, k] and b [..., k, m], made for small ones.
Leading axes are equal; the matrices of an input may be stored transposed.
)doc");

}  // namespace tf_implicit
