// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Samples of the Cauchy distribution between two bounds and their derivatives.
// Both are elementwise and broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(RandomTruncatedCauchyGrad, "loc, scale, low, high, sample",
                   "d_loc, d_scale, d_low, d_high, d_p", R"doc(
The derivatives of TruncatedCauchyQuantile at z = sample, in the parameters and
in p.
)doc");

TFI_ELEMENTWISE_OP(TruncatedCauchyQuantile, "loc, scale, low, high, p",
                   "output", R"doc(
The z in [low, high] below which the probability is p, for a Cauchy variable
between these bounds.
)doc");

}  // namespace tf_implicit
