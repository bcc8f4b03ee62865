// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Samples and their scales or locations, within bounds. All are elementwise and
// broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(BoundedSigmoid, "logit, least, most", "output, d_logit",
                   R"doc(
1 / (1 + exp(-logit)), but no less than least and no more than most; and its
derivative without these.
)doc");

TFI_ELEMENTWISE_OP(GammaFromUnitRate, "sample, rate, least", "output",
                   R"doc(
sample / rate, but no less than least. NaN for a negative rate.
)doc");

TFI_ELEMENTWISE_OP(MovedAngle, "angle, loc, pi", "output",
                   R"doc(
angle + loc modulo 2 pi, from -pi to pi, for |angle| <= pi; pi is given as the
largest number of the type that is not above it.
)doc");

TFI_ELEMENTWISE_OP(ScaledExponential, "log_sample, scale, least, most",
                   "output", R"doc(
scale exp(log_sample), but no less than least and no more than most.
)doc");

}  // namespace tf_implicit
