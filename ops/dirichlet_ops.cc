// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Log density, divergence and entropy of the Dirichlet distribution, and their
// derivatives, over rows: the last axis is that of the components. The inputs
// have one shape.

#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace tf_implicit {
namespace {

using tensorflow::shape_inference::InferenceContext;
using tensorflow::shape_inference::ShapeHandle;

absl::Status SharedShape(InferenceContext* c, ShapeHandle* shape) {
  TF_RETURN_IF_ERROR(c->WithRankAtLeast(c->input(0), 1, shape));
  for (int k = 1; k < c->num_inputs(); ++k) {
    TF_RETURN_IF_ERROR(c->Merge(*shape, c->input(k), shape));
  }
  return absl::OkStatus();
}

absl::Status ValueShape(InferenceContext* c) {
  ShapeHandle shape;
  TF_RETURN_IF_ERROR(SharedShape(c, &shape));
  ShapeHandle leading;
  TF_RETURN_IF_ERROR(c->Subshape(shape, 0, -1, &leading));
  c->set_output(0, leading);
  return absl::OkStatus();
}

absl::Status GradientShape(InferenceContext* c) {
  ShapeHandle shape;
  TF_RETURN_IF_ERROR(SharedShape(c, &shape));
  for (int k = 0; k < c->num_outputs(); ++k) c->set_output(k, shape);
  return absl::OkStatus();
}

}  // namespace

REGISTER_OP("TFImplicit>DirichletDivergence")
    .Input("concentration_a: T")
    .Input("concentration_b: T")
    .Output("divergence: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(ValueShape)
    .Doc(R"doc(
The Kullback-Leibler divergence of Dirichlet(concentration_a) from
Dirichlet(concentration_b), for each row.
)doc");

REGISTER_OP("TFImplicit>DirichletDivergenceGrad")
    .Input("concentration_a: T")
    .Input("concentration_b: T")
    .Output("d_concentration_a: T")
    .Output("d_concentration_b: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(GradientShape)
    .Doc(R"doc(
The derivatives of DirichletDivergence in its inputs.
)doc");

REGISTER_OP("TFImplicit>DirichletEntropy")
    .Input("concentration: T")
    .Output("entropy: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(ValueShape)
    .Doc(R"doc(
The entropy of Dirichlet(concentration), for each row.
)doc");

REGISTER_OP("TFImplicit>DirichletEntropyGrad")
    .Input("concentration: T")
    .Output("d_concentration: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(GradientShape)
    .Doc(R"doc(
The derivatives of DirichletEntropy in its input.
)doc");

REGISTER_OP("TFImplicit>DirichletLogProb")
    .Input("concentration: T")
    .Input("sample: T")
    .Output("log_prob: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(ValueShape)
    .Doc(R"doc(
The log density of Dirichlet(concentration) at sample, for each row.
)doc");

REGISTER_OP("TFImplicit>DirichletLogProbGrad")
    .Input("concentration: T")
    .Input("sample: T")
    .Output("d_concentration: T")
    .Output("d_sample: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(GradientShape)
    .Doc(R"doc(
The derivatives of DirichletLogProb in its inputs.
)doc");

}  // namespace tf_implicit
