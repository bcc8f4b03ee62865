// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The von Mises-Fisher distribution in a dimension from 2 on: derivatives of
// the angle between a sample and the mean direction, and moments of its cosine.
// All are elementwise and broadcast; `dimension` holds integers.

#include "ops/shape.h"
#include "tensorflow/core/framework/op.h"

namespace tf_implicit {

REGISTER_OP("TFImplicit>RandomVonMisesFisherGrad")
    .Input("dimension: T")
    .Input("concentration: T")
    .Input("angle: T")
    .Output("output: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
dtheta/dconcentration at theta = angle, for the angle theta between a sample and
the mean direction, at a fixed value of its CDF.

NaN for concentration < 0, NaN and a dimension that is not an integer >= 2; 0 at
angle = 0 and +-pi.
)doc");

REGISTER_OP("TFImplicit>RandomVonMisesFisherGradPartials")
    .Input("dimension: T")
    .Input("concentration: T")
    .Input("angle: T")
    .Output("d_concentration: T")
    .Output("d_angle: T")
    .Output("total: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
The derivatives of RandomVonMisesFisherGrad h(k, theta): dh/dk at fixed theta,
dh/dtheta, and d2theta/dk2 = dh/dk + h dh/dtheta along the quantile.
)doc");

REGISTER_OP("TFImplicit>VonMisesFisherMoments")
    .Input("dimension: T")
    .Input("concentration: T")
    .Output("log_partition: T")
    .Output("mean: T")
    .Output("complement: T")
    .Output("variance: T")
    .Output("third: T")
    .Output("divergence: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
Moments of the cosine w of the angle between a sample and the mean direction.

log_partition: log E exp(concentration (w - 1)) under the uniform distribution.
mean: A = E w.
complement: 1 - A.
variance: of w.
third: E (w - A)^3.
divergence: the Kullback-Leibler divergence from the uniform distribution.
)doc");

}  // namespace tf_implicit
