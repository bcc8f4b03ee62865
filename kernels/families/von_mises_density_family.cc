// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Densities, divergences and entropies of the von Mises family.

#include "kernels/families/family.h"
#include "kernels/special/von_mises_density.h"

TFI_FAMILY(VonMisesDensity, TFI_VON_MISES_DENSITY_OPS)
