// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivatives of samples of the inverse Gaussian distribution. Elementwise; the
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

}  // namespace tf_implicit
