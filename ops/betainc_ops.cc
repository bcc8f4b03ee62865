// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Beta distribution function, DLMF 8.17.2, and its inverse. All are
// elementwise and broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(Betainc, "a, b, x", "lower, upper", R"doc(
The regularized incomplete beta function I(a, b, x) and 1 - I.
)doc");

TFI_ELEMENTWISE_OP(BetaincPartials, "a, b, x, complement", "d_a, d_b, d_x",
                   R"doc(
The derivatives of I(a, b, x); complement is 1 - x, of which and x the lesser is
taken as exact.
)doc");

TFI_ELEMENTWISE_OP(LogBetainc, "a, b, x", "log_lower, log_upper", R"doc(
The logarithms of I(a, b, x) and 1 - I.
)doc");

TFI_ELEMENTWISE_OP(LogBetaincPartials, "a, b, x, complement",
                   "lower_a, lower_b, lower_x, upper_a, upper_b, upper_x",
                   R"doc(
The derivatives of both logarithms.
)doc");

TFI_ELEMENTWISE_OP(Betaincinv, "a, b, p, complement", "x, x_complement",
                   R"doc(
x with I(a, b, x) = p, and 1 - x; complement is 1 - p.
)doc");

TFI_ELEMENTWISE_OP(LogitBetaCdf, "concentration1, concentration0, logit",
                   "lower, upper",
                   R"doc(
The distribution function of the logit of a Beta sample, and 1 less it.
)doc");

TFI_ELEMENTWISE_OP(LogitBetaCdfPartials,
                   "concentration1, concentration0, logit",
                   "d_concentration1, d_concentration0, d_logit",
                   R"doc(
The derivatives of that function.
)doc");

TFI_ELEMENTWISE_OP(LogitBetaLogCdf, "concentration1, concentration0, logit",
                   "log_lower, log_upper",
                   R"doc(
The logarithms of both outputs of LogitBetaCdf.
)doc");

TFI_ELEMENTWISE_OP(LogitBetaLogCdfPartials,
                   "concentration1, concentration0, logit",
                   "lower_concentration1, lower_concentration0, lower_logit, "
                   "upper_concentration1, upper_concentration0, upper_logit",
                   R"doc(
The derivatives of both logarithms.
)doc");

TFI_ELEMENTWISE_OP(LogitBetaQuantile,
                   "concentration1, concentration0, p, complement", "logit",
                   R"doc(
The logit of the quantile of Beta(concentration1, concentration0) at p;
complement is 1 - p.
)doc");

}  // namespace tf_implicit
