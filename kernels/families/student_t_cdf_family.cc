// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The distribution function, density, entropy and divergence of Student's t
// distribution.

#include "kernels/families/family.h"
#include "kernels/special/betainc_functions.h"
#include "kernels/special/student_t_divergence.h"
#if !TFI_FAMILY_IS_CUDA
#include "kernels/cpu/betainc_loops.h"
#endif

TFI_FAMILY(StudentTCdf, TFI_STUDENT_T_CDF_OPS)
