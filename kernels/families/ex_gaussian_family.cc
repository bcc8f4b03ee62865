// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The exponentially modified Gaussian family.

#include "kernels/families/family.h"
#include "kernels/special/exponentially_modified_gaussian.h"

TFI_FAMILY(ExGaussian, TFI_EX_GAUSSIAN_OPS)
