// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The inverse Gaussian distribution: derivatives of its samples and its log
// density; and what the normal-inverse Gaussian density needs. Elementwise; the
// inputs broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(RandomInverseGaussianLogGrad,
                   "loc, concentration, sample, side",
                   "d_log_loc, d_log_concentration", R"doc(
d log z / d log loc and d log z / d log concentration at z = sample, for a fixed
value of the CDF.

side: (loc - z) / (loc + z), which rounding may have made 0 in `sample`.
)doc");

TFI_ELEMENTWISE_OP(InverseGaussianLogProb, "loc, concentration, sample",
                   "log_prob, d_loc, d_concentration, d_sample", R"doc(
The log density of InverseGaussian(loc, concentration) at the sample, and its
derivatives.
)doc");

TFI_ELEMENTWISE_OP(LogBesselK1e, "x", "value, d_x", R"doc(
log(exp(x) K_1(x)) for the modified Bessel function K_1, and its derivative.
)doc");

}  // namespace tf_implicit
