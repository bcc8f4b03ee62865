// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The incomplete gamma functions P and Q, their logarithms, derivatives and
// inverses. All are elementwise and broadcast; accuracy and domain are stated
// by the functions of tf_implicit.math that call them.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(Igamma, "a, x", "p",
                   R"doc(
The regularized lower incomplete gamma function P(a, x), DLMF 8.2.4.

NaN for a <= 0, x < 0 or NaN.
)doc");

TFI_ELEMENTWISE_OP(Igammac, "a, x", "q",
                   R"doc(
The regularized upper incomplete gamma function Q(a, x) = 1 - P(a, x).

NaN for a <= 0, x < 0 or NaN.
)doc");

TFI_ELEMENTWISE_OP(LogIgamma, "a, x", "log_p",
                   R"doc(
log P(a, x).

NaN for a <= 0, x < 0 or NaN.
)doc");

TFI_ELEMENTWISE_OP(LogIgammac, "a, x", "log_q",
                   R"doc(
log Q(a, x).

NaN for a <= 0, x < 0 or NaN.
)doc");

TFI_ELEMENTWISE_OP(IgammaGrad, "a, x", "d_a, d_x",
                   R"doc(
The derivatives of Igamma.

NaN for a <= 0, x < 0 or NaN.
)doc");

TFI_ELEMENTWISE_OP(IgammaGradPartials, "a, x", "d_a_a, d_a_x, d_x_x",
                   R"doc(
The second derivatives of Igamma.

NaN for a <= 0, x < 0 or NaN.
)doc");

TFI_ELEMENTWISE_OP(LogIgammaGrad, "a, x", "d_a, d_x",
                   R"doc(
The derivatives of LogIgamma.

NaN for a <= 0, x < 0 or NaN.
)doc");

TFI_ELEMENTWISE_OP(LogIgammaGradPartials, "a, x", "d_a_a, d_a_x, d_x_x",
                   R"doc(
The second derivatives of LogIgamma.

NaN for a <= 0, x < 0 or NaN.
)doc");

TFI_ELEMENTWISE_OP(LogIgammacGrad, "a, x", "d_a, d_x",
                   R"doc(
The derivatives of LogIgammac.

NaN for a <= 0, x < 0 or NaN.
)doc");

TFI_ELEMENTWISE_OP(LogIgammacGradPartials, "a, x", "d_a_a, d_a_x, d_x_x",
                   R"doc(
The second derivatives of LogIgammac.

NaN for a <= 0, x < 0 or NaN.
)doc");

TFI_ELEMENTWISE_OP(Igammainv, "a, p", "x",
                   R"doc(
The x with P(a, x) = p.

NaN for a <= 0, p outside of [0, 1] and NaN.
)doc");

TFI_ELEMENTWISE_OP(Igammacinv, "a, q", "x",
                   R"doc(
The x with Q(a, x) = q.

NaN for a <= 0, q outside of [0, 1] and NaN.
)doc");

TFI_ELEMENTWISE_OP(LogIgammainv, "a, p", "log_x",
                   R"doc(
log x of the x with P(a, x) = p, also where x underflows.

NaN for a <= 0, p outside of [0, 1] and NaN.
)doc");

TFI_ELEMENTWISE_OP(LogIgammacinv, "a, q", "log_x",
                   R"doc(
log x of the x with Q(a, x) = q, also where x underflows.

NaN for a <= 0, q outside of [0, 1] and NaN.
)doc");

}  // namespace tf_implicit
