// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The truncated Normal family.

#include "kernels/families/family.h"
#include "kernels/special/truncated_normal.h"
#include "kernels/special/truncated_normal_density.h"

TFI_FAMILY(TruncatedNormal, TFI_TRUNCATED_NORMAL_OPS)
