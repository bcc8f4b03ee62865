// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The inverse Gaussian family.

#include "kernels/families/family.h"
#include "kernels/special/bessel_k1.h"
#include "kernels/special/inverse_gaussian.h"
#include "kernels/special/inverse_gaussian_density.h"

TFI_FAMILY(InverseGaussian, TFI_INVERSE_GAUSSIAN_OPS)
