// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Student-t family.

#include "kernels/families/family.h"
#include "kernels/special/student_t.h"

#if !TFI_FAMILY_IS_CUDA
namespace tf_implicit {
inline namespace TFI_TARGET {

// In double for either type; results in float take fewer terms.
template <>
inline LoopEntry MakeLoop<special::RandomStudentTGradFunction>() {
  using ForFloat = special::RandomStudentTGradFor<float>;
  using ForDouble = special::RandomStudentTGradFunction;
  return {special::MapArraysInDouble<ForFloat, float>,
          special::MapArrays<ForDouble, double>, ForDouble::kInputs,
          ForDouble::kOutputs};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
#endif

TFI_FAMILY(StudentT, TFI_STUDENT_T_OPS)
