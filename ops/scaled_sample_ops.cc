// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Samples and their scales, within bounds. All are elementwise and broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(GammaFromUnitRate, "sample, rate, least", "output",
                   R"doc(
sample / rate, but no less than least. NaN for a negative rate.
)doc");

TFI_ELEMENTWISE_OP(ScaledExponential, "log_sample, scale, least, most",
                   "output", R"doc(
scale exp(log_sample), but no less than least and no more than most.
)doc");

}  // namespace tf_implicit
