// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The von Mises-Fisher family.

#include "kernels/families/family.h"
#include "kernels/special/von_mises_fisher.h"
#include "kernels/special/von_mises_fisher_moments.h"

TFI_FAMILY(VonMisesFisher, TFI_VON_MISES_FISHER_OPS)
