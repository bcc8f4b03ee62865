// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Log densities, divergences and entropies of a Gamma law, of its logarithm and
// of its inverse, each with its first derivatives: one pass computes both. All
// are elementwise and broadcast; accuracy and domain are stated by the
// functions of tf_implicit.math that call them.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(GammaDivergence,
                   "concentration1, rate1, concentration2, rate2",
                   "divergence, d_concentration1, d_rate1, d_concentration2, "
                   "d_rate2",
                   R"doc(
The Kullback-Leibler divergence of Gamma(concentration1, rate1) from
Gamma(concentration2, rate2), and its derivatives.
)doc");

TFI_ELEMENTWISE_OP(GammaLogRateDivergence,
                   "concentration1, rate1, concentration2, rate2",
                   "divergence, d_concentration1, d_rate1, "
                   "d_concentration2, d_rate2",
                   R"doc(
GammaDivergence in terms of the logarithms of the rates.
)doc");

TFI_ELEMENTWISE_OP(GammaLogProb, "concentration, rate, sample",
                   "log_prob, d_concentration, d_rate, d_sample",
                   R"doc(
The log density of Gamma(concentration, rate) at sample, and its derivatives.
)doc");

TFI_ELEMENTWISE_OP(GammaLogRateLogProb, "concentration, rate, sample",
                   "log_prob, d_concentration, d_rate, d_sample",
                   R"doc(
GammaLogProb in terms of the logarithm of the rate.
)doc");

TFI_ELEMENTWISE_OP(ExpGammaLogProb, "concentration, rate, log_sample",
                   "log_prob, d_concentration, d_rate, d_log_sample",
                   R"doc(
The log density at log_sample of log z, z ~ Gamma(concentration, rate), and its
derivatives.
)doc");

TFI_ELEMENTWISE_OP(ExpGammaLogRateLogProb, "concentration, rate, log_sample",
                   "log_prob, d_concentration, d_rate, d_log_sample",
                   R"doc(
ExpGammaLogProb in terms of the logarithm of the rate.
)doc");

TFI_ELEMENTWISE_OP(InverseGammaLogProb, "concentration, scale, sample",
                   "log_prob, d_concentration, d_scale, d_sample",
                   R"doc(
The log density at the sample of 1 / z, z ~ Gamma(concentration, scale), and its
derivatives.
)doc");

TFI_ELEMENTWISE_OP(ChiLogProb, "df, sample", "log_prob, d_df, d_sample",
                   R"doc(
The log density of Chi(df) at the sample, and its derivatives.
)doc");

TFI_ELEMENTWISE_OP(GammaEntropy, "concentration, rate",
                   "entropy, d_concentration, d_rate",
                   R"doc(
The differential entropy of Gamma(concentration, rate), and its derivatives.
)doc");

TFI_ELEMENTWISE_OP(ExpGammaEntropy, "concentration", "entropy, d_concentration",
                   R"doc(
The differential entropy of log z, z ~ Gamma(concentration, rate), which does
not depend on the rate, and its derivative.
)doc");

TFI_ELEMENTWISE_OP(InverseGammaEntropy, "concentration, scale",
                   "entropy, d_concentration, d_scale",
                   R"doc(
The differential entropy of 1 / z, z ~ Gamma(concentration, scale), and its
derivatives.
)doc");

TFI_ELEMENTWISE_OP(LogHypergeometric0F1, "b, z", "value, d_b, d_z", R"doc(
The logarithm of the confluent hypergeometric limit function 0F1(; b; z), and its
derivatives, for 0 <= z <= 650.
)doc");

}  // namespace tf_implicit
