// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Samplers. An element depends on the seed, its position in the output and its
// own parameters alone.

#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace tf_implicit {
namespace {

using tensorflow::shape_inference::InferenceContext;
using tensorflow::shape_inference::ShapeHandle;

// The output has the shape that the first input holds, to which the parameters
// must broadcast. Inputs: shape, seed, parameters.
absl::Status SampleShape(InferenceContext* c) {
  ShapeHandle seed;
  TF_RETURN_IF_ERROR(c->WithRank(c->input(1), 1, &seed));
  tensorflow::shape_inference::DimensionHandle unused;
  TF_RETURN_IF_ERROR(c->WithValue(c->Dim(seed, 0), 2, &unused));
  ShapeHandle shape;
  TF_RETURN_IF_ERROR(c->MakeShapeFromShapeTensor(0, &shape));
  for (int k = 0; k < c->num_outputs(); ++k) c->set_output(k, shape);
  return absl::OkStatus();
}

}  // namespace

#define TFI_SAMPLER_OP(name)                      \
  REGISTER_OP(name)                               \
      .Input("shape: S")                          \
      .Input("seed: Tseed")                       \
      .Attr("T: {half, bfloat16, float, double}") \
      .Attr("S: {int32, int64} = DT_INT32")       \
      .Attr("Tseed: {int32, int64} = DT_INT32")

TFI_SAMPLER_OP("TFImplicit>StatelessNormal")
    .Output("output: T")
    .SetShapeFn(SampleShape)
    .Doc(R"doc(
Samples of the standard Normal distribution, independent of those that the other
ops draw with the same seed.

shape: The shape of the output.
seed: Two integers.
)doc");

TFI_SAMPLER_OP("TFImplicit>StatelessGamma")
    .Input("alpha: T")
    .Output("output: T")
    .SetShapeFn(SampleShape)
    .Doc(R"doc(
Samples of Gamma(alpha, 1), not below the smallest normal number of T.

shape: The shape of the output; alpha broadcasts to it.
seed: Two integers.
)doc");

TFI_SAMPLER_OP("TFImplicit>StatelessLogGamma")
    .Input("alpha: T")
    .Output("output: T")
    .SetShapeFn(SampleShape)
    .Doc(R"doc(
Logarithms of samples of Gamma(alpha, 1).

shape: The shape of the output; alpha broadcasts to it.
seed: Two integers.
)doc");

TFI_SAMPLER_OP("TFImplicit>StatelessVonMises")
    .Input("concentration: T")
    .Output("output: T")
    .SetShapeFn(SampleShape)
    .Doc(R"doc(
Samples in [-pi, pi] of the von Mises distribution around 0.

shape: The shape of the output; concentration broadcasts to it.
seed: Two integers.
)doc");

TFI_SAMPLER_OP("TFImplicit>StatelessVonMisesFisherAngle")
    .Input("concentration: T")
    .Input("dimension: int32")
    .Output("output: T")
    .SetShapeFn(SampleShape)
    .Doc(R"doc(
Angles in [0, pi] between samples of the von Mises-Fisher distribution and their
mean direction.

shape: The shape of the output; concentration broadcasts to it.
seed: Two integers.
dimension: A scalar, at least 2.
)doc");

TFI_SAMPLER_OP("TFImplicit>StatelessDirichlet")
    .Input("concentration: T")
    .Output("output: T")
    .Output("log_gamma: T")
    .SetShapeFn(SampleShape)
    .Doc(R"doc(
Samples of a Dirichlet distribution along the last axis.

shape: The shape of the output, of rank 1 or more; concentration broadcasts to
  it.
seed: Two integers.
output: softmax(log_gamma) along the last axis; except in half, no smaller than the
  smallest normal number.
log_gamma: Logarithms of samples of Gamma(concentration, 1).
)doc");

#undef TFI_SAMPLER_OP

}  // namespace tf_implicit
