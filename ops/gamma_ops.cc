// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivatives of the Gamma distribution with unit rate. P(a, x) is the
// regularized lower incomplete gamma function, DLMF 8.2.4: the CDF at x of
// Gamma(a, 1). All are elementwise and broadcast; accuracy and domain are
// stated by the functions of tf_implicit.math that call them.

#include "ops/shape.h"
#include "tensorflow/core/framework/op.h"

namespace tf_implicit {

REGISTER_OP("TFImplicit>IgammaGradA")
    .Input("a: T")
    .Input("x: T")
    .Output("z: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
dP(a, x)/da.

NaN for a <= 0, x < 0 or NaN.
)doc");

REGISTER_OP("TFImplicit>IgammaGradAPartials")
    .Input("a: T")
    .Input("x: T")
    .Output("d_a: T")
    .Output("d_x: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
The derivatives of IgammaGradA: d2P(a, x)/da2 and d2P(a, x)/(da dx).
)doc");

REGISTER_OP("TFImplicit>IgammaGradAPaper")
    .Input("a: T")
    .Input("x: T")
    .Output("z: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
IgammaGradA by the method of Figurnov et al. (2018), Appendix B.

NaN where 200 (float) or 500 (double) iterations do not converge.
)doc");

REGISTER_OP("TFImplicit>RandomGammaGrad")
    .Input("alpha: T")
    .Input("sample: T")
    .Output("output: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
dz/dalpha at z = sample, for z ~ Gamma(alpha, 1) at a fixed value of its CDF:
-(dP(alpha, z)/dalpha) / p(z; alpha).

NaN for alpha <= 0, sample < 0 or NaN; 0 at sample = 0.
)doc");

REGISTER_OP("TFImplicit>RandomGammaGradPartials")
    .Input("alpha: T")
    .Input("sample: T")
    .Output("d_alpha: T")
    .Output("d_sample: T")
    .Output("total: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
The derivatives of RandomGammaGrad g(alpha, z): dg/dalpha at fixed z, dg/dz, and
d2z/dalpha2 = dg/dalpha + g dg/dz along the quantile.
)doc");

REGISTER_OP("TFImplicit>RandomGammaGradPaper")
    .Input("alpha: T")
    .Input("sample: T")
    .Output("output: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
RandomGammaGrad by the method of Figurnov et al. (2018), Appendix B.

NaN where 200 (float) or 500 (double) iterations do not converge.
)doc");

REGISTER_OP("TFImplicit>RandomLogGammaGrad")
    .Input("alpha: T")
    .Input("log_sample: T")
    .Output("output: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
d(log z)/dalpha at log z = log_sample, for z ~ Gamma(alpha, 1).

The form for small alpha, whose samples underflow while their logarithms do not.
)doc");

REGISTER_OP("TFImplicit>RandomLogGammaGradPartials")
    .Input("alpha: T")
    .Input("log_sample: T")
    .Output("d_alpha: T")
    .Output("d_log_sample: T")
    .Output("total: T")
    .Attr("T: {half, bfloat16, float, double}")
    .SetShapeFn(BroadcastShape)
    .Doc(R"doc(
The derivatives of RandomLogGammaGrad r(alpha, u), u = log z: dr/dalpha at fixed
u, dr/du, and d2u/dalpha2 = dr/dalpha + r dr/du along the quantile.
)doc");

}  // namespace tf_implicit
