// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Samples of the Normal distribution between two bounds and their derivatives,
// and its log density. All are elementwise and broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(RandomTruncatedNormalGrad, "loc, scale, low, high, sample",
                   "d_loc, d_scale, d_low, d_high, d_p", R"doc(
The derivatives of TruncatedNormalQuantile at z = sample, in the parameters and
in p.
)doc");

TFI_ELEMENTWISE_OP(TruncatedNormalLogProb, "loc, scale, low, high, value",
                   "output, d_loc, d_scale, d_low, d_high, d_value", R"doc(
The log density at a value of a Normal variable between two bounds, and its
derivatives; -infinity and 0 outside of the bounds.
)doc");

TFI_ELEMENTWISE_OP(TruncatedNormalQuantile, "loc, scale, low, high, p",
                   "output", R"doc(
The z in [low, high] below which the probability is p, for a Normal variable
between these bounds.
)doc");

}  // namespace tf_implicit
