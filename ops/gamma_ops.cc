// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivatives of the Gamma distribution with unit rate. P(a, x) is the
// regularized lower incomplete gamma function, DLMF 8.2.4: the CDF at x of
// Gamma(a, 1). All are elementwise and broadcast; accuracy and domain are
// stated by the functions of tf_implicit.math that call them.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(IgammaGradA, "a, x", "z",
                   R"doc(
dP(a, x)/da.

NaN for a <= 0, x < 0 or NaN.
)doc");

TFI_ELEMENTWISE_OP(IgammaGradAPartials, "a, x", "d_a, d_x",
                   R"doc(
The derivatives of IgammaGradA: d2P(a, x)/da2 and d2P(a, x)/(da dx).
)doc");

TFI_ELEMENTWISE_OP(IgammaGradAPaper, "a, x", "z",
                   R"doc(
IgammaGradA by the method of Figurnov et al. (2018), Appendix B.

NaN where 200 (float) or 500 (double) iterations do not converge.
)doc");

TFI_ELEMENTWISE_OP(RandomGammaGrad, "alpha, sample", "output",
                   R"doc(
dz/dalpha at z = sample, for z ~ Gamma(alpha, 1) at a fixed value of its CDF:
-(dP(alpha, z)/dalpha) / p(z; alpha).

NaN for alpha <= 0, sample < 0 or NaN; 0 at sample = 0.
)doc");

TFI_ELEMENTWISE_OP(RandomGammaGradPartials, "alpha, sample",
                   "d_alpha, d_sample",
                   R"doc(
The derivatives of RandomGammaGrad g(alpha, z): dg/dalpha and dg/dz.
)doc");

TFI_ELEMENTWISE_OP(RandomGammaGradPaper, "alpha, sample", "output",
                   R"doc(
RandomGammaGrad by the method of Figurnov et al. (2018), Appendix B.

NaN where 200 (float) or 500 (double) iterations do not converge.
)doc");

TFI_ELEMENTWISE_OP(RandomGeneralizedNormalGrad, "power, log_distance", "output",
                   R"doc(
d(log t)/dpower at log t = log_distance, for t**power ~ Gamma(1 / power, 1).
)doc");

TFI_ELEMENTWISE_OP(RandomLogGammaGrad, "alpha, log_sample", "output",
                   R"doc(
d(log z)/dalpha at log z = log_sample, for z ~ Gamma(alpha, 1).

The form for small alpha, whose samples underflow while their logarithms do not.
)doc");

TFI_ELEMENTWISE_OP(RandomLogGammaGradPartials, "alpha, log_sample",
                   "d_alpha, d_log_sample",
                   R"doc(
The derivatives of RandomLogGammaGrad r(alpha, u), u = log z: dr/dalpha and dr/du.
)doc");

}  // namespace tf_implicit
