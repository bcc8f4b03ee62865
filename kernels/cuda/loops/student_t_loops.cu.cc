// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CUDA kernels of the Student-t family, in double whatever the type
// (student_t.h).

#include "kernels/cuda/cuda_kernel.h"
#include "kernels/special/student_t.h"

namespace tf_implicit {

void AddStudentTCudaLoops(CudaLoopTable* table) {
  using special::RandomStudentTGradFunction;
  using special::RandomStudentTGradPartialsFunction;
  (*table)[LoopId::kRandomStudentTGrad] =
      MakeCudaLoop<InDouble<RegionElement<RandomStudentTGradFunction>>>();
  (*table)[LoopId::kRandomStudentTGradPartials] = MakeCudaLoop<
      InDouble<RegionElement<RandomStudentTGradPartialsFunction>>>();
}

}  // namespace tf_implicit
