// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The incomplete gamma functions, their logarithms and derivatives.

#include "kernels/families/family.h"
#include "kernels/special/igamma.h"
#include "kernels/special/igamma_grad.h"

TFI_FAMILY(Igamma, TFI_IGAMMA_OPS)
