// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The density of the Normal distribution.

#include "kernels/families/family.h"
#include "kernels/special/normal_density.h"

TFI_FAMILY(Normal, TFI_NORMAL_OPS)
