// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The transformation of Box and Cox.

#include "kernels/families/family.h"
#include "kernels/special/box_cox.h"

TFI_FAMILY(BoxCox, TFI_BOX_COX_OPS)
