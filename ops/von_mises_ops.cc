// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The CDF of the von Mises distribution around 0 and derivatives of it and of
// its samples. All are elementwise and broadcast; accuracy and domain are
// stated by the functions of tf_implicit.math that call them.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(VonMisesCdf, "x, concentration", "output",
                   R"doc(
F(x | 0, concentration), the integral of the density from -pi to x.
)doc");

TFI_ELEMENTWISE_OP(VonMisesCdfGrad, "x, concentration", "d_x, d_concentration",
                   R"doc(
The derivatives of VonMisesCdf in x (the density) and in concentration.
)doc");

TFI_ELEMENTWISE_OP(VonMisesCdfGradPartials, "x, concentration",
                   "d_x_x, d_x_concentration, d_concentration_concentration",
                   R"doc(
The second derivatives of VonMisesCdf.
)doc");

TFI_ELEMENTWISE_OP(VonMisesLogCdf, "x, concentration",
                   "log_cdf, d_x, d_concentration",
                   R"doc(
The logarithm of VonMisesCdf, and its derivatives.
)doc");

TFI_ELEMENTWISE_OP(VonMisesQuantile, "p, concentration", "x",
                   R"doc(
The x between -pi and pi with VonMisesCdf(x, concentration) = p.

NaN for concentration < 0, p outside of [0, 1] and NaN.
)doc");

TFI_ELEMENTWISE_OP(RandomVonMisesGrad, "concentration, sample", "output",
                   R"doc(
dz/dconcentration at z = sample, for z ~ vonMises(0, concentration) at a fixed
value of its CDF.

NaN for concentration < 0 and NaN; 0 at sample = 0 and +-pi.
)doc");

TFI_ELEMENTWISE_OP(RandomVonMisesGradPartials, "concentration, sample",
                   "d_concentration, d_sample",
                   R"doc(
The derivatives of RandomVonMisesGrad h(k, z): dh/dk and dh/dz.
)doc");

TFI_ELEMENTWISE_OP(RandomVonMisesGradPaper, "concentration, sample", "output",
                   R"doc(
RandomVonMisesGrad by the method of Figurnov et al. (2018), Appendix B: Hill's
Algorithm 518, differentiated in forward mode.
)doc");

}  // namespace tf_implicit
