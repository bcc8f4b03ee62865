// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The logarithm of the Gamma function and its derivatives (DLMF 5.2, 5.15).

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(Lgamma, "x", "y",
                   R"doc(
log Gamma(x) for x >= 0; NaN for x < 0 or NaN.
)doc");

TFI_ELEMENTWISE_OP(Digamma, "x", "y",
                   R"doc(
The derivative of Lgamma.
)doc");

TFI_ELEMENTWISE_OP(Trigamma, "x", "y",
                   R"doc(
The derivative of Digamma.
)doc");

TFI_ELEMENTWISE_OP(Tetragamma, "x", "y",
                   R"doc(
The derivative of Trigamma.
)doc");

}  // namespace tf_implicit
