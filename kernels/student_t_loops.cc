// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The loops of the Student-t family, compiled once per target.

#include "kernels/loops.h"
#include "kernels/map_regions.h"
#include "kernels/special/student_t.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

using special::kTileSize;

// Evaluates Function in double, whatever T.
template <class Function, class T>
void LoopInDouble(int64_t n, const T* const* in, T* const* out) {
  if constexpr (special::kIsDouble<T>) {
    special::MapArrays<Function>(n, in, out);
  } else {
    double wide_in[Function::kInputs][kTileSize];
    double wide_out[Function::kOutputs][kTileSize];
    const double* in_pointers[Function::kInputs];
    double* out_pointers[Function::kOutputs];
    for (int k = 0; k < Function::kInputs; ++k) in_pointers[k] = wide_in[k];
    for (int k = 0; k < Function::kOutputs; ++k) out_pointers[k] = wide_out[k];
    for (int64_t first = 0; first < n; first += kTileSize) {
      const int size =
          static_cast<int>(n - first < kTileSize ? n - first : kTileSize);
      for (int k = 0; k < Function::kInputs; ++k) {
        for (int i = 0; i < size; ++i) wide_in[k][i] = in[k][first + i];
      }
      special::MapArrays<Function>(size, in_pointers, out_pointers);
      for (int k = 0; k < Function::kOutputs; ++k) {
        for (int i = 0; i < size; ++i) out[k][first + i] = T(wide_out[k][i]);
      }
    }
  }
}

}  // namespace

void AddStudentTLoops(LoopTable* table) {
  using special::RandomStudentTGradFunction;
  using special::RandomStudentTGradPartialsFunction;
  (*table)[LoopId::kRandomStudentTGrad] = {
      LoopInDouble<RandomStudentTGradFunction, float>,
      LoopInDouble<RandomStudentTGradFunction, double>, 2, 1};
  (*table)[LoopId::kRandomStudentTGradPartials] = {
      LoopInDouble<RandomStudentTGradPartialsFunction, float>,
      LoopInDouble<RandomStudentTGradPartialsFunction, double>, 2, 3};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
