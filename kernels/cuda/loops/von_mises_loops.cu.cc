// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CUDA kernels of the von Mises family.

#include "kernels/cuda/cuda_kernel.h"
#include "kernels/special/von_mises.h"
#include "kernels/special/von_mises_cdf.h"
#include "kernels/special/von_mises_paper.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

struct RandomVonMisesGradPaperElement {
  static constexpr int kInputs = 2, kOutputs = 1;

  template <class T>
  static TFI_FUNCTION void Evaluate(const T (&in)[2], T (&out)[1]) {
    out[0] = special::RandomVonMisesGradPaper(in[0], in[1]);
  }
};

template <class Function>
CudaLoopEntry RegionLoop() {
  return MakeCudaLoop<RegionElement<Function>>();
}

}  // namespace
}  // namespace TFI_TARGET

void AddVonMisesCudaLoops(CudaLoopTable* table) {
  (*table)[LoopId::kVonMisesCdf] = RegionLoop<special::VonMisesCdfFunction>();
  (*table)[LoopId::kVonMisesCdfGrad] =
      RegionLoop<special::VonMisesCdfGradFunction>();
  (*table)[LoopId::kVonMisesCdfGradPartials] =
      RegionLoop<special::VonMisesCdfGradPartialsFunction>();
  (*table)[LoopId::kRandomVonMisesGrad] =
      RegionLoop<special::RandomVonMisesGradFunction>();
  (*table)[LoopId::kRandomVonMisesGradPartials] =
      RegionLoop<special::RandomVonMisesGradPartialsFunction>();
  (*table)[LoopId::kRandomVonMisesGradPaper] =
      MakeCudaLoop<RandomVonMisesGradPaperElement>();
}

}  // namespace tf_implicit
