// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Beta family.

#include "kernels/families/family.h"
#include "kernels/special/beta_sample.h"
#include "kernels/special/radial_t.h"
#if !TFI_FAMILY_IS_CUDA
#include "kernels/cpu/beta_loops.h"
#endif

#if !TFI_FAMILY_IS_CUDA
namespace tf_implicit {
inline namespace TFI_TARGET {

template <>
inline LoopEntry MakeLoop<special::RandomRadialStudentTGradFunction>() {
  return MakeLoopByResult<special::RandomRadialStudentTGradFor>();
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
#endif

TFI_FAMILY(Beta, TFI_BETA_OPS)
