// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The Student-t family.

#include "kernels/families/family.h"
#include "kernels/special/student_t.h"
#include "kernels/special/student_t_mills.h"
#include "kernels/special/student_t_sample.h"

#if !TFI_FAMILY_IS_CUDA
namespace tf_implicit {
inline namespace TFI_TARGET {

template <>
inline LoopEntry MakeLoop<special::RandomStudentTGradFunction>() {
  return MakeLoopByResult<special::RandomStudentTGradFor>();
}

template <>
inline LoopEntry MakeLoop<special::RandomStudentTLogGradFunction>() {
  return MakeLoopByResult<special::RandomStudentTLogGradFor>();
}

template <>
inline LoopEntry MakeLoop<special::RandomTwoPieceStudentTGradFunction>() {
  return MakeLoopByResult<special::RandomTwoPieceStudentTGradFor>();
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
#endif

TFI_FAMILY(StudentT, TFI_STUDENT_T_OPS)
