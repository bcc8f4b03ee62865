// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The CDF of the von Mises distribution around 0 and derivatives of it and of
// its samples. All are elementwise and broadcast; accuracy and domain are
// stated by the functions of tf_implicit.math that call them.

#include "ops/shape.h"
#include "tensorflow/core/framework/op.h"

namespace tf_implicit {

REGISTER_OP("TFImplicit>VonMisesCdf")
    .Input("x: T")
    .Input("concentration: T")
    .Output("output: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
F(x | 0, concentration), the integral of the density from -pi to x.
)doc");

REGISTER_OP("TFImplicit>VonMisesCdfGrad")
    .Input("x: T")
    .Input("concentration: T")
    .Output("d_x: T")
    .Output("d_concentration: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
The derivatives of VonMisesCdf in x (the density) and in concentration.
)doc");

REGISTER_OP("TFImplicit>VonMisesCdfGradPartials")
    .Input("x: T")
    .Input("concentration: T")
    .Output("d_x_x: T")
    .Output("d_x_concentration: T")
    .Output("d_concentration_concentration: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
The second derivatives of VonMisesCdf.
)doc");

REGISTER_OP("TFImplicit>RandomVonMisesGrad")
    .Input("concentration: T")
    .Input("sample: T")
    .Output("output: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
dz/dconcentration at z = sample, for z ~ vonMises(0, concentration) at a fixed
value of its CDF.

NaN for concentration < 0 and NaN; 0 at sample = 0 and +-pi.
)doc");

REGISTER_OP("TFImplicit>RandomVonMisesGradPartials")
    .Input("concentration: T")
    .Input("sample: T")
    .Output("d_concentration: T")
    .Output("d_sample: T")
    .Output("total: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
The derivatives of RandomVonMisesGrad h(k, z): dh/dk at fixed z, dh/dz, and
d2z/dk2 = dh/dk + h dh/dz along the quantile.
)doc");

REGISTER_OP("TFImplicit>RandomVonMisesGradPaper")
    .Input("concentration: T")
    .Input("sample: T")
    .Output("output: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
RandomVonMisesGrad by the method of Figurnov et al. (2018), Appendix B: Hill's
Algorithm 518, differentiated in forward mode.
)doc");

}  // namespace tf_implicit
