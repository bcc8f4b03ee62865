// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivatives of samples of Student's t distribution, from its own CDF. All are
// elementwise and broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(RandomStudentTGrad, "df, sample", "output",
                   R"doc(
dt/ddf at t = sample, for t ~ StudentT(df) at a fixed value of its CDF.
)doc");

TFI_ELEMENTWISE_OP(RandomStudentTGradPartials, "df, sample", "d_df, d_sample",
                   R"doc(
The derivatives of RandomStudentTGrad h(df, t): dh/ddf and dh/dt.
)doc");

TFI_ELEMENTWISE_OP(RandomStudentTLogGrad, "df, sample", "output",
                   R"doc(
d log|t| / ddf at t = sample, for t ~ StudentT(df) at a fixed value of its CDF.
)doc");

TFI_ELEMENTWISE_OP(RandomTwoPieceStudentTGrad, "df, skewness, sample",
                   "log_slope, d_skewness", R"doc(
d log|x| / ddf and dx/dskewness at x = sample, for x ~ TwoPieceStudentT(df, 0,
1, skewness) at a fixed value of its CDF.
)doc");

TFI_ELEMENTWISE_OP(StudentTFromNormals, "df, loc, scale, most, x, y",
                   "output, standard", R"doc(
loc + scale standard, with standard a sample of StudentT(df) from the standard
Normal ones x and y; neither it nor its product is above most in size.
)doc");

TFI_ELEMENTWISE_OP(TwoPieceStudentTFromNormals,
                   "df, limit, skewness, threshold, x, y, side", "output",
                   R"doc(
With t a sample of StudentT(df) from x and y, at most limit in size:
skewness |t| where side < threshold, else -|t| / skewness.
)doc");

}  // namespace tf_implicit
