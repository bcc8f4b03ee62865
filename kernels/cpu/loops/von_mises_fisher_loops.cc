// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The loops of the von Mises-Fisher family, compiled once per target.

#include "kernels/cpu/loops.h"
#include "kernels/cpu/map_in_double.h"
#include "kernels/special/von_mises_fisher.h"
#include "kernels/special/von_mises_fisher_moments.h"

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

void AddVonMisesFisherLoops(LoopTable* table) {
  (*table)[LoopId::kRandomVonMisesFisherGrad] =
      LoopInDouble<special::RandomVonMisesFisherGradFunction>();
  (*table)[LoopId::kRandomVonMisesFisherGradPartials] =
      LoopInDouble<special::RandomVonMisesFisherGradPartialsFunction>();
  (*table)[LoopId::kVonMisesFisherMoments] =
      LoopInDouble<special::VonMisesFisherMomentsFunction>();
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
