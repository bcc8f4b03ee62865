// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Samples and their scales, bounds and locations.

#include "kernels/families/family.h"
#include "kernels/special/moved_angle.h"
#include "kernels/special/scaled_sample.h"

TFI_FAMILY(ScaledSample, TFI_SCALED_SAMPLE_OPS)
