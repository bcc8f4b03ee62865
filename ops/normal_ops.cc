// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The log density of the Normal distribution. Elementwise, and broadcasts.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(NormalLogProb, "loc, scale, sample",
                   "log_prob, d_loc, d_scale, d_sample", R"doc(
The log density of Normal(loc, scale) at the sample, and its derivatives.
)doc");

}  // namespace tf_implicit
