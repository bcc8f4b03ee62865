// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The transformation of Box and Cox. Elementwise; the inputs broadcast.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(BoxCox, "concentration, log_x", "output, log_slope", R"doc(
y = (exp(concentration log_x) - 1) / concentration and d log|y| /
dconcentration.
)doc");

TFI_ELEMENTWISE_OP(InverseBoxCox, "concentration, x",
                   "output, d_concentration, d_x", R"doc(
log(1 + concentration x) / concentration and its derivatives.
)doc");

}  // namespace tf_implicit
