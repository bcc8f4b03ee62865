// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Log density, divergences and entropy of the von Mises distribution, each with
// its first derivatives: one pass computes both. And moments. All are
// elementwise and broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(VonMisesDivergence,
                   "loc_a, concentration_a, loc_b, concentration_b",
                   "divergence, d_loc_a, d_concentration_a, d_loc_b, "
                   "d_concentration_b",
                   R"doc(
The Kullback-Leibler divergence of the von Mises distribution of loc_a and
concentration_a from that of loc_b and concentration_b, and its derivatives.
)doc");

TFI_ELEMENTWISE_OP(VonMisesEntropy, "concentration", "entropy, d_concentration",
                   R"doc(
The entropy of a von Mises distribution, and its derivative.
)doc");

TFI_ELEMENTWISE_OP(VonMisesLogProb, "concentration, sample",
                   "log_prob, d_concentration, d_sample",
                   R"doc(
The log density of a von Mises distribution around 0 at sample, and its
derivatives.
)doc");

TFI_ELEMENTWISE_OP(VonMisesMean, "concentration", "mean",
                   R"doc(
The mean of cos(z), z from a von Mises distribution around 0: the quotient A of
the modified Bessel functions I1 and I0 (DLMF 10.25) at concentration.
)doc");

TFI_ELEMENTWISE_OP(VonMisesThird, "concentration", "third",
                   R"doc(
The third central moment of cos(z), the second derivative of VonMisesMean.
)doc");

TFI_ELEMENTWISE_OP(VonMisesUniformDivergence, "concentration",
                   "divergence, d_concentration",
                   R"doc(
The Kullback-Leibler divergence of a von Mises distribution from the uniform
distribution on the circle, and its derivative.
)doc");

TFI_ELEMENTWISE_OP(VonMisesVariance, "concentration", "variance",
                   R"doc(
The variance of cos(z), the derivative of VonMisesMean.
)doc");

}  // namespace tf_implicit
