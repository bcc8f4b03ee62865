// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CPU kernels of the Beta derivatives (ops/beta_ops.cc).

#include "kernels/op/map_op.h"

namespace tf_implicit {
namespace {

TFI_REGISTER_MAP_OP("TFImplicit>RandomLogitBetaGrad", kRandomLogitBetaGrad, 50);
TFI_REGISTER_MAP_OP("TFImplicit>RandomLogitBetaGradPartials",
                    kRandomLogitBetaGradPartials, 300);
TFI_REGISTER_MAP_OP("TFImplicit>RandomBetaGrad", kRandomBetaGrad, 50);

}  // namespace
}  // namespace tf_implicit
