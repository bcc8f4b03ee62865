// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The truncated Cauchy family.

#include "kernels/families/family.h"
#include "kernels/special/truncated_cauchy.h"

TFI_FAMILY(TruncatedCauchy, TFI_TRUNCATED_CAUCHY_OPS)
