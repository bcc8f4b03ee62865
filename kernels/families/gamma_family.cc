// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Gamma family.

#include "kernels/families/family.h"
#include "kernels/special/gamma.h"
#include "kernels/special/gamma_paper.h"
#include "kernels/special/generalized_normal.h"
#include "kernels/special/igamma.h"

TFI_FAMILY(Gamma, TFI_GAMMA_OPS)
