// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The law of Student's t distribution, with loc 0 and scale 1 where they are no
// inputs. All are elementwise and broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(StudentTCdf, "df, x", "lower, upper",
                   R"doc(
The distribution function, and 1 less it.
)doc");

TFI_ELEMENTWISE_OP(StudentTCdfPartials, "df, x", "d_df, d_x",
                   R"doc(
The derivatives of the distribution function.
)doc");

TFI_ELEMENTWISE_OP(StudentTDivergence, "df1, loc1, scale1, df2, loc2, scale2",
                   "divergence, d_df1, d_loc1, d_scale1, d_df2, d_loc2, "
                   "d_scale2",
                   R"doc(
The Kullback-Leibler divergence of StudentT(df1, loc1, scale1) from
StudentT(df2, loc2, scale2), and its derivatives.
)doc");

TFI_ELEMENTWISE_OP(StudentTLogCdf, "df, x", "log_lower, log_upper",
                   R"doc(
The logarithms of both outputs of StudentTCdf.
)doc");

TFI_ELEMENTWISE_OP(StudentTLogCdfPartials, "df, x",
                   "lower_df, lower_x, upper_df, upper_x",
                   R"doc(
The derivatives of both logarithms.
)doc");

TFI_ELEMENTWISE_OP(StudentTQuantile, "df, p, complement", "x",
                   R"doc(
The quantile at p; complement is 1 - p.
)doc");

TFI_ELEMENTWISE_OP(StudentTLogProb, "df, loc, scale, sample",
                   "log_prob, d_df, d_loc, d_scale, d_sample",
                   R"doc(
The log density of StudentT(df, loc, scale), and its derivatives. The sign of
scale changes neither.
)doc");

TFI_ELEMENTWISE_OP(StudentTEntropy, "df", "entropy",
                   R"doc(
The entropy.
)doc");

TFI_ELEMENTWISE_OP(StudentTEntropyGrad, "df", "d_df",
                   R"doc(
The derivative of the entropy.
)doc");

}  // namespace tf_implicit
