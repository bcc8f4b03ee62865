// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivatives of samples of Student's t distribution, from its own CDF. All are
// elementwise and broadcast.

#include "ops/shape.h"
#include "tensorflow/core/framework/op.h"

namespace tf_implicit {

REGISTER_OP("TFImplicit>RandomStudentTGrad")
    .Input("df: T")
    .Input("sample: T")
    .Output("output: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
dt/ddf at t = sample, for t ~ StudentT(df) at a fixed value of its CDF.
)doc");

REGISTER_OP("TFImplicit>RandomStudentTGradPartials")
    .Input("df: T")
    .Input("sample: T")
    .Output("d_df: T")
    .Output("d_sample: T")
    .Output("total: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
The derivatives of RandomStudentTGrad h(df, t): dh/ddf at fixed t, dh/dt, and
d2t/ddf2 = dh/ddf + h dh/dt along the quantile.
)doc");

}  // namespace tf_implicit
