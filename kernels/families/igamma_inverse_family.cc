// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Quantiles of the Gamma distribution.

#include "kernels/families/family.h"
#include "kernels/special/igamma_inverse.h"

TFI_FAMILY(IgammaInverse, TFI_IGAMMA_INVERSE_OPS)
