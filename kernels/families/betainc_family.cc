// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Beta distribution function.

#include "kernels/families/family.h"
#include "kernels/special/betainc_functions.h"
#if !TFI_FAMILY_IS_CUDA
#include "kernels/cpu/betainc_loops.h"
#endif

TFI_FAMILY(Betainc, TFI_BETAINC_OPS)
