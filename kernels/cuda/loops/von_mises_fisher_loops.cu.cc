// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CUDA kernels of the von Mises-Fisher family, in double whatever the type
// (von_mises_fisher.h).

#include "kernels/cuda/cuda_kernel.h"
#include "kernels/special/von_mises_fisher.h"
#include "kernels/special/von_mises_fisher_moments.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

template <class Function>
CudaLoopEntry LoopInDouble() {
  return MakeCudaLoop<InDouble<RegionElement<Function>>>();
}

}  // namespace
}  // namespace TFI_TARGET

void AddVonMisesFisherCudaLoops(CudaLoopTable* table) {
  (*table)[LoopId::kRandomVonMisesFisherGrad] =
      LoopInDouble<special::RandomVonMisesFisherGradFunction>();
  (*table)[LoopId::kRandomVonMisesFisherGradPartials] =
      LoopInDouble<special::RandomVonMisesFisherGradPartialsFunction>();
  (*table)[LoopId::kVonMisesFisherMoments] =
      LoopInDouble<special::VonMisesFisherMomentsFunction>();
}

}  // namespace tf_implicit
