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

}  // namespace tf_implicit
