// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The loops of the Student-t family, compiled once per target.

#include "kernels/cpu/loops.h"
#include "kernels/cpu/map_in_double.h"
#include "kernels/special/student_t.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

template <class Function>
LoopEntry LoopInDouble() {
  return {special::MapArraysInDouble<Function, float>,
          special::MapArraysInDouble<Function, double>, Function::kInputs,
          Function::kOutputs};
}

}  // namespace

void AddStudentTLoops(LoopTable* table) {
  (*table)[LoopId::kRandomStudentTGrad] =
      LoopInDouble<special::RandomStudentTGradFunction>();
  (*table)[LoopId::kRandomStudentTGradPartials] =
      LoopInDouble<special::RandomStudentTGradPartialsFunction>();
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
