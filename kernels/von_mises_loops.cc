// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The loops of the von Mises family, compiled once per target.

#include "kernels/loops.h"
#include "kernels/map_regions.h"
#include "kernels/special/von_mises.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

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
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
