// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Log densities, divergences and entropies of the Beta distribution, and the
// integral in the density of a quotient of Beta variables, each with its first
// derivatives: one pass computes both. All are elementwise and broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(BetaDivergence,
                   "concentration1_a, concentration0_a, concentration1_b, "
                   "concentration0_b",
                   "divergence, d_concentration1_a, d_concentration0_a, "
                   "d_concentration1_b, d_concentration0_b",
                   R"doc(
The Kullback-Leibler divergence of Beta(concentration1_a, concentration0_a) from
Beta(concentration1_b, concentration0_b), and its derivatives.
)doc");

TFI_ELEMENTWISE_OP(BetaEntropy, "concentration1, concentration0",
                   "entropy, d_concentration1, d_concentration0",
                   R"doc(
The entropy of Beta(concentration1, concentration0), and its derivatives.
)doc");

TFI_ELEMENTWISE_OP(BetaFisherInformation, "concentration1, concentration0",
                   "information11, information10, information00",
                   R"doc(
The three different elements of the Fisher information of
Beta(concentration1, concentration0) about its concentrations.
)doc");

TFI_ELEMENTWISE_OP(BetaLogProb,
                   "concentration1, concentration0, sample, complement",
                   "log_prob, d_concentration1, d_concentration0, d_sample",
                   R"doc(
The log density of Beta(concentration1, concentration0) at sample, 1 -
complement; the lesser of the two counts. And its derivatives in the
concentrations and in sample, with complement = 1 - sample.
)doc");

TFI_ELEMENTWISE_OP(GammaGammaLogProb,
                   "concentration, mixing_concentration, mixing_rate, sample",
                   "log_prob, d_concentration, d_mixing_concentration, "
                   "d_mixing_rate, d_sample",
                   R"doc(
The log density of GammaGamma(concentration, mixing_concentration, mixing_rate),
and its derivatives.
)doc");

TFI_ELEMENTWISE_OP(LogEulerIntegral, "a, b, c, r", "value, d_a, d_b, d_c, d_r",
                   R"doc(
The logarithm of the integral of u^(a - 1) (1 - u)^(b - 1) (1 - r u)^(c - 1) over
0 < u < 1, and its derivatives.
)doc");

TFI_ELEMENTWISE_OP(LogitBetaLogProb,
                   "concentration1, concentration0, logit_sample",
                   "log_prob, d_concentration1, d_concentration0, "
                   "d_logit_sample",
                   R"doc(
The log density of log(z / (1 - z)), z ~ Beta(concentration1, concentration0),
at logit_sample, and its derivatives.
)doc");

}  // namespace tf_implicit
