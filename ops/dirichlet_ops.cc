// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Log density, divergence and entropy of the Dirichlet distribution, each with
// its first derivatives, over rows: the last axis is that of the components.
// The inputs have one shape.

#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace tf_implicit {
namespace {

using tensorflow::shape_inference::InferenceContext;
using tensorflow::shape_inference::ShapeHandle;

// A value for each row, and the derivatives in each of its components.
absl::Status RowShape(InferenceContext* c) {
  ShapeHandle shape;
  TF_RETURN_IF_ERROR(c->WithRankAtLeast(c->input(0), 1, &shape));
  for (int k = 1; k < c->num_inputs(); ++k) {
    TF_RETURN_IF_ERROR(c->Merge(shape, c->input(k), &shape));
  }
  ShapeHandle leading;
  TF_RETURN_IF_ERROR(c->Subshape(shape, 0, -1, &leading));
  c->set_output(0, leading);
  for (int k = 1; k < c->num_outputs(); ++k) c->set_output(k, shape);
  return absl::OkStatus();
}

}  // namespace

REGISTER_OP("TFImplicit>DirichletDivergence")
    .Input("concentration_a: T")
    .Input("concentration_b: T")
    .Output("divergence: T")
    .Output("d_concentration_a: T")
    .Output("d_concentration_b: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(RowShape)
    .Doc(R"doc(
The Kullback-Leibler divergence of Dirichlet(concentration_a) from
Dirichlet(concentration_b), for each row, and its derivatives.
)doc");

REGISTER_OP("TFImplicit>DirichletEntropy")
    .Input("concentration: T")
    .Output("entropy: T")
    .Output("d_concentration: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(RowShape)
    .Doc(R"doc(
The entropy of Dirichlet(concentration), for each row, and its derivatives.
)doc");

REGISTER_OP("TFImplicit>DirichletLogProb")
    .Input("concentration: T")
    .Input("sample: T")
    .Output("log_prob: T")
    .Output("d_concentration: T")
    .Output("d_sample: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(RowShape)
    .Doc(R"doc(
The log density of Dirichlet(concentration) at sample, for each row, and its
derivatives.
)doc");

}  // namespace tf_implicit
