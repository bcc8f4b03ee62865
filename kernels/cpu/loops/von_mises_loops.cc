// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The loops of the von Mises family, compiled once per target.

#include "kernels/cpu/loops.h"
#include "kernels/cpu/map_regions.h"
#include "kernels/special/von_mises.h"
#include "kernels/special/von_mises_cdf.h"
#include "kernels/special/von_mises_paper.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

// One element at a time: the number of terms differs between elements.
template <class T>
void PaperLoop(int64_t n, const T* const* in, T* const* out) {
  for (int64_t i = 0; i < n; ++i) {
    out[0][i] = special::RandomVonMisesGradPaper(in[0][i], in[1][i]);
  }
}

template <class Function>
LoopEntry RegionLoop() {
  return {special::MapArrays<Function, float>,
          special::MapArrays<Function, double>, Function::kInputs,
          Function::kOutputs};
}

}  // namespace

void AddVonMisesLoops(LoopTable* table) {
  (*table)[LoopId::kRandomVonMisesGrad] =
      RegionLoop<special::RandomVonMisesGradFunction>();
  (*table)[LoopId::kRandomVonMisesGradPartials] =
      RegionLoop<special::RandomVonMisesGradPartialsFunction>();
  (*table)[LoopId::kRandomVonMisesGradPaper] = {PaperLoop<float>,
                                                PaperLoop<double>, 2, 1};
  (*table)[LoopId::kVonMisesCdf] = RegionLoop<special::VonMisesCdfFunction>();
  (*table)[LoopId::kVonMisesCdfGrad] =
      RegionLoop<special::VonMisesCdfGradFunction>();
  (*table)[LoopId::kVonMisesCdfGradPartials] =
      RegionLoop<special::VonMisesCdfGradPartialsFunction>();
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
