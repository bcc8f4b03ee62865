// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The log density of the exponentially modified Gaussian distribution.
// Elementwise; the inputs broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(ExponentiallyModifiedGaussianLogProb,
                   "loc, scale, rate, value",
                   "log_prob, d_loc, d_scale, d_rate, d_value", R"doc(
The log density at a value of the sum of a Normal and an Exponential variable,
and its derivatives.
)doc");

}  // namespace tf_implicit
