// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CUDA kernels of the Gamma family.

#include "kernels/cuda/cuda_kernel.h"
#include "kernels/special/gamma.h"
#include "kernels/special/gamma_paper.h"
#include "kernels/special/igamma.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

struct IgammaGradAPaperElement {
  static constexpr int kInputs = 2, kOutputs = 1;

  template <class T>
  static TFI_FUNCTION void Evaluate(const T (&in)[2], T (&out)[1]) {
    out[0] = special::IgammaGradAPaper(in[0], in[1]);
  }
};

struct RandomGammaGradPaperElement {
  static constexpr int kInputs = 2, kOutputs = 1;

  template <class T>
  static TFI_FUNCTION void Evaluate(const T (&in)[2], T (&out)[1]) {
    out[0] = special::RandomGammaGradPaper(in[0], in[1]);
  }
};

template <class Function>
CudaLoopEntry RegionLoop() {
  return MakeCudaLoop<RegionElement<Function>>();
}

}  // namespace
}  // namespace TFI_TARGET

void AddGammaCudaLoops(CudaLoopTable* table) {
  (*table)[LoopId::kIgammaGradA] = RegionLoop<special::IgammaGradAFunction>();
  (*table)[LoopId::kIgammaGradAPartials] =
      RegionLoop<special::IgammaGradAPartialsFunction>();
  (*table)[LoopId::kIgammaGradAPaper] = MakeCudaLoop<IgammaGradAPaperElement>();
  (*table)[LoopId::kRandomGammaGrad] =
      RegionLoop<special::RandomGammaGradFunction>();
  (*table)[LoopId::kRandomGammaGradPartials] =
      RegionLoop<special::RandomGammaGradPartialsFunction>();
  (*table)[LoopId::kRandomGammaGradPaper] =
      MakeCudaLoop<RandomGammaGradPaperElement>();
  (*table)[LoopId::kRandomLogGammaGrad] =
      RegionLoop<special::RandomLogGammaGradFunction>();
  (*table)[LoopId::kRandomLogGammaGradPartials] =
      RegionLoop<special::RandomLogGammaGradPartialsFunction>();
}

}  // namespace tf_implicit
