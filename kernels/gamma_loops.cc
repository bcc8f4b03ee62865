// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The loops of the Gamma family, compiled once per target.

#include "kernels/loops.h"
#include "kernels/special/gamma_paper.h"

namespace tf_implicit {
inline namespace TFI_TARGET {
namespace {

template <class T>
void RandomGammaGradPaperLoop(int64_t n, const T* const* in, T* const* out) {
  for (int64_t i = 0; i < n; ++i) {
    out[0][i] = special::RandomGammaGradPaper(in[0][i], in[1][i]);
  }
}

}  // namespace

void AddGammaLoops(LoopTable* table) {
  (*table)[LoopId::kRandomGammaGradPaper] = {
      RandomGammaGradPaperLoop<float>, RandomGammaGradPaperLoop<double>, 2, 1};
}

}  // namespace TFI_TARGET
}  // namespace tf_implicit
