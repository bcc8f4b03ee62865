// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The loops of the Gamma family, compiled once per target.

#include "kernels/cpu/loops.h"
#include "kernels/cpu/map_regions.h"
#include "kernels/special/gamma.h"
#include "kernels/special/gamma_paper.h"
#include "kernels/special/igamma.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

// One element at a time: the number of iterations differs between elements.
template <class T, T (*kFunction)(T, T)>
void ScalarLoop(int64_t n, const T* const* in, T* const* out) {
  for (int64_t i = 0; i < n; ++i) out[0][i] = kFunction(in[0][i], in[1][i]);
}

template <class Function>
LoopEntry RegionLoop() {
  return {special::MapArrays<Function, float>,
          special::MapArrays<Function, double>, Function::kInputs,
          Function::kOutputs};
}

}  // namespace

void AddGammaLoops(LoopTable* table) {
  (*table)[LoopId::kIgammaGradA] = RegionLoop<special::IgammaGradAFunction>();
  (*table)[LoopId::kIgammaGradAPartials] =
      RegionLoop<special::IgammaGradAPartialsFunction>();
  (*table)[LoopId::kIgammaGradAPaper] = {
      ScalarLoop<float, special::IgammaGradAPaper<float>>,
      ScalarLoop<double, special::IgammaGradAPaper<double>>, 2, 1};
  (*table)[LoopId::kRandomGammaGrad] =
      RegionLoop<special::RandomGammaGradFunction>();
  (*table)[LoopId::kRandomGammaGradPartials] =
      RegionLoop<special::RandomGammaGradPartialsFunction>();
  (*table)[LoopId::kRandomLogGammaGrad] =
      RegionLoop<special::RandomLogGammaGradFunction>();
  (*table)[LoopId::kRandomLogGammaGradPartials] =
      RegionLoop<special::RandomLogGammaGradPartialsFunction>();
  (*table)[LoopId::kRandomGammaGradPaper] = {
      ScalarLoop<float, special::RandomGammaGradPaper<float>>,
      ScalarLoop<double, special::RandomGammaGradPaper<double>>, 2, 1};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
