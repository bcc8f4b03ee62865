// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CPU kernels of the Student-t derivatives (ops/student_t_ops.cc).

#include "kernels/op/map_op.h"

namespace tf_implicit {
namespace {

TFI_REGISTER_MAP_OP("TFImplicit>RandomStudentTGrad", kRandomStudentTGrad, 20);
TFI_REGISTER_MAP_OP("TFImplicit>RandomStudentTGradPartials",
                    kRandomStudentTGradPartials, 60);

}  // namespace
}  // namespace tf_implicit
