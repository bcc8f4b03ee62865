// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Densities, divergences and entropies of the Gamma family.

#include "kernels/families/family.h"
#include "kernels/special/chi_log_prob.h"
#include "kernels/special/gamma_divergence.h"
#include "kernels/special/gamma_entropy.h"
#include "kernels/special/gamma_log_prob.h"
#include "kernels/special/hypergeometric_0f1.h"

TFI_FAMILY(GammaLaw, TFI_GAMMA_LAW_OPS)
