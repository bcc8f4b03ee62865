// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivatives of samples of the Beta distribution, from its own CDF, the
// regularized incomplete beta function (DLMF 8.17.2). All are elementwise and
// broadcast.

#include "ops/shape.h"
#include "tensorflow/core/framework/op.h"

namespace tf_implicit {

REGISTER_OP("TFImplicit>RandomLogitBetaGrad")
    .Input("concentration1: T")
    .Input("concentration0: T")
    .Input("logit_sample: T")
    .Output("d_concentration1: T")
    .Output("d_concentration0: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
dy/dconcentration1 and dy/dconcentration0 at y = logit_sample, for the logit
y = log(z / (1 - z)) of z ~ Beta(concentration1, concentration0).
)doc");

REGISTER_OP("TFImplicit>RandomLogitBetaGradPartials")
    .Input("concentration1: T")
    .Input("concentration0: T")
    .Input("logit_sample: T")
    .Output("d1_concentration1: T")
    .Output("d1_concentration0: T")
    .Output("d1_logit_sample: T")
    .Output("d0_concentration1: T")
    .Output("d0_concentration0: T")
    .Output("d0_logit_sample: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
The derivatives of both outputs of RandomLogitBetaGrad in its three inputs.
)doc");

REGISTER_OP("TFImplicit>RandomBetaGrad")
    .Input("concentration1: T")
    .Input("concentration0: T")
    .Input("sample: T")
    .Input("complement: T")
    .Output("d_concentration1: T")
    .Output("d_concentration0: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
dz/dconcentration1 and dz/dconcentration0 at z = sample, for
z ~ Beta(concentration1, concentration0); complement is 1 - sample.
)doc");

}  // namespace tf_implicit
