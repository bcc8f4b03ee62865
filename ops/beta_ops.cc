// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Derivatives of samples of the Beta distribution, from its own CDF, the
// regularized incomplete beta function (DLMF 8.17.2). All are elementwise and
// broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(RandomLogitBetaGrad,
                   "concentration1, concentration0, logit_sample",
                   "d_concentration1, d_concentration0",
                   R"doc(
dy/dconcentration1 and dy/dconcentration0 at y = logit_sample, for the logit
y = log(z / (1 - z)) of z ~ Beta(concentration1, concentration0).
)doc");

TFI_ELEMENTWISE_OP(RandomLogitBetaGradPartials,
                   "concentration1, concentration0, logit_sample",
                   "d1_concentration1, d1_concentration0, d1_logit_sample, "
                   "d0_concentration1, d0_concentration0, d0_logit_sample",
                   R"doc(
The derivatives of both outputs of RandomLogitBetaGrad in its three inputs.
)doc");

TFI_ELEMENTWISE_OP(RandomBetaGrad,
                   "concentration1, concentration0, sample, complement",
                   "d_concentration1, d_concentration0",
                   R"doc(
dz/dconcentration1 and dz/dconcentration0 at z = sample, for
z ~ Beta(concentration1, concentration0); complement is 1 - sample.
)doc");

TFI_ELEMENTWISE_OP(RandomRadialStudentTGrad, "dimension, df, log_square",
                   "output", R"doc(
d(log s)/ddf at log s = log_square, s the square of the length of a standard
Student-t vector, at a fixed value of its CDF.
)doc");

}  // namespace tf_implicit
