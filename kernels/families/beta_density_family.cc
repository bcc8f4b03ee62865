// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Densities, divergences and entropies of the Beta family.

#include "kernels/families/family.h"
#include "kernels/special/beta_density.h"
#include "kernels/special/beta_divergence.h"
#include "kernels/special/beta_entropy.h"
#include "kernels/special/euler_integral.h"
#include "kernels/special/gamma_gamma_density.h"

TFI_FAMILY(BetaDensity, TFI_BETA_DENSITY_OPS)
