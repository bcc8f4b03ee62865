// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The von Mises family.

#include "kernels/families/family.h"
#include "kernels/special/von_mises.h"
#include "kernels/special/von_mises_cdf.h"
#include "kernels/special/von_mises_inverse.h"
#include "kernels/special/von_mises_paper.h"

TFI_FAMILY(VonMises, TFI_VON_MISES_OPS)
