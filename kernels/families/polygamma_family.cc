// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The logarithm of the Gamma function and its derivatives.

#include "kernels/families/family.h"
#include "kernels/special/polygamma.h"

TFI_FAMILY(Polygamma, TFI_POLYGAMMA_OPS)
