// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Student-t family.

#include "kernels/families/family.h"
#include "kernels/special/student_t.h"

TFI_FAMILY(StudentT, TFI_STUDENT_T_OPS)
